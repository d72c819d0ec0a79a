# SPDX-License-Identifier: LGPL-2.1-or-later
# The story of a link: a wrong password, the right one, a daemon killed, a server that ends the session; timeline,
# statistics and explain know all of it, and the log has pppd's own lines beside ours.
# shellcheck shell=bash
# needs: 512M 300s

timeline() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0 | jq -c '.data[0][]'
}

statistic() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetStatistics |
		jq -r --arg key "$1" '.data[0][$key].data'
}

another_daemon() {
	[ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]
}

another_session() {
	[ "$(statistic sessions)" = "$1" ] && property_is isp State up
}

isp 0
product_start
user_add eve

note "never dialled, then a wrong password"
profile_write isp "$(profile_json wan0 '.pppoe["discovery-timeout"] = 3 | .ppp.debug = true
	| .reconnect = {discovery: {first: 1, factor: 1, cap: 1}, auth: {first: 600, cap: 600}}')" 'wr0ng horse'
expect 0 pppctl explain isp
contains "the explanation" "$output" "isp has not been dialled since the machine booted."
expect 5 pppctl up isp
expect 0 as eve pppctl explain isp
printf '%s\n' "$output"
equal "sentences" "$(wc -l <"$work/output")" 3
contains "the explanation" "$output" "Attempt 1 to dial isp failed at "
contains "the explanation" "$output" "Access denied"
contains "the explanation" "$output" "pppctl set-secret isp"
contains "the explanation" "$output" "The next attempt is at "

note "the right one"
printf '%s\n' "$isp_password" | pppctl set-secret isp --password-stdin
wait_state isp up 20
expect 0 pppctl --json explain isp
contains "why" "$(jq -r .why "$work/output")" "it failed to come up once"
expect 0 ping -c 5 -i 0.2 -W 5 -s 1000 10.64.0.80
timeline >"$work/timeline"
engine=$(property isp EnginePid)
address=$(property isp LocalAddress)

note "kill -9 of the daemon, and a restart"
for how in kill restart; do
	old=$(product_pid)
	if [ "$how" = kill ]; then
		kill -KILL "$old"
	else
		systemctl restart ppp-manager.service
	fi
	wait_until 15 "another daemon" another_daemon
	wait_until 15 "the new daemon owns the name" product_answers
	wait_state isp up 15
	timeline | diff "$work/timeline" - || fail "the timeline is not as it was before the $how"
	equal sessions "$(statistic sessions)" 1
	equal attempts "$(statistic attempts)" 2
	equal failures "$(statistic failures)" 1
	equal "the engine" "$(property isp EnginePid)" "$engine"
done

note "the server ends the session"
received=$(statistic rx-bytes)
[ "$received" -ge 5000 ] || fail "only $received bytes received"
systemctl stop isp0-pppoe.service
wait_until 20 "the session is over" state_is_not isp up
isp_pppoe 0
wait_until 30 "another session" another_session 2
ended=$(timeline | jq -c 'select(.[1] == "session")')
note "$ended"
equal "bytes of the session that ended" "$(jq -r '.[2]["rx-bytes"].data >= '"$received" <<<"$ended")" true
[ "$(statistic total-rx-bytes)" -ge "$received" ] || fail "total-rx-bytes lacks the first session"
between "total-up-us less session-up-us" $(($(statistic total-up-us) - $(statistic session-up-us))) 1000000 290000000
equal session-previous-address "$(statistic session-previous-address)" "$address"
expect 0 pppctl explain isp
printf '%s\n' "$output"
contains "the explanation" "$output" "isp has been up since "
contains "the explanation" "$output" "it was lost once"
expect 0 pppctl status isp
contains "the status" "$output" "2 sessions"
[ -z "$(timeline | jq -r '.[0]' | sort -n | diff <(timeline | jq -r '.[0]') -)" ] || fail "the timeline is not in order"

