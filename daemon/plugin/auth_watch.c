// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports that the peer asks us to authenticate, in which ways we do not, and its verdict with its own words.
#include "plugin.h"
#include "pppd_compat.h"

enum { kPap = 0xc023, kChap = 0xc223, kEap = 0xc227 };

static int asked;                    /* STARTED was sent and no verdict has come since */
static struct ppp_frame wish;        /* the peer's latest Configure-Request */
static uint8_t words[PPPM_MAX_TEXT]; /* what EAP told us ahead of its verdict, which carries no text itself */
static size_t words_length;

static void report(uint32_t protocol, enum pppm_verdict verdict, const uint8_t *text, size_t length)
{
	struct message message;

	message_begin(&message, PPPM_AUTH);
	message_u32(&message, PPPM_T_AUTH_PROTOCOL, protocol);
	message_u32(&message, PPPM_T_VERDICT, verdict);
	if (protocol == kChap)
		message_u32(&message, PPPM_T_CHAP_DIGEST, CHAP_DIGEST(lcp_hisoptions[0].chap_mdtype));
	if (length)
		message_bytes(&message, PPPM_T_TEXT, text, length);
	message_send(&message, MESSAGE_MINOR);
}

static void declined(void)
{
	struct message message;

	message_begin(&message, PPPM_AUTH);
	message_u32(&message, PPPM_T_AUTH_PROTOCOL, wish.auth_protocol);
	message_u32(&message, PPPM_T_VERDICT, PPPM_VERDICT_DECLINED);
	if (wish.auth_protocol == kChap)
		message_u32(&message, PPPM_T_CHAP_DIGEST, wish.auth_digest);
	message_send(&message, MESSAGE_MINOR);
}

/* A repeated challenge is not a new one. */
static void started(uint32_t protocol)
{
	if (!asked)
		report(protocol, PPPM_VERDICT_STARTED, NULL, 0);
	asked = 1;
}

static void verdict(uint32_t protocol, enum pppm_verdict which, const uint8_t *text, size_t length)
{
	asked = 0;
	words_length = 0;
	report(protocol, which, text, length);
}

void auth_phase(int pppd_phase)
{
	const lcp_options *peer = &lcp_hisoptions[0];

	if (pppd_phase == PHASE_SERIALCONN) {
		asked = 0;
		words_length = 0;
	} else if (pppd_phase == PHASE_AUTHENTICATE) {
		asked = 0;
		/* The order in which pppd picks one; with PAP we speak first. */
		if (!peer->neg_eap && !peer->neg_chap && peer->neg_upap)
			started(kPap);
	}
}

/* In LCP: a Nak names what we want instead. */
void auth_sent(const struct ppp_frame *frame)
{
	if (frame->event == PPP_EVENT_LCP_DECLINE && frame->auth_protocol && wish.auth_protocol)
		declined();
}

void auth_frame(const struct ppp_frame *frame)
{
	switch (frame->event) {
	case PPP_EVENT_LCP_REQUEST:
		wish = *frame;
		break;
	case PPP_EVENT_PAP_ACK:
		verdict(kPap, PPPM_VERDICT_ACCEPTED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_PAP_NAK:
		verdict(kPap, PPPM_VERDICT_REFUSED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_CHAP_CHALLENGE:
		started(kChap);
		break;
	case PPP_EVENT_CHAP_SUCCESS:
		verdict(kChap, PPPM_VERDICT_ACCEPTED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_CHAP_FAILURE:
		verdict(kChap, PPPM_VERDICT_REFUSED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_EAP_NOTICE:
		words_length = frame->text_length < sizeof(words) ? frame->text_length : sizeof(words);
		if (words_length)
			memcpy(words, frame->text, words_length);
		started(kEap);
		break;
	case PPP_EVENT_EAP_REQUEST:
		started(kEap);
		break;
	case PPP_EVENT_EAP_SUCCESS:
		verdict(kEap, PPPM_VERDICT_ACCEPTED, NULL, 0);
		break;
	case PPP_EVENT_EAP_FAILURE:
		verdict(kEap, PPPM_VERDICT_REFUSED, words, words_length);
		break;
	default:
		break;
	}
}
