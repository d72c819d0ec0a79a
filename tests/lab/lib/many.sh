# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Many links at once, all over one cable.

# profiles_many COUNT [JQ-FILTER]: profiles link001, link002 … over wan0, known to the daemon.
profiles_many() {
	local count=$1 filter=${2:-.} n profile secret
	install -d -m 755 /etc/ppp-manager/connections
	install -d -m 700 /etc/ppp-manager/secrets
	profile=$(profile_json wan0 ".ipv6.enabled = false | $filter")
	secret=$(jq -n --arg password "$isp_password" '{password: $password}')
	for ((n = 1; n <= count; n++)); do
		printf '%s\n' "$profile" >"/etc/ppp-manager/connections/$(link_name "$n").json"
		(umask 077 && printf '%s\n' "$secret" >"/etc/ppp-manager/secrets/$(link_name "$n").json")
	done
	pppctl reload
}

link_name() {
	printf 'link%03d' "$1"
}

# states_many: how many connections are in which state, "2 up" a line.
states_many() {
	bus --json=short call org.ppp.Manager /org/ppp/Manager org.ppp.Manager ListConnections |
		jq -r '.data[0][][3]' | sort | uniq -c | awk '{ print $1, $2 }'
}

many_are() {
	[ "$(states_many)" = "$1 $2" ]
}

# wait_many COUNT STATE SECONDS: all connections, COUNT of them, are in that state.
wait_many() {
	wait_until "$3" "$1 connections are $2" many_are "$1" "$2"
}

# bare_many COUNT: so many bare pppd at once over wan0; all end with bare_many_end.
bare_many() {
	local count=$1 n quoted=${isp_password//\\/\\\\}
	quoted=${quoted//\"/\\\"}
	printf 'user %s\npassword "%s"\n' "$isp_user" "$quoted" >"$work/peer-many"
	bare_pids=()
	for ((n = 1; n <= count; n++)); do
		/usr/sbin/pppd nodetach noauth nodefaultroute noipdefault noipv6 logfile /dev/null file "$work/peer-many" \
			plugin pppoe.so nic-wan0 >/dev/null 2>&1 &
		bare_pids+=($!)
	done
}

# addresses_many: ppp interfaces with an IPv4 address.
addresses_many() {
	ip -4 -o address show up | grep -c ' ppp[0-9]* ' || true
}

addresses_are() {
	[ "$(addresses_many)" = "$1" ]
}

bare_many_alive() {
	local pid
	for pid in "${bare_pids[@]}"; do
		if ! process_gone "$pid"; then return 0; fi
	done
	return 1
}

bare_many_done() {
	addresses_are "$1" || ! bare_many_alive
}

bare_many_end() {
	kill -TERM "${bare_pids[@]}" 2>/dev/null || true
	wait "${bare_pids[@]}" 2>/dev/null || true
}
