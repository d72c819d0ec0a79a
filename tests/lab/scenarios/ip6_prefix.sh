# SPDX-License-Identifier: LGPL-2.1-or-later
# A delegated prefix: asked for with each session, renewed, replaced, withdrawn, over restarts of the daemon and the
# death of the DHCPv6 client, and never longer than the link.
# shellcheck shell=bash
# needs: 512M 500s

isp6_cable 0
router6_start 0 --lifetime 1800 --delegate 2001:db8:f000:: --renew 4
product_start
profile_write isp "$(profile_json wan0 '.ipv6 = {"prefix-delegation": true} | .reconnect = {enabled: false}')"
snapshot before

client_unit() {
	systemctl list-units --plain --no-legend 'ppp-manager-dhcp6-isp-*.service' | awk '{ print $1 }'
}
client_pid() {
	systemctl show -P MainPID "$(client_unit)"
}
no_client() {
	[ -z "$(client_unit)" ] && ! pgrep -x dhcpcd
}
guarded() {
	ip -j -6 route show type unreachable | jq -r '.[].dst' | grep -v '^default$' || true
}
guards() {
	[ "$(guarded)" = "$1" ]
}
prefix_is_not() {
	has_prefix6 isp && [ "$(prefixes6_of isp)" != "$1" ]
}

note "with the first session"
expect 0 pppctl up isp
wait_until 30 "a prefix" has_prefix6 isp
prefix=$(prefixes6_of isp)
note "$prefix after $waited_ms ms"
contains "the prefix" "$prefix" "2001:db8:f000:"
contains "the prefix" "$prefix" "/56"
equal "unreachable routes" "$(guarded)" "$prefix"
contains "the provider's routes" "$(ip -n isp0 -6 route)" "$prefix dev ppp"
equal "ipv6 in Details" "$(detail isp ipv6)" ""
interface=$(property isp Interface)
lacks "dhcpcd's addresses" "$(ip -6 address show dev "$interface")" "2001:db8:f000:"
[ ! -e /run/dhcpcd ] || fail "dhcpcd has written outside its own folder"
contains "pppctl status" "$(pppctl status isp)" "$prefix"

note "the daemon is restarted, and killed: the client goes on"
client=$(client_pid)
for way in restart "kill --signal=KILL"; do
	pid=$(product_pid)
	# shellcheck disable=SC2086
	expect 0 systemctl $way ppp-manager.service
	another_daemon() { [ "$(product_pid)" != "$pid" ] && [ "$(product_pid)" != 0 ]; }
	wait_until 20 "another daemon" another_daemon
	wait_until 20 "the daemon is back" product_answers
	wait_state isp up 20
	wait_until 20 "the prefix is shown" has_prefix6 isp
	equal "the prefix" "$(prefixes6_of isp)" "$prefix"
	equal "the client" "$(client_pid)" "$client"
	equal "unreachable routes" "$(guarded)" "$prefix"
done

note "the provider gives another one at the next renewal"
router6_signal 0 USR1
wait_until 30 "another prefix" prefix_is_not "$prefix"
note "$(prefixes6_of isp) after $waited_ms ms"
equal "unreachable routes" "$(guarded)" "$(prefixes6_of isp)"
prefix=$(prefixes6_of isp)

note "the client is killed: systemd starts it again"
client=$(client_pid)
kill -KILL "$client"
another_client() {
	local now
	now=$(client_pid)
	[ -n "$now" ] && [ "$now" != 0 ] && [ "$now" != "$client" ]
}
wait_until 30 "another client" another_client
wait_until 30 "the prefix is there" has_prefix6 isp

note "the provider is silent: the prefix ends with its time"
router6_stop 0
prefix_gone() {
	! has_prefix6 isp
}
wait_until 60 "the prefix has ended" prefix_gone
equal "unreachable routes" "$(guarded)" ""
equal "State" "$(property isp State)" up
router6_start 0 --lifetime 1800 --delegate 2001:db8:f000:: --renew 4
wait_until 120 "a prefix again" has_prefix6 isp

note "redial: the next session asks anew"
prefix=$(prefixes6_of isp)
expect 0 pppctl redial isp
wait_state isp up 20
wait_until 30 "another prefix" prefix_is_not "$prefix"
wait_until 10 "it alone is guarded" guards "$(prefixes6_of isp)"
equal "clients" "$(client_unit | wc -l)" 1

note "down: nothing is left"
expect 0 pppctl down isp
wait_until 20 "no client is left" no_client
wait_until 20 "the provider has no session left" isp_idle 0
settled before

note "the engine is killed: the client goes with it"
expect 0 pppctl up isp
wait_until 30 "a prefix" has_prefix6 isp
kill -KILL "$(property isp EnginePid)"
wait_until 20 "no client is left" no_client
wait_until 20 "no prefix is left" prefix_gone
expect 0 pppctl down isp
wait_until 30 "the provider has no session left" isp_idle 0
settled before

note "the engine is killed while no daemon lives"
expect 0 pppctl up isp
wait_until 30 "a prefix" has_prefix6 isp
engine=$(property isp EnginePid)
mkdir -p /run/systemd/system/ppp-manager.service.d
printf '[Service]\nRestartSec=5s\n' >/run/systemd/system/ppp-manager.service.d/slow.conf
systemctl daemon-reload
kill -KILL "$(product_pid)" "$engine"
wait_until 20 "no client is left" no_client
rm -r /run/systemd/system/ppp-manager.service.d
systemctl daemon-reload
wait_until 30 "the daemon is back" product_answers
wait_until 20 "no prefix is guarded" guards ""
equal "what is left of it" "$(find /run/ppp-manager -name 'dhcp6*')" ""
expect 0 pppctl down isp
wait_until 30 "the provider has no session left" isp_idle 0

note "the service is stopped"
expect 0 pppctl up isp
wait_until 30 "a prefix" has_prefix6 isp
expect 0 systemctl stop ppp-manager.service
wait_until 20 "no client is left" no_client
equal "unreachable routes" "$(guarded)" ""
equal "what is left of it" "$(find /run/ppp-manager -name 'dhcp6*')" ""
