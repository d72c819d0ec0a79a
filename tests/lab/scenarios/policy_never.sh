# SPDX-License-Identifier: LGPL-2.1-or-later
# default-route "never": the link is up and leaves the machine's default route alone, with and without one there.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start
profile_write isp "$(profile_json wan0 '.ipv4["default-route"] = "never" | .ipv6["default-route"] = "never"')"
snapshot before

expect 0 pppctl up isp
equal "the default routes" "$(default_routes)" ""
equal DefaultRoute "$(property isp DefaultRoute)" false
expect 0 ping -c 2 -W 5 10.64.0.1
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.168.7.2/24 dev lan0
ip route add default via 192.168.7.1 dev lan0
expect 0 pppctl up isp
equal "the default routes" "$(default_routes)" "lan0 0 null"
expect 0 pppctl down isp
equal "the default routes" "$(default_routes)" "lan0 0 null"
