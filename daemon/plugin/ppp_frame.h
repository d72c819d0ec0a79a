// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the few things we want to know out of a PPP frame of a peer nobody trusts. Pure: no pppd, no system,
// no state. From C++: include it inside extern "C".
#pragma once

#include <stddef.h>
#include <stdint.h>

enum ppp_event {
	PPP_EVENT_NONE,                /* broken, or nothing of interest */
	PPP_EVENT_LCP_REQUEST,         /* LCP Configure-Request */
	PPP_EVENT_LCP_ANSWER,          /* LCP Configure-Ack */
	PPP_EVENT_LCP_DECLINE,         /* LCP Configure-Nak or -Reject */
	PPP_EVENT_LCP_TERMINATE,       /* LCP Terminate-Request; text */
	PPP_EVENT_LCP_PROTOCOL_REJECT, /* rejected */
	PPP_EVENT_LCP_ECHO_REPLY,      /* text: the data behind the magic number */
	PPP_EVENT_PAP_REQUEST,         /* name; text: the password */
	PPP_EVENT_PAP_ACK,             /* text */
	PPP_EVENT_PAP_NAK,             /* text */
	PPP_EVENT_CHAP_CHALLENGE,
	PPP_EVENT_CHAP_RESPONSE, /* name */
	PPP_EVENT_CHAP_SUCCESS,  /* text */
	PPP_EVENT_CHAP_FAILURE,  /* text */
	PPP_EVENT_EAP_REQUEST,
	PPP_EVENT_EAP_NOTICE, /* a Request that only tells us something; text */
	PPP_EVENT_EAP_SUCCESS,
	PPP_EVENT_EAP_FAILURE
};

struct ppp_frame {
	enum ppp_event event;
	uint8_t id;
	uint16_t rejected;      /* PPP protocol number */
	uint16_t auth_protocol; /* in LCP_REQUEST, LCP_ANSWER, LCP_DECLINE: of its authentication option; 0:
	                           none */
	uint8_t auth_digest;    /* with CHAP */
	const uint8_t
		*text; /* inside the frame that was given, as the peer sent it; NULL where there is none */
	size_t text_length;
	const uint8_t *name; /* as text */
	size_t name_length;
};

/* `frame` starts with the address and control bytes, as pppd's snoop hooks give it (their values are not
 * looked at). Where pppd itself would drop a packet for its lengths, this says PPP_EVENT_NONE. RFC 1661 5,
 * 1334 2.2, 1994 4, 3748 4 and 5.2, draft-kamath-pppext-eap-mschapv2. */
struct ppp_frame ppp_frame_read(const uint8_t *frame, size_t length);
