# SPDX-License-Identifier: LGPL-2.1-or-later
# A wrong password: said at once, in the server's own words, and not tried for ever.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
isp_password='wrong one' profile_add isp wan0
snapshot before

expect 5 pppctl up isp
note "pppctl up isp took $took_ms ms, and said:"
printf '%s\n' "$output" "$errors"
[ "$took_ms" -le 30000 ] || fail "a wrong password took $took_ms ms to be reported"
contains "pppctl's errors" "$errors" auth-failed
contains "pppctl's errors" "$errors" "Access denied"
equal Reason "$(property isp Reason)" auth-failed
contains ReasonText "$(property isp ReasonText)" "Access denied"
equal State "$(property isp State)" waiting
[ "$(property isp NextAttempt)" != 0 ] || fail "no next attempt is announced"
equal "the machine's ppp links" "$(links_up)" ""

expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "busctl: the error carries the reason"
expect 1 bus call org.ppp.Manager "$(connection isp)" org.ppp.Connection Up 'a{sv}' 1 wait b true
contains "the error" "$errors" "auth-failed: "
expect 0 pppctl down isp

note "the right one"
printf '%s\n' "$isp_password" | pppctl set-secret isp --password-stdin
expect 0 pppctl up isp
expect 0 pppctl down isp
expect 0 pppctl remove isp
wait_until 15 "the provider has no session left" isp_idle 0

note "gives up after three in a row; a hostile text stays harmless"
systemctl stop isp0-pppoe.service
concentrator 0 --auth pap --reject --text 'account locked\x1b[2J\x07 call \xc3\x28 us\x00now'
profile_write isp "$(profile_json wan0 '.reconnect = {auth: {first: 1, factor: 1, cap: 1}}')"
expect 5 pppctl up isp
contains "pppctl's errors" "$errors" "account locked"
lacks "pppctl's errors" "$errors" $'\e'
lacks "pppctl's errors" "$errors" $'\a'
lacks ReasonText "$(property isp ReasonText)" $'\e'
printf '%s' "$errors" | iconv -f UTF-8 -t UTF-8 >/dev/null || fail "pppctl's errors are no UTF-8"
wait_state isp failed 30
equal NextAttempt "$(property isp NextAttempt)" 0
equal Reason "$(property isp Reason)" auth-failed
equal "refusals the server gave" "$(concentrator_log 0 | grep -c 'PAP Nak')" 3
