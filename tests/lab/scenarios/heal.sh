# SPDX-License-Identifier: LGPL-2.1-or-later
# With the policy as shipped: a cable that comes back, a server that was gone for 20 s, a password that is wrong.
# shellcheck shell=bash
# needs: 512M 600s

isp_cable 0
isp_options 0 extra="lcp-echo-interval 2 lcp-echo-failure 3"
isp_pppoe 0
isp_dns 0
product_start
profile_write isp "$(profile_json wan0 '.ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 3} | .ipv6.enabled = false')"
snapshot before

# entered STATE SINCE: the µs of CLOCK_REALTIME at which the timeline says that the state was entered, at or after SINCE.
entered() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0 |
		jq -r --arg state "$1" --argjson since "$2" \
			'[.data[0][] | select(.[1] == "state" and .[2].new.data == $state and .[0] >= $since)][0][0] // empty'
}
now_us() {
	echo "${EPOCHREALTIME/[.,]/}"
}
padi_start() {
	tcpdump -i wan0 -n -l --immediate-mode 'ether proto 0x8863 and ether[15] = 0x09' >"$work/padi" 2>"$work/tcpdump" &
	padi_pid=$!
	wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
}
padi_stop() {
	kill "$padi_pid"
	wait "$padi_pid" || true
	wc -l <"$work/padi"
}

note "the cable"
expect 0 pppctl up isp
ip -n isp0 link set port0 down
wait_property isp Phase carrier 30
equal State "$(property isp State)" waiting
equal Reason "$(property isp Reason)" no-carrier
equal NextAttempt "$(property isp NextAttempt)" 0
plugged=$(now_us)
ip -n isp0 link set port0 up
wait_state isp up 30
connecting=$(($(entered connecting "$plugged") - plugged))
note "connecting $((connecting / 1000)) ms after the cable was plugged, up after $waited_ms ms"
between "ms from the cable to connecting" $((connecting / 1000)) 0 15000

note "the server, gone for 20 s"
padi_start
states_start isp
isp_kill 0
killed=$(now_us)
wait_until 30 "the link left up" state_is_not isp up
hold 20 "the link is not up while its server is gone" state_is_not isp up
isp_pppoe 0
back=$(now_us)
announced=$(property isp NextAttempt)
wait_state isp up 90
up=$(entered up "$back")
padi=$(padi_stop)
states_stop
note "gone for $(((back - killed) / 1000)) ms; back for $(((up - back) / 1000)) ms when the link was up again; $padi PADI meanwhile"
if [ "$announced" -gt "$back" ]; then
	note "the next attempt was announced for $(((announced - back) / 1000)) ms after the server's return"
fi
between "PADI while the server was gone" "$padi" 1 16
states isp | sort | uniq -c

expect 0 pppctl down isp
wait_until 30 "the provider has no session left" isp_idle 0
settled before

note "a wrong password, policy as shipped"
pppctl remove isp
isp_password='wrong one' profile_add isp wan0
: >/lab/out/isp0.log
started=$(now_us)
expect 5 pppctl up isp
wait_state isp failed 200
note "failed after $((($(now_us) - started) / 1000000)) s: $(property isp ReasonText)"
equal "attempts at the server" "$(grep -c 'Using interface ppp' /lab/out/isp0.log)" 3
equal NextAttempt "$(property isp NextAttempt)" 0
set_at=$(now_us)
printf '%s\n' "$isp_password" | pppctl set-secret isp --password-stdin
wait_state isp up 30
connecting=$(($(entered connecting "$set_at") - set_at))
note "connecting $((connecting / 1000)) ms after the right password was given, up after $((($(entered up "$set_at") - set_at) / 1000)) ms"
between "ms from the password to connecting" $((connecting / 1000)) 0 30000
