# SPDX-License-Identifier: LGPL-2.1-or-later
# A modem on a line that is no pseudo terminal: the kernel hangs such a one up for everybody when the session ends whose
# terminal it has become, and then no modem could be told anything. It is hung up by commands, and dialled again.
# shellcheck shell=bash
# needs: 512M 300s

isp_cable 0
isp_options 0 auth=chap
isp_dns 0
modem_script <<<"dial CONNECT 115200"
modem_start
modem_wire
product_start
jq -n --arg user "$isp_user" '{type: "serial", auth: {user: $user},
	serial: {device: "/dev/ttyS1", speed: 38400, "modem-lines": false, dial: {number: "*99#", timeout: 20}}}' >"$work/mobile.json"
printf '%s\n' "$isp_password" >"$work/password"
expect 0 pppctl add mobile --file "$work/mobile.json" --password-stdin <"$work/password"
stty -a -F /dev/ttyS1 >"$work/line.before"

for ending in down redial killed; do
	note "the call ends: $ending"
	expect 0 pppctl up mobile
	note "up after $took_ms ms"
	expect 0 ping -c 2 -W 5 10.64.0.80
	# the far pppd leaves by itself 3 s after it was told, the escape takes more than 2: on a busy machine either is first
	hung='^hung up by ATH\|^the far end is gone'
	[ "$ending" != killed ] || hung='^hung up by ATH'
	calls=$(modem_said "$hung")
	engine=$(property mobile EnginePid)
	case $ending in
	down) expect 0 pppctl down mobile ;;
	redial) expect 0 pppctl redial mobile ;;
	killed) kill -KILL "$(pppd_of mobile)" ;;
	esac
	wait_until 60 "the modem's call has ended" modem_said_more "$hung" "$calls"
done
another_engine() { [ "$(property mobile EnginePid)" != "$engine" ] && property_is mobile State up; }
wait_until 90 "it is dialled again" another_engine
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down mobile
stty -a -F /dev/ttyS1 >"$work/line.after"
equal "the line's settings" "$(cat "$work/line.after")" "$(cat "$work/line.before")"
[ ! -e /run/lock/LCK..ttyS1 ] || fail "the lock of the line is left"
