// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands in for pppd in the plugin's tests: of pppd's own types, which C++ cannot read. From C++: include it
// inside extern "C".
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { TEST_LCP = 0xc021, TEST_IPCP = 0x8021, TEST_IPV6CP = 0x8057, TEST_CCP = 0x80fd };

/* A packet from its code on, given to the input of this protocol. Each test says what comes of it; it may write to
 * as many bytes behind `packet` as pppd's own buffer has (PPPD_PACKET_ROOM). */
void test_input(int protocol, uint8_t *packet, int length);

/* The machines of LCP, or of all network protocols: negotiating, else as they begin. */
void test_negotiate_lcp(int negotiating);
void test_negotiate_networks(int negotiating);

/* What LCP agreed on for proving ourselves to the peer. */
void test_agree(int eap, int chap, int pap);

/* A frame of the peer's, as pppd shows it to whoever snoops; address and control bytes first. */
void test_snoop(uint8_t *frame, size_t length);

/* The channel has the option pppoe-service, or is pppd's own for serial lines. */
void test_channel_is_pppoe(void);
void test_channel_is_tty(void);

/* Whether LCP has to be asked before a wait for traffic (demand.c), and that question. */
int test_lcp_has_demand(void);
int test_lcp_demand(void);

/* LCP's wait (s) and transmissions left. */
void test_set_lcp_timer(int wait, int left);
int test_lcp_wait(void);
int test_lcp_left(void);
