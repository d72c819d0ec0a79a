# SPDX-License-Identifier: LGPL-2.1-or-later
# A provider behind a VLAN, and a hardware address of the link's own: both made for the link and gone with it.
# shellcheck shell=bash
# needs: 512M 300s

note "the kernel's side, by the unit tests that need VLANs"
expect 0 /lab/peers/link_maker_vlan_test
contains "the tests' last words" "$output" "PASSED"

isp_cable 0
isp_options 0
ip -n isp0 link add link port0 name tagged type vlan id 7
ip -n isp0 link set tagged up
isp_unit isp0-pppoe 0 /usr/sbin/pppoe-server -F -I tagged -C ac0 -L 10.64.0.1 -R 10.64.0.100 -N 64
wait_until 10 "pppoe-server listens" isp_listens 0
isp_dns 0

product_start
profile_write isp "$(profile_json wan0 '.pppoe.vlan = 7 | .pppoe."clone-mac" = "02:00:00:00:00:99"')"
snapshot before
expect 0 pppctl up isp
equal State "$(property isp State)" up
contains "the links" "$(ip -d link show wan0.7)" "vlan protocol 802.1Q id 7"
contains "the links" "$(ip -d link)" "link/ether 02:00:00:00:00:99"
expect 0 ping -c 1 -W 5 10.64.0.80
expect 0 pppctl down isp
settled before
