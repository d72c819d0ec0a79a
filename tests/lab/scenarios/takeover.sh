# SPDX-License-Identifier: LGPL-2.1-or-later
# Two ways out. Whatever ends the first one, traffic is on the second within a second of that end, and on the first again
# when it is back; at no moment is there no default route.
# shellcheck shell=bash
# needs: 512M 600s

for n in 0 1; do
	isp "$n" extra="lcp-echo-interval 2 lcp-echo-failure 3" # a session whose cable was pulled ends there, too
	ip -n "isp$n" address add 198.51.100.1/32 dev core # the world, by either
done
product_start
quick='.ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 2} | .ipv6.enabled = false
	| .pppoe["discovery-timeout"] = 3 | .reconnect = {discovery: {first: 1, factor: 1, cap: 1}}'
profile_write first "$(profile_json wan0 ".priority = 10 | $quick")"
profile_write second "$(profile_json wan1 ".priority = 20 | $quick")"
snapshot before
expect 0 pppctl up second first

owner_is() { property_is "$1" DefaultRoute true; }
now_us() { echo "${EPOCHREALTIME/[.,]/}"; }
# changed SINCE OLD|NEW STATE: when the first one's timeline says that it left (old) or entered (new) the state, in µs.
changed() {
	bus --json=short call org.ppp.Manager "$(connection first)" org.ppp.Connection GetTimeline u 0 |
		jq -r --argjson since "$1" --arg side "$2" --arg state "$3" \
			'[.data[0][] | select(.[1] == "state" and .[2][$side].data == $state and .[0] >= $since)][0][0] // empty'
}
pppd_of_session() {
	local pid
	while read -r pid; do
		[ "$(cat "/proc/$pid/comm")" != pppd ] || echo "$pid"
	done </sys/fs/cgroup/system.slice/isp0-pppoe.service/cgroup.procs
}
has_left_up() { [ -n "$(changed "$struck" old up)" ]; }
carried_by_second() { [ -n "$(packet_on "$second" "$ended")" ]; }
is_up_again() { [ -n "$(changed "$ended" new up)" ] && property_is first State up; }
carried_by_first() { [ -n "$(packet_on "$(property first Interface)" "$up")" ]; }

# lost_and_found WHAT REASON: after the first one was taken away at $struck, and what to do that it comes back.
lost_and_found() {
	local what=$1 reason=$2 words
	shift 2
	wait_until 60 "the first one left up" has_left_up
	ended=$(changed "$struck" old up)
	words=$(bus --json=short call org.ppp.Manager "$(connection first)" org.ppp.Connection GetTimeline u 0 |
		jq -r --argjson at "$ended" '[.data[0][] | select(.[1] == "state" and .[0] == $at)][0][2].reason.data')
	equal "the reason" "$words" "$reason"
	wait_until 30 "packets leave by the second one" carried_by_second
	local took=$(($(packet_on "$second" "$ended") - ended))
	note "$what: known after $(((ended - struck) / 1000)) ms, the first packet on the second link $((took / 1000)) ms after that"
	between "µs from the end to the first packet on the second link" "$took" 0 1000000
	equal "state of the second" "$(property second State)" up
	"$@"
	wait_until 90 "the first one is up again" is_up_again
	wait_until 30 "the first one owns the default route" owner_is first
	up=$(changed "$ended" new up)
	wait_until 30 "packets leave by the first one" carried_by_first
	note "$what: traffic is back $((($(packet_on "$(property first Interface)" "$up") - up) / 1000)) ms after the first one was up again ($(((up - ended) / 1000)) ms after its end)"
}
nothing() { :; }

second=$(property second Interface)
wait_until 20 "the first one owns the default route" owner_is first
defaults_watch
packets_watch 198.51.100.1

struck=$(now_us)
isp_kill 0
lost_and_found "the server is silent" echo-timeout isp_pppoe 0

struck=$(now_us)
# shellcheck disable=SC2046 # numbers
kill -TERM $(pppd_of_session)
lost_and_found "the server ends the link" peer-terminated nothing

struck=$(now_us)
kill -KILL "$(property first EnginePid)"
lost_and_found "the engine is killed" engine-failed nothing

struck=$(now_us)
ip -n isp0 link set port0 down
lost_and_found "the cable is pulled" no-carrier ip -n isp0 link set port0 up

note "on purpose"
struck=$(now_us)
expect 0 pppctl down first
wait_until 30 "the second one owns the default route" owner_is second
expect 0 pppctl up first
wait_until 30 "the first one owns the default route" owner_is first

packets_stop
defaults_stop
note "it went $(defaults_history)"
note "packets without an answer in a row at most: $(awk '/bytes from/ { match($0, /icmp_seq=[0-9]+/); n = substr($0, RSTART + 9, RLENGTH - 9) + 0; if (n - last > most) most = n - last; last = n } END { print most - 1 }' "$work/replies") (20 ms each)"
expect 0 pppctl explain first
printf '%s\n' "$output"
expect 0 pppctl down --all
wait_until 90 "provider 0 has no session left" isp_idle 0
wait_until 90 "provider 1 has no session left" isp_idle 1
settled before
