# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Provider N with IPv6: session K of its pppd has 2001:db8:5N:K::/64, K being the number of the provider's interface;
# its host six.ispN.test is 2001:db8:8N::80, its name server 2001:db8:8N::53, its prefixes are /56 of 2001:db8:fN00::/40. The program is tests/lab/peers/router6.cpp.

# isp6_cable N [PPPD-OPTION...]: cable, PPPoE server and name server; nobody advertises anything yet.
isp6_cable() {
	local n=$1
	shift
	isp_cable "$n"
	isp_options "$n" extra="+ipv6 $*"
	cat >"/srv/isp$n/ppp/ipv6-up" <<-END
		#!/bin/sh
		number=\$(ip -o link show dev "\$1" | cut -d: -f1)
		ip -6 address add "2001:db8:5$n:\$(printf %x "\$number")::1/64" dev "\$1" nodad
	END
	chmod 755 "/srv/isp$n/ppp/ipv6-up"
	ip -n "isp$n" address add "2001:db8:8$n::80/128" dev core nodad
	ip -n "isp$n" address add "2001:db8:8$n::53/128" dev core nodad
	ip netns exec "isp$n" sysctl -q -w net.ipv6.conf.all.forwarding=1
	isp_pppoe "$n"
	isp_dns "$n" --listen-address="2001:db8:8$n::53" --address="/six.isp$n.test/2001:db8:8$n::80"
}

# router6_start N [OPTION...] / router6_stop N
router6_start() {
	local n=$1
	shift
	isp_unit "isp$n-router6" "$n" /lab/peers/lab_router6 "$@"
	wait_until 10 "the router of isp$n listens" router6_listens "$n"
}

router6_listens() {
	[ -n "$(ip netns exec "isp$1" ss -Hlun "sport = :547")" ]
}

router6_stop() {
	systemctl stop "isp$1-router6.service"
	wait_until 10 "the router of isp$1 is gone" unit_gone "isp$1-router6.service"
}

# router6_signal N SIGNAL: USR1: other prefixes at the next renewal; USR2: no default router any more, or again.
router6_signal() {
	systemctl kill --signal="$2" "isp$1-router6.service"
}

# addresses6_of NAME / prefixes6_of NAME: a line each.
addresses6_of() {
	property "$1" Addresses6 | jq -r '.[]'
}
prefixes6_of() {
	property "$1" DelegatedPrefixes | jq -r '.[]'
}
has_address6() {
	[ -n "$(addresses6_of "$1")" ]
}
has_prefix6() {
	[ -n "$(prefixes6_of "$1")" ]
}

# detail NAME KEY: of Details; empty where there is none.
detail() {
	property "$1" Details | jq -r --arg key "$2" '.[$key] // "" | if type == "object" then .data else . end'
}
detail_is() {
	[ "$(detail "$1" "$2")" = "$3" ]
}
