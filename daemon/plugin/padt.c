// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells the access concentrator that a PPPoE session is over (RFC 2516, 5.5). pppd 2.4.9 does not, and many
// concentrators then refuse a new session until the old one has timed out. One more where pppd sends its own
// does no harm.
#include "discovery_frame.h"
#include "plugin.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	unsigned int ifindex;
	uint16_t session; /* 0: none, or its end was told */
	uint8_t mac[6];
} known;

void padt_know(unsigned int ifindex, uint16_t session, const uint8_t mac[6])
{
	known.ifindex = ifindex;
	known.session = session;
	memcpy(known.mac, mac, sizeof(known.mac));
}

void padt_send_once(void)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_PPP_DISC), .sll_halen = 6};
	uint8_t frame[6] = {
		0x11, DISCOVERY_PADT, (uint8_t)(known.session >> 8), (uint8_t)known.session, 0, 0};
	int fd;

	if (!known.session)
		return;
	known.session = 0;
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	to.sll_ifindex = (int)known.ifindex;
	memcpy(to.sll_addr, known.mac, sizeof(known.mac));
	sendto(fd, frame, sizeof(frame), MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
	close(fd);
}
