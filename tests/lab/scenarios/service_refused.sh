# SPDX-License-Identifier: LGPL-2.1-or-later
# The concentrator answers, but with an error: told at once and in its own words, not as a timeout.
# shellcheck shell=bash
# needs: 512M 300s

isp_cable 0
product_start
profile_write isp "$(profile_json wan0 '.pppoe.service = "gold" | .pppoe["discovery-timeout"] = 60')"
snapshot before

refused() {
	local reason=$1 text=$2
	expect 5 pppctl up isp
	note "pppctl up isp took $took_ms ms, and said: $errors"
	[ "$took_ms" -le 30000 ] || fail "it took $took_ms ms" # and not the 60 s of a timeout
	contains "pppctl's errors" "$errors" "$reason"
	contains "pppctl's errors" "$errors" "$text"
	equal Reason "$(property isp Reason)" "$reason"
	contains ReasonText "$(property isp ReasonText)" "$text"
	expect 0 pppctl down isp
	concentrator_stop 0
}

concentrator 0 --error service --text 'gold is sold out'
refused service-rejected 'gold is sold out'
concentrator 0 --error system --text 'out of sessions'
refused access-concentrator-error 'out of sessions'
concentrator 0 --error generic --text 'on fire'
refused access-concentrator-error 'on fire'
concentrator 0 --error generic --error-in pado --text 'do not even ask'
refused access-concentrator-error 'do not even ask'
settled before

note "the service it has"
concentrator 0 --service gold
expect 0 pppctl up isp
contains Details "$(property isp Details)" ac0
expect 0 pppctl down isp
concentrator_stop 0
settled before

note "a session that is confirmed after the attempt was given up: sent back, not left to time out"
profile_write isp "$(profile_json wan0 '.pppoe["discovery-timeout"] = 5')"
snapshot before
concentrator 0 --pads-delay 10000
expect 5 pppctl up isp
contains "pppctl's errors" "$errors" discovery-timeout
expect 0 pppctl down isp
sent_back() {
	local session
	session=$(concentrator_log 0 | sed -n 's/.*tx.*PADS.*session=\([0-9]*\).*/\1/p' | tail -n 1)
	[ -n "$session" ] && concentrator_log 0 | grep_all "rx.*PADT.*session=$session"
}
wait_until 60 "the late session is sent back" sent_back
concentrator_stop 0
settled before
