# SPDX-License-Identifier: LGPL-2.1-or-later
# The link outlives a restart and a kill -9 of the daemon, without losing a packet, and does not outlive the service.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
expect 0 systemctl stop ppp-manager.service
snapshot stopped
product_start

expect 0 pppctl up isp
engine=$(property isp EnginePid)
interface=$(property isp Interface)
connected=$(property isp ConnectedAt)
note "engine $engine on $interface"
ping -i 0.1 10.64.0.80 >"$work/ping" 2>&1 &
pinging=$!

another_daemon() {
	[ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]
}
links_gone() {
	[ -z "$(links_up)" ] && process_gone "$engine"
}

survived() {
	wait_until 15 "the new daemon owns the name" product_answers
	wait_state isp up 15
	note "full state after $waited_ms ms more"
	equal "the engine" "$(property isp EnginePid)" "$engine"
	[ -e "/proc/$engine" ] || fail "pppd is gone"
	equal "the interface" "$(property isp Interface)" "$interface"
	equal LocalAddress "$(property isp LocalAddress)" 10.64.0.100
	equal Mtu "$(property isp Mtu)" 1492
	equal DnsServers "$(property isp DnsServers)" '["10.64.0.53"]'
	equal Wanted "$(property isp Wanted)" true
	equal DefaultRoute "$(property isp DefaultRoute)" true
	equal ConnectedAt "$(property isp ConnectedAt)" "$connected"
	contains "the default routes" "$(default_routes)" "$interface"
	contains "resolved's servers of the link" "$(resolvectl dns "$interface")" 10.64.0.53
}

note "systemctl restart"
expect 0 systemctl restart ppp-manager.service
survived

note "kill -9"
old=$(product_pid)
kill -KILL "$old"
wait_until 15 "systemd starts another daemon" another_daemon
survived

ping_kept "$pinging" "$work/ping"
equal "sessions the provider has had" "$(grep -c "Using interface ppp" /lab/out/isp0.log)" 1
lacks "the journal" "$(journal_of_product)" "left-over process"

note "the adopted link obeys"
expect 0 pppctl redial isp
[ "$(property isp EnginePid)" != "$engine" ] || fail "redial kept the engine"
engine=$(property isp EnginePid)
expect 0 ping -c 2 -W 5 10.64.0.80

note "systemctl stop"
expect 0 systemctl stop ppp-manager.service
note "stopped after $took_ms ms"
wait_until 15 "pppd is gone" links_gone
wait_until 15 "the provider has no session left" isp_idle 0
contains "what the provider saw" "$(cat /lab/out/isp0.log)" "rcvd [LCP TermReq"
# What a person asked for outlives a stop; nothing else does.
expect 0 jq -e '.wanted and .state == "down" and (.engine | not)' /run/ppp-manager/records/isp.json
rm /run/ppp-manager/records/isp.json
settled stopped

