# SPDX-License-Identifier: LGPL-2.1-or-later
# kill -9 of the daemon with LINKS=20 up: packets lost, PADI sent, time to the full truth on the bus. And nothing to do: how
# often the daemon wakes in IDLE=120 seconds, beside pppd.
# shellcheck shell=bash
# needs: 1024M 1200s

links=${LINKS:-20} idle=${IDLE:-120} runs=${RUNS:-5}
isp_cable 0
concentrator 0 --no-ipv6
product_start
profiles_many "$links"
expect 0 pppctl up --all
main=$(default_routes | head -n 1 | cut -d' ' -f1)

tcpdump -i wan0 -n -w "$work/discovery.pcap" --immediate-mode 'ether proto 0x8863' 2>"$work/tcpdump" &
dumping=$!
wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
ping -n -i 0.05 -W 5 -I "$main" 10.64.0.80 >"$work/ping" 2>&1 &
pinging=$!
for ((n = 0; n < runs; n++)); do
	/lab/peers/ready_probe "$work/probe" >"$work/probe.log" 2>&1 &
	probing=$!
	wait_until 30 "the probe watches" grep -q watching "$work/probe.log"
	kill -KILL "$(product_pid)"
	wait "$probing" || fail "the probe: $(cat "$work/probe.log")"
	sample "kill -9, $links links: from its name to the full truth" ppp-manager "$(tail -n 1 "$work/probe.log")" ms
done
kill -INT "$pinging"
wait "$pinging" || true
sent=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' "$work/ping")
last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$work/ping" | tail -n 1)
answered=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$work/ping" | sort -nu | wc -l)
between "packets under way at the end" $((sent - last)) 0 10
sample "kill -9, $runs times: packets lost of $last" ppp-manager $((last - answered)) packets
kill -TERM "$dumping"
wait "$dumping" || true
sample "kill -9, $runs times: PADI sent" ppp-manager "$(tcpdump -n -r "$work/discovery.pcap" 2>/dev/null | grep -c PADI || true)" frames

switches() { awk '/ctxt_switches/ { sum += $2 } END { print sum }' "/proc/$1/status"; }
daemon=$(product_pid) engine=$(property link001 EnginePid)
before=$(switches "$daemon") other=$(switches "$engine")
sleep "$idle"
# The watchdog's: WatchdogSec=1min has the daemon wake twice a minute.
sample "idle for $idle s, $links links up: times it ran" ppp-manager $(($(switches "$daemon") - before)) times
sample "idle for $idle s, $links links up: times it ran" pppd $(($(switches "$engine") - other)) times
