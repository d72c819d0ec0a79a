# SPDX-License-Identifier: LGPL-2.1-or-later
# The ways to a tunnel's server: IPv6, a name with a dead address before the good one, and address translation that
# gives each tunnel another port and then forgets them all.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

lns 0 "secret=$tunnel_secret" extra="lcp-echo-interval 2 lcp-echo-failure 3" # it forgets lost sessions soon
dual=(--address=/dual.isp0.test/2001:db8:64::99 --address=/dual.isp0.test/10.64.0.2)
isp_dns 0 "${dual[@]}"
resolvectl dns wan0 10.64.0.53
resolvectl domain wan0 '~.'
ip link set wan0 addrgenmode none
sysctl -q -w net.ipv6.conf.wan0.disable_ipv6=0
ip -6 address add 2001:db8:2::2/64 dev wan0 nodad
for router in 1 3; do
	ip -n isp0 -6 address add "2001:db8:2::$router/64" dev port0 nodad
done
ip -n isp0 -6 address add 2001:db8:64::2/128 dev core nodad
ip -6 route add default via 2001:db8:2::1 dev wan0 metric 100
product_start
modprobe l2tp_ppp # not so that it works, but so that the two snapshots can be equal
tunnel_add six '.l2tp.server = "2001:db8:64::2"' "$tunnel_secret"
tunnel_add dual '.l2tp.server = "dual.isp0.test"' "$tunnel_secret"
for name in one two; do
	tunnel_add "$name" '.ipv4."default-route" = "never" | .l2tp."hello-interval" = 6 | .ppp."lcp-echo-interval" = 0 |
		.reconnect.lost.first = 0' "$tunnel_secret"
done
no_pppd() {
	! pgrep -x pppd >/dev/null
}
# gone: nothing is left of a tunnel, here and at the server.
gone() {
	wait_until 20 "no tunnel is left in the kernel" no_tunnel
	wait_until 15 "the server has no session left" lns_idle 0
	wait_until 15 "the server has taken note of its pppds' ends" no_pppd
}
pinned6() {
	ip -6 -j route show 2001:db8:64::2/128 | jq -r '.[] | "\(.gateway) \(.dev)"'
}
snapshot before

note "IPv6"
# xl2tpd speaks IPv4 alone
isp_unit isp0-relay 0 /usr/bin/socat 'UDP6-LISTEN:1701,bind=[2001:db8:64::2],fork,reuseaddr' "UDP4:$lns_server:1701"
wait_until 20 "the relay listens" isp_hears 0 '[2001:db8:64::2]:1701'
expect 0 pppctl up six
note "up after $took_ms ms"
contains Details "$(property six Details)" 2001:db8:64::2
equal "the way to the server" "$(pinned6)" "2001:db8:2::1 wan0"
equal "tunnels in the kernel" "$(kernel_tunnels)" 1
contains "the relay's other end" "$(ip netns exec isp0 ss -Hun6 'sport = :1701')" "2001:db8:2::2"
expect 0 ping -c 2 -W 5 -s 1300 10.64.0.80
link_remember six
kill -KILL "$(product_pid)"
link_kept 20
ping_kept "$kept_ping" "$work/kept.ping"
ip -6 route replace default via 2001:db8:2::3 dev wan0 metric 100
moved() {
	[ "$(pinned6)" = "2001:db8:2::3 wan0" ]
}
wait_until 10 "the server is pinned to the new router" moved
expect 0 ping -c 2 -W 5 10.64.0.80
ip -6 route replace default via 2001:db8:2::1 dev wan0 metric 100
expect 0 pppctl redial six
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down six
equal "the way to the server afterwards" "$(pinned6)" ""
gone
systemctl stop isp0-relay.service
settled before

note "a name whose first address is dead"
expect 0 pppctl up dual
note "up after $took_ms ms"
contains Details "$(property dual Details)" '"10.64.0.2"'
between "its time in ms: that of a dead address" "$took_ms" 5000 30000
expect 0 pppctl down dual
gone
settled before

note "through address translation"
lns_nat
snapshot translated
expect 0 pppctl up one two
equal "the way to the server" "$(pinned)" "192.0.3.1 wan1"
equal "tunnels in the kernel" "$(kernel_tunnels)" 2
for name in one two; do
	expect 0 ping -c 2 -W 5 -I "$(property $name Interface)" 10.64.0.1
done
# translated: the clients of the server's tunnels, as it sees them.
translated() {
	sed -n 's/.*Connection established to \(203\.0\.113\.2, 4[0-9]*\)\..*/\1/p' /lab/out/isp0-lns.log | sort -u
}
translated
equal "ports of the two at the server" "$(translated | wc -l)" 2
engine=$(property one EnginePid)
lns_nat_forgets
wait_until 60 "the loss is found" state_is_not one up
note "loss found after $waited_ms ms"
between "time to find the loss" "$waited_ms" 1000 45000
for name in one two; do
	wait_state "$name" up 60
	expect 0 ping -c 2 -W 5 -I "$(property $name Interface)" 10.64.0.1
done
[ "$(property one EnginePid)" != "$engine" ] || fail "the engine is still the old one"
between "ports at the server since" "$(translated | wc -l)" 4 20 # a second attempt has one of its own
expect 0 pppctl down one two
gone
settled translated
