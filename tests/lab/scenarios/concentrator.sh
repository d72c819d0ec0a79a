# SPDX-License-Identifier: LGPL-2.1-or-later
# The scripted concentrator against bare pppd: that it plays what it is told to play, before it judges the product.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes
# product: no

isp_cable 0

connects() {
	wait_until 30 "bare pppd has an address" has_address ppp0 10.64.0.100
	note "connected after $waited_ms ms"
	expect 0 ping -c 1 -W 5 -I ppp0 10.64.0.80
	bare_end TERM
	equal "pppd's exit status after SIGTERM" "$bare_status" 5
	wait_until 20 "the concentrator has seen the end" seen "LCP Terminate-Request"
	concentrator_stop 0
}

seen() {
	concentrator_log 0 | grep_all -F -- "$1"
}

note "CHAP, eager"
concentrator 0
bare_pppd 0 usepeerdns
connects
contains "pppd's log" "$(cat "$work/bare.log")" "primary   DNS address 10.64.0.53"

note "CHAP, as late as pppoe-server"
concentrator 0 --lcp-delay 40 --pado-delay 20 --pads-delay 20
bare_pppd 0
connects

note "PAP, no IPv6"
concentrator 0 --auth pap --no-ipv6
bare_pppd 0
connects
contains "pppd's log" "$(cat "$work/bare.log")" "rcvd [LCP ProtRej"

note "no authentication, named service"
concentrator 0 --auth none --service gold --service silver
bare_pppd 0 pppoe-service silver
connects

refuses() {
	local status=$1 part=$2
	bare_wait
	equal "pppd's exit status" "$bare_status" "$status"
	contains "pppd's log" "$(cat "$work/bare.log")" "$part"
	concentrator_stop 0
}

note "wrong password, CHAP"
concentrator 0 --text 'E=691 no such account'
isp_password=wrong bare_pppd 0
refuses 19 "no such account"

note "every password refused, PAP, a text with control characters"
concentrator 0 --auth pap --reject --text 'go away\x1b[2J\x00\xff'
bare_pppd 0
refuses 19 "go away"

patient=(pppoe-padi-timeout 4 pppoe-padi-attempts 2)
note "errors in PADO and PADS"
concentrator 0 --error service --text 'no such service here'
bare_pppd 0 "${patient[@]}"
refuses 8 "no such service here"
concentrator 0 --error system --text 'out of sessions'
bare_pppd 0 "${patient[@]}"
refuses 8 "out of sessions"
concentrator 0 --error generic --error-in pado --text 'on fire'
bare_pppd 0 "${patient[@]}"
refuses 8 "on fire"

short=(pppoe-padi-timeout 1 pppoe-padi-attempts 2)
note "silence"
concentrator 0 --ignore padi
bare_pppd 0 "${short[@]}"
refuses 8 "Timeout waiting for PADO"
concentrator 0 --ignore padr
bare_pppd 0 "${short[@]}"
refuses 8 "Timeout waiting for PADS"

note "several concentrators, one chosen by name"
concentrator 0 --ac first --ac second,delay=30 --ac third,mac=02:00:00:aa:bb:cc
bare_pppd 0 pppoe-ac second
wait_until 30 "bare pppd has an address" has_address ppp0 10.64.0.100
contains "the concentrator's log" "$(concentrator_log 0)" "PADO ac='third'"
contains "pppd's log" "$(cat "$work/bare.log")" "Connect: ppp0 <--> wan0"
contains "the session's peer" "$(cat /proc/net/pppoe)" "02:ac:00:00:00:01"
bare_end TERM
concentrator_stop 0

note "the concentrator ends the link: Terminate-Request, PADT, silence"
concentrator 0 --terminate-after 300 --text 'session time over'
bare_pppd 0
refuses 16 "session time over"
concentrator 0 --padt-after 300
bare_pppd 0
refuses 16 "Modem hangup"
concentrator 0 --mute-after 300
bare_pppd 0 lcp-echo-interval 1 lcp-echo-failure 2
bare_wait
# 15 by the book, 16 where the line's end is read in the same turn: both are seen
[ "$bare_status" = 15 ] || equal "pppd's exit status" "$bare_status" 16
contains "pppd's log" "$(cat "$work/bare.log")" "No response to 2 echo-requests"
concentrator_stop 0
