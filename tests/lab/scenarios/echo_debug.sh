# SPDX-License-Identifier: LGPL-2.1-or-later
# What is asked of a running engine: the round trip with our own LCP echo beside those of pppd, and pppd's packet log
# switched on and off; both again after a kill -9 of the daemon.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

round_trip() {
	bus --json=short call org.ppp.Manager "$object" org.ppp.Connection GetStatistics |
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

isp 0 auth=pap
product_start
profile_write isp "$(profile_json wan0 '.ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 3}')"
expect 0 pppctl up isp
engine=$(property isp EnginePid)
object=$(connection isp)

note "the round trip"
rtt=$(round_trip)
note "round trip $rtt us"
between "the round trip, us" "$rtt" 1 3000000
expect 0 pppctl status isp
contains "the status" "$output" "Round trip"
note "$(grep 'Round trip' "$work/output"), pppctl took $took_ms ms"
modprobe sch_netem
tc qdisc add dev wan0 root netem delay 80ms
rtt=$(round_trip)
note "round trip with 80 ms of delay $rtt us"
between "the delayed round trip, us" "$rtt" 80000 3000000
tc qdisc del dev wan0 root

note "many of ours beside those of pppd"
start=$(now_ms)
for ((n = 0; n < 20; ++n)); do
	[ "$(round_trip)" != 0 ] || fail "echo $n was not answered"
done
note "20 echoes answered in $(($(now_ms) - start)) ms"
hold 6 "the link is up" property_is isp State up
equal "the engine" "$(property isp EnginePid)" "$engine"
equal "complaints of pppd" "$(engine_lines cho)" 0

# pppd leaves the echoes of a link that is up out of its packet log: what tells whether it is on is the end of the link.
note "the packet log on, twice, and a daemon killed: on it stays"
expect 0 pppctl debug isp on
expect 0 pppctl debug isp on
contains "Details" "$(property isp Details)" '"debug"'
expect 0 pppctl status isp
contains "the status" "$output" "Packet log"
old=$(product_pid)
kill -KILL "$old"
wait_until 15 "another daemon" another_daemon
wait_until 15 "the new daemon owns the name" product_answers
wait_state isp up 15
equal "the engine" "$(property isp EnginePid)" "$engine"
contains "Details" "$(property isp Details)" '"debug"'
rtt=$(round_trip)
note "round trip after the kill $rtt us"
between "the round trip, us" "$rtt" 1 3000000
equal "packets in the log of the engine so far" "$(engine_lines ' [LCP ')" 0
expect 0 pppctl redial isp
between "its end in the packet log" "$(engine_lines 'sent [LCP TermReq')" 1 2

note "the next engine has it from its start, and no password in it"
engine=$(property isp EnginePid)
between "requests in the packet log" "$(engine_lines 'rcvd [LCP ConfReq')" 1 100
between "passwords that are hidden" "$(engine_lines 'password=<hidden>')" 1 100
expect 0 pppctl log isp -n 1000
contains "the log" "$output" 'rcvd [LCP ConfReq'
lacks "the log" "$output" "$isp_password"
lacks "the log" "$output" "c0rrect"
lacks "the journal" "$(journalctl -q --no-pager -o json --since "@$scenario_start")" c0rrect

note "off: no packets any more, but pppd's own notices"
expect 0 pppctl debug isp off
lacks "Details" "$(property isp Details)" '"debug"'
[ "$(round_trip)" != 0 ] || fail "no round trip"
expect 0 pppctl redial isp
equal "its end in the packet log" "$(engine_lines 'sent [LCP TermReq')" 0
between "pppd's last notice" "$(engine_lines 'Connection terminated')" 1 2

note "a server that is gone is noticed by pppd, however often we ask"
engine=$(property isp EnginePid)
isp_kill 0
start=$(now_ms)
equal "the round trip" "$(round_trip)" 0
while property_is isp State up; do
	round_trip >/dev/null
	[ "$(($(now_ms) - start))" -lt 20000 ] || fail "not noticed within 20 s"
done
note "noticed within $(($(now_ms) - start)) ms"
equal "the reason" "$(property isp Reason)" echo-timeout
