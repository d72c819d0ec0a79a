# SPDX-License-Identifier: LGPL-2.1-or-later
# IPv6 on a link: an address and a default route from the provider's advertisements, also where the machine forwards;
# IPv6 alone; providers that refuse it, or offer it and do not route; and all of it over a restart of the daemon.
# shellcheck shell=bash
# needs: 512M 500s

isp6_cable 0
isp 1 extra=noipv6
router6_start 0 --lifetime 1800 --dns 2001:db8:80::53
sysctl -q -w net.ipv6.conf.all.forwarding=1
product_start
profile_write six "$(profile_json wan0)"
profile_write alone "$(profile_json wan0 '.ipv4 = {enabled: false} | .ipv6 = {"interface-id": "::a:b:c:d"}')"
profile_write deaf "$(profile_json wan0 '.ipv6 = {"accept-ra": false}')"
profile_write four "$(profile_json wan1)"
snapshot before

# default6: the machine's default routes of IPv6, as "device protocol".
default6() {
	ip -j -6 route show default | jq -r '.[] | "\(.dev) \(.protocol)"'
}
default6_over() {
	default6 | grep_all "^$1 "
}
no_default6() {
	[ -z "$(default6)" ]
}
reaches6() {
	expect 0 ping -6 -c 2 -W 5 2001:db8:80::80
}
gone() {
	expect 0 pppctl down "$1"
	wait_until 15 "the provider has no session left" isp_idle 0
	settled before
}

note "both families, with forwarding on"
expect 0 pppctl up six
interface=$(property six Interface)
wait_until 20 "a global address" has_address6 six
first=$(addresses6_of six)
contains "the address" "$first" "2001:db8:50:"
equal "the kernel's" "$(ip -j -6 address show dev "$interface" scope global | jq -r '.[].addr_info[]? | select(.local) | "\(.local)/\(.prefixlen)"')" "$first"
contains LocalAddress6 "$(property six LocalAddress6)" fe80::
equal "accept_ra" "$(cat "/proc/sys/net/ipv6/conf/$interface/accept_ra")" 2
equal "accept_ra_defrtr" "$(cat "/proc/sys/net/ipv6/conf/$interface/accept_ra_defrtr")" 0
wait_until 20 "a default route" default6_over "$interface"
lacks "the default route's maker" "$(default6)" " ra"
equal "default routes" "$(default6 | wc -l)" 1
equal "ipv6 in Details" "$(detail six ipv6)" ""
reaches6
resolved_has() { resolvectl dns "$1" | grep_all -F "$2"; }
has_servers() { [ "$(property "$1" DnsServers | jq -r 'join(" ")')" = "$2" ]; }
wait_until 20 "both name servers" has_servers six "10.64.0.53 2001:db8:80::53"

note "the router resigns, and comes back"
router6_signal 0 USR2
wait_until 20 "its address still counts" has_address6 six
default6_over "$interface" || fail "an address is enough"
router6_signal 0 USR2

note "the daemon is restarted, and killed"
for way in restart "kill --signal=KILL"; do
	pid=$(product_pid)
	# shellcheck disable=SC2086
	expect 0 systemctl $way ppp-manager.service
	another_daemon() { [ "$(product_pid)" != "$pid" ] && [ "$(product_pid)" != 0 ]; }
	wait_until 20 "another daemon" another_daemon
	wait_until 20 "the daemon is back" product_answers
	wait_state six up 20
	wait_until 20 "the address is shown" has_address6 six
	equal "the address" "$(addresses6_of six)" "$first"
	default6_over "$interface" || fail "the default route is gone"
	reaches6
done

note "somebody takes the address: the next advertisement brings it back"
ip -6 address del "$first" dev "$interface"
router6_signal 0 USR2
router6_signal 0 USR2
wait_until 20 "the address is back" has_address6 six

note "redial: another session, another prefix"
expect 0 pppctl redial six
wait_state six up 20
wait_until 20 "a global address" has_address6 six
second=$(addresses6_of six)
lacks "the address" "$second" "${first%/*}"
interface=$(property six Interface)
equal "addresses" "$(ip -j -6 address show dev "$interface" scope global | jq '[.[].addr_info[]? | select(.local)] | length')" 1
wait_until 20 "a default route" default6_over "$interface"
reaches6
gone six

note "IPv6 alone, with a chosen interface identifier"
expect 0 pppctl up alone
interface=$(property alone Interface)
equal "ipv4 in Details" "$(detail alone ipv4)" off
equal LocalAddress "$(property alone LocalAddress)" ""
equal LocalAddress6 "$(property alone LocalAddress6)" fe80::a:b:c:d
equal "IPv4 addresses" "$(ip -4 address show dev "$interface")" ""
wait_until 20 "a global address" has_address6 alone
contains "the address" "$(addresses6_of alone)" ":a:b:c:d/64"
wait_until 20 "the router's name server" has_servers alone 2001:db8:80::53
wait_until 20 "the resolver has it" resolved_has "$interface" 2001:db8:80::53
equal "a name by IPv6" "$(resolvectl query --legend=no six.isp0.test | awk '{ print $2; exit }')" 2001:db8:80::80
wait_until 20 "a default route" default6_over "$interface"
reaches6
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon is back" product_answers
wait_state alone up 20
reaches6
gone alone

note "a profile that takes no advertisements"
expect 0 pppctl up deaf
wait_until 20 "IPv6 reaches the peer only" detail_is deaf ipv6 "to the peer only"
equal "addresses" "$(addresses6_of deaf)" ""
no_default6 || fail "a default route"
gone deaf

note "a provider that negotiates IPv6 and has no router"
router6_stop 0
expect 0 pppctl up six
wait_until 20 "it is said" detail_is six ipv6 "to the peer only: no router answers"
no_default6 || fail "a default route"
expect 0 ping -c 2 -W 5 10.64.0.80
note "... until there is one"
router6_start 0 --lifetime 1800 --dns 2001:db8:80::53
wait_until 60 "a global address" has_address6 six
wait_until 20 "a default route" default6_over "$(property six Interface)"
equal "ipv6 in Details" "$(detail six ipv6)" ""
gone six

note "a provider that refuses IPv6"
expect 0 pppctl up four
wait_until 20 "IPv6 is refused" detail_is four ipv6 "refused by the peer"
equal LocalAddress6 "$(property four LocalAddress6)" ""
expect 0 ping -c 2 -W 5 10.65.0.80
expect 0 pppctl down four
wait_until 15 "the provider has no session left" isp_idle 1
settled before

note "the engine is killed"
profile_write six "$(profile_json wan0 '.reconnect = {enabled: false}')"
snapshot killed
expect 0 pppctl up six
wait_until 20 "a global address" has_address6 six
kill -KILL "$(property six EnginePid)"
wait_until 30 "the loss is found" state_is_not six up
expect 0 pppctl down six
wait_until 30 "the provider has no session left" isp_idle 0
settled killed
