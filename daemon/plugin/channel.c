// SPDX-License-Identifier: LGPL-2.1-or-later
// The PPP channel below pppd, for those that send one of its frames once more.
#include "plugin.h"
#include "pppd_compat.h"

#include <poll.h>
#include <unistd.h>

int channel_unread(void)
{
	struct pollfd channel = {.fd = pppd_channel_fd(), .events = POLLIN};

	return poll(&channel, 1, 0) != 0;
}

void channel_send_again(const uint8_t *frame, size_t length)
{
	/* As pppd's own output() does it: the kernel adds address and control where the link wants them. */
	if (write(pppd_channel_fd(), frame + 2, length - 2) < 0)
		dbglog("ppp-manager: write: %m");
}
