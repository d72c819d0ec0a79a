# SPDX-License-Identifier: LGPL-2.1-or-later
# NetworkManager owns the Ethernet side with a default route: ours wins while the link is up, also when it is restarted or
# sets its route again; its route is given back as it was.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

for unit in NetworkManager NetworkManager-dispatcher; do rm "/etc/systemd/system/$unit.service"; done
links_without_udev NetworkManager.service
systemctl daemon-reload

isp 0
ip link add lan0 type veth peer name lan0far
ip link set lan0far up
sysctl -q -w net.ipv6.conf.lan0.disable_ipv6=1 net.ipv6.conf.lan0far.disable_ipv6=1
product_start
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false')"

activated() { [ "$(nmcli --get-values GENERAL.STATE connection show lan 2>/dev/null)" = activated ]; }
theirs() { ip -4 route show default dev lan0 | sed 's/ *$//'; }
theirs_is_there() { [ "$(theirs | wc -l)" = 1 ]; }
expect 0 systemctl start NetworkManager.service
expect 0 nmcli device set lan0 managed yes
expect 0 nmcli connection add type ethernet con-name lan ifname lan0 ipv4.method manual ipv4.addresses 192.168.9.2/24 \
	ipv4.gateway 192.168.9.1 ipv4.route-metric 120 ipv6.method disabled
expect 0 nmcli connection up lan
wait_until 30 "its connection is up" activated
wait_until 30 "it has its default route" theirs_is_there
routes() { ip -4 route show table all | sed 's/ *$//' | sort; }
routes >"$work/routes.before"
ip -4 route show default

wins() { [ "$(default_routes | head -n 1 | cut -d' ' -f1)" = "$interface" ] && property_is isp DefaultRoute true; }
undisturbed() {
	wait_until 30 "its connection is up after: $1" activated
	wait_until 30 "its default route is there, once, after: $1" theirs_is_there
	wait_until 30 "ours wins after: $1" wins
	equal "state" "$(property isp State)" up
	equal "engine" "$(property isp EnginePid)" "$engine"
	contains "the way to the world" "$(ip route get 198.51.100.1)" "dev $interface"
	contains "the name servers" "$(resolvectl dns "$interface")" 10.64.0.53
	expect 0 ping -c 1 -W 5 10.64.0.80
	note "ours wins after: $1"
	ip -4 route show default
}
goes_up() {
	expect 0 pppctl up isp
	interface=$(property isp Interface)
	engine=$(property isp EnginePid)
	undisturbed "up"
}
gives_back() {
	expect 0 pppctl down isp
	wait_until 15 "the provider has no session left" isp_idle 0
	routes | diff "$work/routes.before" - || fail "the routes are not as they were: $1"
	note "all routes are as they were: $1"
}

goes_up
gives_back "up and down"
goes_up
expect 0 systemctl restart NetworkManager.service
undisturbed "restart"
expect 0 nmcli connection up lan
undisturbed "its connection activated again"
expect 0 nmcli device reapply lan0
undisturbed "its settings applied again"
expect 0 pppctl redial isp
interface=$(property isp Interface)
engine=$(property isp EnginePid)
undisturbed "redial"
gives_back "restart, activation and redial meanwhile"

note "its default route has the best metric there is"
expect 0 nmcli connection modify lan ipv4.route-metric 0
expect 0 nmcli connection up lan
wait_until 30 "its connection is up" activated
wait_until 30 "its default route is there" theirs_is_there
routes >"$work/routes.before"
ip -4 route show default
goes_up
gives_back "metric 0"
