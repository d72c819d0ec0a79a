# SPDX-License-Identifier: LGPL-2.1-or-later
# The server dies under a link that is up: noticed by echoes, retried, up again when the server is back. And a server
# that ends the link in order says why.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_write isp "$(profile_json wan0 '.ppp = {"lcp-echo-interval": 1, "lcp-echo-failure": 2}
	| .pppoe["discovery-timeout"] = 3 | .reconnect = {discovery: {first: 1, factor: 1, cap: 1}}')"
snapshot before

expect 0 pppctl up isp
states_start isp
isp_kill 0
wait_until 20 "the link left up" state_is_not isp up
note "noticed after $waited_ms ms: $(property isp Reason) ($(property isp ReasonText))"
nobody_to_ask() {
	[ "$(resolvectl status | grep -c 10.64.0.53)" = 0 ]
}
wait_until 15 "resolved has nobody to ask" nobody_to_ask
equal "the machine's default routes" "$(default_routes)" ""
equal Wanted "$(property isp Wanted)" true

isp_pppoe 0
wait_state isp up 30
note "up again $waited_ms ms after the server came back"
expect 0 ping -c 2 -W 5 10.64.0.80
states_stop
states isp
grep -q '^[a-z]* up echo-timeout$' <(states isp) || fail "no change from up says echo-timeout"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "Terminate-Request with a text"
systemctl stop isp0-pppoe.service
concentrator 0 --terminate-after 1500 --text 'line maintenance'
expect 0 pppctl up isp
states_start isp
wait_until 20 "the peer's end is seen" grep -q peer-terminated "$work/states"
states_stop
expect 0 pppctl --json status isp
note "$(property isp State) $(property isp Reason) $(property isp ReasonText)"
contains "the journal" "$(journal_of_product)" "line maintenance"
expect 0 pppctl down isp
