# SPDX-License-Identifier: LGPL-2.1-or-later
# A table of its own with its rule and static routes, and a VRF: whole tables before, during and after, however the links
# end, and what somebody removes comes back.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes

isp 0
isp 1
product_start
ip link add lan0 type dummy
sysctl -q -w net.ipv6.conf.lan0.disable_ipv6=1
ip link set lan0 up
ip address add 192.168.7.2/24 dev lan0
ip route add default via 192.168.7.1 dev lan0
profile_write own "$(profile_json wan0 '.reconnect.enabled = false
	| .ipv4 = {table: 77, routes: [{to: "198.51.100.0/24", via: "10.64.0.1", metric: 5}, {to: "2001:db8:55::/48"}]} | .ipv6.wait = 30')"
profile_write vrf "$(profile_json wan1 '.reconnect.enabled = false
	| .ipv4 = {vrf: "blue", routes: [{to: "203.0.113.0/24"}]} | .dns = {mode: "off"} | .ipv6.wait = 30')"

note "a VRF that is missing is said, and the link has no routes until it is there"
if pppctl up --timeout 6 vrf >"$work/output" 2>&1; then fail "up without its VRF"; fi
cat "$work/output"
says_vrf() { property vrf Details | grep_all 'no VRF blue'; }
wait_until 10 "the trouble is shown" says_vrf
equal State "$(property vrf State)" connecting
equal "routes of ours" "$(ip route show table all proto 80)" ""
ip link add blue type vrf table 300
ip link set blue up
wait_state vrf up 20
note "up by itself $waited_ms ms after the VRF came"
expect 0 pppctl down vrf
wait_until 15 "provider 1 has no session left" isp_idle 1
tables_to "$work/tables.before"
snapshot before

both_up() {
	expect 0 pppctl up own vrf
	interface=$(property own Interface)
	second=$(property vrf Interface)
	local_own=$(property own LocalAddress)
}
during() {
	ip -4 rule | grep -v -e 'lookup local' -e 'lookup main' -e 'lookup default'
	ip route show table 77
	ip -6 route show table 77
	ip route show table 300 proto 80
	ip -o link show dev "$second" | grep -o 'master blue'
}
same_during() { [ "$(during)" = "$wanted" ]; }

both_up
wanted=$(during)
note "while both are up:"
echo "$wanted"
contains "the rules" "$wanted" "30080:	from $local_own lookup 77 proto 80"
contains "table 77" "$wanted" "default dev $interface"
contains "table 77" "$wanted" "198.51.100.0/24 via 10.64.0.1 dev $interface"
contains "table 77" "$wanted" "2001:db8:55::/48 dev $interface"
contains "table 300" "$wanted" "default dev $second"
contains "table 300" "$wanted" "203.0.113.0/24 dev $second"
equal "default routes of table main" "$(default_routes)" "lan0 0 null" # the kernel does not name protocol boot
equal "DefaultRoute" "$(property own DefaultRoute) $(property vrf DefaultRoute)" "false false"
contains "the IPv6 addresses in the VRF" "$(ip -6 address show dev "$second")" fe80
expect 0 ping -c 2 -W 5 -I "$local_own" 10.64.0.80
expect 0 ping -c 2 -W 5 -I blue 10.65.0.80

note "what somebody removes comes back"
ip rule del prio 30080
wait_until 20 "the rule is back" same_during
ip route flush table 77
wait_until 20 "table 77 is back" same_during
ip link set "$second" nomaster
wait_until 20 "the link is in its VRF again" same_during
expect 0 ping -c 2 -W 5 -I blue 10.65.0.80
hold 1 "nobody fights" same_during

note "a restart leaves all in force"
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon is back" product_answers
wait_state own up 20
wait_state vrf up 20
same_during || fail "not as before the restart: $(during)"

note "and each end gives all back"
for way in down engine-killed daemon-killed service-stopped interface-removed; do
	[ "$(property own State)" = up ] || both_up
	expect 0 pppctl down vrf
	way_take "$way" own
	tables_back "$work/tables.before" "$way"
	note "own table, $way: as before"
	way_mend "$way" own
	both_up
	expect 0 pppctl down own
	way_take "$way" vrf
	tables_back "$work/tables.before" "$way"
	note "VRF, $way: as before"
	way_mend "$way" vrf
	both_up
done
expect 0 pppctl down --all
wait_until 60 "provider 0 has no session left" isp_idle 0
wait_until 60 "provider 1 has no session left" isp_idle 1
settled before
