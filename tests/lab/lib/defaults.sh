# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Who carries the traffic, each 10 ms, while links come and go: the main table's best default route as the kernel shows
# it, and the interface that each packet of a stream left by.

# defaults_watch: samples from now on to $work/defaults, a line each: µs of CLOCK_REALTIME, and the interface of the best
# default route or "none". It starts no process a sample, which would take longer than the time between two.
defaults_watch() {
	[ -p "$work/defaults.tick" ] || mkfifo "$work/defaults.tick"
	exec {defaults_tick}<>"$work/defaults.tick"
	defaults_sample >"$work/defaults" &
	defaults_pid=$!
	wait_until 10 "the default route is watched" test -s "$work/defaults"
}

defaults_sample() {
	trap - ERR EXIT
	local device destination metric mask best lowest _
	while :; do
		best=none lowest=4294967296
		# <net/ipv4/fib_trie.c>, fib_route_seq_show(): Iface Destination Gateway Flags RefCnt Use Metric Mask ...
		while read -r device destination _ _ _ _ metric mask _; do
			if [ "$destination$mask" = 0000000000000000 ] && [ "$device" != '*' ] && [ "$metric" -lt "$lowest" ]; then
				best=$device lowest=$metric
			fi
		done </proc/net/route
		echo "${EPOCHREALTIME/[.,]/} $best"
		read -r -t 0.01 -u "$defaults_tick" _ || true
	done
}

# defaults_stop: ends it and tells how dense the samples were. Fails where one of them had no default route.
defaults_stop() {
	kill "$defaults_pid"
	wait "$defaults_pid" || true
	exec {defaults_tick}>&-
	note "default route: $(awk '
		NR > 1 { gap = $1 - last; if (gap > most) most = gap; sum += gap }
		{ last = $1 }
		END { printf "%d samples, one each %.1f ms, the longest time between two %.1f ms", NR, sum / (NR - 1) / 1000, most / 1000 }' "$work/defaults")"
	if grep ' none$' "$work/defaults" >"$work/defaults.none"; then
		awk '$2 != last { print; last = $2 }' "$work/defaults"
		fail "$(wc -l <"$work/defaults.none") samples without a default route"
	fi
}

# defaults_history: the interfaces that had it, one after the other, in a line.
defaults_history() {
	awk '$2 != last { printf "%s%s", last == "" ? "" : " → ", $2; last = $2 }' "$work/defaults"
}

# packets_watch HOST: a packet to HOST each 20 ms, and by which interface each leaves: to $work/packets.
packets_watch() {
	tcpdump -i any -n -tt -l --immediate-mode "icmp[icmptype] == icmp-echo and dst host $1" >"$work/packets" 2>"$work/packets.errors" &
	packets_tcpdump=$!
	wait_until 10 "tcpdump listens" grep -q listening "$work/packets.errors"
	ping -n -D -i 0.02 "$1" >"$work/replies" 2>&1 &
	packets_ping=$!
	wait_until 10 "the packets are answered" grep -q 'bytes from' "$work/replies"
}

packets_stop() {
	kill -INT "$packets_ping"
	wait "$packets_ping" || true
	kill "$packets_tcpdump"
	wait "$packets_tcpdump" || true
}

# packet_on INTERFACE SINCE: when the first packet left by the interface at or after SINCE, both in µs of CLOCK_REALTIME;
# nothing where none has.
packet_on() {
	awk -v device="$1" -v since="$2" '$2 == device { split($1, at, "."); us = at[1] * 1000000 + at[2]; if (us >= since) { printf "%.0f", us; exit } }' "$work/packets"
}
