# SPDX-License-Identifier: LGPL-2.1-or-later
# What is asked of a running engine: the round trip with our own LCP echo beside those of pppd, and pppd's packet log
# switched on and off; both again after a kill -9 of the daemon.
# shellcheck shell=bash
# needs: 512M 300s

round_trip() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetStatistics |
		jq -r '.data[0]["echo-rtt-us"].data // 0'
}

another_daemon() {
	[ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]
}

# engine_lines PART: how many lines of the engine hold it.
engine_lines() {
	journalctl --sync
	journalctl -q --no-pager -o cat "_PID=$engine" | grep -cF -- "$1" || true
}

has_more_lines() {
	[ "$(engine_lines "$1")" -gt "$2" ]
}

# peer_replies N: our echoes are told from pppd's by their data, which the peer's log shows.
peer_replies() {
	[ "$(grep -c 'sent \[LCP EchoRep.*70 70 70 6d' /lab/out/isp0.log)" -ge "$1" ]
}

isp 0 auth=pap
product_start
profile_write isp "$(profile_json wan0 '.ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 3}')"
expect 0 pppctl up isp
engine=$(property isp EnginePid)

note "the round trip"
rtt=$(round_trip)
note "round trip $rtt us"
between "the round trip, us" "$rtt" 1 1000000
expect 0 pppctl status isp
contains "the status" "$output" "Round trip"
note "$(grep 'Round trip' "$work/output"), pppctl took $took_ms ms"
modprobe sch_netem
tc qdisc add dev wan0 root netem delay 80ms
rtt=$(round_trip)
note "round trip with 80 ms of delay $rtt us"
between "the delayed round trip, us" "$rtt" 80000 1080000
tc qdisc del dev wan0 root

note "many of ours beside those of pppd"
# 200 of ours, in between and over more than echo-failure intervals of pppd
for ((n = 0; n < 200; ++n)); do
	[ "$(round_trip)" != 0 ] || fail "echo $n was not answered"
done
wait_until 10 "the peer saw ours" peer_replies 200
hold 6 "the link is up" property_is isp State up
equal "the engine" "$(property isp EnginePid)" "$engine"
equal "complaints of pppd" "$(engine_lines echo)" 0

note "the packet log, on and off"
equal "packets in the log" "$(engine_lines 'rcvd [LCP Echo')" 0
expect 0 pppctl debug isp on
wait_until 10 "packets are logged" has_more_lines 'rcvd [LCP Echo' 2
expect 0 pppctl debug isp on
contains "Details" "$(property isp Details)" '"debug"'
count=$(engine_lines 'rcvd [LCP Echo')
wait_until 10 "more packets are logged" has_more_lines 'rcvd [LCP Echo' $((count + 2))
expect 0 pppctl log isp -n 1000
contains "the log" "$output" 'rcvd [LCP Echo'
expect 0 pppctl status isp
contains "the status" "$output" "Packet log"

note "kill -9 of the daemon"
old=$(product_pid)
kill -KILL "$old"
wait_until 15 "another daemon" another_daemon
wait_until 15 "the new daemon owns the name" bus status org.ppp.Manager
wait_state isp up 15
equal "the engine" "$(property isp EnginePid)" "$engine"
contains "Details" "$(property isp Details)" '"debug"'
rtt=$(round_trip)
note "round trip after the kill $rtt us"
between "the round trip, us" "$rtt" 1 1000000
count=$(engine_lines 'rcvd [LCP Echo')
wait_until 10 "packets are still logged" has_more_lines 'rcvd [LCP Echo' $((count + 2))

note "off"
expect 0 pppctl debug isp off
lacks "Details" "$(property isp Details)" '"debug"'
round_trip >/dev/null # a frame at least
count=$(engine_lines 'rcvd [')
round_trip >/dev/null
hold 3 "the link is up" property_is isp State up
equal "packets in the log" "$(engine_lines 'rcvd [')" "$count"

note "on over a redial: the whole negotiation, and no password in it"
expect 0 pppctl debug isp on
expect 0 pppctl redial isp
engine=$(property isp EnginePid)
between "the requests in the log" "$(engine_lines 'rcvd [LCP ConfReq')" 1 100
between "the passwords that are hidden" "$(engine_lines 'password=<hidden>')" 1 100
[ "$(round_trip)" != 0 ] || fail "no round trip after the redial"
expect 0 pppctl debug isp off
expect 0 pppctl log isp -n 1000
lacks "the log" "$output" "$isp_password"
lacks "the log" "$output" "c0rrect"
lacks "the journal" "$(journalctl -q --no-pager -o json --since "@$scenario_start")" c0rrect

note "pppd's own notices are there after its log was switched off"
expect 0 pppctl down isp
between "the last words" "$(engine_lines 'Connection terminated')" 1 2
wait_until 15 "the provider has no session left" isp_idle 0
