# SPDX-License-Identifier: LGPL-2.1-or-later
# Twenty links: restart and kill -9 of the daemon lose no packet, send no PADI and change no property; idle, the daemon
# sleeps but for the watchdog; stop takes all down in order and gives everything back.
# shellcheck shell=bash
# needs: 768M 600s
# more: yes

isp_cable 0
concentrator 0 --no-ipv6
product_start
profiles_many 20
expect 0 systemctl stop ppp-manager.service
snapshot stopped
product_start

# objects FILE: every property of every connection.
objects() {
	bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects >"$1.raw"
	jq -S '.data[0] | map_values(.["org.ppp.Connection"] // {} | map_values(.data))' "$1.raw" >"$1"
}

expect 0 pppctl up --all
equal "the states" "$(states_many)" "20 up"
objects "$work/properties"
engines=$(jq -r '.[].EnginePid // empty' "$work/properties" | sort -n | xargs)
equal "engines" "$(wc -w <<<"$engines")" 20
main=$(default_routes | head -n 1 | cut -d' ' -f1)

note "600 pings at 50 ms over $main, and one a second over each of the twenty"
tcpdump -i wan0 -n -w "$work/discovery.pcap" --immediate-mode 'ether proto 0x8863' 2>"$work/tcpdump" &
dumping=$!
wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
ping -i 0.05 -c 600 -W 5 10.64.0.80 >"$work/ping" 2>&1 &
pinging=$!
slow_pings=()
for interface in $(links_up); do
	ping -i 1 -c 30 -W 5 -I "$interface" 10.64.0.80 >"$work/ping.$interface" 2>&1 &
	slow_pings+=($!)
done

# probe NAME: a client that is on the bus already waits for the next daemon; it asks before READY is said.
probe() {
	/lab/peers/ready_probe "$work/probe.$1" >"$work/probe.$1.log" 2>&1 &
	probing=$!
	wait_until 30 "the probe watches" grep -q watching "$work/probe.$1.log"
}
compare() {
	wait "$probing" || fail "the probe: $(cat "$work/probe.$1.log")"
	note "$1: the whole truth about 20 links $(tail -n 1 "$work/probe.$1.log") ms after the daemon had its name"
	diff "$work/probe.$1.before" "$work/probe.$1.after" >"$work/difference" ||
		fail "properties differ after $1: $(head -n 20 "$work/difference")"
	objects "$work/properties.now"
	diff "$work/properties" "$work/properties.now" >"$work/difference" ||
		fail "properties differ later after $1: $(head -n 20 "$work/difference")"
}
probe restart
expect 0 systemctl restart ppp-manager.service
compare restart
probe kill
kill -KILL "$(product_pid)"
compare kill

wait "$pinging" || true
tail -n 2 "$work/ping"
contains "the ping's summary" "$(cat "$work/ping")" "600 packets transmitted, 600 received, 0% packet loss"
wait "${slow_pings[@]}" || true
for summary in "$work"/ping.ppp*; do
	contains "${summary##*/}" "$(cat "$summary")" " 0% packet loss"
done
kill -TERM "$dumping"
wait "$dumping" || true
equal "discovery frames on the wire" "$(tcpdump -r "$work/discovery.pcap" 2>/dev/null | wc -l)" 0
lacks "the journal" "$(journal_of_product)" "left-over process"

note "idle for 60 s"
timeout 60 strace -f -tt -o "$work/strace" -p "$(product_pid)" 2>/dev/null || true
note "system calls of the idle daemon: $(sed 's/^[0-9]* *[0-9:.]* //; s/(.*//' "$work/strace" | sort | uniq -c | sort -rn | awk '{ printf "%s %s, ", $2, $1 }')"
grep -q epoll_wait "$work/strace" || fail "strace saw nothing: $(head -n 5 "$work/strace")"
wakes=$(grep -c 'epoll_wait.*= [1-9]' "$work/strace" || true)
pings=$(grep -c 'WATCHDOG=1' "$work/strace" || true)
note "woken $wakes times, $pings of them for the watchdog"
equal "wake-ups that are not the watchdog's" "$((wakes - pings))" 0

note "systemctl stop"
expect 0 systemctl stop ppp-manager.service
note "stopped after $took_ms ms"
gone() {
	[ -z "$(links_up)" ]
}
wait_until 30 "all links are gone" gone
for pid in $engines; do
	process_gone "$pid" || fail "engine $pid is still there"
done
# ended_by PATTERN: sessions that ended so, as far as the concentrator has got.
ended_by() {
	concentrator_log 0 | grep -oE "$1" | grep -oE 'session=[0-9]+' | sort -u | wc -l
}
all_ended_by() {
	[ "$(ended_by "$1")" = 20 ]
}
wait_until 15 "twenty sessions ended by LCP Terminate" all_ended_by 'rx .*session=[0-9]+ LCP Terminate-Request'
wait_until 15 "twenty sessions ended by PADT" all_ended_by 'rx .*PADT.*session=[0-9]+'
rm -f /run/ppp-manager/records/link*.json # what people asked for outlives a stop
settled stopped
