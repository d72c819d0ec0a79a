// SPDX-License-Identifier: LGPL-2.1-or-later
// A short leave-taking. pppd waits twice for three seconds for the answer to its Terminate-Request, and nothing can
// be dialled anew meanwhile. Where the peer was given up because it answered nothing, it will not answer this either; and where
// the round trip is known to be short, a second is long.
#include "plugin.h"
#include "pppd_compat.h"

enum {
	kLongRtt = 300000, /* µs: with more, three of them take about a second, and pppd's own wait is right */
	kShortWait = 1     /* s, as pppd counts */
};

/* pppd 2.4.9 and 2.5, lcp.c, LcpEchoCheck(); the same text is known to core/cause.cpp. */
static const char silent[] = "Peer not responding";

static int usual_wait; /* s; 0: is set */

/* Called from the midst of fsm.c, terminate_layer(), which looks at both right afterwards. */
void leave_sent(const struct ppp_frame *frame)
{
	fsm *machine = &lcp_fsm[0];
	uint64_t rtt = fast_connect_rtt();

	if (frame->event != PPP_EVENT_LCP_TERMINATE)
		return;
	if (frame->text_length == sizeof(silent) - 1 && !memcmp(frame->text, silent, sizeof(silent) - 1)) {
		machine->retransmits = 0; /* RFC 1661, 4.6: how often is for us to choose */
	} else if (rtt && rtt < kLongRtt && !usual_wait && machine->timeouttime > kShortWait) {
		usual_wait = machine->timeouttime;
		machine->timeouttime = kShortWait;
	}
}

void leave_phase(int pppd_phase)
{
	if (pppd_phase == PHASE_TERMINATE || !usual_wait)
		return;
	lcp_fsm[0].timeouttime = usual_wait;
	usual_wait = 0;
}
