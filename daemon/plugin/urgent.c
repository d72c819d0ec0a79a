// SPDX-License-Identifier: LGPL-2.1-or-later
// Descriptors that pppd's loop does not watch: the kernel sends a signal when they have something, and its
// handler reads them.
#include "plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Not a real-time signal: those queue, and when the queue is full the kernel sends SIGIO instead, on which
 * pppd dies. SIGURG merges, is ignored by default (one that comes late does nothing), and pppd has no use for
 * it. Its select() is never restarted by the kernel, but pppd 2.4.9 and 2.5 go on with the remaining time
 * after EINTR. */
enum { kSignal = SIGURG };

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	discovery_drain();
	asks_drain();
	messages_room();
	errno = saved;
}

int urgent_watch(int fd)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	return sigaction(kSignal, &action, NULL) == 0 && fcntl(fd, F_SETOWN, getpid()) == 0 &&
	       fcntl(fd, F_SETSIG, kSignal) == 0 &&
	       fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK | O_ASYNC) == 0;
}

static void mask(int how)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, kSignal);
	sigprocmask(how, &ours, NULL);
}

void urgent_hold(void)
{
	mask(SIG_BLOCK);
}

void urgent_go_on(void)
{
	mask(SIG_UNBLOCK);
}
