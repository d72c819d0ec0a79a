# SPDX-License-Identifier: LGPL-2.1-or-later
# RFC 4638: 1500 bytes over PPPoE. The port carries 1508 while a session wants it, whoever comes and goes; what counts is
# what the server grants in PADS and LCP, and one that does not is told; afterwards the port is as it was.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

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

# detail NAME KEY: of the property Details; empty where there is none.
detail() {
	property "$1" Details | jq -r --arg key "$2" '.[$key] // {} | .data // empty'
}
# carries NAME MTU: on the bus, in the kernel, and on the wire: so much in one piece and not a byte more.
carries() {
	local name=$1 mtu=$2 interface
	interface=$(property "$name" Interface)
	equal "Mtu of $name" "$(property "$name" Mtu)" "$mtu"
	equal "the link's MTU" "$(mtu_of "$interface")" "$mtu"
	expect 0 ping -n -I "$interface" -c 2 -W 5 -M "do" -s $((mtu - 28)) 10.64.0.80
	expect 1 ping -n -I "$interface" -c 1 -W 5 -M "do" -s $((mtu - 27)) 10.64.0.80
}

note "granted"
concentrator 0 --large-payload
expect 0 pppctl up isp1
equal "what pppctl complains of" "$errors" ""
equal "the port's MTU" "$(mtu_of wan0)" 1508
equal "the granted payload" "$(detail isp1 max-payload)" 1500
equal trouble "$(detail isp1 trouble)" ""
carries isp1 1500

note "a second one, and a restart of the daemon between"
expect 0 pppctl up isp2
expect 0 systemctl restart ppp-manager.service
wait_until 15 "the daemon owns its name" product_answers
wait_state isp2 up 15
equal "the granted payload" "$(detail isp2 max-payload)" 1500
expect 0 pppctl down isp1
equal "the port's MTU" "$(mtu_of wan0)" 1508
carries isp2 1500
expect 0 pppctl down isp2
equal "the port's MTU" "$(mtu_of wan0)" 1500
concentrator_stop 0
settled before

# less WORDS OPTION...: the server lets us have 1492 bytes only, and pppctl says why.
less() {
	local words=$1
	shift
	concentrator 0 "$@"
	expect 0 pppctl up isp1
	note "$errors"
	contains "what pppctl complains of" "$errors" "$words"
	contains "the page" "$(pppctl status isp1)" "$words"
	carries isp1 1492
	expect 0 pppctl down isp1
	equal "the port's MTU" "$(mtu_of wan0)" 1500
	concentrator_stop 0
}
note "not granted"
less "the server does not grant more"
note "offered in PADO, but not granted in PADS"
less "the server does not grant more" --large-payload --payload-offer-only
note "granted, but then LCP asks for less"
less "the server granted 1500, and then asked for less" --large-payload --mru 1492

note "somebody sets another one meanwhile"
concentrator 0 --large-payload
expect 0 pppctl up isp1
ip link set wan0 mtu 2000
expect 0 pppctl down isp1
equal "the port's MTU" "$(mtu_of wan0)" 2000
ip link set wan0 mtu 1500
concentrator_stop 0
settled before
