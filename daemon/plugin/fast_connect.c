// SPDX-License-Identifier: LGPL-2.1-or-later
// The first LCP requests of a PPPoE session are easily lost, and both ends repeat them only after three
// seconds. Ours is lost where the concentrator starts its PPP a little after it confirmed the session: we
// send the very same request (same id) again, as soon as the measured round trip says that no answer will
// come. The peer's is lost where it comes before pppd has connected the channel: we catch it on a packet
// socket and hand it to LCP.
#include "plugin.h"
#include "pppd_compat.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	kEthernetHeader = 14,
	kPppoeHeader = 6,
	kPppHeader = 4,    /* address, control, protocol */
	kMaxRequest = 256, /* bytes of a Configure-Request; real ones have 20 to 40 */
	kMaxCaught = 1600,
	kMaxBurst = 256,   /* frames looked at in one go, so that a flood cannot hold pppd there */

	kShortestWait = 30000, /* µs before ours is sent again for the first time */
	kSteadyWait = 150000,  /* µs between the next ones: pppoe-server's pppd lets us speak first */
	kEnd = 2800000,        /* µs after it was sent first; then pppd's own timer takes over */
	kMoment = 1000,        /* µs in which pppd reads what the channel holds */
	kMaxPutOff = 50        /* of such moments */
};

static struct {
	int fd;       /* catches the peer's requests before the channel is there; -1 after that */
	int active;   /* from the session to LCP's end */
	uint64_t rtt; /* µs; 0: not measured */

	size_t length; /* ours, address and control first; 0: none that waits for an answer */
	uint8_t request[kMaxRequest];
	uint64_t first, sent, wait; /* µs: when it was sent first and last, how long to wait from then */
	int put_off;                /* moments for which the next one was */

	int peer_seen;        /* the channel has delivered a request of the peer */
	size_t caught_length; /* the peer's, address and control first; 0: none */
	uint8_t caught[kPppHeader + PPPD_PACKET_ROOM];
	int rescue_tries;
} fast = {.fd = -1};

static uint64_t tunnel_rtt; /* µs; 0: no tunnel, or its LCP has begun */

/* Frames to us that hold an LCP Configure-Request, and nothing else of what may be a busy cable. */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned int)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kEthernetHeader + kPppoeHeader),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xc021, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kEthernetHeader + kPppoeHeader + 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, kMaxCaught),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}

void fast_connect_begin(unsigned int ifindex)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_PPP_SES)};

	fast_connect_end();
	fast.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	address.sll_ifindex = (int)ifindex;
	if (fast.fd >= 0 && (!attach_filter(fast.fd) ||
				    bind(fast.fd, (struct sockaddr *)&address, sizeof(address)) < 0)) {
		close(fast.fd);
		fast.fd = -1;
	}
}

/* A frame of more than a request can have is left to the peer's own repetition: pppd builds its answers in
 * buffers that hold what it reads itself, and to some options the answer is longer (lcp.c, nak_buffer). */
static void take_caught(const uint8_t *bytes, size_t length, uint16_t session, const uint8_t mac[6])
{
	const uint8_t *pppoe = bytes + kEthernetHeader;
	size_t payload;

	if (length < kEthernetHeader + kPppoeHeader + 2)
		return;
	payload = (size_t)(pppoe[4] << 8 | pppoe[5]);
	if (payload < 2 || payload > length - kEthernetHeader - kPppoeHeader || payload - 2 > kMaxRequest ||
		pppoe[0] != 0x11 || pppoe[1] != 0 || (pppoe[2] << 8 | pppoe[3]) != session ||
		memcmp(bytes + 6, mac, 6) != 0)
		return;
	fast.caught[0] = 0xff; /* as pppd's own read_packet() puts it */
	fast.caught[1] = 0x03;
	fast.caught_length = 2 + payload;
	memcpy(fast.caught + 2, pppoe + kPppoeHeader, payload);
}

