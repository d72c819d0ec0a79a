// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a PPPoE discovery frame (RFC 2516) that anybody on the cable may have sent. Pure: no pppd, no system,
// no state. From C++: include it inside extern "C".
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	DISCOVERY_PADO = 0x07,
	DISCOVERY_PADS = 0x65,
	DISCOVERY_PADT = 0xa7,
	DISCOVERY_MAX_HOST_UNIQ = 64 /* bytes that are compared; a longer one of ours is not supported */
};

/* Whose answers count. */
struct discovery_filter {
	uint8_t mac[6];          /* ours: the frame must be addressed to it */
	size_t host_uniq_length; /* 0: the frame's Host-Uniq is not looked at */
	uint8_t host_uniq[DISCOVERY_MAX_HOST_UNIQ];
};

/* Texts point into the frame that was given and are as the peer sent them; NULL where there is none. */
struct discovery_frame {
	uint8_t code; /* DISCOVERY_PADO or DISCOVERY_PADS; 0: broken, or not for us */
	uint16_t session;
	uint8_t source[6];
	const uint8_t *ac_name;
	size_t ac_name_length;
	uint16_t error_tag; /* 0x0201, 0x0202, 0x0203; 0 where there is no error. The first one counts. */
	const uint8_t *error_text;
	size_t error_text_length;
	uint16_t max_payload; /* PPP-Max-Payload (RFC 4638), bytes; 0 where there is none */
};

/* `frame` starts with the Ethernet header. A frame whose tags do not fit its length is broken as a whole, as
 * it is for pppd. Tags behind End-Of-List are not looked at. */
struct discovery_frame discovery_frame_read(
	const uint8_t *frame, size_t length, const struct discovery_filter *filter);

/* Hex digits, an even number of them, to bytes; the length, or 0 where the text is not that or too long. */
size_t discovery_parse_hex(const char *text, uint8_t *bytes, size_t room);

/* "01:23:45:67:89:AB", each part one or two hex digits; 0 where the text is not that. */
int discovery_parse_mac(const char *text, uint8_t mac[6]);
