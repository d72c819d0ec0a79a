# SPDX-License-Identifier: LGPL-2.1-or-later
# A path on which "fragmentation needed" is dropped: LAN client → router with this daemon → provider → server with 1500
# bytes. TCP hangs on it without the clamp and works with it, forwarded and local, IPv4 and IPv6. The clamp's table is there
# exactly while a link wants it, whatever others or the daemon's death do.
# shellcheck shell=bash
# needs: 512M 400s

isp 0 extra=+ipv6
product_start
clamped='.'
plain='."mss-clamp" = false'
profile_write isp "$(profile_json wan0 "$clamped")"

note "a kernel without nf_tables: told, and the link is up"
echo 'install nf_tables /bin/false' >/etc/modprobe.d/lab-no-nft.conf
expect 0 pppctl up isp
note "$errors"
contains "what pppctl complains of" "$errors" "TCP segments are not held to the size of the link: "
contains "what pppctl complains of" "$errors" "is nf_tables missing in this kernel?"
equal State "$(property isp State)" up
expect 0 pppctl down isp
[ ! -e /run/ppp-manager/records/.clamp.json ] || fail "a record of a table that is not there"
rm /etc/modprobe.d/lab-no-nft.conf
wait_until 15 "the provider has no session left" isp_idle 0

# member NAMESPACE LINK NET4 NET6: a namespace on a cable, host 80 there and host 1 at the end that is here (or in isp0).
member() {
	local name=$1 link=$2 net4=$3 net6=$4 here=(${5:+-n "$5"})
	ip netns add "$name"
	ip "${here[@]}" link add "$link" type veth peer name eth0 netns "$name"
	ip -n "$name" link set lo up
	ip "${here[@]}" link set "$link" addrgenmode none up
	ip -n "$name" link set eth0 addrgenmode none up
	ip "${here[@]}" address add "$net4.1/24" dev "$link"
	ip "${here[@]}" address add "$net6::1/64" dev "$link" nodad
	ip -n "$name" address add "$net4.80/24" dev eth0
	ip -n "$name" address add "$net6::80/64" dev eth0 nodad
	ip -n "$name" route add default via "$net4.1"
	ip -n "$name" route add default via "$net6::1"
}
member lan lan0 192.168.50 fd00:50
member far far0 203.0.113 2001:db8:8 isp0
for forwarder in '' isp0; do
	${forwarder:+ip netns exec "$forwarder"} sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
done
# Nobody learns what does not fit: neither the server nor the LAN client.
drop='table inet deaf { chain c { type filter hook HOOK priority 0; icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; }; }'
ip netns exec isp0 nft "${drop/HOOK/output}"
ip netns exec lan nft "${drop/HOOK/input}"
head -c 500000 /dev/zero >/srv/large

servers_start() {
	local port
	for port in 8080:'cat /srv/large' 8081:'wc -c' 8082:'echo small'; do
		systemd-run --quiet --unit="isp-far-${port%%:*}" --collect -p NetworkNamespacePath=/run/netns/far \
			/usr/bin/socat "TCP6-LISTEN:${port%%:*},fork,reuseaddr,ipv6only=0" "SYSTEM:${port#*:}"
		wait_until 10 "the server listens on ${port%%:*}" listens "${port%%:*}"
	done
}
listens() {
	[ -n "$(ip netns exec far ss -Hltn "sport = :$1")" ]
}
servers_stop() {
	systemctl stop 'isp-far-*.service'
}
table() {
	nft list table inet ppp-manager 2>/dev/null
}
no_table() {
	! table >/dev/null
}
# link_up FILTER: up with this profile, and routes that this scenario needs beside the daemon's.
link_up() {
	local customer
	profile_write isp "$(profile_json wan0 "$1")"
	wait_until 15 "the provider has no session left" isp_idle 0
	expect 0 pppctl up isp
	equal "what pppctl complains of" "$errors" ""
	interface=$(property isp Interface)
	customer=$(ip -n isp0 -o link show type ppp | awk -F': ' '{ print $2 }')
	ip -n isp0 route replace 192.168.50.0/24 dev "$customer"
	ip -n isp0 route replace fd00:50::/64 dev "$customer"
	ip route replace 2001:db8:8::/64 dev "$interface"
	# A local socket that does not go by the link's size, as one has whose route is not the one its packets take.
	ip route replace 203.0.113.0/24 dev "$interface" advmss 1460
	equal Mtu "$(property isp Mtu)" 1492
	equal "the link's MTU" "$(cat "/sys/class/net/$interface/mtu")" 1492
}
# from WHERE COMMAND...
from() {
	local where=$1
	shift
	case $where in lan) ip netns exec lan "$@" ;; here) "$@" ;; esac
}
# passes WHERE ADDRESS / hangs WHERE ADDRESS: large transfers.
passes() {
	expect 0 from "$1" timeout 60 socat -u "TCP:$2:8080" "CREATE:$work/got"
	equal "bytes fetched by $1 from $2" "$(stat -c %s "$work/got")" 500000
	expect 0 from "$1" timeout 60 socat -t 60 - "TCP:$2:8081" </srv/large
	equal "bytes sent by $1 to $2" "$output" 500000
}
hangs() {
	expect 0 from "$1" timeout 60 socat -u "TCP:$2:8082" -
	equal "what is small" "$output" small
	expect 124 from "$1" timeout 4 socat -u "TCP:$2:8080" "CREATE:$work/got"
}
snapshot before

