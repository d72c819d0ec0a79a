// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports that the peer asks us to authenticate, in which ways we do not, and its verdict with its own words.
#include "plugin.h"
#include "pppd_compat.h"

enum { kPap = 0xc023, kChap = 0xc223, kEap = 0xc227 };

static uint32_t method; /* by which LCP has us prove ourselves; 0: none, or LCP is not yet that far */
static int awaited;     /* no verdict has come that counts */
static int accepted;    /* the last one was that */
static int asked;       /* STARTED was sent and no verdict has come since */
static int challenge;   /* the last Challenge's id; -1: none yet */
static int closing;     /* the link goes down */
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
	if (protocol != method || closing)
		return;
	if (!asked)
		report(protocol, PPPM_VERDICT_STARTED, NULL, 0);
	asked = awaited = 1;
}

/* RFC 1994, 4.1: each has its own id. One that has its verdict comes twice or late, and asks for nothing. */
static void challenged(const struct ppp_frame *frame)
{
	if (frame->id == challenge && !awaited)
		return;
	challenge = frame->id;
	started(kChap);
}

/* pppd takes the first verdict, asked for or not, and drops the next ones, but a Failure of EAP ends the link
 * behind a Success, too (eap.c, eap_failure()). Two that it drops are told all the same: one on a later Challenge,
 * as a peer that refuses then does not go on (RFC 1994, 4.2), and a refusal as the link goes down, which says why. */
static int counts(uint32_t protocol, enum pppm_verdict which)
{
	if (protocol != method)
		return 0;
	if (which == PPPM_VERDICT_ACCEPTED)
		return awaited && !closing;
	return awaited || (protocol == kEap && accepted && !closing);
}

static void verdict(uint32_t protocol, enum pppm_verdict which, const uint8_t *text, size_t length)
{
	if (!counts(protocol, which))
		return;
	awaited = asked = 0;
	accepted = which == PPPM_VERDICT_ACCEPTED;
	report(protocol, which, text, length);
	words_length = 0;
}

static void forget(void)
{
	method = 0;
	awaited = accepted = asked = closing = 0;
	challenge = -1;
	words_length = 0;
}

/* The order in which pppd picks one. */
static uint32_t agreed_method(void)
{
	const lcp_options *peer = &lcp_hisoptions[0];

	if (peer->neg_eap)
		return kEap;
	if (peer->neg_chap)
		return kChap;
	return peer->neg_upap ? kPap : 0;
}

void auth_phase(int pppd_phase)
{
	switch (pppd_phase) {
	case PHASE_SERIALCONN:
		forget();
		break;
	case PHASE_AUTHENTICATE:
		forget();
		method = agreed_method();
		awaited = method != 0;
		if (method == kPap) /* we speak first */
			started(kPap);
		break;
	case PHASE_ESTABLISH: /* is seen on the way down, too */
	case PHASE_TERMINATE:
		closing = 1;
		break;
	default:
		break;
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
		forget(); /* LCP begins, or begins anew: what was asked before is void */
		break;
	case PPP_EVENT_PAP_ACK:
		verdict(kPap, PPPM_VERDICT_ACCEPTED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_PAP_NAK:
		verdict(kPap, PPPM_VERDICT_REFUSED, frame->text, frame->text_length);
		break;
	case PPP_EVENT_CHAP_CHALLENGE:
		challenged(frame);
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
