// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads PPPoE discovery beside pppd, which keeps the offers to itself and only logs the errors. pppd waits
// for frames in a blocking loop, so ours are read in a signal handler and reported from there, before pppd
// has given up.
#include "discovery_frame.h"
#include "plugin.h"
#include "pppd_compat.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	kMaxFrame = 1600,
	kMaxBurst = 256, /* frames read in one go, so that a flood cannot hold pppd in the handler */
	kReceiveBuffer = 65536,
	kMaxConcentrators = 8,
	kMaxName = 256,
	kUsualPayload = 1492, /* RFC 2516, 7 */
	/* µs: a later answer may be one to a repeated PADI and measures nothing */
	kSlowestRtt = 1000000
};

struct concentrator {
	uint8_t mac[6];
	uint64_t offered;     /* µs: its first PADO */
	uint16_t error_tag;   /* the last one reported */
	uint16_t max_payload; /* what its PADS granted; 0: nothing beyond the usual */
	size_t name_length;
	uint8_t name[kMaxName];
};

static struct {
	int fd; /* -1 where no discovery is going on */
	unsigned int ifindex;
	struct discovery_filter filter;
	int one_mac_only; /* pppd takes offers of mac alone */
	uint8_t mac[6];
	uint64_t began; /* µs */
	struct concentrator known[kMaxConcentrators];
	int count;
} discovery = {.fd = -1};

uint64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static struct concentrator *find_concentrator(const uint8_t mac[6])
{
	for (int i = 0; i < discovery.count; ++i) {
		if (!memcmp(discovery.known[i].mac, mac, 6))
			return &discovery.known[i];
	}
	return NULL;
}

/* The last place is taken again and again where there are too many. */
static struct concentrator *new_concentrator(const uint8_t mac[6])
{
	struct concentrator *one;

	if (discovery.count < kMaxConcentrators)
		++discovery.count;
	one = &discovery.known[discovery.count - 1];
	memset(one, 0, sizeof(*one));
	memcpy(one->mac, mac, 6);
	return one;
}

static void take_name(struct concentrator *one, const struct discovery_frame *frame)
{
	if (!frame->ac_name_length)
		return;
	one->name_length = frame->ac_name_length < kMaxName ? frame->ac_name_length : kMaxName;
	memcpy(one->name, frame->ac_name, one->name_length);
}

/* Once for each kind of error; pppd asks again at once and is refused again. */
static void report_error(struct concentrator *from, const struct discovery_frame *frame)
{
	struct message message;

	if (!frame->error_tag || from->error_tag == frame->error_tag)
		return;
	from->error_tag = frame->error_tag;
	message_begin(&message, PPPM_DISCOVERY_ERROR);
	message_u32(&message, PPPM_T_ERROR_TAG, frame->error_tag);
	message_bytes(&message, PPPM_T_PEER_MAC, frame->source, 6);
	if (frame->error_text_length)
		message_bytes(&message, PPPM_T_TEXT, frame->error_text, frame->error_text_length);
	message_send(&message, MESSAGE_MINOR);
}

static void report_offer(const struct discovery_frame *frame)
{
	struct message message;

	message_begin(&message, PPPM_DISCOVERY);
	message_bytes(&message, PPPM_T_PEER_MAC, frame->source, 6);
	message_bytes(&message, PPPM_T_AC_NAME, frame->ac_name, frame->ac_name_length);
	message_send(&message, MESSAGE_MINOR);
}

/* An offer that is made again, to a repeated PADI or for no reason, is not reported again. */
static void take_offer(const struct discovery_frame *frame)
{
	struct concentrator *from;

	if (discovery.one_mac_only && memcmp(frame->source, discovery.mac, 6) != 0)
		return;
	from = find_concentrator(frame->source);
	if (!from) {
		from = new_concentrator(frame->source);
		from->offered = monotonic_us();
		report_offer(frame);
	}
	take_name(from, frame);
	report_error(from, frame);
}

/* Only from one that made an offer: pppd listens to no other. */
static void take_confirmation(const struct discovery_frame *frame)
{
	struct concentrator *from = find_concentrator(frame->source);

	if (!from)
		return;
	take_name(from, frame);
	report_error(from, frame);
	from->max_payload = frame->max_payload;
	if (!frame->error_tag && frame->session)
		padt_know(discovery.ifindex, frame->session, frame->source);
}

void discovery_drain(void)
{
	uint8_t bytes[kMaxFrame];

	if (discovery.fd < 0)
		return;
	for (int i = 0; i < kMaxBurst; ++i) {
		ssize_t length = recv(discovery.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		struct discovery_frame frame;

		if (length < 0)
			return;
		frame = discovery_frame_read(bytes, (size_t)length, &discovery.filter);
		if (frame.code == DISCOVERY_PADO)
			take_offer(&frame);
		else if (frame.code == DISCOVERY_PADS)
			take_confirmation(&frame);
	}
}

/* 0 where the interface has no Ethernet address. netdevice(7). */
static int read_own_mac(int fd, const char *interface)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, interface, strnlen(interface, sizeof(request.ifr_name) - 1));
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return 0;
	memcpy(discovery.filter.mac, request.ifr_hwaddr.sa_data, 6);
	return 1;
}

