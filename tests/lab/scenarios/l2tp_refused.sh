# SPDX-License-Identifier: LGPL-2.1-or-later
# What can go wrong with a tunnel, each with its own reason: silence, refusal, secrets, names, a server that goes.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes

lns 0 "secret=$tunnel_secret"
isp_dns 0
product_start

# outcome NAME REASON TEXT...: an attempt fails for that reason, with those words.
outcome() {
	local name=$1 reason=$2
	shift 2
	expect 5 pppctl up "$name"
	note "$name after $took_ms ms: $errors"
	contains "the reason" "$errors" "$reason"
	for word in "$@"; do
		contains "the text" "$errors" "$word"
	done
	expect 0 pppctl down "$name"
	wait_until 20 "no tunnel is left in the kernel" no_tunnel
	equal "the way to the server" "$(pinned)" ""
}

tunnel_add wrong . "not the secret"
outcome wrong auth-failed "tunnel secret"
tunnel_add none
outcome none secrets-missing "tunnel secret" "set-secret none --tunnel-secret"
tunnel_add nobody '.l2tp.server = "nobody.invalid"'
outcome nobody name-lookup-failed nobody.invalid
tunnel_add closed '.l2tp.port = 1702' "$tunnel_secret"
outcome closed tunnel-timeout "refused"
tunnel_add ipsec '.l2tp."require-ipsec" = true' "$tunnel_secret"
tcpdump -i wan0 -n -w "$work/clear.pcap" udp port 1701 2>"$work/tcpdump" &
tcpdump_pid=$!
wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
outcome ipsec tunnel-refused require-ipsec "nothing was sent"
kill -INT "$tcpdump_pid"
wait "$tcpdump_pid" || true
equal "packets in clear text" "$(tcpdump -n -r "$work/clear.pcap" 2>/dev/null | wc -l)" 0

# wrong password: PPP's own words win
tunnel_add password . "$tunnel_secret"
jq '.password = "wrong"' /etc/ppp-manager/secrets/password.json >"$work/secrets"
cat "$work/secrets" >/etc/ppp-manager/secrets/password.json
outcome password auth-failed "user name or password"

# a server that hangs up on our goodbye instead of answering it: that is no reason of its own
tunnel_add idle '."idle-timeout" = 15 | .ipv6.enabled = false | .ipv4."default-route" = "never"' "$tunnel_secret"
expect 0 pppctl up idle
for pid in $(ip netns pids isp0); do
	if [ "$(cat "/proc/$pid/comm")" = pppd ]; then
		server_pppd=$pid
	fi
done
kill -STOP "$server_pppd"
takes_leave() {
	journalctl --since "@$scenario_start" --no-pager | grep_all "lack of activity"
}
wait_until 60 "our pppd takes leave" takes_leave
lns_stop 0 &
stopping=$!
wait_until 30 "the idle link is down" state_is_not idle up
note "down after $waited_ms ms"
kill -KILL "$server_pppd" 2>/dev/null || true # the stop wakes it, too
wait "$stopping"
wait_state idle down 10
equal Reason "$(property idle Reason)" idle-timeout
lns_start 0

# a server that goes with a word, and one that goes without
tunnel_add isp '.l2tp."hello-interval" = 6 | .reconnect.enabled = false | .ppp."lcp-echo-interval" = 0' "$tunnel_secret"
expect 0 pppctl up isp
lns_stop 0
wait_until 10 "the link is not up any more" state_is_not isp up
note "after the server's goodbye: $(property isp Reason): $(property isp ReasonText)"
equal Reason "$(property isp Reason)" peer-terminated
expect 0 pppctl down isp
lns_start 0
expect 0 pppctl up isp
began=$(date +%s%3N)
ip -n isp0 address del "$lns_server/32" dev core
wait_until 60 "the loss is found" state_is_not isp up
took=$(($(date +%s%3N) - began))
note "loss found after $took ms: $(property isp Reason): $(property isp ReasonText)"
equal Reason "$(property isp Reason)" tunnel-timeout
between "time to find the loss" "$took" 1000 45000 # the HELLO interval, and what a busy machine adds
expect 0 pppctl down isp

# nobody there at all
tunnel_add silent '.l2tp.server = "10.64.0.99"' "$tunnel_secret"
ip -n isp0 route add blackhole 10.64.0.99/32
outcome silent tunnel-timeout "did not answer"
