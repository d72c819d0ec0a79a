// SPDX-License-Identifier: LGPL-2.1-or-later
// A short leave-taking. pppd waits twice for three seconds for the answer to its Terminate-Request, and nothing
// can be dialled anew meanwhile. Where the peer was given up because it answered nothing, it will not answer this
// either: there only a serial line gets the time to send it. Where the round trip is known to be short, a second
// is long.
#include "plugin.h"
#include "pppd_compat.h"

enum {
	kLongRtt = 300000, /* µs: with more, three of them take about a second, and pppd's own wait is right */
	kShortWait = 1     /* s, as pppd counts */
};

/* pppd 2.4.9 and 2.5, lcp.c, LcpEchoCheck(); the same text is known to core/cause.cpp. */
static const char silent[] = "Peer not responding";

static int usual_wait; /* s; 0: is set */

static void wait_shortly(fsm *machine)
{
	if (usual_wait || machine->timeouttime <= kShortWait)
		return;
	usual_wait = machine->timeouttime;
	machine->timeouttime = kShortWait;
}

/* RFC 1661, 4.6: how often is for us to choose. Once it is over, pppd throws away what the line has not yet sent
 * (sys-linux.c, tty_disestablish_ppp()), which right now is the request itself: a peer that still hears us would
 * not learn that the line is free. */
static void give_up_soon(fsm *machine)
{
	if (pppd_channel_is_tty()) {
		machine->retransmits = 1;
		wait_shortly(machine);
	} else {
		machine->retransmits = 0;
	}
}

/* Called from the midst of fsm.c, terminate_layer(), which looks at both right afterwards. */
void leave_sent(const struct ppp_frame *frame)
{
	fsm *machine = &lcp_fsm[0];
	uint64_t rtt = fast_connect_rtt();

	if (frame->event != PPP_EVENT_LCP_TERMINATE)
		return;
	if (frame->text_length == sizeof(silent) - 1 && !memcmp(frame->text, silent, sizeof(silent) - 1)) {
		give_up_soon(machine);
	} else if (rtt && rtt < kLongRtt) {
		wait_shortly(machine);
	}
}

void leave_phase(int pppd_phase)
{
	if (pppd_phase == PHASE_TERMINATE || !usual_wait)
		return;
	lcp_fsm[0].timeouttime = usual_wait;
	usual_wait = 0;
}
