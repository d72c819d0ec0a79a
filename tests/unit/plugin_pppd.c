// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of pppd that the plugin's tests need, with the types of pppd's own headers; see plugin_pppd.h.
#include "plugin_pppd.h"

#include "plugin.h"
#include "pppd_compat.h"

#define EXPORTED __attribute__((visibility("default")))

fsm lcp_fsm[NUM_PPP];
fsm ipcp_fsm[NUM_PPP];
EXPORTED extern fsm ipv6cp_fsm[NUM_PPP];
EXPORTED extern fsm ccp_fsm[NUM_PPP];
fsm ipv6cp_fsm[NUM_PPP];
fsm ccp_fsm[NUM_PPP];

lcp_options lcp_wantoptions[NUM_PPP];
lcp_options lcp_gotoptions[NUM_PPP];
lcp_options lcp_allowoptions[NUM_PPP];
lcp_options lcp_hisoptions[NUM_PPP];

void (*snoop_recv_hook)(unsigned char *frame, int length);
void (*snoop_send_hook)(unsigned char *frame, int length);

static void lcp_input(int unit, unsigned char *packet, int length)
{
	(void)unit;
	test_input(TEST_LCP, packet, length);
}

static void ipcp_input(int unit, unsigned char *packet, int length)
{
	(void)unit;
	test_input(TEST_IPCP, packet, length);
}

static void ipv6cp_input(int unit, unsigned char *packet, int length)
{
	(void)unit;
	test_input(TEST_IPV6CP, packet, length);
}

static void ccp_input(int unit, unsigned char *packet, int length)
{
	(void)unit;
	test_input(TEST_CCP, packet, length);
}

struct protent lcp_protent = {.protocol = TEST_LCP, .input = lcp_input, .enabled_flag = 1};
static struct protent ipcp = {.protocol = TEST_IPCP, .input = ipcp_input, .enabled_flag = 1};
static struct protent ipv6cp = {.protocol = TEST_IPV6CP, .input = ipv6cp_input, .enabled_flag = 1};
static struct protent ccp = {.protocol = TEST_CCP, .input = ccp_input, .enabled_flag = 1};
struct protent *protocols[] = {&lcp_protent, &ccp, &ipcp, &ipv6cp, NULL};

static char *service;
static option_t pppoe_options[] = {
	{.name = "pppoe-service", .type = o_string, .addr = &service}, {.name = NULL}};
static struct channel pppoe = {.options = pppoe_options};
EXPORTED extern struct channel tty_channel;
struct channel tty_channel;
struct channel *the_channel = &tty_channel;

void test_negotiate_lcp(int negotiating)
{
	lcp_fsm[0].state = negotiating ? REQSENT : INITIAL;
}

void test_negotiate_networks(int negotiating)
{
	ipcp_fsm[0].state = ipv6cp_fsm[0].state = ccp_fsm[0].state = negotiating ? REQSENT : INITIAL;
}

void test_agree(int eap, int chap, int pap)
{
	lcp_hisoptions[0].neg_eap = eap != 0;
	lcp_hisoptions[0].neg_chap = chap != 0;
	lcp_hisoptions[0].neg_upap = pap != 0;
}

void test_snoop(uint8_t *frame, size_t length)
{
	snoop_recv_hook(frame, (int)length);
}

void test_channel_is_pppoe(void)
{
	the_channel = &pppoe;
}

void test_channel_is_tty(void)
{
	the_channel = &tty_channel;
}

int test_lcp_has_demand(void)
{
	return lcp_protent.demand_conf != NULL;
}

int test_lcp_demand(void)
{
	return lcp_protent.demand_conf(0);
}

void test_set_lcp_timer(int wait, int left)
{
	lcp_fsm[0].timeouttime = wait;
	lcp_fsm[0].retransmits = left;
}

int test_lcp_wait(void)
{
	return lcp_fsm[0].timeouttime;
}

int test_lcp_left(void)
{
	return lcp_fsm[0].retransmits;
}
