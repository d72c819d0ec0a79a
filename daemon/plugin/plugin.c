// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's entry: its options, and the start of everything else as soon as both are given.
#include "plugin.h"
#include "pppd_compat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char pppd_version[];
EXPORTED const char pppd_version[] = PPPD_VERSION_TEXT; /* pppd refuses a plugin of any other version */
EXPORTED void plugin_init(void);

static int supervisor_fd = -1, lifeline_fd = -1;

static void say_hello(void)
{
	struct message message;

	message_begin(&message, PPPM_HELLO);
	message_u32(&message, PPPM_T_PID, (uint32_t)getpid());
	message_bytes(&message, PPPM_T_TEXT, PPPD_VERSION_TEXT, strlen(PPPD_VERSION_TEXT));
	message_send(&message, MESSAGE_NORMAL);
}

/* 0 makes pppd end with EXIT_OPTION_ERROR, before it has touched anything. */
static int start_when_complete(void)
{
	if (supervisor_fd < 0 || lifeline_fd < 0)
		return 1;
	if (!lifeline_arm(lifeline_fd)) {
		pppd_option_error("ppp-manager: the lifeline cannot be watched");
		return 0;
	}
	messages_open(supervisor_fd);
	say_hello();
	if (!secrets_obtain())
		fatal("ppp-manager: the supervisor gave no secrets"); /* it may only be slow: no fault of the options */
	phases_start();
	network_watch();
	peer_auth_watch();
	snoop_watch();
	if (!asks_start()) {
		pppd_option_error("ppp-manager: the supervisor's socket cannot be watched");
		return 0;
	}
	return 1;
}

static int parse_fd(const char *text, int *fd)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > 1048576)
		return 0;
	*fd = (int)value;
	return 1;
}

static int take_socket(char **argv)
{
	int fd, type;
	socklen_t length = sizeof(type);

	if (supervisor_fd >= 0 || !parse_fd(*argv, &fd) ||
		getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_SEQPACKET) {
		pppd_option_error("ppp-manager-fd: not the number of a SEQPACKET socket, or given twice");
		return 0;
	}
	supervisor_fd = fd;
	return start_when_complete();
}

static int take_lifeline(char **argv)
{
	struct stat status_of;
	int fd;

	if (lifeline_fd >= 0 || !parse_fd(*argv, &fd) || fstat(fd, &status_of) < 0 ||
		!S_ISFIFO(status_of.st_mode) || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
		pppd_option_error(
			"ppp-manager-lifeline-fd: not the number of a pipe's read end, or given twice");
		return 0;
	}
	lifeline_fd = fd;
	return start_when_complete();
}

static int take_round_trip(char **argv)
{
	int microseconds;

	if (!parse_fd(*argv, &microseconds) || microseconds == 0) {
		pppd_option_error("ppp-manager-round-trip: not a number of microseconds up to a second");
		return 0;
	}
	fast_connect_tunnel((uint64_t)microseconds);
	return 1;
}

static int take_hold(char **argv)
{
	(void)argv;
	hold_begin();
	return 1;
}

static option_t options[] = {
	{.name = "ppp-manager-fd",
		.type = o_special,
		.addr = __extension__(void *) take_socket,
		.description = "Descriptor of the socket to ppp-manager",
		.flags = OPT_PRIV},
	{.name = "ppp-manager-lifeline-fd",
		.type = o_special,
		.addr = __extension__(void *) take_lifeline,
		.description = "Descriptor of a pipe whose end ends pppd",
		.flags = OPT_PRIV},
	{.name = "ppp-manager-round-trip",
		.type = o_special,
		.addr = __extension__(void *) take_round_trip,
		.description = "Microseconds to the tunnel server and back",
		.flags = OPT_PRIV},
	{.name = "ppp-manager-hold",
		.type = o_special_noarg,
		.addr = __extension__(void *) take_hold,
		.description = "No address before ppp-manager says so",
		.flags = OPT_PRIV},
	{.name = NULL},
};

void plugin_init(void)
{
	pppd_add_options(options);
	phases_watch();
}
