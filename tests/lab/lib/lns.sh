# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A tunnel server: Debian's xl2tpd at 10.(64+N).0.2 inside provider N's namespace, one IP hop from the machine's wanN
# (192.0.2.2 there, its router 192.0.2.1: one of them in a scenario). Most have only server 0.

lns_server=10.64.0.2
tunnel_secret='tunnel secret "of" ours'

# lns_cable N [NETWORK]: the cable with addresses, and a route over it to that network; the default route else, as DHCP
# would leave it.
lns_cable() {
	local n=$1
	isp_cable "$n"
	ip address add 192.0.2.2/24 dev "wan$n"
	ip route add "${2:-default}" via 192.0.2.1 dev "wan$n" metric 100
	ip -n "isp$n" address add 192.0.2.1/24 dev "port$n"
	ip -n "isp$n" address add "10.$((64 + n)).0.2/32" dev core
}

# lns N [secret=TEXT] [OPTION-OF-isp_options...]: cable where there is none, xl2tpd, name server.
lns() {
	local n=$1 word secret='' rest=()
	shift
	for word in "$@"; do
		case $word in
		secret=*) secret=${word#*=} ;;
		*) rest+=("$word") ;;
		esac
	done
	[ -e "/run/netns/isp$n" ] || lns_cable "$n"
	isp_options "$n" "${rest[@]}"
	local folder=/srv/isp$n/ppp net=10.$((64 + n)).0
	mkdir -p "$folder"
	cat >"$folder/xl2tpd.conf" <<-END
		[global]
		listen-addr = $net.2
		port = 1701
		auth file = /etc/ppp/l2tp-secrets
		debug tunnel = yes
		debug state = yes
		debug avp = yes

		[lns default]
		ip range = $net.100-$net.199
		local ip = $net.1
		refuse pap = yes
		require chap = yes
		require authentication = yes
		name = lns$n
		hostname = lns$n.test
		ppp debug = yes
		pppoptfile = /etc/ppp/options.lns
		${secret:+challenge = yes}
	END
	printf '* * %s\n' "${secret:-unused}" >"$folder/l2tp-secrets"
	chmod 600 "$folder/l2tp-secrets"
	cp "$folder/options" "$folder/options.lns"
	: >"$folder/options"
	lns_start "$n"
}

lns_start() {
	local n=$1
	isp_unit "isp$n-lns" "$n" /usr/sbin/xl2tpd -D -c /etc/ppp/xl2tpd.conf -p /run/xl2tpd.pid -C /run/l2tp-control
	wait_until 10 "xl2tpd of isp$n listens" lns_listens "$n"
}

lns_listens() {
	[ -n "$(ip netns exec "isp$1" ss -Hlun 'sport = :1701')" ]
}

# lns_stop N: it says goodbye. lns_kill N: it does not, and its sessions vanish.
lns_stop() {
	systemctl stop "isp$1-lns.service"
}
lns_kill() {
	systemctl kill --signal=KILL "isp$1-lns.service"
	wait_until 10 "xl2tpd of isp$1 is gone" lns_stopped "$1"
}
lns_stopped() {
	unit_gone "isp$1-lns.service"
}

# lns_nat: a router that translates addresses and ports stands between the machine (wan1, 192.0.3.2) and server 0, which
# sees 203.0.113.2. (User-mode Linux has no nftables for IPv4, but the same translation behind iptables.)
lns_nat() {
	ip netns add nat
	ip -n nat link set lo up
	ip link add wan1 address 02:00:00:00:01:01 type veth peer name inside netns nat
	sysctl -q -w net.ipv6.conf.wan1.disable_ipv6=1
	ip -n nat link add outside type veth peer name port1 netns isp0
	ip address add 192.0.3.2/24 dev wan1
	ip link set wan1 up
	ip -n nat address add 192.0.3.1/24 dev inside
	ip -n nat link set inside up
	ip -n nat address add 203.0.113.2/24 dev outside
	ip -n isp0 address add 203.0.113.1/24 dev port1
	ip -n isp0 link set port1 up
	ip netns exec nat sysctl -q -w net.ipv4.ip_forward=1
	ip netns exec nat iptables-legacy -t nat -A POSTROUTING -o outside -p udp -j MASQUERADE --to-ports 40000-49999 --random
	ip -n nat link set outside up
	ip -n nat route add 10.64.0.0/28 via 203.0.113.1
	ip route add 10.64.0.0/28 via 192.0.3.1 dev wan1
}

# lns_nat_forgets: it loses all it knows; the next packet gets another port.
lns_nat_forgets() {
	ip -n nat link set outside down
	ip -n nat link set outside up
	ip -n nat route add 10.64.0.0/28 via 203.0.113.1
}

# lns_idle N: it has no session left.
lns_idle() {
	[ "$(isp_sessions "$1")" = 0 ]
}

# tunnel_json [JQ-FILTER]: a profile of a tunnel to it, without the clamp, as profile_json.
tunnel_json() {
	jq -n --arg server "$lns_server" --arg user "$isp_user" \
		'{type: "l2tp", l2tp: {server: $server}, auth: {user: $user}, "mss-clamp": false}'" | ${1:-.}"
}

# tunnel_add NAME [JQ-FILTER] [SECRET]: stored, with the tunnel secret where there is one.
tunnel_add() {
	profile_write "$1" "$(tunnel_json "${2:-.}")"
	if [ -n "${3:-}" ]; then
		jq --arg secret "$3" '. + {"tunnel-secret": $secret}' "/etc/ppp-manager/secrets/$1.json" >"$work/secrets"
		cat "$work/secrets" >"/etc/ppp-manager/secrets/$1.json"
	fi
}

# pinned: the host routes to the server, as "gateway device".
pinned() {
	ip -j route show "$lns_server/32" | jq -r '.[] | "\(.gateway) \(.dev)"'
}

# no_tunnel: the kernel takes one away some time after its socket was closed.
no_tunnel() {
	[ "$(kernel_tunnels)" = 0 ]
}

# kernel_tunnels: how many the machine's kernel has.
kernel_tunnels() {
	grep -c "^TUNNEL '" /proc/net/pppol2tp 2>/dev/null || true
}
