# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Bare pppd as a client, to prove the lab and its peers without the product.

# bare_pppd N [PPPD-OPTION...]: dials over wanN in the background; pid in $bare_pid, log in $work/bare.log.
bare_pppd() {
	local n=$1 quoted=${isp_password//\\/\\\\}
	shift
	quoted=${quoted//\"/\\\"}
	printf 'user %s\npassword "%s"\n' "$isp_user" "$quoted" >"$work/peer$n"
	: >"$work/bare.log"
	/usr/sbin/pppd nodetach noauth nodefaultroute noipdefault debug logfile "$work/bare.log" file "$work/peer$n" \
		plugin pppoe.so "$@" "nic-wan$n" >/dev/null 2>&1 &
	bare_pid=$!
}

bare_says() {
	grep -qF -- "$1" "$work/bare.log"
}

# bare_end SIGNAL: ends it; its exit status is then in $bare_status.
bare_end() {
	kill -s "$1" "$bare_pid" 2>/dev/null || true
	bare_wait
}

bare_wait() {
	bare_status=0
	wait "$bare_pid" || bare_status=$?
}

# has_address INTERFACE [ADDRESS]: it has (that) IPv4 address.
has_address() {
	[ -n "$(ip -4 -o address show dev "$1" up ${2:+to "$2"} 2>/dev/null)" ]
}
