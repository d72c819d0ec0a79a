# SPDX-License-Identifier: LGPL-2.1-or-later
# The home router of data/examples/home-router, by its own files: a machine at home fetches a page from a server behind the
# provider, by IPv4 with NAT and by IPv6 with a delegated prefix, while systemd-networkd runs both Ethernet interfaces;
# again with each new session, address and prefix; nobody gets in from outside.
# shellcheck shell=bash
# needs: 512M 500s

files=/usr/share/doc/ppp-manager/examples/home-router
[ -d "$files" ] || fail "the example is not installed"

note "the provider, a server behind it, and a network at home"
isp6_cable 0
router6_start 0 --lifetime 1800 --delegate 2001:db8:f000:: --renew 4
ip link add lan0 type veth peer name home netns "$(ip netns add home && echo home)"
ip -n home link set lo up
ip -n home address add 192.168.77.100/24 dev home
ip -n home link set home up
ip -n home route add default via 192.168.77.1
mkdir -p /srv/www
printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nthe page\n' >/srv/www/answer
cat >/srv/www/serve <<'END'
#!/bin/sh
read -r request
printf '%s from %s\n' "$(printf %s "$request" | tr -d '\r')" "$SOCAT_PEERADDR" >>/lab/out/isp0-www.log
while read -r line && [ "$line" != "$(printf '\r')" ]; do :; done
cat /srv/www/answer
END
chmod 755 /srv/www/serve
isp_unit isp0-www 0 /usr/bin/socat TCP4-LISTEN:80,bind=10.64.0.80,fork,reuseaddr EXEC:/srv/www/serve
isp_unit isp0-www6 0 /usr/bin/socat 'TCP6-LISTEN:80,bind=[2001:db8:80::80],fork,reuseaddr' EXEC:/srv/www/serve
systemd-run --quiet --unit=home-door --collect -p NetworkNamespacePath=/run/netns/home \
	/usr/bin/socat TCP6-LISTEN:22,ipv6only=0,fork,reuseaddr EXEC:'echo the door'
# listens NAMESPACE PORT HOW-MANY
listens() { [ "$(ip netns exec "$1" ss -Hltn "sport = :$2" | wc -l)" = "$3" ]; }
wait_until 10 "the servers listen" listens isp0 80 2
wait_until 10 "a machine at home listens, too" listens home 22 1

