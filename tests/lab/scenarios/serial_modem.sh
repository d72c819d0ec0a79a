# SPDX-License-Identifier: LGPL-2.1-or-later
# A modem: five lines of use, each of its answers as a reason of its own, a wrong PIN that is sent once whatever
# happens, and a login whose password is nowhere to be seen.
# shellcheck shell=bash
# needs: 512M 900s

isp_cable 0
isp_options 0 auth=chap
isp_dns 0
modem_script <<<"dial CONNECT 115200"
modem_start
product_start
jq -n --arg user "$isp_user" '{type: "serial", auth: {user: $user},
	serial: {device: "/dev/modem0", dial: {number: "*99#", timeout: 20}}}' >"$work/mobile.json"
snapshot before

note "the five lines"
printf '%s\n' "$isp_password" >"$work/password"
expect 0 pppctl add mobile --file "$work/mobile.json" --password-stdin <"$work/password"
expect 0 pppctl up mobile
note "up after $took_ms ms"
printf '%s\n' "$output"
contains "what pppctl up says" "$output" dialing
expect 0 pppctl status mobile
printf '%s\n' "$output"
contains "the page" "$output" /dev/modem0
equal "what the modem said" "$(property mobile Details | jq -r '.modem.data // .modem')" "CONNECT 115200"
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl redial mobile
note "redialled after $took_ms ms"
expect 0 ping -c 2 -W 5 10.64.0.80

note "a held line, and a free one"
listed() {
	pppctl discover --serial --json --timeout 8 | jq -r '.[] | "\(.answers) \(.model) \(.["held-by"])"'
}
equal "the line in use" "$(listed)" "false  connection mobile"

note "restart and kill -9 of the daemon"
link_remember mobile
expect 0 systemctl restart ppp-manager.service
link_kept 20
kill -KILL "$(product_pid)"
link_kept 20
ping_kept "$kept_ping" "$work/kept.ping"
hung=$(modem_said '^hung up\|^the far end is gone')
expect 0 pppctl down mobile
note "down after $took_ms ms"
wait_until 20 "the modem was hung up" modem_said_more '^hung up\|^the far end is gone' "$hung"
equal "the free line" "$(listed)" "true Lab Modem 56K "
cp "$work/mobile.json" "$work/kept.json"
expect 0 pppctl remove mobile
settled before

note "each answer of a modem"
expect 0 pppctl add mobile --file "$work/mobile.json" --password-stdin <"$work/password"
: >"$work/table"
# answer REASON LINE-OF-SCRIPT...: one failure, as a row of the table.
answer() {
	local reason=$1
	shift
	printf '%s\n' "$@" | modem_script
	expect 5 pppctl up mobile
	contains "pppctl's errors" "$errors" "mobile: $reason: "
	equal Reason "$(property mobile Reason)" "$reason"
	equal State "$(property mobile State)" waiting
	printf '%-18s exit 5  %s\n' "$reason" "$(property mobile ReasonText)" >>"$work/table"
	expect 0 pppctl down mobile
}
answer modem-no-carrier "dial NO CARRIER"
answer modem-no-dialtone "dial NO DIALTONE"
answer modem-no-dialtone "words off" "dial NO DIAL TONE"
answer modem-no-answer "dial NO ANSWER" "end CR"
answer modem-error "dial ERROR" "echo off"
answer modem-error "dial +CME ERROR: 30"
answer modem-error "reply ATZ=ERROR" "dial CONNECT"
answer modem-busy "dial BUSY" "noise \\xff\\x00~}#\\r\\n" "mute 1"
answer modem-timeout "mute 1000"
answer modem-timeout "dial"
wait_until 20 "the modem saw the abort of a call without an answer" modem_said_more "call aborted" 0
note "reasons:"
cat "$work/table"

note "a slow one, with noise before its answers, that ends its lines with CR"
modem_script <<<$'dial CONNECT 9600\ndial-delay 2000\ndelay 400\npace 10\nend CR\nnoise \\xff\\x00~}#\nmute 1'
expect 0 pppctl up mobile
note "up after $took_ms ms"
equal "what the modem said" "$(property mobile Details | jq -r '.modem.data // .modem')" "CONNECT 9600"
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down mobile

