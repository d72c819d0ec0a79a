# SPDX-License-Identifier: LGPL-2.1-or-later
# A kernel whose packet filter cannot hold TCP segments to the size of the link: that is told, the link is up, and nothing
# is left. The lab's own kernel is such a one (nf_tables without ip, ip6 and inet); what the clamp does where there is one,
# the unit tests packet_filter_test and packet_path_test show in network namespaces of the machine.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_write isp "$(profile_json wan0 'del(."mss-clamp")')"

# told_and_up WHY
told_and_up() {
	local interface
	expect 0 pppctl up isp
	note "$errors"
	contains "what pppctl complains of" "$errors" "TCP segments are not held to the size of the link: "
	contains "why" "$errors" "$1"
	equal State "$(property isp State)" up
	interface=$(property isp Interface)
	equal Mtu "$(property isp Mtu)" 1492
	equal "the link's MTU" "$(cat "/sys/class/net/$interface/mtu")" 1492
	expect 0 ping -c 1 -W 5 10.64.0.80
	expect 0 pppctl down isp
	settled before
}

note "nf_tables without the family"
modprobe nf_tables
snapshot before
told_and_up "not supported"

note "a profile that wants none has no complaint"
profile_write isp "$(profile_json wan0 '."mss-clamp" = false')"
snapshot before
expect 0 pppctl up isp
equal "what pppctl complains of" "$errors" ""
expect 0 pppctl down isp
settled before