note "without the clamp"
servers_start
link_up "$plain"
no_table || fail "a table that nobody wants"
hangs lan 203.0.113.80
hangs lan '[2001:db8:8::80]'
hangs here 203.0.113.80
expect 124 from lan timeout 4 socat -t 60 - TCP:203.0.113.80:8081 </srv/large
servers_stop
expect 0 pppctl down isp
settled before

note "with it"
servers_start
link_up "$clamped"
wanted=$(table)
printf '%s\n' "$wanted"
for part in "iif \"$interface\"" "oif \"$interface\"" "size set 1452" "size set 1432"; do
	contains "the table" "$wanted" "$part"
done
passes lan 203.0.113.80
passes lan '[2001:db8:8::80]'
passes here 203.0.113.80
servers_stop

note "a link that carries less than was negotiated, and more"
ip link set "$interface" mtu 1400
smaller() { [ "$(table | grep -c "size set 13[46]0")" = 4 ]; }
wait_until 10 "the clamp follows" smaller
ip link set "$interface" mtu 1500
table_is() { [ "$(table)" = "$wanted" ]; }
mtu_is() { [ "$(cat "/sys/class/net/$interface/mtu")" = "$1" ]; }
wait_until 10 "the negotiated MTU is back" mtu_is 1492
wait_until 10 "the clamp follows" table_is

note "others"
nft flush ruleset
wait_until 10 "the table is back after a flush" table_is
nft delete table inet ppp-manager
wait_until 10 "the table is back after its removal" table_is
nft flush chain inet ppp-manager leaving
wait_until 10 "the table is back after a flushed chain" table_is
wait_until 10 "that is told" journal_has "somebody changed or removed the firewall's table ppp-manager"

note "the daemon's death and restart"
engine=$(property isp EnginePid)
old=$(product_pid)
another_daemon() { [ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]; }
kill -KILL "$old"
table_is || fail "the table went with the daemon"
wait_until 15 "systemd starts another daemon" another_daemon
wait_until 15 "the new daemon owns the name" product_answers
wait_state isp up 15
table_is || fail "the new daemon has another table"
expect 0 systemctl restart ppp-manager.service
wait_until 15 "the daemon owns the name" product_answers
wait_state isp up 15
table_is || fail "the restarted daemon has another table"
equal "the engine" "$(property isp EnginePid)" "$engine"
nft flush ruleset
wait_until 10 "the table of the next life is back after a flush" table_is

note "down, the engine's death, both deaths, and the end of the service"
expect 0 pppctl down isp
no_table || fail "the table is there after down"
settled before
link_up "$clamped"
kill -KILL "$(property isp EnginePid)"
wait_until 10 "the table goes with the link" no_table
wait_state isp up 60
wait_until 10 "and comes with the next" table
old=$(product_pid)
kill -KILL "$(property isp EnginePid)" "$old"
wait_until 15 "systemd starts another daemon" another_daemon
wait_until 15 "the new daemon owns the name" product_answers
wait_state isp up 60
equal "interfaces in the table" "$(table | grep -c "iif \"$(property isp Interface)\"")" 2
expect 0 pppctl down isp
settled before
link_up "$clamped"
expect 0 systemctl stop ppp-manager.service
wait_until 15 "the table goes with the service" no_table
equal "the firewall" "$(nft list ruleset)" ""
