# SPDX-License-Identifier: LGPL-2.1-or-later
# The wait for traffic and the call outlive the daemon, and so does what happens while no daemon lives.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

demand_setup
snapshot before
expect 0 pppctl up isp
stands 1

note "kill -9 while it waits"
engine=$(property isp EnginePid)
since=$(property isp StateSince)
kept_daemon=$(product_pid)
another_daemon() {
	[ "$(product_pid)" != "$kept_daemon" ] && [ "$(product_pid)" != 0 ] && product_answers
}
kill -KILL "$kept_daemon"
wait_until 15 "another daemon owns the name" another_daemon
stands 5
equal "the engine" "$(property isp EnginePid)" "$engine"
equal StateSince "$(property isp StateSince)" "$since"
first_packet

note "kill -9 while it is up"
engine=$(property isp EnginePid)
address=$(property isp LocalAddress)
kept_daemon=$(product_pid)
kill -KILL "$kept_daemon"
wait_until 15 "another daemon owns the name" another_daemon
wait_state isp up 15
equal "the engine" "$(property isp EnginePid)" "$engine"
equal LocalAddress "$(property isp LocalAddress)" "$address"
ping_kept "$busy_pid" "$work/ping"
wait_until 20 "the call has ended" waits
equal Reason "$(property isp Reason)" idle-timeout
stands 5

note "a call begins and ends while no daemon lives"
engine=$(property isp EnginePid)
systemctl kill --kill-whom=main --signal=STOP ppp-manager.service
ping -c 1 -W 1 10.64.0.80 >"$work/ping" 2>&1 || true
wait_until 10 "the provider has a session" has_session
wait_until 20 "pppd has ended" process_gone "$engine"
kill -KILL "$(product_pid)"
wait_until 15 "the daemon owns its name" product_answers
stands 10
equal Reason "$(property isp Reason)" idle-timeout

expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before
