# SPDX-License-Identifier: LGPL-2.1-or-later
# A tunnel's server that is restarted, killed, or vanishes for a while: the loss is found within the HELLO interval or at
# once by what the server says, and the link comes back by itself.
# shellcheck shell=bash
# needs: 512M 500s
# more: yes

lns 0 "secret=$tunnel_secret" extra="lcp-echo-interval 2 lcp-echo-failure 3" # it forgets lost sessions soon
isp_dns 0
product_start
modprobe l2tp_ppp # not so that it works, but so that the two snapshots can be equal
for name in one two; do
	tunnel_add "$name" '.l2tp."hello-interval" = 6 | .ppp."lcp-echo-interval" = 0 |
		.reconnect = {lost: {first: 0, cap: 4}, discovery: {first: 1, cap: 4}}' "$tunnel_secret"
done
snapshot before
expect 0 pppctl up one two

# lost REASON LEAST MOST COMMAND...: while the command runs both links are lost, for that reason, within that many ms: the
# HELLO interval, and what a busy machine adds.
lost() {
	local reason=$1 least=$2 most=$3 began took name command
	shift 3
	declare -gA engine=([one]=$(property one EnginePid) [two]=$(property two EnginePid))
	states_start one
	began=$(now_ms)
	"$@" &
	command=$!
	for name in one two; do
		wait_until 60 "the loss of $name is found" engine_is_not "$name" "${engine[$name]}"
	done
	took=$(($(now_ms) - began))
	wait "$command"
	states_stop
	note "found after $took ms: $(states | tr '\n' ',')"
	between "time to find the loss" "$took" "$least" "$most"
	contains "the states" "$(states)" " up $reason"
}
engine_is_not() {
	[ "$(property "$1" EnginePid)" != "$2" ]
}
# back: both are up again by themselves, and work.
back() {
	local began name
	began=$(now_ms)
	for name in one two; do
		wait_state "$name" up 60
		expect 0 ping -c 2 -W 5 -I "$(property $name Interface)" 10.64.0.1
	done
	note "back after $(($(now_ms) - began)) ms more"
	equal "tunnels in the kernel" "$(kernel_tunnels)" 2
	equal "the way to the server" "$(pinned)" "192.0.2.1 wan0"
}

note "restarted in order"
polite() {
	lns_stop 0
	lns_start 0
}
lost peer-terminated 0 30000 polite
back

note "killed and started at once"
rude() {
	lns_kill 0
	lns_start 0
}
lost tunnel-timeout 0 45000 rude
back

note "vanished for a while: nobody says anything"
vanish() {
	ip -n isp0 address del "$lns_server/32" dev core
}
lost tunnel-timeout 1000 45000 vanish
wait_property one Reason tunnel-timeout 30
wait_state one waiting 60
note "$(property one ReasonText); attempt $(property one Attempt)"
ip -n isp0 address add "$lns_server/32" dev core
back

expect 0 pppctl down one two
wait_until 20 "no tunnel is left in the kernel" no_tunnel
equal "the way to the server afterwards" "$(pinned)" ""
wait_until 30 "the server has no session left" lns_idle 0
settled before
