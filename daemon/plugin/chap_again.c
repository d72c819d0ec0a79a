// SPDX-License-Identifier: LGPL-2.1-or-later
// A CHAP Success that is lost is repeated by nobody: the peer goes on to the network protocols, whose requests
// pppd drops, until one of the two gives up. A request of those without a verdict before it tells that the
// verdict was lost, and whoever asked has to answer the same Response once more (RFC 1994, 4.1).
#include "plugin.h"
#include "pppd_compat.h"

enum {
	kHeader = 4,         /* address, control, protocol */
	kMaxResponse = 512,  /* bytes; pppd's own are below 320 */
	kConfigureRequest = 1,
	/* µs from the request to ours: a verdict that it has only overtaken on its way (a tunnel's packets do, over
	 * UDP) is here by then, and a peer repeats its request after 3 s, so that little is lost by it */
	kShortestWait = 100000,
	kRoundTrips = 3,     /* the same where a round trip is long: so many of them */
	kMoment = 1000,      /* µs in which pppd reads what the channel holds */
	kMaxPutOff = 50,     /* of such moments */
	kShortestGap = 500000, /* µs between two that we send */
	kMost = 5            /* for one Response */
};

static struct {
	int authenticating;
	size_t length; /* of the Response that waits for its verdict, address and control first; 0: none */
	uint8_t response[kMaxResponse];
	uint64_t sent; /* µs: when we sent it again; 0: not yet */
	int times, put_off;
	int pending; /* the timer runs */
} chap;

static void on_timer(void *unused);

static void start_timer(uint64_t wait)
{
	chap.pending = 1;
	pppd_timeout(on_timer, NULL, 0, (int)wait);
}

static uint64_t first_wait(void)
{
	uint64_t some = kRoundTrips * fast_connect_rtt();

	return some > kShortestWait ? some : kShortestWait;
}

static void on_timer(void *unused)
{
	(void)unused;
	chap.pending = 0;
	if (!chap.length || pppd_channel_fd() < 0)
		return;
	/* Network protocols come in on another descriptor: pppd may have read the request first. */
	if (channel_unread() && ++chap.put_off < kMaxPutOff) {
		start_timer(kMoment);
		return;
	}
	if (chap.times == kMost || (chap.sent && monotonic_us() - chap.sent < kShortestGap))
		return;
	dbglog("ppp-manager: the verdict was lost, CHAP Response id=0x%x sent again",
		chap.response[kHeader + 1]);
	channel_send_again(chap.response, chap.length);
	chap.sent = monotonic_us();
	++chap.times;
}

static void forget(void)
{
	memset(&chap.response, 0, sizeof(chap.response));
	chap.length = 0;
	chap.pending = 0;
	pppd_untimeout(on_timer, NULL);
}

void chap_again_phase(int pppd_phase)
{
	chap.authenticating = pppd_phase == PHASE_AUTHENTICATE;
	forget();
}

void chap_again_sent(const struct ppp_frame *frame, const uint8_t *bytes, size_t length)
{
	if (!chap.authenticating || frame->event != PPP_EVENT_CHAP_RESPONSE || length > kMaxResponse)
		return;
	forget();
	memcpy(chap.response, bytes, length);
	chap.length = length;
	chap.sent = 0;
	chap.times = 0;
}

void chap_again_received(const struct ppp_frame *frame, const uint8_t *bytes, size_t length)
{
	int network;

	if (!chap.length)
		return;
	if (frame->event == PPP_EVENT_CHAP_SUCCESS || frame->event == PPP_EVENT_CHAP_FAILURE ||
		frame->event == PPP_EVENT_CHAP_CHALLENGE) {
		forget();
		return;
	}
	network = length > kHeader && (bytes[2] & 0xc0) == 0x80 && bytes[kHeader] == kConfigureRequest;
	if (!network || chap.pending) /* a wait that began anew with each of them might never end */
		return;
	chap.put_off = 0;
	start_timer(first_wait());
}