note "busy: the next attempt as the policy says"
modem_script <<<"dial BUSY"
expect 5 pppctl up mobile
wait_ms=$((($(property mobile NextAttempt) - $(property mobile StateSince)) / 1000))
note "next attempt in $wait_ms ms"
between "the wait in ms" "$wait_ms" 23900 36100
modem_script <<<"dial CONNECT 9600"
wait_state mobile up 60
note "up $waited_ms ms after that"

expect 0 pppctl down mobile

note "a wrong PIN"
modem_script <<<$'dial CONNECT 9600\npin 1234\ntries 3'
expect 0 pppctl set-secret mobile --pin-stdin <<<9999
refused() {
	expect 5 pppctl up mobile
	equal Reason "$(property mobile Reason)" secrets-missing
	equal State "$(property mobile State)" failed
	contains ReasonText "$(property mobile ReasonText)" "set-secret mobile --pin"
	note "$(property mobile ReasonText)"
}
refused
refused
expect 0 pppctl down mobile
refused
kept_daemon=$(product_pid)
expect 0 systemctl restart ppp-manager.service
wait_until 20 "another daemon owns the name" another_daemon
refused
kept_daemon=$(product_pid)
kill -KILL "$kept_daemon"
wait_until 20 "another daemon owns the name" another_daemon
refused
modem_signal USR2
refused
equal "wrong PINs the SIM has got" "$(modem_said '^pin wrong')" 1
equal "what became of it" "$(cat /etc/ppp-manager/secrets/mobile.pin)" refused

note "the right one"
expect 0 pppctl set-secret mobile --pin-stdin <<<1234
wait_state mobile up 30
equal "right PINs the SIM has got" "$(modem_said '^pin right')" 1
modem_signal USR2
expect 0 pppctl redial mobile
equal "right PINs after power off and on" "$(modem_said '^pin right')" 2
expect 0 pppctl remove mobile
settled before

note "a login; its password is nowhere"
login_password=Lq7unGuessable9xKw
modem_script <<EOF2
dial CONNECT 9600
dial-delay 3000
prompt Welcome. Access denied to strangers.\\r\\nlogin:\\x20
answer dialin
prompt Password:\\x20
answer $login_password
EOF2
isp_options 0 auth=none
jq '.auth = {} | .serial.dial.login = [["ogin:", "dialin"], ["word:", "$password"]]' "$work/kept.json" >"$work/mobile.json"
expect 0 pppctl add mobile --file "$work/mobile.json" --password-stdin <<<"$login_password"
nowhere() {
	local file
	for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
		if tr '\0' '\n' <"$file" 2>/dev/null | grep_all -F "$login_password"; then
			fail "the password is in $file of $(cat "${file%/*}/comm")"
		fi
	done
	journal_lacks "the password" -e "$login_password"
	lacks "what the modem's log says" "$(modem_log)" "$login_password"
	equal "files with the password" "$(grep -rlaFs "$login_password" /etc /run /var /tmp /root --exclude-dir="${work##*/}" || true)" \
		/etc/ppp-manager/secrets/mobile.json
}
pppctl up mobile &
dialling=$!
wait_property mobile Phase dialing 20
nowhere
wait "$dialling" || fail "the login does not bring it up"
nowhere
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down mobile
expect 0 pppctl set-secret mobile --password-stdin <<<"another one"
expect 5 pppctl up mobile
equal Reason "$(property mobile Reason)" auth-failed
contains ReasonText "$(property mobile ReasonText)" "Login incorrect"
note "$(property mobile ReasonText)"
lacks ReasonText "$(property mobile ReasonText)" "another one"
expect 0 pppctl down mobile
expect 0 pppctl remove mobile
settled before

note "a modem that is pulled out comes back at once"
modem_script <<<"dial CONNECT 9600"
isp_options 0 auth=chap
expect 0 pppctl add mobile --file "$work/kept.json" --password-stdin <"$work/password"
expect 0 pppctl up mobile
systemctl stop modem0.service
wait_property mobile Reason device-missing 20
modem_start
wait_state mobile up 20
note "up $waited_ms ms after it is there"
expect 0 pppctl remove mobile
