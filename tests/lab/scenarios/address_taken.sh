# SPDX-License-Identifier: LGPL-2.1-or-later
# Somebody takes the addresses of a link that is up, sets it down, or raises its MTU, once and again and again, with the
# daemon and while none lives: all comes back, by the same engine and session. An orderly end is left alone.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

isp 0
product_start
profile_write isp "$(profile_json wan0 '.ipv4.routes = [{to: "203.0.113.0/24"}, {to: "198.51.100.0/24", via: "10.64.0.1"}]')"
expect 0 pppctl up isp
engine=$(property isp EnginePid)
interface=$(property isp Interface)
connected=$(property isp ConnectedAt)

needed() {
	ip -o -4 address show dev "$interface" | awk '{ print $2, $4, $6 }'
	ip -o -6 address show dev "$interface" | awk '{ print $2, $4 }'
	ip -o link show dev "$interface" up | sed 's/.*\(mtu [0-9]*\).*/\1/'
	ip -4 route show table all dev "$interface" | sort
	ip -6 route show dev "$interface" | sort
	resolvectl dns "$interface"
	resolvectl domain "$interface"
}
all_there() { [ "$(needed)" = "$before" ]; }
reaches() { ping -c 1 -W 1 10.64.0.80; }
resolves() { getent ahostsv4 www.isp0.test | grep_all 10.64.0.80; }
has_both() { needed | grep_all " fe80::"; }
wait_until 20 "the link has both families" has_both # up waits a second for the other one
before=$(needed)
note "what the link needs:"
echo "$before"
contains "the addresses" "$before" "10.64.0.100 10.64.0.1/32"
contains "the addresses" "$before" "fe80::"
contains "the routes" "$before" "198.51.100.0/24 via 10.64.0.1"
reaches

repairs() { journal_of_product | grep -c "somebody .*; repaired" || true; }
repaired_is() { [ "$(repairs)" = "$1" ]; }

# comes_back WHAT: all is there again, by the same engine.
comes_back() {
	wait_until 20 "an answer after: $1" reaches
	note "$1: answered after $waited_ms ms"
	if ! all_there; then wait_until 20 "all is there after: $1" all_there; fi
	wait_until 20 "names are resolved after: $1" resolves
	equal State "$(property isp State)" up
	equal EnginePid "$(property isp EnginePid)" "$engine"
	equal ConnectedAt "$(property isp ConnectedAt)" "$connected"
	equal LocalAddress "$(property isp LocalAddress)" 10.64.0.100
	equal "sessions of the provider" "$(grep -c "Using interface ppp" /lab/out/isp0.log)" 1
}
# undone WHAT COMMAND...: somebody runs the command; it is told once (so something was taken) and put right, maybe before
# anybody could look.
undone() {
	local what=$1 seen
	shift
	seen=$(repairs)
	expect 0 "$@"
	comes_back "$what"
	wait_until 10 "$what is told once" repaired_is $((seen + 1))
}

equal "repairs of a link that was left alone" "$(repairs)" 0
undone "addresses flushed" ip address flush dev "$interface"
contains "the journal" "$(journal_of_product)" "somebody took the address 10.64.0.100 of $interface"
undone "link set down" ip link set "$interface" down
contains "the journal" "$(journal_of_product)" "somebody set $interface down"
undone "MTU raised" ip link set "$interface" mtu 9000
timeline=$(bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0)
equal "repairs in the timeline" "$(jq '[.data[0][] | select(.[1] == "repaired")] | length' <<<"$timeline")" 3

# Waits out the seconds in which so many repairs would be a fight.
note "again and again"
calm_since=$(now_ms)
past_window() { [ $(($(now_ms) - calm_since)) -gt 10500 ]; }
wait_until 20 "the repairs so far are forgotten" past_window
ip -4 monitor address dev "$interface" > >(
	while read -r _; do
		ip -4 address flush dev "$interface"
		echo fought >>"$work/fought"
	done
	echo over >>"$work/fought"
) &
fighter=$!
# A first flush that comes before the monitor listens has nobody who goes on.
fighter_goes_on() {
	ip -4 address flush dev "$interface"
	[ -s "$work/fought" ]
}
fight_is_seen() { property isp Details | grep_all "again and again"; }
wait_until 20 "the fighter goes on by itself" fighter_goes_on
wait_until 60 "a fight is seen" fight_is_seen
kill "$fighter"
wait "$fighter" || true
wait_until 20 "the fighter has seen all that his monitor saw" grep -q over "$work/fought"
contains Details "$(property isp Details)" "is put right every 10 s only"
equal "lines about the fight" "$(journal_of_product | grep -c "again and again")" 1
wait_until 20 "the address is back" reaches
wait_until 10 "all is there" all_there

note "while no daemon lives"
mkdir -p /run/systemd/system/ppp-manager.service.d
printf '[Service]\nRestartSec=30\n' >/run/systemd/system/ppp-manager.service.d/lab.conf
systemctl daemon-reload
other_daemon() { [ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]; }
# undone_unseen WHAT COMMAND...
undone_unseen() {
	local what=$1
	shift
	old=$(product_pid)
	kill -KILL "$old"
	wait_until 10 "the daemon is gone" process_gone "$old"
	expect 0 "$@"
	equal "the daemon's process" "$(product_pid)" 0
	if reaches >"$work/ping"; then fail "nothing was taken by: $*"; fi
	wait_until 120 "systemd starts another daemon" other_daemon
	wait_until 15 "the new daemon owns the name" product_answers
	comes_back "$what, no daemon"
}
undone_unseen "addresses flushed" ip address flush dev "$interface"
undone_unseen "link set down" ip link set "$interface" down

note "an orderly end"
seen=$(repairs)
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
expect 0 pppctl up isp
systemctl stop isp0-pppoe.service
wait_until 30 "the link is lost" state_is_not isp up
expect 0 pppctl down isp
equal "repairs of links that ended" "$(repairs)" "$seen"
lacks "the journal" "$(journal_of_product)" "cannot put right"
