// SPDX-License-Identifier: LGPL-2.1-or-later
// Sees every frame before pppd judges it: a refusal that comes after the peer's Terminate-Request is dropped
// by pppd, but it is the one that says why. Sees what pppd sends, too.
#include "plugin.h"
#include "pppd_compat.h"

typedef void snoop_hook(unsigned char *frame, int length);

static snoop_hook *next_received, *next_sent;

static void show(const uint8_t *frame, size_t length)
{
	struct ppp_frame read = ppp_frame_read(frame, length);

	auth_frame(&read);
	peer_auth_frame(&read);
	lcp_frame(&read);
	damage_received(&read);
	fast_connect_received(&read);
	early_ncp_received(frame, length);
	chap_again_received(&read, frame, length);
	asks_received(&read);
}

void snoop_rescued(const uint8_t *frame, size_t length)
{
	show(frame, length);
}

static void received(unsigned char *frame, int length)
{
	if (length > 0 && !guard_received(frame, (size_t)length))
		show(frame, (size_t)length);
	asks_moment();
	if (next_received)
		next_received(frame, length);
}

static void sent(unsigned char *frame, int length)
{
	if (length > 0) {
		struct ppp_frame read = ppp_frame_read(frame, (size_t)length);

		auth_sent(&read);
		lcp_sent(&read);
		fast_connect_sent(frame, (size_t)length);
		chap_again_sent(&read, frame, (size_t)length);
		leave_sent(&read);
	}
	asks_moment();
	if (next_sent)
		next_sent(frame, length);
}

void snoop_watch(void)
{
	next_received = snoop_recv_hook;
	next_sent = snoop_send_hook;
	snoop_recv_hook = received;
	snoop_send_hook = sent;
}
