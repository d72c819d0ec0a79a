// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes pppd wait between the making of its interface and the first address on it, until the supervisor has
// put the interface where it belongs (a firewall's zone). It is asked as early as possible, so that its answer
// is mostly there by the time it is needed.
#include "plugin.h"
#include "pppd_compat.h"

#include <net/if.h>
#include <poll.h>
#include <signal.h>

enum {
	kWaitMs = 5000, /* a supervisor that is away must not keep a link from coming up */
	kLcp = 0xc021
};

static int wanted;
static int asked;                      /* an engine has one interface */
static volatile sig_atomic_t waiting; /* for the answer */
static int (*next_demand_conf)(int);
static struct protent *asked_first; /* whose demand_conf is ours */

static void ask(void)
{
	const char *name = pppd_interface();
	struct message message;

	if (asked)
		return;
	asked = 1;
	waiting = 1;
	message_begin(&message, PPPM_READY_WANTED);
	message_bytes(&message, PPPM_T_INTERFACE, name, strnlen(name, IFNAMSIZ));
	message_u32(&message, PPPM_T_IFINDEX, if_nametoindex(name));
	message_send(&message, MESSAGE_KEPT);
}

void hold_over(void)
{
	waiting = 0;
	messages_forget(PPPM_READY_WANTED);
}

static int time_left(uint64_t started)
{
	uint64_t passed = (monotonic_us() - started) / 1000;

	return passed >= kWaitMs ? 0 : (int)(kWaitMs - passed);
}

/* What tells pppd to end: a signal between the look for one and the wait would be seen only behind it. */
static void hold_the_end(sigset_t *before)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, before);
}

/* Every other end of the socket may be closed: then nobody is to answer. */
static void wait_for_answer(void)
{
	struct pollfd supervisor = {.fd = messages_fd(), .events = POLLIN};
	uint64_t started = monotonic_us();
	sigset_t before;
	int left;

	urgent_hold();
	hold_the_end(&before);
	while (waiting && !pppd_told_to_end() && (left = time_left(started)) > 0) {
		struct timespec limit = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000L};

		supervisor.revents = 0;
		ppoll(&supervisor, 1, &limit, &before);
		asks_drain();
		if (supervisor.revents & (POLLHUP | POLLERR | POLLNVAL))
			break;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	urgent_go_on();
	if (waiting && !pppd_told_to_end())
		warn("ppp-manager: nobody says that %s may have its addresses; it gets them", pppd_interface());
	hold_over();
}

/* With `demand` the addresses come before anything is dialled, and before any phase: main.c, demand_conf(),
 * which asks each protocol in turn, LCP first. */
static int before_demand(int unit)
{
	/* pppd takes who has one for a network protocol, and tells the kernel its mode (demand.c) */
	asked_first->demand_conf = next_demand_conf;
	ask();
	wait_for_answer();
	return next_demand_conf ? next_demand_conf(unit) : 1;
}

void hold_begin(void)
{
	if (wanted)
		return;
	wanted = 1;
	for (int i = 0; protocols[i]; ++i) {
		if (protocols[i]->protocol != kLcp)
			continue;
		asked_first = protocols[i];
		next_demand_conf = asked_first->demand_conf;
		asked_first->demand_conf = before_demand;
	}
}

/* auth.c, start_link() and start_networks(): the interface is there when LCP begins, and the network
 * protocols are opened behind the notice of their phase. */
void hold_phase(int pppd_phase)
{
	if (!wanted)
		return;
	if (pppd_phase == PHASE_ESTABLISH)
		ask();
	if (pppd_phase == PHASE_NETWORK && waiting)
		wait_for_answer();
}
