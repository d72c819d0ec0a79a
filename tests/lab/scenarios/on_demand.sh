# SPDX-License-Identifier: LGPL-2.1-or-later
# On-demand dialling: up waits for traffic, a packet brings the link up, silence ends the call and it waits again. It hides
# no other way out while calls fail, and leaves nothing behind.
# shellcheck shell=bash
# needs: 512M 400s

demand_setup
snapshot before

note "up waits for traffic, and nothing else makes it dial"
expect 0 pppctl up isp
printf '%s\n' "$output"
contains "pppctl up" "$output" "waits for traffic"
stands 1
equal Reason "$(property isp Reason)" ""
expect 0 pppctl list
contains "pppctl list" "$output" waiting
expect 0 pppctl explain isp
printf '%s\n' "$output"
hold 6 "nobody has dialled" waits
equal "sessions at the provider" "$(isp_sessions 0)" 0

note "traffic"
states_start isp
first_packet
busy_no_more
note "silence"
wait_until 20 "the call has ended" waits
note "waits again $waited_ms ms later"
equal Reason "$(property isp Reason)" idle-timeout
stands 5
states_stop
states isp
grep -q '^waiting connecting idle-timeout$' <(states isp) || fail "no change to waiting says idle-timeout"
wait_until 15 "the provider has no session left" isp_idle 0
expect 0 pppctl explain isp
printf '%s\n' "$output"

note "a name alone is traffic, too: the last call's server is still known"
contains "resolved's servers of the link" "$(resolvectl dns "$(property isp Interface)")" 10.64.0.53
# not waited for: where the first packets are lost it goes on for so long that the call is over before it gives up
resolvectl query www.isp0.test >"$work/query" 2>&1 &
query=$!
wait_state isp up 20
wait "$query" || true
wait_until 20 "the call has ended" waits
stands 5

note "a connection that is opened while it waits follows to the new address"
isp_unit isp0-echo 0 /usr/bin/socat TCP4-LISTEN:7,bind=10.64.0.53,fork PIPE
echo_listens() { [ -n "$(ip netns exec isp0 ss -Hltn 'sport = :7')" ]; }
wait_until 10 "the provider's server listens" echo_listens
connects() { timeout 20 bash -c '</dev/tcp/10.64.0.53/7'; }
expect 0 connects
note "connected $took_ms ms after the first packet"
wait_until 20 "the call has ended" waits
systemctl stop isp0-echo.service
stands 5

note "up dials at once"
expect 0 pppctl up isp
printf '%s\n' "$output"
contains "pppctl up" "$output" "isp is up"
wait_until 20 "the call has ended" waits
stands 5

note "nobody answers: the wait for the next attempt is seen, and hides no other way out"
systemctl stop isp0-pppoe.service
ping -c 1 -W 1 10.64.0.80 >"$work/ping" 2>&1 || true
wait_property isp Phase backoff 15
equal State "$(property isp State)" waiting
equal Reason "$(property isp Reason)" discovery-timeout
[ "$(property isp NextAttempt)" -gt "$(($(date +%s) * 1000000 - 3000000))" ] || fail "NextAttempt lies in the past"
equal "the machine's ppp links" "$(links_up)" ""
equal "the best default route" "$(best)" other
expect 0 pppctl list
printf '%s\n' "$output"
stands 40
equal Reason "$(property isp Reason)" discovery-timeout
isp_pppoe 0
first_packet
busy_no_more

note "down"
expect 0 pppctl down isp
equal State "$(property isp State)" down
equal "the machine's ppp links" "$(links_up)" ""
wait_until 15 "the provider has no session left" isp_idle 0
settled before
expect 0 pppctl up isp
stands 1
expect 0 pppctl down isp
settled before
