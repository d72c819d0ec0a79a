# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The rows and columns of route_matrix: default routes that were there before a link, and ways in which a link ends.

matrix_policies=(auto always never)
matrix_rivals=(none metric-0 metric-100 metric-1024 two on-link multipath advertised)
matrix_ways=(down server-gone engine-killed daemon-killed service-stopped interface-removed)

# rivals_router: once; a router on lan1 that advertises itself, in a namespace of its own.
rivals_router() {
	ip netns add router
	ip link add lan1 type veth peer name port netns router
	sysctl -q -w net.ipv6.conf.lan1.accept_dad=0 net.ipv6.conf.lan1.router_solicitation_delay=0 net.ipv6.conf.lan1.accept_ra=1
	ip netns exec router sysctl -q -w net.ipv6.conf.port.accept_dad=0
	ip -n router link set port up
	ip -n router address add 2001:db8:7::1/64 dev port nodad
	systemd-run --quiet --unit=router --collect -p NetworkNamespacePath=/run/netns/router -p TemporaryFileSystem=/run \
		-p StandardOutput=append:/lab/out/router.log -p StandardError=inherit \
		/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file= --enable-ra \
		--ra-param=port,10,1800 --dhcp-range=2001:db8:7::,ra-only,64,600 --log-facility=-
}

advertised_there() {
	ip -6 route show default dev lan1 | grep_all 'proto ra' && ip -6 route show table local dev lan1 | grep_all 2001:db8:7:
}

# rivals_put WHICH: those default routes are there, with the interfaces they need.
rivals_put() {
	ip link add lan0 type dummy
	sysctl -q -w net.ipv6.conf.lan0.disable_ipv6=1
	ip link set lan0 up
	ip address add 192.168.7.2/24 dev lan0
	ip address add 192.168.7.3/24 dev lan0
	case $1 in
	none) ;;
	metric-0) ip route add default via 192.168.7.1 dev lan0 proto static src 192.168.7.3 mtu 1400 window 16384 advmss 1300 ;;
	metric-100) ip route add default via 192.168.7.1 dev lan0 proto dhcp metric 100 ;;
	metric-1024) ip route add default via 192.168.7.1 dev lan0 proto dhcp metric 1024 ;;
	two)
		ip route add default via 192.168.7.1 dev lan0 proto static
		ip route append default via 192.168.7.4 dev lan0 proto static
		;;
	on-link) ip route add default dev lan0 scope link ;;
	multipath) ip route add default nexthop via 192.168.7.1 dev lan0 weight 3 nexthop via 192.168.7.4 dev lan0 ;;
	advertised)
		ip link set lan1 up
		wait_until 30 "the router on lan1 advertises itself" advertised_there
		;;
	*) fail "rivals_put: $1" ;;
	esac
}

rivals_clear() {
	ip link set lan1 down
	ip link del lan0
}

# tables_to FILE: all routes and rules of both families; a lifetime and a link's own counters run on.
tables_to() {
	{
		ip -j -4 route show table all
		ip -j -6 route show table all
		ip -j -4 rule
		ip -j -6 rule
	} | jq -S -c '.[] | del(.expires)' | sort >"$1"
}

# tables_back FILE WHAT: within a minute all is as in the file, or it fails with the difference.
tables_back() {
	local start=${EPOCHREALTIME/./}
	bell_start
	until tables_to "$work/tables.now" && cmp -s "$1" "$work/tables.now"; do
		if [ "$((${EPOCHREALTIME/./} - start))" -gt 60000000 ]; then
			diff "$1" "$work/tables.now" || true
			fail "routes and rules are not as before: $2"
		fi
		bell_next
	done
	waited_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# way_take WAY NAME: the link ends in that way, and stays down (the profile does not reconnect).
way_take() {
	local way=$1 name=$2 engine daemon
	engine=$(property "$name" EnginePid)
	case $way in
	down) expect 0 pppctl down "$name" ;;
	server-gone) isp_kill 0 ;;
	engine-killed) kill -KILL "$engine" ;;
	daemon-killed)
		kept_daemon=$(product_pid)
		kill -KILL "$kept_daemon" "$engine"
		wait_until 30 "another daemon owns the name" another_daemon
		;;
	service-stopped) systemctl stop ppp-manager.service ;;
	interface-removed) ip link del "$(property "$name" Interface)" ;;
	*) fail "way_take: $way" ;;
	esac
}

# way_mend WAY NAME: as before that end.
way_mend() {
	case $1 in
	server-gone) isp_pppoe 0 ;;
	service-stopped) product_start ;;
	esac
	expect 0 pppctl down "$2"
}
