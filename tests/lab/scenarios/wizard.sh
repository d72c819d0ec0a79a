# SPDX-License-Identifier: LGPL-2.1-or-later
# pppctl add at a terminal: from nothing to a link with three answers; a wrong password, then the right one; Ctrl-C, after
# which nothing is left; nothing found, and a modem told by hand.
# shellcheck shell=bash
# needs: 512M 400s

isp 0
isp_cable 1
product_start
snapshot before

# nothing_stored: no connection, no secret.
nothing_stored() {
	equal connections "$(pppctl list --json)" "[]"
	equal "files of connections" "$(find /etc/ppp-manager/connections /etc/ppp-manager/secrets -type f 2>/dev/null || true)" ""
}

# three_answers PASSWORD
three_answers() {
	terminal_answer "Which line?" 1
	terminal_answer "User name that the provider gave: " "$isp_user"
	terminal_answer "Password of $isp_user: " "$1"
}

note "from nothing to up with three answers"
nothing_stored
started=$(now_ms)
terminal_start pppctl add
three_answers "$isp_password"
wait_state isp up 30
note "up $(($(now_ms) - started)) ms after the command was typed"
equal "answers" "$terminal_answers" 3
expect 0 ping -c 2 -W 5 10.64.0.80
terminal_answer "at every boot and keep it up? [Y/n]" ""
terminal_end 0
contains "the terminal" "$screen" "wan0"
contains "the terminal" "$screen" "PPPoE, ac0"
contains "the terminal" "$screen" "no PPPoE access concentrator answered"
contains "the terminal" "$screen" "pppctl status isp"
lacks "the terminal" "$screen" "$isp_password"
equal AutoConnect "$(property isp AutoConnect)" true
equal NeedsRedial "$(property isp NeedsRedial)" false
equal State "$(property isp State)" up
expect 0 systemctl restart ppp-manager.service
wait_state isp up 20
equal NeedsRedial "$(property isp NeedsRedial)" false
expect 0 pppctl remove isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "a wrong password, then the right one"
terminal_start pppctl add dsl --no-autoconnect
three_answers "wrong one"
terminal_await "What now? [p]: "
equal "the state while somebody thinks" "$(property dsl State)" down
terminal_answer "What now? [p]: " ""
terminal_answer "Password of $isp_user: " "$isp_password"
terminal_end 0
contains "the terminal" "$screen" "auth-failed: "
contains "the terminal" "$screen" "Access denied"
contains "the terminal" "$screen" "user name or password are wrong"
equal State "$(property dsl State)" up
equal AutoConnect "$(property dsl AutoConnect)" false
expect 0 pppctl remove dsl
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "Ctrl-C while it is tried, and at the question after a failure"
systemctl stop isp0-pppoe.service
wait_until 10 "the server is gone" isp_stopped 0
snapshot silent
terminal_start pppctl add --interface wan0 --user "$isp_user"
terminal_answer "Password of $isp_user: " "$isp_password"
wait_property isp Phase discovery 20
terminal_key '\003'
terminal_end 130
contains "the terminal" "$screen" "isp is removed again"
nothing_stored
settled silent
terminal_start pppctl add --interface wan0 --user "$isp_user" --set /pppoe/discovery-timeout=2
terminal_answer "Password of $isp_user: " "$isp_password"
terminal_await "What now? [t]: "
terminal_key '\003'
terminal_end 130
contains "the terminal" "$screen" "no provider is reachable on this wire"
nothing_stored
settled silent

note "nothing found; a modem by hand"
modem_script <<<"dial CONNECT 115200"
modem_start
ip link set wan1 down
terminal_start pppctl add --no-autoconnect
terminal_answer "What now? [h]: " h
terminal_answer "What kind of line? [1]: " 2
terminal_answer "Device of the modem or cable" /dev/modem0
terminal_answer "Number that the modem dials" '*99#'
terminal_answer "APN of the mobile network" internet
terminal_answer "User name" "$isp_user"
terminal_answer "Password of $isp_user: " "$isp_password"
terminal_end 0
contains "the terminal" "$screen" "No line was found."
contains "the terminal" "$screen" "is switched off"
equal State "$(property mobile State)" up
equal "the call" "$(jq -c .serial.dial /etc/ppp-manager/connections/mobile.json)" \
	'{"number":"*99#","init":["ATZ","AT+CGDCONT=1,\"IP\",\"internet\""]}'
expect 0 pppctl remove mobile

note "without a terminal nothing is asked"
expect 2 setsid --wait pppctl add </dev/null
contains "pppctl's errors" "$errors" "NAME is missing"
expect 2 setsid --wait pppctl add isp --type pppoe </dev/null
contains "pppctl's errors" "$errors" "--interface is missing"
nothing_stored
