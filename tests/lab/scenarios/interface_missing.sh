# SPDX-License-Identifier: LGPL-2.1-or-later
# The Ethernet interface is not there yet, comes, goes and comes back: no timer, the event decides.
# shellcheck shell=bash
# needs: 512M 300s

product_start
profile_add isp wan0

expect 5 pppctl up isp
note "pppctl up isp took $took_ms ms, and said: $errors"
contains "pppctl's errors" "$errors" device-missing
equal State "$(property isp State)" waiting
equal Phase "$(property isp Phase)" device
equal Reason "$(property isp Reason)" device-missing
equal NextAttempt "$(property isp NextAttempt)" 0

isp 0
wait_state isp up 90
note "up $waited_ms ms after the provider was ready"

note "the interface goes"
ip link delete wan0
wait_property isp Phase device 20
equal State "$(property isp State)" waiting
equal "the machine's ppp links" "$(links_up)" ""
equal "the machine's default routes" "$(default_routes)" ""

note "and comes back"
systemctl stop isp0-pppoe.service isp0-dns.service
ip netns delete isp0
isp 0
wait_state isp up 90
note "up $waited_ms ms after the provider was ready"
expect 0 pppctl down isp
equal State "$(property isp State)" down
