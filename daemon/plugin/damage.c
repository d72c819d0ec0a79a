// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames that came in damaged, as the kernel counts them: the one trace of a serial line that swallows or
// changes bytes. Looked at whenever LCP's echo comes back and when a link ends, so that nothing wakes up for
// it.
#include "plugin.h"
#include "pppd_compat.h"

#include <net/if.h>
#include <net/if_ppp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t told;

/* 0 where the interface is not there (any more). */
static uint32_t damaged_frames(const char *interface)
{
	struct ifpppstatsreq request;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t count = 0;

	if (fd < 0)
		return 0;
	memset(&request, 0, sizeof(request));
	memcpy(request.ifr__name, interface, strnlen(interface, sizeof(request.ifr__name) - 1));
	request.stats_ptr = (char *)&request.stats;
	if (ioctl(fd, SIOCGPPPSTATS, &request) == 0)
		count = (uint32_t)request.stats.p.ppp_ierrors;
	close(fd);
	return count;
}

static void look(void)
{
	uint32_t count = damaged_frames(pppd_interface());
	struct message message;

	if (count <= told)
		return;
	told = count;
	message_begin(&message, PPPM_DAMAGED);
	message_u32(&message, PPPM_T_COUNT, count);
	message_send(&message, MESSAGE_MINOR);
}

/* ESTABLISH is seen on the way down, too; the interface is there until after DISCONNECT. */
void damage_phase(int pppd_phase)
{
	if (pppd_phase == PHASE_SERIALCONN)
		told = 0;
	else if (pppd_phase == PHASE_TERMINATE || pppd_phase == PHASE_ESTABLISH ||
		 pppd_phase == PHASE_DISCONNECT)
		look();
}

void damage_received(const struct ppp_frame *frame)
{
	if (frame->event == PPP_EVENT_LCP_ECHO_REPLY)
		look();
}
