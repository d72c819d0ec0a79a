// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the few things we want to know out of a PPP frame; see ppp_frame.h.
#include "ppp_frame.h"

enum {
	kLinkHeader = 4,   /* address, control, protocol */
	kPacketHeader = 4, /* code, id, length: the same in LCP, PAP, CHAP and EAP */
	kMagic = 4,        /* magic number of an LCP echo */
	kOptionHeader = 2, /* type, length */
	kOptionAuth = 3,

	kLcp = 0xc021,
	kPap = 0xc023,
	kChap = 0xc223,
	kEap = 0xc227,

	kEapTypeNotification = 2,
	kEapTypeMsChap2 = 26,
	kMsChap2Failure = 4,
	kMsChap2Header = 4 /* op code, id, length */
};

struct packet {
	uint8_t code;
	const uint8_t *body;
	size_t length;
};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void set_text(struct ppp_frame *result, const uint8_t *text, size_t length)
{
	if (length) {
		result->text = text;
		result->text_length = length;
	}
}

/* RFC 1661, 6.2. Nothing is found behind an option with a broken length. */
static void read_auth_option(const struct packet *packet, struct ppp_frame *result)
{
	size_t at = 0;

	while (packet->length - at >= kOptionHeader) {
		const uint8_t *option = packet->body + at;
		size_t length = option[1];

		if (length < kOptionHeader || length > packet->length - at)
			return;
		if (option[0] == kOptionAuth && length >= kOptionHeader + 2) {
			result->auth_protocol = word(option + kOptionHeader);
			result->auth_digest = length > kOptionHeader + 2 ? option[kOptionHeader + 2] : 0;
		}
		at += length;
	}
}

static void read_lcp(const struct packet *packet, struct ppp_frame *result)
{
	switch (packet->code) {
	case 1:
		result->event = PPP_EVENT_LCP_REQUEST;
		read_auth_option(packet, result);
		break;
	case 2:
		result->event = PPP_EVENT_LCP_ANSWER;
		read_auth_option(packet, result);
		break;
	case 3:
	case 4:
		result->event = PPP_EVENT_LCP_DECLINE;
		read_auth_option(packet, result);
		break;
	case 5:
		result->event = PPP_EVENT_LCP_TERMINATE;
		set_text(result, packet->body, packet->length);
		break;
	case 8:
		if (packet->length < 2)
			break;
		result->event = PPP_EVENT_LCP_PROTOCOL_REJECT;
		result->rejected = word(packet->body);
		break;
	case 10:
		if (packet->length < kMagic)
			break;
		result->event = PPP_EVENT_LCP_ECHO_REPLY;
		set_text(result, packet->body + kMagic, packet->length - kMagic);
		break;
	default:
		break;
	}
}

static void set_name(struct ppp_frame *result, const uint8_t *name, size_t length)
{
	if (length) {
		result->name = name;
		result->name_length = length;
	}
}

static void read_pap_request(const struct packet *packet, struct ppp_frame *result)
{
	size_t name, password;

	if (!packet->length)
		return;
	name = packet->body[0];
	if (packet->length < name + 2)
		return;
	password = packet->body[1 + name];
	if (packet->length < name + 2 + password)
		return;
	set_name(result, packet->body + 1, name);
	set_text(result, packet->body + 2 + name, password);
	result->event = PPP_EVENT_PAP_REQUEST;
}

static void read_pap(const struct packet *packet, struct ppp_frame *result)
{
	if (packet->code == 1)
		read_pap_request(packet, result);
	if (packet->code != 2 && packet->code != 3)
		return;
	if (packet->length) {
		size_t length = packet->body[0];

		if (length > packet->length - 1)
			return;
		set_text(result, packet->body + 1, length);
	}
	result->event = packet->code == 2 ? PPP_EVENT_PAP_ACK : PPP_EVENT_PAP_NAK;
}

static void read_chap(const struct packet *packet, struct ppp_frame *result)
{
	switch (packet->code) {
	case 1:
		result->event = PPP_EVENT_CHAP_CHALLENGE;
		break;
	case 2:
		if (!packet->length || packet->length < 1U + packet->body[0])
			break;
		result->event = PPP_EVENT_CHAP_RESPONSE;
		set_name(result, packet->body + 1 + packet->body[0], packet->length - 1 - packet->body[0]);
		break;
	case 3:
	case 4:
		result->event = packet->code == 3 ? PPP_EVENT_CHAP_SUCCESS : PPP_EVENT_CHAP_FAILURE;
		set_text(result, packet->body, packet->length);
		break;
	default:
		break;
	}
}

static void read_eap_request(const struct packet *packet, struct ppp_frame *result)
{
	const uint8_t *data = packet->body + 1;
	size_t length;

	if (!packet->length)
		return;
	length = packet->length - 1;
	result->event = PPP_EVENT_EAP_REQUEST;
	if (packet->body[0] == kEapTypeNotification) {
		result->event = PPP_EVENT_EAP_NOTICE;
		set_text(result, data, length);
	} else if (packet->body[0] == kEapTypeMsChap2 && length >= kMsChap2Header &&
		   data[0] == kMsChap2Failure) {
		result->event = PPP_EVENT_EAP_NOTICE;
		set_text(result, data + kMsChap2Header, length - kMsChap2Header);
	}
}

static void read_eap(const struct packet *packet, struct ppp_frame *result)
{
	switch (packet->code) {
	case 1:
		read_eap_request(packet, result);
		break;
	case 3:
		result->event = PPP_EVENT_EAP_SUCCESS;
		break;
	case 4:
		result->event = PPP_EVENT_EAP_FAILURE;
		break;
	default:
		break;
	}
}

struct ppp_frame ppp_frame_read(const uint8_t *frame, size_t length)
{
	struct ppp_frame result = {.event = PPP_EVENT_NONE};
	struct packet packet;
	size_t declared;

	if (length < kLinkHeader + kPacketHeader)
		return result;
	declared = word(frame + kLinkHeader + 2);
	if (declared < kPacketHeader || declared > length - kLinkHeader)
		return result;
	packet.code = frame[kLinkHeader];
	packet.body = frame + kLinkHeader + kPacketHeader;
	packet.length = declared - kPacketHeader;
	result.id = frame[kLinkHeader + 1];

	switch (word(frame + 2)) {
	case kLcp:
		read_lcp(&packet, &result);
		break;
	case kPap:
		read_pap(&packet, &result);
		break;
	case kChap:
		read_chap(&packet, &result);
		break;
	case kEap:
		read_eap(&packet, &result);
		break;
	default:
		break;
	}
	return result;
}
