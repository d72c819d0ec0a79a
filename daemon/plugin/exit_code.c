// SPDX-License-Identifier: LGPL-2.1-or-later
// Why pppd ended, where its exit code has forgotten it.
#include "plugin.h"
#include "pppd_compat.h"

enum { kNone = -1 };

static int cause = EXIT_OK; /* the code as it stood when pppd began to end */
static int gone = kNone;    /* as it stood when the link was disconnected */
static int terminated;

void exit_code_phase(int pppd_phase, int code)
{
	/* an LCP that is given up is no termination: there the link is only disconnected */
	if (pppd_phase == PHASE_SERIALCONN || pppd_phase == PHASE_TERMINATE ||
		(pppd_phase == PHASE_DISCONNECT && !terminated)) {
		cause = code;
		terminated = pppd_phase == PHASE_TERMINATE;
	}
	if (pppd_phase == PHASE_SERIALCONN)
		gone = kNone;
	else if (pppd_phase == PHASE_DISCONNECT)
		gone = code;
}

int exit_code_true(int code)
{
	int overwritten = code == EXIT_HANGUP || code == EXIT_USER_REQUEST;
	int says_more = cause != EXIT_OK && cause != EXIT_CONNECT_FAILED;

	if (overwritten && says_more)
		return cause;
	return code == EXIT_HANGUP && gone != kNone ? gone : code;
}
