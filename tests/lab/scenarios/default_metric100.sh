# SPDX-License-Identifier: LGPL-2.1-or-later
# Another default route with room below its metric: it is left alone, ours goes below.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start
profile_add isp wan0
ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.168.7.2/24 dev lan0
ip route add default via 192.168.7.1 dev lan0 metric 100
snapshot before

our_route_is_there() {
	default_routes | head -n 1 | grep_all "^$interface "
}

other() { ip route show default dev lan0; }
untouched=$(other)
expect 0 pppctl up isp
note "default routes while up:"
ip route show default
interface=$(property isp Interface)
contains "the best default route" "$(default_routes | head -n 1)" "$interface "
equal "the other default route" "$(other)" "$untouched"
[ "$(default_routes | awk -v i="$interface" '$1 == i { print $2 }')" -lt 100 ] || fail "our metric is not below 100"

note "ours is deleted by somebody: it comes back"
ip route del default dev "$interface"
wait_until 20 "our route is back" our_route_is_there
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before
