# SPDX-License-Identifier: LGPL-2.1-or-later
# A hostile tunnel server, by seeded chance (peers/rude_lns.cpp): control messages that lie about lengths, numbers and kinds, floods,
# ends with texts that are not fit to print, and hostile PPP inside the tunnel. Tunnel program, pppd and daemon live, each
# attempt ends for a reason that a peer can cause, nothing raw is shown, no tunnel stays in the kernel.
# HOSTILE_SEED=N begins with another seed; ROUNDS is how many seeds are tried, each for ATTEMPTS attempts to dial.
# shellcheck shell=bash
# needs: 512M 3600s
# more: yes
# full: ROUNDS=20

rounds=${ROUNDS:-2}
attempts=${ATTEMPTS:-10}
first_seed=${HOSTILE_SEED:-1}

lns 0
isp_dns 0
product_start
short='{first: 0, factor: 1, cap: 1}'
tunnel_add isp ".reconnect = {jitter: 0, \"auth-failures\": 1000, lost: $short, discovery: $short, auth: $short} |
	.ppp.restart = {lcp: 1, ipcp: 1} | .ppp.\"lcp-echo-interval\" = 1 | .ppp.\"lcp-echo-failure\" = 2"
expect 0 pppctl up isp # loads what a link needs, so that the two snapshots can be equal
expect 0 pppctl down isp
lns_stop 0
wait_until 10 "xl2tpd of isp0 is gone" lns_stopped 0
snapshot before
daemon=$(product_pid)
monitor_start "$work/signals" "type='signal',sender='org.ppp.Manager'"
printf '%s\n%s\n' "$isp_user" "$isp_password" >/srv/isp0/secret
chmod 600 /srv/isp0/secret

judges_see
watch_hostile
pppctl up --no-wait isp
inside=0
for ((seed = first_seed; seed < first_seed + rounds; seed++)); do
	isp_unit isp0-lns 0 /lab/peers/rude_lns "$lns_server" /srv/isp0/secret "$seed" 10.64.0.1 10.64.0.100
	wait_until 20 "the hostile server listens" isp_hears 0 "$lns_server:1701"
	wanted=$(($(endings | wc -l) + attempts))
	wait_until $((attempts * 60)) "$attempts attempts have ended, seed $seed" enough_attempts
	nothing_raw
	nobody_died
	inside=$((inside + $(grep -c 'tx LCP Configure-Ack' /lab/out/isp0-lns.log || true)))
	lns_stop 0
	wait_until 10 "the hostile server is gone" lns_stopped 0
done
seed="$first_seed to $((seed - 1))"
equal "the daemon" "$(product_pid)" "$daemon"
monitor_catches_up "$work/signals"
reasons_are_a_peers
[ "$inside" -gt 0 ] || fail "no attempt came as far as LCP"
plain_json "$work/signals" "signals on the bus"
grep -qF '\\x1b' "$work/signals" || fail "no text of the peer came as far as the bus"
watched_hostile
journal_plain
[ ! -e /tmp/owned ] || fail "a text of the peer was run by a shell"

note "and then an ordinary server"
expect 0 pppctl down isp
wait_until 20 "no tunnel is left in the kernel" no_tunnel
lns_start 0
expect 0 pppctl up isp
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down isp
lns_stop 0
equal "the daemon" "$(product_pid)" "$daemon"
nobody_died
settled before