/* Keeps the last request of our session. What comes later, the channel gets. */
static void empty_net(uint16_t session, const uint8_t mac[6])
{
	uint8_t bytes[kMaxCaught];

	if (fast.fd < 0)
		return;
	for (int i = 0; i < kMaxBurst; ++i) {
		ssize_t length = recv(fast.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (length < 0)
			break;
		take_caught(bytes, (size_t)length, session, mac);
	}
	close(fast.fd);
	fast.fd = -1;
}

static void send_again(void)
{
	if (pppd_channel_fd() < 0)
		return;
	dbglog("ppp-manager: no answer, LCP request id=0x%x sent again", fast.request[kPppHeader + 1]);
	channel_send_again(fast.request, fast.length);
	fast.sent = monotonic_us();
}

static void on_timer(void *unused);

static void stop_timer(void)
{
	pppd_untimeout(on_timer, NULL);
}

static void start_timer(void)
{
	stop_timer();
	if (fast.sent + fast.wait - fast.first <= kEnd)
		pppd_timeout(on_timer, NULL, 0, (int)fast.wait);
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* Grows once a second has passed, so that a concentrator that is down hears no more than a dozen. */
static uint64_t longest_wait(void)
{
	return larger(larger(3 * fast.rtt, kSteadyWait), (fast.sent - fast.first) / 4);
}

static void on_timer(void *unused)
{
	(void)unused;
	if (!fast.length)
		return;
	if (channel_unread() && ++fast.put_off < kMaxPutOff) {
		pppd_timeout(on_timer, NULL, 0, kMoment);
		return;
	}
	fast.put_off = 0;
	send_again();
	fast.wait = 2 * fast.wait < longest_wait() ? 2 * fast.wait : longest_wait();
	start_timer();
}

static void answered(void)
{
	fast.length = 0;
	stop_timer();
}

void fast_connect_sent(const uint8_t *frame, size_t length)
{
	int again;

	if (!fast.active || !fast.rtt || length < kPppHeader + 4 || length > sizeof(fast.request) ||
		frame[2] != 0xc0 || frame[3] != 0x21 || frame[kPppHeader] != 1)
		return;
	again = fast.length && fast.request[kPppHeader + 1] == frame[kPppHeader + 1];
	answered();
	if (again) /* pppd's own timer has taken over */
		return;
	memcpy(fast.request, frame, length);
	fast.length = length;
	fast.first = fast.sent = monotonic_us();
	fast.put_off = 0;
	fast.wait = larger(3 * fast.rtt, kShortestWait);
	start_timer();
}

/* The peer speaks, so its LCP runs. Ours goes out again ahead of our answer to the peer's: the other way
 * round, a peer that had it already would be open and take it for a new negotiation. For the same reason the
 * peer gets more time from here. */
static void peer_request(void)
{
	fast.peer_seen = 1;
	if (!fast.length)
		return;
	if (monotonic_us() - fast.sent > 2 * fast.rtt)
		send_again();
	fast.wait = longest_wait();
	start_timer();
}

void fast_connect_received(const struct ppp_frame *frame)
{
	if (!fast.active)
		return;
	if (frame->event == PPP_EVENT_LCP_REQUEST)
		peer_request();
	else if ((frame->event == PPP_EVENT_LCP_ANSWER || frame->event == PPP_EVENT_LCP_DECLINE) &&
		 fast.length && frame->id == fast.request[kPppHeader + 1])
		answered();
}

/* Hands LCP the request that came too early, once it is sure that the channel has not delivered it too. */
static void rescue(void *unused)
{
	int state = lcp_fsm[0].state;

	(void)unused;
	if (fast.peer_seen || pppd_channel_fd() < 0 ||
		(state != REQSENT && state != ACKRCVD && state != STOPPED))
		return;
	if (channel_unread()) {
		if (++fast.rescue_tries < kMaxPutOff)
			pppd_timeout(rescue, NULL, 0, kMoment);
		return;
	}
	dbglog("ppp-manager: LCP request of the peer rescued, it came before the channel was there");
	snoop_rescued(fast.caught, fast.caught_length);
	lcp_protent.input(0, fast.caught + kPppHeader, (int)(fast.caught_length - kPppHeader));
}

void fast_connect_session(uint16_t session, const uint8_t mac[6], uint64_t rtt_us)
{
	fast.active = 1;
	fast.rtt = rtt_us;
	fast.length = 0;
	fast.peer_seen = 0;
	fast.caught_length = 0;
	fast.rescue_tries = 0;
	empty_net(session, mac);
	if (fast.caught_length)
		pppd_timeout(rescue, NULL, 0, kMoment);
}

/* A tunnel's session: there is no wire to catch frames on, but our request is lost as easily, and its round
 * trip is known from the control connection. */
void fast_connect_tunnel(uint64_t rtt_us)
{
	tunnel_rtt = rtt_us;
}

void fast_connect_tunnel_begin(void)
{
	if (!tunnel_rtt)
		return;
	fast.active = 1;
	fast.rtt = tunnel_rtt;
	fast.length = 0;
	fast.peer_seen = 0;
	tunnel_rtt = 0;
}

uint64_t fast_connect_rtt(void)
{
	return fast.rtt;
}

void fast_connect_end(void)
{
	if (fast.fd >= 0)
		close(fast.fd);
	fast.fd = -1;
	if (!fast.active)
		return;
	fast.active = 0;
	answered();
	pppd_untimeout(rescue, NULL);
}
