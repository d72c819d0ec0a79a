// SPDX-License-Identifier: LGPL-2.1-or-later
// What the supervisor asks of a running engine. The questions are read in a signal handler: an echo goes out
// from there, with our own mark in its data, so that its reply is known among those to pppd's echoes (pppd
// takes any reply for a sign of life, as it is one). The packet log is switched later, in pppd's own time:
// pppd's toggle takes the lock of syslog(3), which the handler may have interrupted.
#include "plugin.h"
#include "pppd_compat.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

enum {
	kMaxQuestion = 64, /* bytes; a longer one is none that we know */
	kMaxBurst = 32,    /* questions read in one go */
	kHeader = 2,
	kFieldHeader = 4,
	kMark = 8 /* bytes of an echo's data */
};

enum wish { WISH_NONE, WISH_ON, WISH_OFF };

static volatile sig_atomic_t link_is_open; /* as far as the phase tells */
static volatile sig_atomic_t wish;     /* for the packet log, until it is granted */
static int log_mask;                   /* before the log was switched on; 0: not known */

static struct {
	int waiting;
	uint64_t sent; /* µs */
	uint8_t mark[kMark];
} echo; /* the last one that was asked for; the handler writes it */

static void fill_mark(uint8_t mark[kMark], uint64_t now)
{
	uint32_t number = (uint32_t)now;

	memcpy(mark, "pppm", 4);
	memcpy(mark + 4, &number, sizeof(number));
}

static int can_send(void)
{
	return link_is_open && lcp_fsm[0].state == OPENED && pppd_channel_fd() >= 0;
}

/* RFC 1661, 5.8. As pppd's own output() does it: the kernel adds address and control. */
static int send_echo(const uint8_t mark[kMark])
{
	static uint8_t id;
	const lcp_options *ours = &lcp_gotoptions[0];
	uint32_t magic = ours->neg_magicnumber ? (uint32_t)ours->magicnumber : 0;
	uint8_t frame[10 + kMark] = {0xc0, 0x21, 9, ++id, 0, 8 + kMark, (uint8_t)(magic >> 24),
		(uint8_t)(magic >> 16), (uint8_t)(magic >> 8), (uint8_t)magic};

	memcpy(frame + 10, mark, kMark);
	return write(pppd_channel_fd(), frame, sizeof(frame)) == (ssize_t)sizeof(frame);
}

static void measure(void)
{
	if (!can_send())
		return;
	echo.sent = monotonic_us();
	fill_mark(echo.mark, echo.sent);
	echo.waiting = send_echo(echo.mark);
}

/* The reply, as any frame, gives the moment in which the wish is granted. */
static void nudge(void)
{
	uint8_t mark[kMark];

	if (!can_send())
		return;
	fill_mark(mark, 0);
	send_echo(mark);
}

/* The value of the field ENABLED; -1 where there is none or the datagram is malformed. */
static int read_enabled(const uint8_t *datagram, size_t length)
{
	uint16_t header[2];
	uint32_t value;
	int result = -1;

	for (size_t at = kHeader; at < length; at += kFieldHeader + header[1]) {
		if (length - at < kFieldHeader)
			return -1;
		memcpy(header, datagram + at, kFieldHeader);
		if (header[1] > length - at - kFieldHeader)
			return -1;
		if (header[0] != PPPM_T_ENABLED)
			continue;
		if (header[1] != sizeof(value))
			return -1;
		memcpy(&value, datagram + at + kFieldHeader, sizeof(value));
		result = value != 0;
	}
	return result;
}

static void answer(const uint8_t *datagram, size_t length)
{
	int enabled;

	if (length < kHeader || length > kMaxQuestion || datagram[0] != PPPM_VERSION)
		return;
	if (datagram[1] == PPPM_ECHO) {
		measure();
	} else if (datagram[1] == PPPM_REPEAT) {
		messages_repeat();
	} else if (datagram[1] == PPPM_READY) {
		hold_over();
	} else if (datagram[1] == PPPM_DEBUG) {
		enabled = read_enabled(datagram, length);
		if (enabled < 0)
			return;
		wish = enabled ? WISH_ON : WISH_OFF;
		nudge();
	}
}

/* An end of the socket reads as empty datagrams, and then costs kMaxBurst of them. */
void asks_drain(void)
{
	uint8_t datagram[kMaxQuestion];
	int fd = messages_fd();

	for (int i = 0; fd >= 0 && i < kMaxBurst; ++i) {
		ssize_t length = recv(fd, datagram, sizeof(datagram), MSG_DONTWAIT | MSG_TRUNC);

		if (length < 0)
			return;
		answer(datagram, (size_t)length);
	}
}

int asks_start(void)
{
	pppd_channel_fd();
	if (!urgent_watch(messages_fd()))
		return 0;
	urgent_hold();
	asks_drain();
	urgent_go_on();
	return 1;
}

void asks_phase(int pppd_phase)
{
	link_is_open = pppd_phase == PHASE_AUTHENTICATE || pppd_phase == PHASE_CALLBACK ||
	           pppd_phase == PHASE_NETWORK || pppd_phase == PHASE_RUNNING;
	asks_moment();
}

void asks_received(const struct ppp_frame *frame)
{
	struct message message;
	uint64_t took;
	int ours;

	if (frame->event != PPP_EVENT_LCP_ECHO_REPLY || frame->text_length != kMark)
		return;
	urgent_hold();
	ours = echo.waiting && !memcmp(frame->text, echo.mark, kMark);
	took = monotonic_us() - echo.sent;
	if (ours)
		echo.waiting = 0;
	urgent_go_on();
	if (!ours || took > PPPM_MAX_ROUND_TRIP)
		return;
	message_begin(&message, PPPM_ECHO_REPLY);
	message_u32(&message, PPPM_T_MICROSECONDS, took ? (uint32_t)took : 1);
	message_send(&message, MESSAGE_NORMAL);
}

/* pppd's toggle hides its own notices when it switches off: what was shown before is shown again. */
static void switch_log(int on)
{
	if (on == pppd_logs_packets())
		return;
	if (on)
		log_mask = setlogmask(0);
	raise(SIGUSR1); /* pppd(8), SIGNALS */
	if (!on)
		setlogmask(log_mask ? log_mask : LOG_UPTO(LOG_INFO));
}

void asks_moment(void)
{
	struct sigaction toggle;
	int granted;

	if (wish == WISH_NONE)
		return;
	if (sigaction(SIGUSR1, NULL, &toggle) < 0 || toggle.sa_handler == SIG_DFL)
		return; /* pppd is not yet there */
	urgent_hold();
	granted = wish;
	wish = WISH_NONE;
	urgent_go_on();
	switch_log(granted == WISH_ON);
}
