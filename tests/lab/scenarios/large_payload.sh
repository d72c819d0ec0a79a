# SPDX-License-Identifier: LGPL-2.1-or-later
# RFC 4638: 1500 bytes over PPPoE. The port carries 1508 while a session wants it, whoever comes and goes; what counts is
# what the server grants; afterwards the port is as it was.
# shellcheck shell=bash
# needs: 512M 300s

isp_cable 0
ip -n isp0 link set port0 mtu 1508
product_start
mtu_of() {
	cat "/sys/class/net/$1/mtu"
}
for n in 1 2; do
	profile_write "isp$n" "$(profile_json wan0 '.ppp = {mtu: 1500, mru: 1500} | .ipv6.enabled = false')"
done
snapshot before

note "granted"
concentrator 0 --large-payload
expect 0 pppctl up isp1
equal "the port's MTU" "$(mtu_of wan0)" 1508
equal Mtu "$(property isp1 Mtu)" 1500
equal "the link's MTU" "$(mtu_of "$(property isp1 Interface)")" 1500
expect 0 ping -c 2 -W 5 -M do -s 1472 10.64.0.80

note "a second one, and a restart of the daemon between"
expect 0 pppctl up isp2
expect 0 systemctl restart ppp-manager.service
wait_until 15 "the daemon owns its name" bus status org.ppp.Manager
wait_state isp2 up 15
expect 0 pppctl down isp1
equal "the port's MTU" "$(mtu_of wan0)" 1508
expect 0 ping -c 2 -W 5 -M do -s 1472 10.64.0.80
expect 0 pppctl down isp2
equal "the port's MTU" "$(mtu_of wan0)" 1500
concentrator_stop 0
settled before

note "not granted"
concentrator 0
expect 0 pppctl up isp1
equal Mtu "$(property isp1 Mtu)" 1492
expect 0 ping -c 2 -W 5 -M do -s 1464 10.64.0.80
expect 0 pppctl down isp1
equal "the port's MTU" "$(mtu_of wan0)" 1500
concentrator_stop 0

note "somebody sets another one meanwhile"
concentrator 0 --large-payload
expect 0 pppctl up isp1
ip link set wan0 mtu 2000
expect 0 pppctl down isp1
equal "the port's MTU" "$(mtu_of wan0)" 2000
ip link set wan0 mtu 1500
concentrator_stop 0
settled before