/* What pppd will send and look for: the option's bytes, else its process id as it lies in memory. */
static void learn_filter(void)
{
	const char *host_uniq = pppd_channel_option("pppoe-host-uniq");
	const char *mac = pppd_channel_option("pppoe-mac");
	struct discovery_filter *filter = &discovery.filter;
	pid_t pid = getpid();

	if (host_uniq && *host_uniq) {
		filter->host_uniq_length =
			discovery_parse_hex(host_uniq, filter->host_uniq, sizeof(filter->host_uniq));
	} else {
		filter->host_uniq_length = sizeof(pid);
		memcpy(filter->host_uniq, &pid, sizeof(pid));
	}
	discovery.one_mac_only = mac && *mac && discovery_parse_mac(mac, discovery.mac);
}

static int listen_on(int fd, unsigned int ifindex)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_PPP_DISC)};
	int buffer = kReceiveBuffer;

	address.sll_ifindex = (int)ifindex;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	return urgent_watch(fd) && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static void begin(void)
{
	const char *interface = pppd_device();
	unsigned int ifindex = if_nametoindex(interface);
	int fd;

	if (!pppd_channel_option("pppoe-service") || !ifindex)
		return;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* hears nothing until it is bound */
	urgent_hold();
	memset(&discovery, 0, sizeof(discovery));
	discovery.fd = fd;
	discovery.ifindex = ifindex;
	learn_filter();
	if (fd < 0 || !read_own_mac(fd, interface) || !listen_on(fd, ifindex)) {
		warn("ppp-manager: discovery on %s cannot be watched: %m", interface);
		if (fd >= 0)
			close(fd);
		discovery.fd = -1;
	}
	urgent_go_on();
	fast_connect_begin(ifindex);
	discovery.began = monotonic_us();
}

/* Reads what has come, then stops for good. */
static void stop_listening(void)
{
	if (discovery.fd < 0)
		return;
	urgent_hold();
	discovery_drain();
	close(discovery.fd);
	discovery.fd = -1;
	urgent_go_on();
}

/* RFC 4638: without the tag in PADS the link has 1492 bytes. pppd takes the one of PADO for granted, too.
 * LCP has not begun: what is wanted is copied from here when it does. */
static void keep_to_payload(uint16_t granted)
{
	int most = granted > kUsualPayload ? granted : kUsualPayload;

	if (lcp_wantoptions[0].mru > most)
		lcp_wantoptions[0].mru = most;
	if (lcp_allowoptions[0].mru > most)
		lcp_allowoptions[0].mru = most;
}

/* From our PADI to the offer of the one whose session it is: others may be nearer. µs; 0: not measured. */
static uint64_t round_trip(const struct concentrator *peer)
{
	uint64_t took = peer ? peer->offered - discovery.began : 0;

	return took < kSlowestRtt ? took : 0;
}

static void session_is_there(void)
{
	uint16_t session = (uint16_t)pppd_session_number();
	const struct concentrator *peer;
	struct message message;
	uint8_t mac[6];

	if (!discovery_parse_mac(pppd_remote_number(), mac))
		return;
	peer = find_concentrator(mac);
	keep_to_payload(peer ? peer->max_payload : 0);
	padt_know(discovery.ifindex, session, mac);
	fast_connect_session(session, mac, round_trip(peer));

	message_begin(&message, PPPM_SESSION);
	message_u32(&message, PPPM_T_SESSION_ID, session);
	message_bytes(&message, PPPM_T_PEER_MAC, mac, sizeof(mac));
	message_bytes(&message, PPPM_T_AC_NAME, peer ? peer->name : NULL, peer ? peer->name_length : 0);
	message_u32(&message, PPPM_T_MAX_PAYLOAD, peer ? peer->max_payload : 0);
	message_send(&message, MESSAGE_NORMAL);
}

void discovery_phase(int pppd_phase)
{
	if (pppd_phase == PHASE_SERIALCONN) {
		begin();
		return;
	}
	stop_listening();
	/* ESTABLISH is also seen on the way down, and when the peer starts LCP anew. */
	if (pppd_phase != PHASE_ESTABLISH)
		fast_connect_end();
	else if (discovery.began)
		session_is_there();
	else
		fast_connect_tunnel_begin();
	discovery.began = 0;
	if (pppd_phase == PHASE_DISCONNECT || pppd_phase == PHASE_DEAD)
		padt_send_once();
}
