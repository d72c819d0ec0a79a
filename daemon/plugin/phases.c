// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports every phase of pppd and its last word, and tells the other watchers of them.
#include "plugin.h"
#include "pppd_compat.h"

#include <unistd.h>

static pid_t started; /* the process that has lifeline and password; 0 until it has both */

static uint32_t phase_number(int pppd_phase)
{
	switch (pppd_phase) {
	case PHASE_INITIALIZE:
		return PPPM_PHASE_INITIALIZE;
	case PHASE_SERIALCONN:
		return PPPM_PHASE_SERIALCONN;
	case PHASE_DORMANT:
		return PPPM_PHASE_DORMANT;
	case PHASE_ESTABLISH:
		return PPPM_PHASE_ESTABLISH;
	case PHASE_AUTHENTICATE:
		return PPPM_PHASE_AUTHENTICATE;
	case PHASE_CALLBACK:
		return PPPM_PHASE_CALLBACK;
	case PHASE_NETWORK:
		return PPPM_PHASE_NETWORK;
	case PHASE_RUNNING:
		return PPPM_PHASE_RUNNING;
	case PHASE_TERMINATE:
		return PPPM_PHASE_TERMINATE;
	case PHASE_DISCONNECT:
		return PPPM_PHASE_DISCONNECT;
	case PHASE_HOLDOFF:
		return PPPM_PHASE_HOLDOFF;
	case PHASE_MASTER:
		return PPPM_PHASE_MASTER;
	default:
		return PPPM_PHASE_DEAD;
	}
}

static void on_phase(void *context, int pppd_phase)
{
	struct message message;

	(void)context;
	if (!started)
		fatal("ppp-manager: both ppp-manager-fd and ppp-manager-lifeline-fd must be given");
	if (getpid() != started)
		fatal("ppp-manager: pppd must be run with nodetach");
	if (pppd_phase != PHASE_DORMANT)
		messages_forget(PPPM_DEMAND);
	message_begin(&message, PPPM_PHASE);
	message_u32(&message, PPPM_T_PHASE, phase_number(pppd_phase));
	message_send(&message, MESSAGE_NORMAL);
	exit_code_phase(pppd_phase, pppd_status());
	network_phase(pppd_phase);
	discovery_phase(pppd_phase);
	early_ncp_phase(pppd_phase);
	chap_again_phase(pppd_phase);
	leave_phase(pppd_phase);
	lcp_phase(pppd_phase);
	auth_phase(pppd_phase);
	peer_auth_phase(pppd_phase);
	damage_phase(pppd_phase);
	asks_phase(pppd_phase);
	hold_phase(pppd_phase); /* last: it may wait */
}

static void on_exit_notice(void *context, int code)
{
	struct message message;

	(void)context;
	if (getpid() != started)
		return;
	padt_send_once();
	message_begin(&message, PPPM_EXIT);
	message_u32(&message, PPPM_T_STATUS, (uint32_t)exit_code_true(code));
	message_send(&message, MESSAGE_KEPT);
}

void phases_start(void)
{
	started = getpid();
}

void phases_watch(void)
{
	pppd_on_phase(on_phase);
	pppd_on_exit(on_exit_notice);
}
