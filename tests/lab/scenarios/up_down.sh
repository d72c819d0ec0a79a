# SPDX-License-Identifier: LGPL-2.1-or-later
# A link comes up with all that belongs to it, and goes down without a trace; the second time as well as the first.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
snapshot before

round() {
	local interface
	expect 0 pppctl up isp
	note "pppctl up isp took $took_ms ms"
	printf '%s\n' "$output"

	equal State "$(property isp State)" up
	equal Phase "$(property isp Phase)" running
	equal Mtu "$(property isp Mtu)" 1492
	# (the provider hands out its addresses in turn: each session gets the next one)
	local address
	address=$(ip -j -4 address show "$(property isp Interface)" | jq -r '.[0].addr_info[0].local')
	contains "the address" "$address" 10.64.0.10
	equal LocalAddress "$(property isp LocalAddress)" "$address"
	equal PeerAddress "$(property isp PeerAddress)" 10.64.0.1
	equal DnsServers "$(property isp DnsServers)" '["10.64.0.53"]'
	equal DefaultRoute "$(property isp DefaultRoute)" true
	equal Wanted "$(property isp Wanted)" true
	equal Device "$(property isp Device)" wan0
	equal Reason "$(property isp Reason)" ""
	contains PrimaryConnection "$(manager_property PrimaryConnection)" isp
	equal DnsHandler "$(manager_property DnsHandler)" resolved

	interface=$(property isp Interface)
	equal "the machine's ppp links" "$(links_up)" "$interface"
	equal "the interface's MTU" "$(ip -j link show "$interface" | jq '.[0].mtu')" 1492
	contains "resolved's servers of the link" "$(resolvectl dns "$interface")" 10.64.0.53
	contains "resolved's default route of the link" "$(resolvectl default-route "$interface")" yes
	contains "the machine's default routes" "$(default_routes)" "$interface"
	lacks "the protocol of our route" "$(default_routes)" kernel
	lacks "the protocol of our route" "$(default_routes)" boot

	expect 0 ping -c 2 -W 5 10.64.0.80
	expect 0 resolvectl query www.isp0.test
	contains "resolved's answer" "$output" 10.64.0.80
	expect 0 getent ahostsv4 www.isp0.test
	contains "the C library's answer" "$output" 10.64.0.80

	expect 0 pppctl list
	contains "pppctl list" "$output" up
	expect 0 pppctl status isp
	contains "pppctl status" "$output" "$address"
	expect 0 pppctl --json list
	expect 0 jq -e '[.. | objects | select(.name? == "isp" and .state? == "up")] | length == 1' <<<"$output"
	expect 0 pppctl --json status isp
	# shellcheck disable=SC2016 # $address is jq's
	expect 0 jq -e --arg address "$address" '[.. | objects | select(."local-address"? == $address)] | length == 1' <<<"$output"
	expect 0 pppctl up isp # already

	expect 0 pppctl down isp
	note "pppctl down isp took $took_ms ms"
	equal State "$(property isp State)" down
	equal Wanted "$(property isp Wanted)" false
	equal "the machine's ppp links" "$(links_up)" ""
	wait_until 15 "the provider has no session left" isp_idle 0
	contains "what the provider saw" "$(cat /lab/out/isp0.log)" "rcvd [LCP TermReq"
	settled before
}

round
round
expect 3 pppctl up nobody
expect 2 pppctl frobnicate
