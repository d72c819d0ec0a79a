# SPDX-License-Identifier: LGPL-2.1-or-later
# How long there is no address: a redial (bare: SIGHUP to a pppd with persist, and holdoff 1 so that it does not wait out its
# 30 s), a server that restarts, a cable that is pulled and put back. RUNS=N of each.
# shellcheck shell=bash
# needs: 512M 1800s

runs=${RUNS:-7}

# without_address WHO COMMAND...: runs it and waits for the next address; how long there was none, as the kernel tells it,
# is a sample of $row.
without_address() {
	local who=$1 line gone='' start=${EPOCHREALTIME/[.,]/}
	shift
	addresses_forget
	"$@"
	while :; do
		[ $((${EPOCHREALTIME/[.,]/} - start)) -lt 120000000 ] || fail "$who did not come back"
		read -r -t 1 -u "$addresses" line || continue
		case $line in
		*"Deleted "*" ppp"*" inet 10.64.0.1"*) gone=$(stamp_us "$line") ;;
		*" ppp"*" inet 10.64.0.1"*) [ -z "$gone" ] || break ;;
		esac
	done
	sample "$row" "$who" "$(ms "$gone" "$(stamp_us "$line")")" ms
}
# ip -ts: [2026-11-22T10:20:30.123456] 7: ppp0 ...
stamp_us() {
	local stamp=${1#[}
	date -d "${stamp%%]*}" +%s%6N
}

server_again() {
	isp_kill 0
	isp_pppoe 0
}
cable_again() {
	ip -n isp0 link set port0 down
	wait_until 60 "the link is gone" no_address
	ip -n isp0 link set port0 up
}
no_address() { [ "$(addresses_many)" = 0 ]; }
bare_again() { kill -HUP "$bare_pid"; }

isp 0
product_start
addresses_start -ts
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false | .ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 2}')"

ours() {
	local n
	row=$1
	shift
	expect 0 pppctl up isp
	for ((n = 0; n < runs; n++)); do
		without_address ppp-manager "$@"
		wait_state isp up 60
		# A link that is lost again and again at once is dialled later each time: each of these is the first.
		expect 0 pppctl down isp
		expect 0 pppctl up isp
	done
	expect 0 pppctl down isp
	server_again # which may know of sessions that ended while the cable was out
}
bare() {
	local n
	row=$1
	shift
	addresses_forget
	bare_pppd 0 noipv6 persist holdoff 1 maxfail 0 lcp-echo-interval 1 lcp-echo-failure 2
	address_at 10.64.0.1 60 || fail "bare pppd did not come up"
	for ((n = 0; n < runs; n++)); do
		without_address pppd "$@"
	done
	bare_end TERM
	server_again
}

ours "redial" pppctl redial isp
bare "redial" bare_again
ours "the server is killed and started" server_again
bare "the server is killed and started" server_again
ours "the carrier is lost, and back when the address is gone" cable_again
bare "the carrier is lost, and back when the address is gone" cable_again
addresses_stop
