// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that differs between pppd 2.4.9 and 2.5.x, and the only file that includes pppd's headers: the
// rest of the plugin uses the functions below, in which `pppd_` stands for a value or service of the pppd
// that loaded us.
#pragma once

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#if __has_include(<pppd/pppdconf.h>)
#define PPPD_IS_25 1
#else
#define PPPD_IS_25 0
#define INET6 1 /* without it 2.4.9's headers hide IPV6CP; whether pppd has it is asked at run time */
#endif

#include <pppd/pppd.h>

#include <pppd/eui64.h>
#include <pppd/fsm.h>
#include <pppd/ipcp.h>
#include <pppd/ipv6cp.h>
#include <pppd/lcp.h>
#if PPPD_IS_25
#include <pppd/chap.h>
#include <pppd/options.h>
#include <pppd/upap.h>
#define PPPD_VERSION_TEXT PPPD_VERSION
#define pppd_add_options ppp_add_options
#define pppd_option_error ppp_option_error
#define pppd_int_option ppp_int_option
#define pppd_timeout ppp_timeout
#define pppd_untimeout ppp_untimeout
#else
#include <pppd/chap-new.h>
#define PPPD_VERSION_TEXT VERSION
#define pppd_add_options add_options
#define pppd_option_error option_error
#define pppd_int_option int_option
#define pppd_timeout timeout
#define pppd_untimeout untimeout
#endif

typedef void pppd_notice(void *context, int value);

/* A global of pppd that may be absent (built without IPv6) or is not in its public headers; NULL where there
 * is none. */
static inline void *pppd_symbol(const char *name)
{
	return dlsym(RTLD_DEFAULT, name);
}

#if PPPD_IS_25
static inline int pppd_status(void)
{
	return (int)ppp_status();
}
static inline void pppd_on_phase(pppd_notice *call)
{
	ppp_add_notify(NF_PHASE_CHANGE, call, NULL);
}
static inline void pppd_on_exit(pppd_notice *call)
{
	ppp_add_notify(NF_EXIT, call, NULL);
}
static inline void pppd_on_ip4(pppd_notice *up, pppd_notice *down)
{
	ppp_add_notify(NF_IP_UP, up, NULL);
	ppp_add_notify(NF_IP_DOWN, down, NULL);
}
static inline void pppd_on_ip6(pppd_notice *up, pppd_notice *down)
{
	ppp_add_notify(NF_IPV6_UP, up, NULL);
	ppp_add_notify(NF_IPV6_DOWN, down, NULL);
}
static inline const char *pppd_interface(void)
{
	return ppp_ifname();
}
static inline const char *pppd_device(void)
{
	return ppp_devnam();
}
static inline int pppd_session_number(void)
{
	return ppp_get_session_number();
}
static inline const char *pppd_remote_number(void)
{
	const char *number = ppp_get_remote_number();
	return number ? number : "";
}
/* The descriptor of the PPP channel; -1 where none is open. 2.5 keeps it out of its headers but exports it.
 * Safe in signal handlers after a first call outside. */
static inline int pppd_channel_fd(void)
{
	static const int *fd;

	if (!fd)
		fd = pppd_symbol("fd_ppp");
	return fd ? *fd : -1;
}
static inline int pppd_logs_packets(void)
{
	return debug_on();
}
#else
static inline int pppd_status(void)
{
	return status;
}
static inline void pppd_on_phase(pppd_notice *call)
{
	add_notifier(&phasechange, call, NULL);
}
static inline void pppd_on_exit(pppd_notice *call)
{
	add_notifier(&exitnotify, call, NULL);
}
static inline void pppd_on_ip4(pppd_notice *up, pppd_notice *down)
{
	add_notifier(&ip_up_notifier, up, NULL);
	add_notifier(&ip_down_notifier, down, NULL);
}
static inline void pppd_on_ip6(pppd_notice *up, pppd_notice *down)
{
	struct notifier **ups = pppd_symbol("ipv6_up_notifier");
	struct notifier **downs = pppd_symbol("ipv6_down_notifier");

	if (ups && downs) {
		add_notifier(ups, up, NULL);
		add_notifier(downs, down, NULL);
	}
}
static inline const char *pppd_interface(void)
{
	return ifname;
}
static inline const char *pppd_device(void)
{
	return devnam;
}
static inline int pppd_session_number(void)
{
	return ppp_session_number;
}
static inline const char *pppd_remote_number(void)
{
	return remote_number;
}
static inline int pppd_channel_fd(void)
{
	return fd_ppp;
}
static inline int pppd_logs_packets(void)
{
	return debug != 0;
}
#endif

/* Both interface identifiers, 8 bytes each, network order; 0 where pppd has no IPV6CP. */
static inline int pppd_ip6_ids(uint8_t local[8], uint8_t peer[8])
{
	const ipv6cp_options *ours = pppd_symbol("ipv6cp_gotoptions");
	const ipv6cp_options *theirs = pppd_symbol("ipv6cp_hisoptions");

	if (!ours || !theirs)
		return 0;
	memcpy(local, &ours[0].ourid, 8);
	memcpy(peer, &theirs[0].hisid, 8);
	return 1;
}

/* The name that option `remotename` sets; NULL where it is not given. */
static inline const char *pppd_expected_name(void)
{
	const unsigned char *given = pppd_symbol("explicit_remote");

	return given && *given ? pppd_symbol("remote_name") : NULL;
}

/* What pppd hands its protocols' inputs lies in a buffer of this size, and they count on it: an answer is built
 * in the place of the request and may be longer. Both main.c, inpacket_buf without the header. */
enum { PPPD_PACKET_ROOM = 1500 };

/* A signal has told pppd to end; 0 too where it does not show that. */
static inline int pppd_told_to_end(void)
{
	const volatile int *told = pppd_symbol("got_sigterm");

	return told && *told;
}

/* We authenticate ourselves in no way at all. */
static inline void pppd_refuse_every_method(void)
{
	static const char *const names[] = {
		"refuse_pap", "refuse_chap", "refuse_mschap", "refuse_mschap_v2", "refuse_eap"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
		unsigned char *refuse = pppd_symbol(names[i]); /* pppd's bool */

		if (refuse)
			*refuse = 1;
	}
}

/* pppd's own driver for terminals, pseudo-terminals too; any other is a plugin's. */
static inline int pppd_channel_is_tty(void)
{
	return the_channel && the_channel == pppd_symbol("tty_channel");
}

/* The value of a string option of the channel's driver (pppoe.so keeps its own static): "" where it is not
 * set, NULL where the driver has no such option. */
static inline const char *pppd_channel_option(const char *name)
{
	const option_t *option = the_channel ? the_channel->options : NULL;

	for (; option && option->name; ++option) {
		if (option->type == o_string && !(option->flags & OPT_STATIC) &&
			!strcmp(option->name, name)) {
			const char *value = *(char *const *)option->addr;
			return value ? value : "";
		}
	}
	return NULL;
}