note "the log: ours and pppd's, in order"
printf '%s\n' MESSAGE=forged PPP_CONNECTION=isp SYSLOG_IDENTIFIER=ppp-managerd |
	as eve logger --journald
journalctl --sync
equal "forged lines in the journal" "$(journalctl -q -o cat PPP_CONNECTION=isp _UID="$(id -u eve)")" forged
expect 0 pppctl --json log isp -n 1000
jq -r '"\(.[] | .line)"' "$work/output" >"$work/log"
note "$(wc -l <"$work/log") lines in $took_ms ms"
equal "the times are in order" "$(jq '[.[].time] == ([.[].time] | sort)' "$work/output")" true
log=$(<"$work/log")
for line in 'isp: down → connecting' 'isp: pppd started, process ' 'CHAP authentication failed' 'CHAP authentication succeeded' \
	'rcvd [LCP ConfReq' 'isp: connecting → up' 'isp: took over the running engine' 'isp: the session ended after'; do
	contains "the log" "$log" "$line"
done
lacks "the log" "$log" forged
lacks "the log" "$log" "$isp_password"
lacks "the log" "$log" 'wr0ng horse'
# One attempt: ours first, then pppd's refusal, then our verdict, though they come by two sockets.
order=$(grep -nE -m1 'pppd started, process' "$work/log" | cut -d: -f1)
refused=$(grep -n -m1 'CHAP authentication failed' "$work/log" | cut -d: -f1)
waits=$(grep -n -m1 'auth-failed: ' "$work/log" | cut -d: -f1)
if [ "$order" -ge "$refused" ] || [ "$refused" -ge "$waits" ]; then
	fail "not in order: start $order, refusal $refused, failure $waits"
fi
expect 0 pppctl log isp -n 3
equal "lines" "$(wc -l <"$work/output")" 3
expect 4 as eve pppctl log isp
expect 0 bus call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetLog u 5
contains "GetLog" "$output" 'a(tus) 5 '

note "fields and ids of the journal"
entry() {
	journalctl --no-pager -o json PPP_CONNECTION=isp "$1" | tail -n 1
}
equal PPP_STATE "$(entry MESSAGE_ID=fa9f7b902ece4c109af4982d642191cd | jq -r .PPP_STATE)" up
equal PPP_REASON "$(entry PPP_FAILURE=1 | jq -r '.PPP_REASON | length > 3')" true
[ "$(entry MESSAGE_ID=93c66435e09243799e64777d9558a658 | jq -r .PPP_RX_BYTES)" -ge "$received" ] || fail "PPP_RX_BYTES"
equal PPP_ENGINE_PID "$(journalctl --no-pager -o json PPP_CONNECTION=isp PPP_ENGINE_PID="$(property isp EnginePid)" | wc -l)" 1

note "journalctl -x says what a failure means and what helps"
journalctl --update-catalog
explained=$(journalctl --no-pager -x PPP_CONNECTION=isp PPP_REASON=auth-failed PPP_FAILURE=1 |
	sed 's/^[^ ]* //' | tr '\n' ' ')
contains "the catalog" "$explained" "Connection isp: the server did not accept user name and password"
contains "the catalog" "$explained" "What helps: check auth.user in the profile"
contains "the catalog" "$explained" "pppctl set-secret isp"
contains "the catalog" "$explained" "ppp-manager-profile(5)"

note "it goes with its connection, and with nothing else"
expect 0 pppctl down isp
systemctl stop ppp-manager.service
[ -s /run/ppp-manager/stories/isp ] || fail "a stop removed the story"
equal "its mode" "$(stat -c %a /run/ppp-manager/stories/isp)" 600
product_start
expect 0 pppctl explain isp
contains "the explanation" "$output" "isp was taken down on request at "
expect 0 pppctl remove isp
[ -z "$(ls -A /run/ppp-manager/stories)" ] || fail "a story is left"
wait_until 15 "the provider has no session left" isp_idle 0
