# SPDX-License-Identifier: LGPL-2.1-or-later
# DHCP clients that set their default route again under a link that is up, each in its own manner: ours goes on winning,
# theirs is there once, and is given back as they last set it.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start
profile_add isp wan0
ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.168.7.2/24 dev lan0

wins() { [ "$(default_routes | head -n 1 | cut -d' ' -f1)" = "$(property isp Interface)" ]; }
theirs() { ip -4 route show default dev lan0 | sed 's/ *$//'; }
is_there_once() { [ "$(theirs | wc -l)" = 1 ]; }
routes() { ip -4 route show table all | sed 's/ *$//' | sort; }

# client NAME ROUTE...: a client that sets this default route, and again at each renewal by "replace".
client() {
	local name=$1 time
	shift
	expect 0 ip route replace default "$@"
	routes >"$work/routes.before"
	local bare
	bare=$(theirs)
	note "$name: $bare"
	expect 0 pppctl up isp
	wait_until 20 "ours wins" wins
	for time in first second; do
		expect 0 ip route replace default "$@"
		wait_until 20 "ours wins after the $time renewal by $name" wins
		wait_until 20 "theirs is there once after the $time renewal by $name" is_there_once
		contains "the way to the world" "$(ip route get 198.51.100.1)" "dev $(property isp Interface)"
		expect 0 ping -c 1 -W 5 10.64.0.80
	done
	ip -4 route show default
	expect 0 pppctl down isp
	wait_until 15 "the provider has no session left" isp_idle 0
	routes | diff "$work/routes.before" - || fail "the routes are not as they were after $name"
	note "$name: given back as it was"
	ip route del default dev lan0
}

client "dhcpcd" via 192.168.7.1 dev lan0 proto dhcp src 192.168.7.2 metric 202
client "NetworkManager" via 192.168.7.1 dev lan0 proto dhcp src 192.168.7.2 metric 100
client "systemd-networkd" via 192.168.7.1 dev lan0 proto dhcp src 192.168.7.2 metric 1024
client "a client with metric 1" via 192.168.7.1 dev lan0 metric 1
client "dhclient" via 192.168.7.1 dev lan0