note "the router"
rm /etc/systemd/system/systemd-networkd.service /etc/systemd/system/systemd-networkd.socket
mkdir -p /etc/systemd/network /etc/systemd/resolved.conf.d /etc/iproute2
links_without_udev systemd-networkd.service
systemctl daemon-reload
cp "$files"/*.network /etc/systemd/network/
cp "$files/resolved-lan.conf" /etc/systemd/resolved.conf.d/lan.conf
cat "$files/group" >>/etc/iproute2/group
sysctl -q -p "$files/90-router.conf"
expect 0 systemctl start systemd-networkd.service
has_address() { ip -o -4 address show dev lan0 | grep_all "inet 192.168.77.1/24"; }
wait_until 30 "networkd has set up lan0" has_address
systemctl restart systemd-resolved.service
# The kernel of User-mode Linux has no nftables for IP (lint.nft checks the example): the same rules behind iptables.
iptables-legacy -P INPUT DROP
iptables-legacy -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables-legacy -A INPUT -i lo -j ACCEPT
iptables-legacy -A INPUT -i lan0 -j ACCEPT
iptables-legacy -A INPUT -p icmp -j ACCEPT
iptables-legacy -P FORWARD DROP
iptables-legacy -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables-legacy -A FORWARD -i lan0 -m devgroup --dst-group 17 -j ACCEPT
ip6tables-legacy -P INPUT DROP
ip6tables-legacy -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip6tables-legacy -A INPUT -i lo -j ACCEPT
ip6tables-legacy -A INPUT -i lan0 -j ACCEPT
ip6tables-legacy -A INPUT -p ipv6-icmp -j ACCEPT
ip6tables-legacy -A INPUT -m devgroup --src-group 17 -p udp --sport 547 --dport 546 -j ACCEPT
ip6tables-legacy -P FORWARD DROP
ip6tables-legacy -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip6tables-legacy -A FORWARD -i lan0 -m devgroup --dst-group 17 -j ACCEPT
ip6tables-legacy -A FORWARD -p ipv6-icmp -j ACCEPT
iptables-legacy -t nat -A POSTROUTING -m devgroup --dst-group 17 -j MASQUERADE

product_start
install -m 755 "$files/../dispatcher/lan-prefix" /etc/ppp-manager/dispatcher.d/lan-prefix

snapshot_state() {
	mkdir -p "$work/$1"
	snapshot_tables "$work/$1"
}
as_before() {
	snapshot_state after && diff -ru "$work/before" "$work/after" >"$work/difference"
}
lan_settled() { [ -n "$(ip -6 -o address show dev lan0 scope link -tentative)" ] && [ -z "$(ip -6 -o address show tentative)" ]; }
wait_until 30 "no address is tentative any more" lan_settled
snapshot_state before
# (the lab's kernel has no filter for the clamp either)
profile_write isp "$(sed '0,/{/s//{ "mss-clamp": false,/' "$files/isp.json")"
wait_state isp up 60

# The first /64 of what is delegated, as lan0 and the machines at home have it: without its length.
network6() { prefixes6_of isp | sed 's|::/56$||'; }
# home6: the addresses of the machine at home that are in use; old6: those that only answer; lan6: the router's own at home.
home6() {
	ip -n home -j -6 address show dev home scope global |
		jq -r '.[].addr_info[]? | select(.dynamic and (.deprecated or .tentative | not)) | .local'
}
old6() { ip -n home -j -6 address show dev home scope global deprecated | jq -r '.[].addr_info[]? | .local'; }
lan6() { ip -o -6 address show dev lan0 scope global -tentative | awk '{ print $4 }'; }
home_is_up() {
	local network
	network=$(network6)
	[ -n "$network" ] && [[ "$(home6)" == "$network"::* || "$(home6)" == "$network":* ]] &&
		[ "$(home6 | wc -l)" = 1 ] && [ "$(lan6)" = "$network::1/64" ] && [ -n "$(ip -n home -6 route show default)" ]
}
# saw: from where the last page was asked for, as the kernel writes it.
saw() {
	local from
	from=$(sed -n '$s/^GET .* from //p' /lab/out/isp0-www.log | tr -d '[]')
	getent ahosts "$from" | awk 'NR == 1 { print $1 }'
}
fetch() {
	ip netns exec home curl --silent --show-error --fail --max-time 40 "http://$1/"
}
# fetches WHAT: by IPv4 with NAT, by IPv6 with the machine's own address.
fetches() {
	wait_until 40 "the machines at home have an address of the prefix" home_is_up
	local waited=$waited_ms first
	expect 0 fetch 10.64.0.80
	first=$took_ms
	equal "the page by IPv4" "$output" "the page"
	equal "what the server saw" "$(saw)" "$(property isp LocalAddress)"
	expect 0 fetch '[2001:db8:80::80]'
	equal "the page by IPv6" "$output" "the page"
	equal "what the server saw" "$(saw)" "$(home6)"
	note "$1: $(property isp LocalAddress) and $(home6) (after $waited ms); pages in $first and $took_ms ms"
}

interface=$(property isp Interface)
contains "the group of $interface" "$(ip link show dev "$interface")" "group wan"
equal "trouble" "$(property isp Details | jq -r '.trouble.data // empty')" ""

note "from home to the server"
fetches "the first session"
lacks "what the server saw" "$(cat /lab/out/isp0-www.log)" "192.168.77."
name_server() { ss -Hlun | grep_all "192.168.77.1:53"; }
wait_until 10 "the machines at home have a name server" name_server

note "from outside"
knock() { timeout 30 bash -c "exec 3<>/dev/tcp/$1/22 && cat <&3"; }
knock_outside() { ip netns exec isp0 timeout 3 bash -c "exec 3<>/dev/tcp/$1/22 && cat <&3"; }
ip -n isp0 route replace 192.168.77.0/24 via "$(property isp LocalAddress)"
for address in 192.168.77.100 "$(home6)"; do
	expect 0 knock "$address"
	equal "who knocks at $address from within" "$output" "the door"
	if knock_outside "$address" >"$work/outside" 2>&1; then fail "somebody came in at $address"; fi
done
expect 0 ip netns exec isp0 ping -c 1 -W 5 "$(home6)"
expect 0 ping -c 1 -W 5 10.64.0.80
ip -n isp0 route del 192.168.77.0/24

# another WHAT: address and prefix are others than those of the last time.
another() {
	wait_until 30 "another prefix" has_another
	fetches "$1"
	[ "$(property isp LocalAddress)" != "$last4" ] || fail "still the address $last4"
	contains "what the machine at home does not use any more" "$(old6)" "$last6"
	remember
}
has_another() { [ -n "$(network6)" ] && [ "$(network6)" != "$last_network" ]; }
remember() {
	last4=$(property isp LocalAddress) last6=$(home6) last_network=$(network6)
}
remember

note "a new session"
expect 0 pppctl redial isp
another "after a redial"
engine=$(property isp EnginePid)
kill -KILL "$engine"
another_session() { [ "$(property isp EnginePid)" != "$engine" ] && [ "$(property isp State)" = up ]; }
wait_until 60 "the link is back" another_session
another "after the death of the engine"

note "another prefix in the same session"
router6_signal 0 USR1
wait_until 30 "another prefix" has_another
fetches "after a renewal"
equal LocalAddress "$(property isp LocalAddress)" "$last4"
contains "what the machine at home does not use any more" "$(old6)" "$last6"

note "networkd and the daemon are restarted"
remember
expect 0 systemctl restart systemd-networkd.service
wait_until 30 "networkd has set up lan0" has_address
fetches "networkd was restarted"
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon owns its name" product_answers
wait_state isp up 60
fetches "the daemon was restarted"
equal "the address at home" "$(home6)" "$last6"

# none_at_home: no address in use, no way out by IPv6, and nothing of it on this machine.
none_at_home() {
	[ -z "$(home6)" ] && [ -z "$(ip -n home -6 route show default)" ] && [ -z "$(lan6)" ] &&
		[ -z "$(find /run/systemd/network -name '50-prefix*')" ] && as_before
}
note "down"
expect 0 pppctl down isp
if ! (wait_until 30 "the prefix is gone from home" none_at_home); then
	cat "$work/difference"
	ip -n home -6 address
	ip -n home -6 route
	fail "something is left"
fi
contains "what the machine at home does not use any more" "$(old6)" "$last6"
if fetch '[2001:db8:80::80]' >"$work/outside" 2>&1; then fail "a page without a link"; fi

note "the service is stopped"
expect 0 pppctl up isp
another "after a pause"
expect 0 systemctl stop ppp-manager.service
wait_until 30 "the prefix is gone from home" none_at_home
