# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# An on-demand link over provider 0, and another way out that must not be hidden by it while it is not usable.

demand_setup() {
	isp 0
	product_start
	profile_write isp "$(profile_json wan0 '.["on-demand"] = true | .["idle-timeout"] = 5 | .pppoe["discovery-timeout"] = 3
		| .reconnect = {discovery: {first: 20, factor: 1, cap: 20}, jitter: 0}')"
	ip link add other type dummy
	ip link set other up
	ip address add 192.0.2.2/24 dev other
	ip route add default via 192.0.2.1 metric 100
}

# what keeps the link from being idle meanwhile: looks take longer than it may be
busy() {
	ping -i 0.1 10.64.0.80 >"$work/ping" 2>&1 &
	busy_pid=$!
}
busy_no_more() {
	kill -INT "$busy_pid"
	wait "$busy_pid" || true
}

has_session() { [ "$(isp_sessions 0)" != 0 ]; }
best() { default_routes | head -n 1 | cut -d' ' -f1; }
waits() {
	property_is isp State waiting && property_is isp Phase demand
}
stands() {
	local interface
	wait_until "$1" "the link waits for traffic" waits
	interface=$(property isp Interface)
	equal "the machine's ppp links" "$(links_up)" "$interface"
	equal LocalAddress "$(property isp LocalAddress)" ""
	equal DefaultRoute "$(property isp DefaultRoute)" true
	equal Wanted "$(property isp Wanted)" true
	equal "the best default route" "$(best)" "$interface"
	contains "the interface that waits" "$(ip -4 address show "$interface")" "10.64.64."
	[ -e "/proc/$(property isp EnginePid)" ] || fail "no pppd waits"
	equal "ip_dynaddr" "$(cat /proc/sys/net/ipv4/ip_dynaddr)" 1
}
# first_packet: what comes up by it; it is busy from then on.
first_packet() {
	ping -c 1 -W 1 10.64.0.80 >"$work/ping" 2>&1 || true # it may be the one that is lost
	wait_state isp up 30
	note "up $waited_ms ms after the first packet"
	expect 0 ping -c 2 -W 5 10.64.0.80
	busy
	contains LocalAddress "$(property isp LocalAddress)" 10.64.0.10
	equal DnsServers "$(property isp DnsServers)" '["10.64.0.53"]'
	equal Reason "$(property isp Reason)" ""
	equal "the best default route" "$(best)" "$(property isp Interface)"
	lacks "the interface that is up" "$(ip -4 address show "$(property isp Interface)")" "10.64.64."
	expect 0 resolvectl query www.isp0.test
}
