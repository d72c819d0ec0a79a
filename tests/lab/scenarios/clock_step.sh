# SPDX-License-Identifier: LGPL-2.1-or-later
# The wall clock is set: what the bus shows as time of day moves with it, is announced, and stays so over a restart of
# the daemon; no timer moves.
# shellcheck shell=bash
# needs: 512M 300s

isp_cable 0
isp_cable 1
concentrator 0
product_start
profile_add isp wan0
profile_write silent "$(profile_json wan1 '.pppoe["discovery-timeout"] = 1 | .reconnect = {discovery: {first: 600, factor: 1, cap: 600}, jitter: 0}')"
expect 0 pppctl up isp
expect 5 pppctl up silent
wait_state silent waiting 10
connected=$(property isp ConnectedAt)
since=$(property isp StateSince)
next=$(property silent NextAttempt)
attempt=$(property silent Attempt)
between "the wait in seconds" $(((next - $(now_ms) * 1000) / 1000000)) 400 800

monitor_start "$work/changes" "type='signal',member='PropertiesChanged',sender='org.ppp.Manager'"
# announced OBJECT PROPERTY: the values that were announced, the last one last
announced() {
	jq -r --arg path "$(connection "$1")" --arg name "$2" \
		'select(.path == $path) | .payload.data[1][$name].data // empty' "$work/changes"
}
was_announced() { [ -n "$(announced "$1" "$2")" ]; }
# date(1) takes its time, too: what it is to set is reckoned some moments before it sets it.
moved() { between "$1, seconds moved" $((($3 - $2) / 1000000)) $(($4 - 60)) $(($4 + 60)); }

shift_clock() {
	monitor_catches_up "$work/changes"
	: >"$work/changes"
	date --set="@$(($(date +%s) + $1)).$(date +%N)" >"$work/date"
	wait_until 10 "ConnectedAt is announced" was_announced isp ConnectedAt
	wait_until 10 "NextAttempt is announced" was_announced silent NextAttempt
}

day=86400
note "a day ahead"
shift_clock $day
moved ConnectedAt "$connected" "$(property isp ConnectedAt)" $day
moved StateSince "$since" "$(property isp StateSince)" $day
moved NextAttempt "$next" "$(property silent NextAttempt)" $day
equal "ConnectedAt as announced" "$(announced isp ConnectedAt | tail -n 1)" "$(property isp ConnectedAt)"
equal "StateSince as announced" "$(announced isp StateSince | tail -n 1)" "$(property isp StateSince)"
equal "NextAttempt as announced" "$(announced silent NextAttempt | tail -n 1)" "$(property silent NextAttempt)"
equal "times announced" "$(announced isp ConnectedAt | wc -l)" 1
equal "the state of the silent one" "$(property silent State) $(property silent Attempt)" "waiting $attempt"

note "restart"
connected=$(property isp ConnectedAt)
next=$(property silent NextAttempt)
expect 0 systemctl restart ppp-manager.service
wait_until 10 "the new daemon owns the name" product_answers
wait_state isp up 15
equal ConnectedAt "$(property isp ConnectedAt)" "$connected"
equal NextAttempt "$(property silent NextAttempt)" "$next"

note "and back: while the daemon is stopped, and once more while it runs"
monitor_catches_up "$work/changes"
expect 0 systemctl kill --signal=STOP ppp-manager.service
: >"$work/changes"
date --set="@$(($(date +%s) - 2 * day)).$(date +%N)" >"$work/date"
expect 0 systemctl kill --signal=CONT ppp-manager.service
wait_until 10 "ConnectedAt is announced" was_announced isp ConnectedAt
moved ConnectedAt "$connected" "$(property isp ConnectedAt)" $((-2 * day))
connected=$(property isp ConnectedAt)
shift_clock $((-day))
moved ConnectedAt "$connected" "$(property isp ConnectedAt)" $((-day))
moved NextAttempt "$next" "$(property silent NextAttempt)" $((-3 * day))
equal "the state of the silent one" "$(property silent State) $(property silent Attempt)" "waiting $attempt"
expect 0 ping -c 1 -W 5 10.64.0.80
kill "$monitor_pid"
wait "$monitor_pid" || true
