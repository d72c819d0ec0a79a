// SPDX-License-Identifier: LGPL-2.1-or-later
// What the plugin's files offer each other. All of it runs in pppd's one thread; what may also run in a
// signal handler says so. Only secrets.c (gives the password), peer_auth.c (judges the peer's proof),
// early_ncp.c (gives a frame again), fast_connect.c and chap_again.c (send one again), leave.c (shortens a
// wait), asks.c (sends an echo, switches the packet log), guard.c (has a frame dropped) and hold.c (makes it
// wait) change what pppd does.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "ppp_frame.h"

/* messages.c: datagrams to the supervisor, message.h. */

struct message {
	size_t length;
	uint8_t bytes[PPPM_MAX_DATAGRAM];
};

/* How much a datagram matters when the supervisor has not read for long. */
enum message_weight {
	MESSAGE_MINOR,  /* what a peer can cause at will; dropped once the queue is half full */
	MESSAGE_NORMAL, /* dropped when the queue is full; how things stand is said once there is room (messages_room) */
	MESSAGE_KEPT    /* the latest one that found no room is tried once more before the next message */
};

/* Takes the socket: close-on-exec, non-blocking. Only the process that called this ever sends. */
void messages_open(int fd);
int messages_fd(void);

/* Safe in signal handlers, all three. What does not fit is left out; a text is cut to PPPM_MAX_TEXT. */
void message_begin(struct message *message, enum pppm_kind kind);
void message_u32(struct message *message, enum pppm_tag tag, uint32_t value);
void message_bytes(struct message *message, enum pppm_tag tag, const void *data, size_t length);

/* Never blocks, raises no signal; a supervisor that is away is no error. MESSAGE_MINOR is signal-safe. */
void message_send(const struct message *message, enum message_weight weight);
/* Sends again how things stand (message.h, PPPM_REPEAT); may be called in a signal handler. */
void messages_repeat(void);
/* There may be room again for what stands and found none; the kernel raises the signal of urgent.c then. Safe in
 * signal handlers. */
void messages_room(void);
/* This kind holds no longer: it is not sent again. */
void messages_forget(enum pppm_kind kind);

/* secrets.c: asks the supervisor once and gives pppd the password when a peer wants it. */

/* Blocks until the answer is here; 0 when it takes over 10 s or is malformed, or the supervisor has gone. */
int secrets_obtain(void);
/* What the peer has to prove, terminated too; NULL where there is nothing. */
const char *secrets_peer(size_t *length);

/* peer_auth.c: the peer proves itself to us. */

void peer_auth_watch(void);
void peer_auth_phase(int pppd_phase);
void peer_auth_frame(const struct ppp_frame *frame);

/* lifeline.c: SIGTERM to ourselves as soon as the pipe's last writer is gone, pipe(7), fcntl(2) F_SETSIG. */

/* 0 where the kernel refuses. Does not return when the pipe is broken already. */
int lifeline_arm(int fd);

/* phases.c, network.c: pppd's phases, exit status and addresses. */

/* From now on pppd must not reach its first phase before phases_start() was called. */
void phases_watch(void);
void phases_start(void);

/* exit_code.c: what pppd's exit code was before something else overwrote it. A peer that hangs up during the
 * termination does, and so does a signal. And where a timer ends the link, pppd looks once more for input on a
 * channel that it has closed itself, and takes that for a hang-up (main(), pppd/main.c; but not with demand). A
 * true hang-up is known by the time the link is disconnected. */
void exit_code_phase(int pppd_phase, int code);
int exit_code_true(int code);
void network_watch(void);
/* With `demand` the interface is there before anything was dialled. */
void network_phase(int pppd_phase);

/* snoop.c: hands every frame of the peer to the watchers and the others, before pppd judges it. */
void snoop_watch(void);
/* One that pppd is given past its hook, address and control bytes first; right before it is given. */
void snoop_rescued(const uint8_t *frame, size_t length);

/* auth_watch.c: the peer's wishes and verdicts, with its own words: those that pppd takes, and the refusal that it
 * drops as the link goes down already. */
void auth_phase(int pppd_phase);
void auth_frame(const struct ppp_frame *frame);
void auth_sent(const struct ppp_frame *frame);

