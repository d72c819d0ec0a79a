# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd-networkd has the Ethernet side with default routes of its own, one configured and one leased, and is restarted,
# reloaded and told to renew while the link is up: ours wins all the time, and all routes are as they were afterwards.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

rm /etc/systemd/system/systemd-networkd.service /etc/systemd/system/systemd-networkd.socket
links_without_udev systemd-networkd.service
mkdir -p /etc/systemd/network
# lan0_network DEFAULT: the file, with the sections that make its default route.
lan0_network() {
	printf '[Match]\nName=lan0\n\n[Network]\nLinkLocalAddressing=no\nAddress=192.168.9.2/24\n\n%b\n[Route]\nDestination=198.18.0.0/15\nGateway=192.168.9.1\nMTUBytes=1400\n' \
		"$1" >/etc/systemd/network/20-lan0.network
}
lan0_network '[Route]\nGateway=192.168.9.1\nMetric=512\n'
printf '[Match]\nName=lan1\n\n[Network]\nLinkLocalAddressing=no\nDHCP=ipv4\n' >/etc/systemd/network/20-lan1.network
systemctl daemon-reload

isp 0
ip link add lan0 type dummy
# a router that leases: lan1 and its far end
ip netns add router
ip link add lan1 type veth peer name port netns router
ip -n router link set lo up
ip -n router link set port up
ip -n router address add 192.168.8.1/24 dev port
mkdir -p /srv/router/ppp
systemd-run --quiet --unit=isp9-dns --collect -p NetworkNamespacePath=/run/netns/router -p TemporaryFileSystem=/run \
	-p StandardOutput=append:/lab/out/router.log -p StandardError=inherit /usr/sbin/dnsmasq --keep-in-foreground \
	--conf-file=/dev/null --port=0 --user=root --pid-file= --log-dhcp --log-facility=- --interface=port --bind-interfaces \
	--dhcp-range=192.168.8.50,192.168.8.60,2m --dhcp-option=option:router,192.168.8.1 --dhcp-leasefile=/run/leases
expect 0 systemctl start systemd-networkd.service

setup_of() { networkctl --json=short list | jq -r --arg name "$1" '.Interfaces[] | select(.Name == $name) | .AdministrativeState'; }
setup_is() { [ "$(setup_of "$1")" = "$2" ]; }
managed() { setup_is lan0 configured && setup_is lan1 configured; }
acks() { grep -c 'DHCPACK(port)' /lab/out/router.log || true; }
wait_until 60 "networkd manages both" managed
defaults_of_others() { ip -4 route show default | grep -v " proto 80 " | sed 's/ *$//' | sort; }
equal "default routes of others" "$(defaults_of_others | wc -l)" 2
ip -4 route show default
product_start
profile_write isp "$(profile_json wan0)"
# Without the metric of the leased network's own route: networkd gives it one at its first start only.
routes() { ip -4 route show table all | sed -e 's/ *$//' -e '/^192\.168\.8\.0\/24 .*proto kernel/s/ metric [0-9]*$//' | sort; }
routes >"$work/routes.before"

wins() {
	[ "$(default_routes | head -n 1 | cut -d' ' -f1)" = "$interface" ] && property_is isp DefaultRoute true
}
one_default() { [ "$(defaults_of_others | grep -c " dev $1 ")" = 1 ]; }
undisturbed() {
	wait_until 30 "ours is the best default route after: $1" wins
	equal "state" "$(property isp State)" up
	equal "engine" "$(property isp EnginePid)" "$engine"
	contains "the way to the world" "$(ip route get 198.51.100.1)" "dev $interface"
	for lan in lan0 lan1; do
		wait_until 30 "$lan has its default route, once, after: $1" one_default "$lan"
	done
	expect 0 ping -c 1 -W 5 10.64.0.80
	note "ours wins after: $1"
	ip -4 route show default
}
gives_back() {
	expect 0 pppctl down isp
	wait_until 15 "the provider has no session left" isp_idle 0
	routes >"$work/routes.after"
	diff "$work/routes.before" "$work/routes.after" || fail "the routes are not as they were: $1"
	note "all routes are as they were: $1"
}
goes_up() {
	expect 0 pppctl up isp
	interface=$(property isp Interface)
	engine=$(property isp EnginePid)
	undisturbed "up"
}

goes_up
gives_back "up and down"

goes_up
expect 0 systemctl restart systemd-networkd.service
wait_until 60 "networkd manages both" managed
undisturbed "restart"
gives_back "restart of networkd meanwhile"

goes_up
expect 0 networkctl reload
wait_until 60 "networkd manages both" managed
undisturbed "reload"
expect 0 networkctl reconfigure lan0 lan1
wait_until 60 "networkd manages both" managed
undisturbed "reconfigure"
gives_back "reload and reconfigure meanwhile"

note "the lease is renewed, and renews itself at half its time"
goes_up
renewals=$(acks)
renewed() { [ "$(acks)" -gt "$renewals" ]; }
expect 0 networkctl renew lan1
wait_until 60 "the lease was renewed" renewed
undisturbed "renew"
renewals=$(acks)
wait_until 150 "the lease renewed itself" renewed
undisturbed "a renewal by itself"
gives_back "renewals meanwhile"

note "networkd's default routes have the best metric there is"
lan0_network '[Route]\nGateway=192.168.9.1\nMetric=0\nMTUBytes=1380\n'
printf '\n[DHCPv4]\nRouteMetric=50\n' >>/etc/systemd/network/20-lan1.network
expect 0 networkctl reload
expect 0 networkctl reconfigure lan0 lan1
wait_until 60 "networkd manages both" managed
best_is_lan0() { [ "$(default_routes | head -n 1)" = "lan0 0 static" ]; }
wait_until 30 "lan0 has metric 0" best_is_lan0
routes >"$work/routes.before"
goes_up
gives_back "metric 0, up and down"
goes_up
expect 0 networkctl renew lan1
undisturbed "renew beside metric 0"
gives_back "metric 0, renew"
