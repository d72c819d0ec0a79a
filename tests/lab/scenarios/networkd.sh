# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd-networkd with a file for every interface, people who flush routes, and a systemd-resolved that restarts:
# what a link needs stays or comes back.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

rm /etc/systemd/system/systemd-networkd.service /etc/systemd/system/systemd-networkd.socket
links_without_udev systemd-networkd.service
mkdir -p /etc/systemd/network
printf '[Match]\nName=*\n\n[Network]\nLinkLocalAddressing=no\n' >/etc/systemd/network/90-all.network
systemctl daemon-reload

isp 0
ip link add lan0 type dummy
expect 0 systemctl start systemd-networkd.service

setup_of() { networkctl --json=short list | jq -r --arg name "$1" '.Interfaces[] | select(.Name == $name) | .AdministrativeState'; }
setup_is() { [ "$(setup_of "$1")" = "$2" ]; }
wait_until 30 "networkd manages lan0" setup_is lan0 configured

product_start
profile_write isp "$(profile_json wan0 '.ipv4.routes = [{to: "203.0.113.0/24"}]')"
profile_write other "$(profile_json wan0 '.ipv4 = {table: 77} | .dns = {search: ["other.test"], "default-route": false}')"
expect 0 pppctl up isp
expect 0 pppctl up other
interface=$(property isp Interface)
second=$(property other Interface)
engine=$(property isp EnginePid)

# what the two links need of the machine
needed() {
	ip -o -4 address show dev "$interface" | awk '{ print $2, $4, $6 }'
	ip -o -4 address show dev "$second" | awk '{ print $2, $4, $6 }'
	ip route show table all proto 80 | sort
	resolvectl dns "$interface"
	resolvectl domain "$interface"
	resolvectl dns "$second"
	resolvectl domain "$second"
}
all_there() { [ "$(needed)" = "$before" ]; }
resolves() { getent ahostsv4 www.isp0.test | grep_all 10.64.0.80; }
before=$(needed)
note "what the links need:"
echo "$before"
contains "the routes" "$before" "default dev $interface"
contains "the routes" "$before" "203.0.113.0/24 dev $interface"
contains "the routes" "$before" "default dev $second table 77"
resolves

# undisturbed WHAT: everything is there, at the latest in a moment, by the same engines.
undisturbed() {
	wait_until 20 "all is there after: $1" all_there
	wait_until 20 "names are resolved after: $1" resolves
	equal "the state" "$(property isp State) $(property other State)" "up up"
	equal "the engine" "$(property isp EnginePid)" "$engine"
	expect 0 ping -c 1 -W 5 10.64.0.80
	note "all there after: $1"
}

note "networkd"
for link in "$interface" "$second"; do
	wait_until 30 "networkd leaves $link alone" setup_is "$link" unmanaged
done
undisturbed "networkd saw the links"
expect 0 systemctl restart systemd-networkd.service
wait_until 30 "networkd manages lan0" setup_is lan0 configured
undisturbed "restart of networkd"
printf '[Match]\nName=lan0\n\n[Link]\nMTUBytes=1400\n' >/etc/systemd/network/80-lan.network
expect 0 networkctl reload
lan_mtu_is() { [ "$(cat /sys/class/net/lan0/mtu)" = "$1" ]; }
wait_until 30 "networkd read its files again" lan_mtu_is 1400
equal Mtu "$(cat "/sys/class/net/$interface/mtu")" 1492
undisturbed "networkctl reload"
expect 0 networkctl reconfigure "$interface"
undisturbed "networkctl reconfigure"
expect 0 systemctl stop systemd-networkd.service
undisturbed "stop of networkd"

note "routes that somebody deletes"
ip route flush table main
wait_until 20 "the address of the link is reached again" ping -c 1 -W 1 10.64.0.80
undisturbed "flush of table main"
ip route flush table 77
undisturbed "flush of table 77"
ip route flush dev "$interface" proto 80
undisturbed "flush of a link's routes"
ip route flush proto 80 table all
undisturbed "flush of all routes of ours"

note "systemd-resolved"
expect 0 systemctl restart systemd-resolved.service
undisturbed "restart of resolved"
resolvectl revert "$interface"
systemctl kill --signal=KILL systemd-resolved.service
undisturbed "death of resolved"
