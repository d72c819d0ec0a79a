# SPDX-License-Identifier: LGPL-2.1-or-later
# Lines that are no good cable: one that swallows XON and XOFF, a slow one, one that needs every escape. Each carries all
# 256 bytes where the profile knows it, and says what is wrong where it does not.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes

every=80,81,82,83,84,85,86,87,88,89,8a,8b,8c,8d,8e,8f,90,91,92,93,94,95,96,97,98,99,9a,9b,9c,9d,9e,9f
escapes=$(jq -nc --arg list "7f,$every,ff" '$list | split(",")')
product_start

# line FAR-OPTIONS LINE-OPTION...: another line, and a far end with these options.
line() {
	local far=$1
	shift
	if systemctl --quiet is-active isp-cable0.service; then
		far_stop 0
		cable_pull 0
	fi
	: >/lab/out/cable0.log
	cable_plug 0 "$@"
	# shellcheck disable=SC2086
	far_end 0 noauth $far
}
# swallowed: what got lost on the line, one "DIRECTION BYTE" a line.
swallowed() {
	sed -n 's/^swallowed //p' /lab/out/cable0.log
}
trouble() {
	property cable Details | jq -r '.trouble // {} | .data // empty'
}
# carries: packets with all bytes, large ones, and a run of XON and XOFF, get through both ways.
carries() {
	expect 0 ping -n -c 2 -W 30 -s 1400 10.80.0.80
	expect 0 ping -n -c 2 -W 30 -s 200 -p 1113 10.80.0.80
	equal "what the line has swallowed" "$(swallowed)" ""
	equal trouble "$(trouble)" ""
}

note "a line that swallows XON and XOFF, and a profile that says so"
line "asyncmap a0000" --swallow 11,13
profile_cable cable 0 '.serial."flow-control" = "xonxoff"'
expect 0 pppctl up cable
note "up after $took_ms ms"
contains "the line's settings" "$(line_settings 0)" " ixon ixoff"
carries
expect 0 pppctl down cable

note "the same line where only the asyncmap is told, on both sides"
profile_cable cable 0 '.ppp.asyncmap = "0xa0000" | .ppp.escape = ["11", "13"]'
expect 0 pppctl up cable
lacks "the line's settings" "$(line_settings 0)" " ixon ixoff"
carries
expect 0 pppctl down cable

note "the same line where nobody was told"
line "nomagic" --swallow 11,13
# without magic numbers no echo has such a byte by chance
profile_cable cable 0 '.ppp += {"lcp-echo-interval": 1, "lcp-echo-failure": 0, "extra-options": ["nomagic"]} | .ipv6.enabled = false'
expect 0 pppctl up cable
expect 1 ping -n -c 1 -W 5 -s 200 -p 1113 10.80.0.80
ip netns exec far0 ping -n -c 3 -i 0.3 -W 1 -s 200 -p 1113 10.80.0.100 >"$work/ping" || true
contains "what the line has swallowed" "$(swallowed)" "back 11"
told() {
	[ -n "$(trouble)" ]
}
wait_until 30 "the damage is told" told
note "$(trouble)"
contains "the page" "$(pppctl status cable)" "came in damaged"
expect 0 pppctl down cable

note "9600 bit/s"
line "" --baud 9600
profile_cable cable 0 '.serial.speed = 9600'
expect 0 pppctl up cable
note "up after $took_ms ms"
contains "the line's settings" "$(line_settings 0)" "speed 9600"
carries
contains "a large packet's way, more than a second each way" "$(ping -n -c 1 -W 30 -s 1400 10.80.0.80)" "time="
between "its round trip in ms" "$(ping -n -c 1 -W 30 -s 1400 10.80.0.80 | sed -n 's/.*time=\([0-9]*\).*/\1/p')" 2500 15000
expect 0 pppctl down cable
note "down after $took_ms ms"

note "every escape is needed"
line "asyncmap ffffffff escape 7f,$every,ff" --swallow 0-1f,7f,80-9f,ff
profile_cable cable 0 '.ppp += {asyncmap: "0xffffffff", escape: '"$escapes"'}'
expect 0 pppctl up cable
note "up after $took_ms ms"
carries
expect 0 pppctl down cable

note "and nobody was told: only LCP, which escapes by itself, gets through"
line "" --swallow 0-1f
profile_cable cable 0 '.ppp.restart = {lcp: 1, ipcp: 1} | .ipv6.enabled = false'
expect 5 pppctl up cable
note "after $took_ms ms: $errors"
equal Reason "$(property cable Reason)" negotiation-failed
for words in "came in damaged" asyncmap escape; do
	contains ReasonText "$(property cable ReasonText)" "$words"
done
contains "what the line has swallowed" "$(swallowed)" "back 01"
expect 0 pppctl down cable

note "and not even LCP does"
line "" --swallow 0-1f,7f,80-9f,ff
expect 5 pppctl up cable
note "after $took_ms ms: $errors"
equal Reason "$(property cable Reason)" lcp-timeout
contains ReasonText "$(property cable ReasonText)" "at the same speed?"
expect 0 pppctl down cable
