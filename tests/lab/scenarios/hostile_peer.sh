# SPDX-License-Identifier: LGPL-2.1-or-later
# A hostile access concentrator, by seeded chance (peers/rude.cpp): discovery, LCP, authentication and network control that
# lie about lengths, flood, answer what nobody asked, and speak in control characters, broken UTF-8 and forged lines. pppd
# with our plugin lives, the daemon stays the same process and answers, each attempt ends for a reason of the table, and
# nothing raw comes out of pppctl, the bus or the journal.
# HOSTILE_SEED=N begins with another seed; ROUNDS is how many seeds are tried, each for ATTEMPTS attempts to dial.
# shellcheck shell=bash
# needs: 512M 2400s
# more: yes
# full: ROUNDS=20

rounds=${ROUNDS:-3}
attempts=${ATTEMPTS:-10}
first_seed=${HOSTILE_SEED:-1}

isp_cable 0
concentrator 0
isp_dns 0
product_start
short='{first: 0, factor: 1, cap: 1}'
profile_write isp "$(profile_json wan0 ".reconnect = {jitter: 0, \"auth-failures\": 1000, lost: $short, discovery: $short, auth: $short} |
	.pppoe.\"discovery-timeout\" = 2 | .ppp.restart = {lcp: 1, ipcp: 1} | .ppp.\"lcp-echo-interval\" = 1 | .ppp.\"lcp-echo-failure\" = 2")"
expect 0 pppctl up isp # loads what a link needs, so that the two snapshots can be equal
expect 0 pppctl down isp
concentrator_stop 0
snapshot before
daemon=$(product_pid)
monitor_start "$work/signals" "type='signal',sender='org.ppp.Manager'"

judges_see
watch_hostile
pppctl up --no-wait isp
reached=0
for ((seed = first_seed; seed < first_seed + rounds; seed++)); do
	concentrator 0 --rude "$seed" --restart 1000
	wanted=$(($(endings | wc -l) + attempts))
	wait_until $((attempts * 60)) "$attempts attempts have ended, seed $seed" enough_attempts
	nothing_raw
	nobody_died
	reached=$((reached + $(concentrator_log 0 | grep -c 'IPCP Configure-Ack' || true)))
	concentrator_stop 0
done
seed="$first_seed to $((seed - 1))"
equal "the daemon" "$(product_pid)" "$daemon"
monitor_catches_up "$work/signals"
reasons_are_a_peers
note "$reached address acknowledgements"
[ "$reached" -gt 0 ] || fail "no attempt came as far as an address"
jq -r 'select(.member == "StateChanged") | .payload.data[0]' "$work/signals" | grep_all -x up || fail "no link was ever up"
plain_json "$work/signals" "signals on the bus"
grep -qF '\\x1b' "$work/signals" || fail "no text of the peer came as far as the bus"
watched_hostile
journal_plain
grep -qF '\\x1b' "$work/journal" || fail "no text of the peer came as far as the journal"
[ ! -e /tmp/owned ] || fail "a text of the peer was run by a shell"
note "the daemon's memory at its highest: $(awk '/VmHWM/ { print $2, $3 }' "/proc/$daemon/status")"

note "and then an ordinary provider"
expect 0 pppctl down isp
concentrator 0
expect 0 pppctl up isp
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down isp
concentrator_stop 0
equal "the daemon" "$(product_pid)" "$daemon"
nobody_died
settled before
