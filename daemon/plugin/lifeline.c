// SPDX-License-Identifier: LGPL-2.1-or-later
// Ends pppd in order when the service has ended for good: whoever holds the write end of a pipe wants the
// link to live.
#include "plugin.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

int lifeline_arm(int fd)
{
	struct pollfd pipe_end = {.fd = fd, .events = 0};

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 ||
		fcntl(fd, F_SETSIG, SIGTERM) < 0 ||
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC | O_NONBLOCK) < 0)
		return 0;
	/* What happened before O_ASYNC was set raises no signal. */
	if (poll(&pipe_end, 1, 0) == 1 && pipe_end.revents & POLLHUP)
		raise(SIGTERM);
	return 1;
}
