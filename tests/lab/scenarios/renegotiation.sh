# SPDX-License-Identifier: LGPL-2.1-or-later
# The provider negotiates anew on the open session, from LCP on, and gives another address and other name servers:
# address, routes and DNS follow, the engine and the state stay. Also where no daemon lives meanwhile.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp_cable 0
concentrator 0 --then-pool 10.64.0.180 --then-dns 10.64.0.54
product_start
profile_write isp "$(profile_json wan0 '.ipv4.routes = [{to: "203.0.113.0/24"}]')"
expect 0 pppctl up isp
engine=$(property isp EnginePid)
interface=$(property isp Interface)
connected=$(property isp ConnectedAt)
equal LocalAddress "$(property isp LocalAddress)" 10.64.0.100

link_addresses() { ip -j -4 address show dev "$interface" | jq -r '.[].addr_info[].local' | tr '\n' ' '; }
link_has() { [ "$(link_addresses)" = "$1 " ]; }
link_dns_is() { [ "$(resolvectl dns "$interface" | sed 's/.*): *//')" = "$1" ]; }
routes_are_there() {
	[ -n "$(ip route show default dev "$interface")" ] && [ -n "$(ip route show 203.0.113.0/24 dev "$interface")" ]
}
other_daemon() { [ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]; }

# follows ADDRESS DNS: the bus and the machine say so.
follows() {
	wait_property isp LocalAddress "$1" 20
	wait_until 20 "the link has the address $1 alone" link_has "$1"
	wait_until 20 "resolved has $2" link_dns_is "$2"
	wait_until 20 "the routes are there" routes_are_there
	wait_property isp Phase running 20
	equal DnsServers "$(property isp DnsServers)" "[\"$2\"]"
	equal State "$(property isp State)" up
	equal DefaultRoute "$(property isp DefaultRoute)" true
	equal "the engine" "$(property isp EnginePid)" "$engine"
	equal "the interface" "$(property isp Interface)" "$interface"
	equal ConnectedAt "$(property isp ConnectedAt)" "$connected"
	contains "the way to the world" "$(ip route get 198.51.100.1)" "$interface"
	contains "its source" "$(ip route get 198.51.100.1)" "src $1"
	expect 0 ping -c 2 -W 5 10.64.0.80
}
follows 10.64.0.100 10.64.0.53

note "another address while the daemon watches"
states_start isp
concentrator_renegotiate 0
follows 10.64.0.180 10.64.0.54
equal "changes of state" "$(states)" ""
states_stop
equal "sessions of the provider" "$(concentrator_log 0 | grep -c 'tx .*PADS')" 1

note "the same address once more"
seen=$(concentrator_log 0 | grep -c "IPCP Configure-Ack")
negotiated() { [ "$(concentrator_log 0 | grep -c "IPCP Configure-Ack")" -ge $((seen + 2)) ]; }
concentrator_renegotiate 0
wait_until 20 "the network was negotiated anew" negotiated
follows 10.64.0.180 10.64.0.54
expect 0 pppctl down isp
concentrator_stop 0

note "another address while no daemon lives"
mkdir -p /run/systemd/system/ppp-manager.service.d
printf '[Service]\nRestartSec=30\n' >/run/systemd/system/ppp-manager.service.d/lab.conf
systemctl daemon-reload
concentrator 0 --then-pool 10.64.0.180 --then-dns 10.64.0.54
expect 0 pppctl up isp
engine=$(property isp EnginePid)
interface=$(property isp Interface)
connected=$(property isp ConnectedAt)
follows 10.64.0.100 10.64.0.53
old=$(product_pid)
kill -KILL "$old"
wait_until 10 "the daemon is gone" process_gone "$old"
concentrator_renegotiate 0
wait_until 20 "pppd has the other address" link_has 10.64.0.180
equal "the daemon's process" "$(product_pid)" 0
wait_until 60 "systemd starts another daemon" other_daemon
wait_until 15 "the new daemon owns the name" product_answers
follows 10.64.0.180 10.64.0.54
equal "sessions of the provider" "$(concentrator_log 0 | grep -c 'tx .*PADS')" 1
expect 0 pppctl down isp
