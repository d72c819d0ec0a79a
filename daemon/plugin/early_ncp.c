// SPDX-License-Identifier: LGPL-2.1-or-later
// Network protocols' first requests, kept until pppd is ready for them. They come in on another descriptor
// than LCP and authentication, and pppd sometimes reads one ahead of the packet that ends the
// authentication, although the peer sent it behind. It then drops it, and the peer repeats it only after 3 s.
#include "plugin.h"
#include "pppd_compat.h"

enum {
	kIpcp = 0x8021,
	kIpv6cp = 0x8057,
	kCcp = 0x80fd,
	kHeader = 4, /* address, control, protocol */
	kConfigureRequest = 1,
	kMaxRequest = 256 /* bytes; a longer one is left to the peer's own repetition */
};

struct early {
	uint16_t protocol;
	size_t length; /* from the code on; 0: none */
	uint8_t request[kMaxRequest];
};

static struct early kept[] = {{.protocol = kIpcp}, {.protocol = kIpv6cp}, {.protocol = kCcp}};
static const size_t kKinds = sizeof(kept) / sizeof(kept[0]);
static int dropping; /* pppd would drop it now: LCP is not open or nobody is authenticated yet */

static void forget(void)
{
	for (size_t i = 0; i < kKinds; ++i)
		kept[i].length = 0;
}

static const fsm *machine_of(uint16_t protocol)
{
	switch (protocol) {
	case kIpcp:
		return &ipcp_fsm[0];
	case kIpv6cp:
		return pppd_symbol("ipv6cp_fsm");
	default:
		return pppd_symbol("ccp_fsm");
	}
}

/* A protocol that is not in use, or not yet (with MPPE the others wait for it), would answer that it is
 * closed. */
static int is_negotiating(uint16_t protocol)
{
	const fsm *machine = machine_of(protocol);

	return machine &&
	       (machine->state == REQSENT || machine->state == ACKRCVD || machine->state == STOPPED);
}

/* pppd appends to what it is given (ipcp.c, ipcp_reqci(): the address that it wants to be told). */
static void give(const struct protent *handler, struct early *one)
{
	static uint8_t packet[PPPD_PACKET_ROOM];
	int length = (int)one->length;

	memcpy(packet, one->request, one->length);
	one->length = 0;
	dbglog("ppp-manager: request of protocol 0x%x kept until now", one->protocol);
	handler->input(0, packet, length);
}

static void hand_over(void *unused)
{
	(void)unused;
	for (size_t i = 0; i < kKinds; ++i) {
		struct early *one = &kept[i];

		for (int at = 0; one->length && protocols[at]; ++at) {
			const struct protent *handler = protocols[at];

			if (handler->protocol == one->protocol && handler->enabled_flag &&
				is_negotiating(one->protocol))
				give(handler, one);
		}
	}
	forget();
}

void early_ncp_received(const uint8_t *frame, size_t length)
{
	if (length < kHeader + 4 || frame[kHeader] != kConfigureRequest)
		return;
	for (size_t i = 0; i < kKinds; ++i) {
		if (kept[i].protocol != (frame[2] << 8 | frame[3]))
			continue;
		/* One that pppd takes itself makes the kept one stale. */
		kept[i].length = dropping && length - kHeader <= kMaxRequest ? length - kHeader : 0;
		memcpy(kept[i].request, frame + kHeader, kept[i].length);
	}
}

void early_ncp_phase(int pppd_phase)
{
	dropping = pppd_phase == PHASE_ESTABLISH || pppd_phase == PHASE_AUTHENTICATE;
	if (pppd_phase == PHASE_NETWORK) /* the protocols are opened as soon as the phase was announced */
		pppd_timeout(hand_over, NULL, 0, 0);
	else
		pppd_untimeout(hand_over, NULL);
	if (!dropping && pppd_phase != PHASE_NETWORK)
		forget();
}
