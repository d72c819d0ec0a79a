// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports that LCP is open and with which sizes, that it was ended, by whom and why, and which protocols the
// peer refuses.
#include "plugin.h"
#include "pppd_compat.h"

enum { kDefaultMru = 1500 }; /* RFC 1661, 6.1: what holds where none was negotiated */

static uint32_t mru_of(const lcp_options *options)
{
	return options->neg_mru && options->mru > 0 ? (uint32_t)options->mru : kDefaultMru;
}

void lcp_phase(int pppd_phase)
{
	struct message message;

	/* Entered whenever LCP opens, also where nobody authenticates. */
	if (pppd_phase != PHASE_AUTHENTICATE)
		return;
	message_begin(&message, PPPM_LCP);
	message_u32(&message, PPPM_T_MRU, mru_of(&lcp_gotoptions[0]));
	message_u32(&message, PPPM_T_PEER_MRU, mru_of(&lcp_hisoptions[0]));
	message_send(&message, MESSAGE_NORMAL);
}

void lcp_frame(const struct ppp_frame *frame)
{
	struct message message;

	if (frame->event == PPP_EVENT_LCP_TERMINATE) {
		message_begin(&message, PPPM_LCP_TERMINATED);
		if (frame->text_length)
			message_bytes(&message, PPPM_T_TEXT, frame->text, frame->text_length);
		message_send(&message, MESSAGE_MINOR);
	} else if (frame->event == PPP_EVENT_LCP_PROTOCOL_REJECT) {
		message_begin(&message, PPPM_PROTOCOL_REJECTED);
		message_u32(&message, PPPM_T_PROTOCOL, frame->rejected);
		message_send(&message, MESSAGE_MINOR);
	}
}

/* pppd says its own reason nowhere else but in its log. */
void lcp_sent(const struct ppp_frame *frame)
{
	struct message message;

	if (frame->event != PPP_EVENT_LCP_TERMINATE || !frame->text_length)
		return;
	message_begin(&message, PPPM_LCP_CLOSED);
	message_bytes(&message, PPPM_T_TEXT, frame->text, frame->text_length);
	message_send(&message, MESSAGE_NORMAL);
}
