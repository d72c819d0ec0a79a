// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a PPPoE discovery frame; see discovery_frame.h.
#include "discovery_frame.h"

#include <string.h>

enum {
	kEthernetHeader = 14,
	kPppoeHeader = 6,
	kTagHeader = 4,

	kTagEndOfList = 0x0000,
	kTagAcName = 0x0102,
	kTagHostUniq = 0x0103,
	kTagMaxPayload = 0x0120,
	kTagServiceNameError = 0x0201,
	kTagAcSystemError = 0x0202,
	kTagGenericError = 0x0203
};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void read_tag(uint16_t type, const uint8_t *data, size_t length, struct discovery_frame *result)
{
	switch (type) {
	case kTagAcName:
		result->ac_name = data;
		result->ac_name_length = length;
		break;
	case kTagMaxPayload:
		if (length == 2)
			result->max_payload = word(data);
		break;
	case kTagServiceNameError:
	case kTagAcSystemError:
	case kTagGenericError:
		if (result->error_tag)
			break;
		result->error_tag = type;
		result->error_text = length ? data : NULL;
		result->error_text_length = length;
		break;
	default:
		break;
	}
}

/* 0 where the tags do not fit; an End-Of-List ends them whatever length it has, as for pppd. *mine is set when a Host-Uniq equals the filter's. */
static int read_tags(const uint8_t *at, size_t left, const struct discovery_filter *filter,
	struct discovery_frame *result, int *mine)
{
	while (left) {
		uint16_t type;
		size_t length;

		if (left < kTagHeader)
			return 0;
		type = word(at);
		length = word(at + 2);
		if (type == kTagEndOfList)
			return 1;
		if (length > left - kTagHeader)
			return 0;
		if (type == kTagHostUniq && length == filter->host_uniq_length &&
			!memcmp(at + kTagHeader, filter->host_uniq, length))
			*mine = 1;
		read_tag(type, at + kTagHeader, length, result);
		at += kTagHeader + length;
		left -= kTagHeader + length;
	}
	return 1;
}

struct discovery_frame discovery_frame_read(
	const uint8_t *frame, size_t length, const struct discovery_filter *filter)
{
	const struct discovery_frame nothing = {0};
	struct discovery_frame result = {0};
	const uint8_t *header;
	size_t payload;
	int mine = !filter->host_uniq_length;

	if (length < kEthernetHeader + kPppoeHeader || word(frame + 12) != 0x8863 ||
		memcmp(frame, filter->mac, 6))
		return nothing;
	header = frame + kEthernetHeader;
	if (header[0] != 0x11 || (header[1] != DISCOVERY_PADO && header[1] != DISCOVERY_PADS))
		return nothing;
	if (frame[6] & 1) /* no one answers from a group address */
		return nothing;
	payload = word(header + 4);
	if (payload > length - kEthernetHeader - kPppoeHeader)
		return nothing;
	if (!read_tags(header + kPppoeHeader, payload, filter, &result, &mine) || !mine)
		return nothing;
	result.code = header[1];
	result.session = word(header + 2);
	memcpy(result.source, frame + 6, 6);
	return result;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

size_t discovery_parse_hex(const char *text, uint8_t *bytes, size_t room)
{
	size_t length = 0;

	for (; *text; text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || length == room)
			return 0;
		bytes[length++] = (uint8_t)(high << 4 | low);
	}
	return length;
}

int discovery_parse_mac(const char *text, uint8_t mac[6])
{
	for (int i = 0; i < 6; ++i) {
		int digit = hex_digit(*text);

		if (digit < 0)
			return 0;
		mac[i] = (uint8_t)digit;
		++text;
		digit = hex_digit(*text);
		if (digit >= 0) {
			mac[i] = (uint8_t)(mac[i] << 4 | digit);
			++text;
		}
		if (*text != (i < 5 ? ':' : '\0'))
			return 0;
		if (i < 5)
			++text;
	}
	return 1;
}
