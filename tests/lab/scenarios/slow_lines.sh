# SPDX-License-Identifier: LGPL-2.1-or-later
# What makes a quick line connect fast must not harm a slow or lossy one: at round trips of 1, 30, 300 and 1,500 ms no LCP
# request is sent twice before its answer could have come, and the negotiation is not begun anew once LCP is open; with LOSSES=no,20%
# (the long run) also where every fifth frame is lost.
# shellcheck shell=bash
# needs: 512M 1800s
# more: yes
# full: LOSSES=no,20%

modprobe sch_netem
isp_cable 0
isp_options 0
product_start
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false | .pppoe["discovery-timeout"] = 60 | .ppp = {"lcp-echo-interval": 0}
	| .reconnect = {discovery: {first: 1, factor: 1, cap: 1}}')"

# wire ROUND-TRIP-MS [LOSS]: both ends delay by half of it and lose so much.
wire() {
	local half=$(($1 * 500))us loss=${2:-}
	tc qdisc replace dev wan0 root netem delay "$half" ${loss:+loss "$loss"}
	ip netns exec isp0 tc qdisc replace dev port0 root netem delay "$half" ${loss:+loss "$loss"}
}
is_up() { property_is isp State up; }

# The same number twice is the same request once more.
twice() { concentrator_log 0 | sed -n 's/.* rx .*LCP Configure-Request\(.*\)/\1/p' | sort | uniq -d; }
challenges() { concentrator_log 0 | grep -c ' tx .*CHAP .*Challenge' || true; }

# eager RTT: what was amiss is in $amiss.
eager() {
	concentrator 0 --no-ipv6
	wire "$1"
	expect 0 pppctl up isp --timeout 120
	note "up after $took_ms ms"
	concentrator_log 0 | grep -c LCP
	amiss=
	[ "$(challenges)" = 1 ] || amiss="$(challenges) negotiations"
	[ "$1" = 1 ] || amiss+=$(twice)
	expect 0 pppctl down isp
	concentrator_stop 0
	wait_until 10 "the concentrator is gone" isp_stopped 0
}
# A machine that stands still for 60 ms is like a line of 30 ms that lost the answer: a fault of ours shows each time.
for rtt in 1 30 300 1500; do
	for try in 1 2 3; do
		note "an eager concentrator, round trip $rtt ms"
		eager "$rtt"
		if [ -z "$amiss" ]; then break; fi
		note "try $try: $amiss"
	done
	equal "what was amiss in each of three tries" "$amiss" ""
done

# Whoever lost it goes on to IPCP, and repeats that only after 100 s.
note "a CHAP Success that is lost"
wire 1
concentrator 0 --no-ipv6 --lose-verdict --restart 100000
expect 0 pppctl up isp --timeout 60
note "up after $took_ms ms"
equal "Responses" "$(concentrator_log 0 | grep -c ' rx .*CHAP .*Response')" 2
expect 0 pppctl down isp
concentrator_stop 0
wait_until 10 "the concentrator is gone" isp_stopped 0

# A pppd of the provider serves each session, and numbers a challenge of each negotiation anew; it repeats one with its number.
negotiations() { sed -n 's/^sent \[CHAP Challenge id=\(0x[0-9a-f]*\) <\([0-9a-f]*\)>.*/\1 \2/p' /lab/out/isp0.log | sort -u | wc -l; }
for rtt in 1 30 300 1500; do
	for loss in $(tr , " " <<<"${LOSSES:-no}"); do
		if [ "$loss" = no ]; then loss=''; fi
		note "Debian's pppoe-server, round trip $rtt ms${loss:+, $loss lost}"
		isp_pppoe 0
		: >/lab/out/isp0.log
		wire "$rtt" "$loss"
		expect 0 pppctl up isp --no-wait
		wait_until 300 "the link is up" is_up
		note "up after $waited_ms ms, at attempt $(property isp Attempt)"
		if [ -z "$loss" ]; then equal "negotiations" "$(negotiations)" 1; fi
		# However many sessions it took: in none of them two.
		awk '/^using channel/ { seen = "" }
			/^sent \[CHAP Challenge/ { if (seen != "" && seen != $3) again = 1; seen = $3 }
			END { exit again }' /lab/out/isp0.log || {
			cat /lab/out/isp0.log
			fail "a session was negotiated anew"
		}
		wire 0
		expect 0 pppctl down isp
		isp_kill 0
	done
done
tc qdisc del dev wan0 root
