# SPDX-License-Identifier: LGPL-2.1-or-later
# Nobody answers: discovery-timeout at the profile's timeout, the next attempt is announced, and a server that appears
# later gets its link.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp_cable 0
isp_options 0
product_start
profile_write isp "$(profile_json wan0 '.pppoe["discovery-timeout"] = 3 | .reconnect = {discovery: {first: 15, factor: 1, cap: 15}, jitter: 0}')"
snapshot before

expect 5 pppctl up isp
note "pppctl up isp took $took_ms ms, and said:"
printf '%s\n' "$output" "$errors"
# Not before the timeout, and long before the next attempt: a busy machine is no failure.
between "the milliseconds until pppctl gave its answer" "$took_ms" 2900 13000
contains "pppctl's errors" "$errors" discovery-timeout
grep -qiE 'next|again|retry' <<<"$output$errors" || fail "pppctl does not say that and when it is tried again"
equal Reason "$(property isp Reason)" discovery-timeout
equal State "$(property isp State)" waiting
equal Phase "$(property isp Phase)" backoff
[ "$(property isp NextAttempt)" -gt "$(($(date +%s) * 1000000 - 3000000))" ] || fail "NextAttempt lies in the past"

expect 0 pppctl down isp
equal State "$(property isp State)" down
settled before

note "down while discovery runs"
expect 0 pppctl up isp --no-wait
wait_property isp Phase discovery 20
expect 0 pppctl down isp
equal Reason "$(property isp Reason)" user-request
settled before

note "a server appears"
expect 5 pppctl up isp
isp_pppoe 0
wait_state isp up 40
note "up $waited_ms ms after the server came"
expect 0 pppctl down isp
