// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of pppd that plugin_leave_test needs: LCP's machine, with the types of pppd's own headers, which C++ cannot read.
#include "plugin.h"
#include "pppd_compat.h"

fsm lcp_fsm[NUM_PPP];

void leave_test_set(int wait, int left)
{
	lcp_fsm[0].timeouttime = wait;
	lcp_fsm[0].retransmits = left;
}

int leave_test_wait(void)
{
	return lcp_fsm[0].timeouttime;
}

int leave_test_left(void)
{
	return lcp_fsm[0].retransmits;
}
