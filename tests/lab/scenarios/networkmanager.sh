# SPDX-License-Identifier: LGPL-2.1-or-later
# NetworkManager is started, restarted, reloaded and stopped beside a link that is up: it leaves the link unmanaged, and
# address, routes and DNS stay as they are, by the same engine.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

for unit in NetworkManager NetworkManager-dispatcher; do rm "/etc/systemd/system/$unit.service"; done
links_without_udev NetworkManager.service
systemctl daemon-reload

isp 0
ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.168.9.1/24 dev lan0
product_start
profile_write isp "$(profile_json wan0 '.ipv4.routes = [{to: "203.0.113.0/24"}]')"
expect 0 pppctl up isp
interface=$(property isp Interface)
engine=$(property isp EnginePid)

needed() {
	ip -o -4 address show dev "$interface" | awk '{ print $2, $4, $6 }'
	ip route show table all proto 80 | sort
	resolvectl dns "$interface"
	resolvectl domain "$interface"
	resolvectl default-route "$interface"
}
all_there() { [ "$(needed)" = "$before" ]; }
resolves() { getent ahostsv4 www.isp0.test | grep_all 10.64.0.80; }
device_state() { nmcli --get-values GENERAL.STATE device show "$1" 2>/dev/null; }
state_is_known() { device_state "$1" | grep_all "^[0-9]"; }
# It looks after others, so what it says of our link is not for want of looking.
looks_after_lan0() { device_state lan0 | grep_all externally; }
before=$(needed)
note "what the link needs:"
echo "$before"
contains "the routes" "$before" "203.0.113.0/24 dev $interface"
resolves

undisturbed() {
	all_there || { needed; fail "something is missing after: $1"; }
	wait_until 20 "names are resolved after: $1" resolves
	equal "the state" "$(property isp State)" up
	equal "the engine" "$(property isp EnginePid)" "$engine"
	expect 0 ping -c 1 -W 5 10.64.0.80
	note "all there after: $1"
}
left_alone() {
	wait_until 60 "NetworkManager looks after lan0" looks_after_lan0
	wait_until 30 "NetworkManager knows $interface" state_is_known "$interface"
	contains "its state of $interface" "$(device_state "$interface")" unmanaged
	undisturbed "$1"
}

expect 0 systemctl start NetworkManager.service
left_alone "start"
expect 0 systemctl restart NetworkManager.service
left_alone "restart"
expect 0 nmcli general reload
left_alone "reload"
note "it takes down what it looks after, and what it looks after only"
lan0_is_bare() { [ -z "$(ip -4 -o address show dev lan0)" ]; }
expect 0 nmcli networking off
wait_until 30 "lan0 has lost its address" lan0_is_bare
undisturbed "networking off"
expect 0 nmcli networking on
lan0_again() {
	ip link set lan0 up
	ip address replace 192.168.9.1/24 dev lan0
	looks_after_lan0
}
wait_until 60 "NetworkManager looks after lan0 again" lan0_again
left_alone "networking on"

note "a link that comes while it runs"
expect 0 pppctl redial isp
interface=$(property isp Interface)
engine=$(property isp EnginePid)
before=$(needed)
left_alone "redial"

expect 0 systemctl kill --signal=KILL NetworkManager.service
wait_until 30 "it is started again" looks_after_lan0
left_alone "death"
expect 0 systemctl stop NetworkManager.service
undisturbed "stop"
