# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A link that is to outlive something: what it was, and that it still is just that, without a packet lost.

# link_remember NAME: and starts a ping to provider 0's host that runs until link_kept_all.
link_remember() {
	kept_name=$1
	kept_engine=$(property "$1" EnginePid)
	kept_interface=$(property "$1" Interface)
	kept_since=$(property "$1" ConnectedAt)
	kept_daemon=$(product_pid)
	ping -i 0.1 10.64.0.80 >"$work/kept.ping" 2>&1 &
	kept_ping=$!
}

another_daemon() {
	local now
	now=$(product_pid)
	[ "$now" != "$kept_daemon" ] && [ "$now" != 0 ] && product_answers
}

# link_kept SECONDS: another daemon is on the bus within that time, and shows the same link.
link_kept() {
	wait_until "$1" "another daemon owns the name" another_daemon
	note "another daemon after $waited_ms ms"
	kept_daemon=$(product_pid)
	wait_state "$kept_name" up 15
	equal "the engine" "$(property "$kept_name" EnginePid)" "$kept_engine"
	[ -e "/proc/$kept_engine" ] || fail "pppd is gone"
	equal "the interface" "$(property "$kept_name" Interface)" "$kept_interface"
	equal ConnectedAt "$(property "$kept_name" ConnectedAt)" "$kept_since"
	equal Wanted "$(property "$kept_name" Wanted)" true
	equal DefaultRoute "$(property "$kept_name" DefaultRoute)" true
	equal "the scope of the engine" "$(sed 's,.*/,,' "/proc/$kept_engine/cgroup")" "ppp-manager-$kept_name-$kept_engine.scope"
}

# ping_kept PID FILE: ends that ping, and none of its packets was lost. Its own "0% packet loss" counts as lost what is under
# way when it is ended, so the answers are counted: all from the first to the last, and the last is not long ago.
ping_kept() {
	local sent answered last
	kill -INT "$1"
	wait "$1" || true
	tail -n 3 "$2"
	sent=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' "$2")
	answered=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*time=.*/\1/p' "$2" | sort -nu | wc -l)
	last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*time=.*/\1/p' "$2" | sort -n | tail -n 1)
	equal "answers to the packets up to the last answer" "$answered" "$last"
	between "packets under way at the end" $((sent - last)) 0 60 # who answers may just have had no processor
}

# link_kept_all: no packet was lost since link_remember, and the provider has had one session only.
link_kept_all() {
	ping_kept "$kept_ping" "$work/kept.ping"
	equal "sessions the provider has had" "$(grep -c "Using interface ppp" /lab/out/isp0.log)" "${1:-1}"
	lacks "the journal" "$(journal_of_product)" "left-over process"
}
