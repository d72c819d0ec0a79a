// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports the addresses, name servers and MTU that IPCP and IPV6CP agreed on, and their end; and the
// interface that waits for traffic.
#include "plugin.h"
#include "pppd_compat.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* netdevice(7), SIOCGIFMTU; 0 where the interface has none. pppd has set it by then, when LCP opened. */
static uint32_t interface_mtu(const char *name)
{
	struct ifreq request;
	uint32_t mtu = 0;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 0;
	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, name, strnlen(name, sizeof(request.ifr_name) - 1));
	if (ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu > 0)
		mtu = (uint32_t)request.ifr_mtu;
	close(fd);
	return mtu;
}

static void add_interface(struct message *message)
{
	const char *name = pppd_interface();

	message_bytes(message, PPPM_T_INTERFACE, name, strnlen(name, IFNAMSIZ));
	message_u32(message, PPPM_T_IFINDEX, if_nametoindex(name));
	message_u32(message, PPPM_T_MTU, interface_mtu(name));
}

/* pppd is about to wait for a packet: it has set the interface up with the addresses of its options, or with
 * made-up ones where there are none, ipcp.c, ip_demand_conf(). */
void network_phase(int pppd_phase)
{
	const ipcp_options *wanted = &ipcp_wantoptions[0];
	struct message message;

	if (pppd_phase != PHASE_DORMANT)
		return;
	message_begin(&message, PPPM_DEMAND);
	add_interface(&message);
	message_bytes(&message, PPPM_T_LOCAL, &wanted->ouraddr, 4);
	message_bytes(&message, PPPM_T_PEER, &wanted->hisaddr, 4);
	message_send(&message, MESSAGE_KEPT);
}

static void on_ip4_up(void *context, int value)
{
	const ipcp_options *ours = &ipcp_gotoptions[0];
	struct message message;

	(void)context;
	(void)value;
	message_begin(&message, PPPM_IP4);
	add_interface(&message);
	message_bytes(&message, PPPM_T_LOCAL, &ours->ouraddr, 4);
	message_bytes(&message, PPPM_T_PEER, &ipcp_hisoptions[0].hisaddr, 4);
	for (int i = 0; i < 2; ++i) {
		if (ours->dnsaddr[i])
			message_bytes(&message, PPPM_T_DNS, &ours->dnsaddr[i], 4);
	}
	message_send(&message, MESSAGE_KEPT);
}

static void on_ip6_up(void *context, int value)
{
	uint8_t local[8], peer[8];
	struct message message;

	(void)context;
	(void)value;
	if (!pppd_ip6_ids(local, peer))
		return;
	message_begin(&message, PPPM_IP6);
	add_interface(&message);
	message_bytes(&message, PPPM_T_LOCAL_ID, local, sizeof(local));
	message_bytes(&message, PPPM_T_PEER_ID, peer, sizeof(peer));
	message_send(&message, MESSAGE_NORMAL);
}

static void send_bare(enum pppm_kind kind)
{
	struct message message;

	message_begin(&message, kind);
	message_send(&message, MESSAGE_KEPT);
}

static void on_ip4_down(void *context, int value)
{
	(void)context;
	(void)value;
	send_bare(PPPM_IP4_DOWN);
}

static void on_ip6_down(void *context, int value)
{
	(void)context;
	(void)value;
	send_bare(PPPM_IP6_DOWN);
}

void network_watch(void)
{
	pppd_on_ip4(on_ip4_up, on_ip4_down);
	pppd_on_ip6(on_ip6_up, on_ip6_down);
}
