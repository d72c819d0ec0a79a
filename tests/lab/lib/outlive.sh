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

# link_kept_all: no packet was lost since link_remember, and the provider has had one session only.
link_kept_all() {
	kill -INT "$kept_ping"
	wait "$kept_ping" || true
	tail -n 3 "$work/kept.ping"
	contains "the ping's summary" "$(cat "$work/kept.ping")" " 0% packet loss"
	equal "sessions the provider has had" "$(grep -c "Using interface ppp" /lab/out/isp0.log)" "${1:-1}"
	lacks "the journal" "$(journal_of_product)" "left-over process"
}
