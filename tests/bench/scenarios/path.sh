# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the time of a connect goes, by the frames on the cable: from the command to the first PADI, discovery, LCP and
# authentication, IPCP, and from the last Configure-Ack until it is of use: ours when routes and DNS are in place (the state up on
# the bus), bare pppd's when the kernel has the address. What the daemon adds is the first and the last together, less what bare
# pppd needs for the first. One trace of each. RUNS=N of each.
# shellcheck shell=bash
# needs: 512M 1200s

runs=${RUNS:-9}

# What tcpdump has of a frame, each line "SECONDS.MICROSECONDS what".
dump_start() {
	tcpdump -i wan0 -n -w "$work/frames" --immediate-mode -U 'ether proto 0x8863 or ether proto 0x8864' 2>"$work/tcpdump" &
	dump_pid=$!
	wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
}
dump_stop() {
	kill -TERM "$dump_pid"
	wait "$dump_pid" || true
	tcpdump -tt -n -r "$work/frames" >"$work/lines" 2>/dev/null
}

# frame_us PATTERN [last]: when the first (or the last) such frame passed, µs.
frame_us() {
	local at
	at=$(grep -E "$1" "$work/lines" | if [ "${2:-}" = last ]; then tail -n 1; else head -n 1; fi | cut -d' ' -f1)
	[ -n "$at" ] || fail "no frame is like $1: $(cat "$work/lines")"
	echo "${at/./}"
}

# steps WHO BEGUN USABLE: the samples of one connect, from those two moments and the frames between.
steps() {
	local who=$1 begun=$2 usable=$3 padi pads ipcp acked
	padi=$(frame_us 'PPPoE PADI') pads=$(frame_us 'PPPoE PADS') ipcp=$(frame_us 'IPCP, Conf-Request')
	acked=$(frame_us 'IPCP, Conf-Ack' last)
	sample "$server: from the command to the first PADI" "$who" "$(ms "$begun" "$padi")" ms
	sample "$server: discovery" "$who" "$(ms "$padi" "$pads")" ms
	sample "$server: LCP and authentication" "$who" "$(ms "$pads" "$ipcp")" ms
	sample "$server: IPCP" "$who" "$(ms "$ipcp" "$acked")" ms
	sample "$server: from the last Configure-Ack to usable" "$who" "$(ms "$acked" "$usable")" ms
	sample "$server: in all" "$who" "$(ms "$begun" "$usable")" ms
	sample "$server: frames until then" "$who" "$(awk -v end="$acked" '{ gsub(/\./, "", $1); n += $1 <= end } END { print n }' "$work/lines")" frames
	started[$who]=$((padi - begun)) finished[$who]=$((usable - acked))
}

# trace WHO: the frames as lines that tests/bench/table shows, ms after the first.
trace() {
	local title="$server, $1"
	awk -v t="$title" '{ if (!first) first = $1; at = ($1 - first) * 1000; $1 = ""; sub(/^ *PPPoE +/, ""); sub(/, length [0-9]+:? *$/, "")
		printf "TRACE\t%s\t%7.1f ms  %s\n", t, at, substr($0, 1, 110) }' "$work/lines" | head -n 60
}

ours() {
	dump_start
	monitor_start "$work/bus" "path='$(connection isp)'"
	expect 0 pppctl up isp
	monitor_catches_up "$work/bus"
	dump_stop
	kill "$monitor_pid"
	wait "$monitor_pid" || true
	steps ppp-manager "$(jq -r 'select(.type == "method_call" and .member == "Up") | .["timestamp-realtime"]' "$work/bus" | head -n 1)" \
		"$(jq -r 'select(.member == "StateChanged" and .payload.data[0] == "up") | .["timestamp-realtime"]' "$work/bus" | head -n 1)"
	expect 0 pppctl down isp
}

bare() {
	local start
	dump_start
	addresses_forget
	start=$(now_us)
	bare_pppd 0 noipv6
	address_at 10.64.0.1 60 || fail "bare pppd did not come up"
	dump_stop
	steps pppd "$start" "$address_us"
	bare_end TERM
}

compare() {
	local n
	for ((n = 0; n < runs; n++)); do
		wait_until 60 "the server is idle" "$@"
		ours
		[ "$n" != 0 ] || trace ppp-manager
		wait_until 60 "the server is idle" "$@"
		bare
		[ "$n" != 0 ] || trace pppd
		sample "$server: what the daemon adds" ppp-manager "$(ms 0 $((started[ppp-manager] - started[pppd] + finished[ppp-manager])))" ms
	done
}

no_addresses() { [ "$(addresses_many)" = 0 ]; }

declare -A started finished
isp_cable 0
isp_options 0
isp_dns 0
product_start
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false')"
addresses_start
isp_pppoe 0
server="Debian's pppoe-server"
compare isp_idle 0
systemctl stop isp0-pppoe.service
wait_until 10 "the server is gone" isp_stopped 0
concentrator 0 --no-ipv6
server="eager concentrator"
compare no_addresses
addresses_stop