/* lcp_watch.c: LCP open, ended by either side, protocols refused. */
void lcp_phase(int pppd_phase);
void lcp_frame(const struct ppp_frame *frame);
void lcp_sent(const struct ppp_frame *frame);

/* damage.c: frames that the line has damaged. */
void damage_phase(int pppd_phase);
void damage_received(const struct ppp_frame *frame);

/* discovery.c: what goes on below PPPoE. For any other channel all of it does nothing. */

/* A microsecond clock that no one sets. */
uint64_t monotonic_us(void);

void discovery_phase(int pppd_phase);

/* Reads what has come; safe in signal handlers. */
void discovery_drain(void);

/* asks.c: what the supervisor asks of a running engine: the round trip, pppd's packet log. */

/* Once, when the secrets are in. 0 where the kernel refuses. */
int asks_start(void);
void asks_phase(int pppd_phase);
/* A frame came from the peer. */
void asks_received(const struct ppp_frame *frame);
/* pppd's own code runs, no signal handler. */
void asks_moment(void);
/* Reads what has come; safe in signal handlers. */
void asks_drain(void);

/* hold.c: no address before the supervisor says so. */

/* The option is given: from now on pppd asks, and waits. */
void hold_begin(void);
void hold_phase(int pppd_phase);
/* It has said so; safe in signal handlers. */
void hold_over(void);

/* urgent.c: descriptors that pppd's loop does not watch, read in a signal handler. */

/* From now on what `fd` has to tell raises the signal; what it had before does not. 0 where the kernel
 * refuses. */
int urgent_watch(int fd);
/* Between the two no handler runs. Not in a handler. */
void urgent_hold(void);
void urgent_go_on(void);

/* early_ncp.c: no lost seconds where a network protocol's request is read too early. */
void early_ncp_phase(int pppd_phase);
/* A frame of the peer, address and control bytes first. */
void early_ncp_received(const uint8_t *frame, size_t length);

/* guard.c: makes pppd drop an LCP Configure-Request of more than 1,000 bytes, and says whether it did. pppd builds its
 * Nak in a static buffer of 1,500 without a look at its end (lcp_reqci(), pppd/lcp.c, 2.4.9 and 2.5.2 alike), and a
 * Nak may be a quarter longer than the request. `frame`: pppd's own buffer, address and control bytes first. */
int guard_received(uint8_t *frame, size_t length);

/* chap_again.c: our proof once more where the verdict on it was lost, as far as a few round trips tell. Frames:
 * address and control bytes first. */
void chap_again_phase(int pppd_phase);
void chap_again_sent(const struct ppp_frame *frame, const uint8_t *bytes, size_t length);
void chap_again_received(const struct ppp_frame *frame, const uint8_t *bytes, size_t length);

/* leave.c: how long pppd waits for the answer to its Terminate-Request. */
void leave_phase(int pppd_phase);
/* Right after pppd has sent it. */
void leave_sent(const struct ppp_frame *frame);

/* channel.c: pppd's descriptor of the PPP channel. */

/* pppd runs timers ahead of frames: something has come that it has not read yet. */
int channel_unread(void);
/* A frame as the snoop hooks gave it, address and control bytes first. The channel is open. */
void channel_send_again(const uint8_t *frame, size_t length);

/* padt.c: the end of a PPPoE session, told to the access concentrator (RFC 2516, 5.5). */
void padt_know(unsigned int ifindex, uint16_t session, const uint8_t mac[6]);
void padt_send_once(void);

/* fast_connect.c: LCP without lost seconds at the start of a PPPoE session. */

/* Discovery begins on this Ethernet interface. */
void fast_connect_begin(unsigned int ifindex);
/* The session is there; rtt_us is 0 where no round trip was measured, and then nothing is ever sent again
 * early. */
void fast_connect_session(uint16_t session, const uint8_t mac[6], uint64_t rtt_us);
/* The same for an L2TP tunnel, whose engine program has measured the round trip: known first, begun with LCP.
 */
void fast_connect_tunnel(uint64_t rtt_us);
void fast_connect_tunnel_begin(void);
void fast_connect_end(void);
/* What was measured of the session's round trip before LCP, µs; 0: nothing. */
uint64_t fast_connect_rtt(void);
/* A frame came from (received) or goes to the peer, address and control bytes first. */
void fast_connect_received(const struct ppp_frame *frame);
void fast_connect_sent(const uint8_t *frame, size_t length);
