# SPDX-License-Identifier: LGPL-2.1-or-later
# Two tunnels to the same server at once, one of them through address translation, and by the server's name; and a
# second server that is not reached through the first one's tunnel.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

lns 0
isp_dns 0
resolvectl dns wan0 10.64.0.53
resolvectl domain wan0 '~.'
product_start
tunnel_add one
tunnel_add two '.ipv4."default-route" = "never"'
tunnel_add nat '.l2tp.server = "192.0.2.1" | .l2tp.port = 1801 | .ipv4."default-route" = "never"'
tunnel_add name '.l2tp.server = "lns.isp0.test" | .ipv4."default-route" = "never"'
snapshot before

# Address and port translation in between: to the server each client of 192.0.2.1:1801 has another port.
isp_unit isp0-nat 0 /usr/bin/socat UDP4-LISTEN:1801,bind=192.0.2.1,fork,reuseaddr "UDP4:$lns_server:1701"
wait_until 20 "the translation listens" isp_hears 0 192.0.2.1:1801
expect 0 pppctl up one two nat
equal "tunnels in the kernel" "$(kernel_tunnels)" 3
equal "the way to the server" "$(pinned)" "192.0.2.1 wan0"
for name in one two nat; do
	expect 0 ping -c 1 -W 5 -I "$(property $name Interface)" 10.64.0.1
done
expect 0 pppctl down one
equal "the way to the server, for the other" "$(pinned)" "192.0.2.1 wan0"
expect 0 ping -c 1 -W 5 -I "$(property two Interface)" 10.64.0.1
expect 0 pppctl down two nat
wait_until 20 "no tunnel is left in the kernel" no_tunnel
wait_until 15 "the server has no session left" lns_idle 0
no_pppd() {
	! pgrep -x pppd >/dev/null
}
wait_until 15 "the server has taken note of its pppds' ends" no_pppd
systemctl stop isp0-nat.service
settled before

note "by name"
expect 0 pppctl up name
equal Device "$(property name Device)" lns.isp0.test
expect 0 pppctl down name

note "another server, while the first tunnel has the default route"
ip -n isp0 address add 10.64.0.3/32 dev core
isp_unit isp0-second 0 /usr/bin/socat UDP4-LISTEN:1701,bind=10.64.0.3,fork,reuseaddr "UDP4:$lns_server:1701"
wait_until 20 "the second server listens" isp_hears 0 10.64.0.3:1701
tunnel_add second '.l2tp.server = "10.64.0.3" | .ipv4."default-route" = "never"'
expect 0 pppctl up one
contains "the way to it so far" "$(ip route get 10.64.0.3)" "$(property one Interface)"
expect 0 pppctl up second
equal "the way to the second server" "$(ip -j route show 10.64.0.3/32 | jq -r '.[] | "\(.gateway) \(.dev)"')" "192.0.2.1 wan0"
contains "our address to it" "$(ss -Hun dst 10.64.0.3)" 192.0.2.2:
expect 0 ping -c 1 -W 5 -I "$(property second Interface)" 10.64.0.1
expect 0 pppctl down one second
wait_until 20 "no tunnel is left in the kernel" no_tunnel
