# SPDX-License-Identifier: LGPL-2.1-or-later
# An L2TP link against xl2tpd: up, status, redial, down without a trace; the server pinned beside the default route;
# outlives a restart and a kill -9 of the daemon without losing a packet.
# shellcheck shell=bash
# needs: 512M 400s

lns 0 "secret=$tunnel_secret"
isp_dns 0
product_start
tunnel_add isp . "$tunnel_secret"
modprobe l2tp_ppp # not so that it works, but so that the two snapshots can be equal
snapshot before

lacks "the host routes before" "$(pinned)" .
expect 0 pppctl up isp
note "pppctl up isp took $took_ms ms"
printf '%s\n' "$output"
equal State "$(property isp State)" up
equal Device "$(property isp Device)" "$lns_server"
equal PeerAddress "$(property isp PeerAddress)" 10.64.0.1
equal DefaultRoute "$(property isp DefaultRoute)" true
contains Details "$(property isp Details)" '"peer-host-name"'
contains Details "$(property isp Details)" lns0
contains Details "$(property isp Details)" '"tunnel-id"'
equal "the way to the server" "$(pinned)" "192.0.2.1 wan0"
equal "tunnels in the kernel" "$(kernel_tunnels)" 1
contains "the machine's default routes" "$(default_routes)" ppp0
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl status isp
printf '%s\n' "$output"
for secret in "$tunnel_secret" "$isp_password"; do
	lacks "the processes" "$(ps -eo args)" "$secret"
done

expect 0 pppctl redial isp
note "pppctl redial isp took $took_ms ms"
wait_state isp up 20
expect 0 ping -c 1 -W 5 10.64.0.80
equal "tunnels in the kernel" "$(kernel_tunnels)" 1

engine=$(property isp EnginePid)
connected=$(property isp ConnectedAt)
ping -i 0.05 10.64.0.80 >"$work/ping" 2>&1 &
pinging=$!
another_daemon() {
	[ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ] && product_answers
}
for way in restart kill; do
	old=$(product_pid)
	if [ "$way" = restart ]; then
		systemctl restart ppp-manager.service
	else
		kill -KILL "$old"
	fi
	wait_until 20 "another daemon after $way" another_daemon
	wait_state isp up 15
	equal "the engine after $way" "$(property isp EnginePid)" "$engine"
	equal ConnectedAt "$(property isp ConnectedAt)" "$connected"
	equal "the way to the server after $way" "$(pinned)" "192.0.2.1 wan0"
	contains "Details after $way" "$(property isp Details)" '"tunnel-id"'
done
ping_kept "$pinging" "$work/ping"

# the route below changes
ip -n isp0 address add 192.0.2.3/24 dev port0
ip route replace default via 192.0.2.3 dev wan0 metric 100
moved() {
	[ "$(pinned)" = "192.0.2.3 wan0" ]
}
wait_until 20 "the server is pinned to the new router" moved
expect 0 ping -c 1 -W 5 10.64.0.80
ip route replace default via 192.0.2.1 dev wan0 metric 100
expect 0 pppctl down isp
note "pppctl down isp took $took_ms ms"
equal "the way to the server afterwards" "$(pinned)" ""
wait_until 20 "no tunnel is left in the kernel" no_tunnel
wait_until 15 "the server has no session left" lns_idle 0
wait_until 15 "the server was told why" grep -q "the link is taken down" /lab/out/isp0-lns.log
settled before
