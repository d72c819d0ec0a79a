# SPDX-License-Identifier: LGPL-2.1-or-later
# The home router of data/examples/home-router, by its own files: a machine at home fetches a page from a server behind the
# provider, by IPv4 with NAT, while systemd-networkd runs both Ethernet interfaces; nobody gets in from outside.
# shellcheck shell=bash
# needs: 512M 400s

files=/usr/share/doc/ppp-manager/examples/home-router
[ -d "$files" ] || fail "the example is not installed"

note "the provider, a server behind it, and a network at home"
isp 0
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
cat /srv/www/answer
END
chmod 755 /srv/www/serve
isp_unit isp0-www 0 /usr/bin/socat TCP4-LISTEN:80,bind=10.64.0.80,fork,reuseaddr EXEC:/srv/www/serve
www_listens() { [ -n "$(ip netns exec isp0 ss -Hltn 'sport = :80')" ]; }
wait_until 10 "the server listens" www_listens

note "the router"
rm /etc/systemd/system/systemd-networkd.service /etc/systemd/system/systemd-networkd.socket
mkdir -p /etc/systemd/system/systemd-networkd.service.d /etc/systemd/network /etc/systemd/resolved.conf.d /etc/iproute2
# Without udev a link would stay "pending" for networkd; a read-only /sys tells it so.
printf '[Service]\nReadOnlyPaths=/sys\n' >/etc/systemd/system/systemd-networkd.service.d/lab.conf
systemctl daemon-reload
cp "$files"/*.network /etc/systemd/network/
cp "$files/resolved-lan.conf" /etc/systemd/resolved.conf.d/lan.conf
cat "$files/group" >>/etc/iproute2/group
sysctl -q -p "$files/90-router.conf"
expect 0 systemctl start systemd-networkd.service
has_address() { ip -o -4 address show dev lan0 | grep -q "inet 192.168.77.1/24"; }
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
iptables-legacy -t nat -A POSTROUTING -m devgroup --dst-group 17 -j MASQUERADE

product_start
profile_write isp "$(cat "$files/isp.json")"
wait_state isp up 20
interface=$(property isp Interface)
contains "the group of $interface" "$(ip link show dev "$interface")" "group wan"
equal "trouble" "$(property isp Details | jq -r '.trouble.data // empty')" ""

# fetch ADDRESS: what a machine at home gets from there.
fetch() {
	ip netns exec home timeout 10 bash -c "exec 3<>/dev/tcp/$1/80 && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && cat <&3"
}
# fetches: by IPv4, with NAT.
fetches() {
	expect 0 fetch 10.64.0.80
	contains "the answer" "$output" "the page"
}
# IPv6, with a delegated prefix, has its place here: a prefix on lan0, and the same page by its address.

note "from home to the server"
fetches
contains "what the server saw" "$(cat /lab/out/isp0-www.log)" "GET / HTTP/1.0 from $(property isp LocalAddress)"
lacks "what the server saw" "$(cat /lab/out/isp0-www.log)" "192.168.77."
note "a page in $took_ms ms"
name_server() { ss -Hlun | grep -q "192.168.77.1:53"; }
wait_until 10 "the machines at home have a name server" name_server

note "from outside"
ip -n isp0 route add 192.168.77.0/24 via "$(property isp LocalAddress)" || true
outside() { ip netns exec isp0 timeout 3 bash -c "exec 3<>/dev/tcp/192.168.77.100/22"; }
if outside 2>"$work/outside"; then fail "somebody came in"; fi
expect 0 ping -c 1 -W 5 10.64.0.80

note "a new session"
expect 0 pppctl redial isp
wait_state isp up 20
fetches
engine=$(property isp EnginePid)
kill -KILL "$engine"
another_session() { [ "$(property isp EnginePid)" != "$engine" ] && [ "$(property isp State)" = up ]; }
wait_until 60 "the link is back" another_session
fetches
note "networkd and the daemon are restarted"
expect 0 systemctl restart systemd-networkd.service
wait_until 30 "networkd has set up lan0" has_address
fetches
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon owns its name" product_answers
wait_state isp up 20
fetches
