# SPDX-License-Identifier: LGPL-2.1-or-later
# A plain serial cable: up, redial, down without a trace; it outlives the daemon; whoever holds the line is named; a line
# that goes and comes; a pppd and an engine that are killed.
# shellcheck shell=bash
# needs: 512M 400s

cable_plug 0
far_end 0
product_start
profile_cable cable 0
stty -F /dev/ttyLAB0 57600 echo icanon
settings=$(line_settings 0)
snapshot before

note "up, status, ping, redial, down"
expect 0 pppctl up cable
note "pppctl up took $took_ms ms"
equal State "$(property cable State)" up
equal Device "$(property cable Device)" /dev/ttyLAB0
equal LocalAddress "$(property cable LocalAddress)" 10.80.0.100
equal PeerAddress "$(property cable PeerAddress)" 10.80.0.1
node=$(readlink -f /dev/ttyLAB0)
lock=/run/lock/LCK..${node#/dev/}
lock=${lock//pts\//pts_}
equal "the lock file" "$(cat "$lock")" "$(printf '%10d' "$(property cable EnginePid)")"
expect 0 pppctl status cable
contains "pppctl status" "$output" ttyLAB0
expect 0 ping -n -c 2 -W 5 10.80.0.80
pppd=$(pppd_of cable)
equal "the scope of pppd" "$(sed 's,.*/,,' "/proc/$pppd/cgroup")" "ppp-manager-cable-$(property cable EnginePid).scope"
lacks "pppd's command line" "$(tr '\0' ' ' <"/proc/$pppd/cmdline")" 115200
contains "the line's speed" "$(stty -F /dev/ttyLAB0)" "speed 115200"
expect 0 pppctl redial cable
note "pppctl redial took $took_ms ms"
expect 0 ping -n -c 2 -W 5 10.80.0.80
expect 0 pppctl down cable
note "pppctl down took $took_ms ms"
settled before
equal "the line's settings" "$(line_settings 0)" "$settings"

note "the daemon is restarted and killed while packets go"
expect 0 pppctl up cable
engine=$(property cable EnginePid)
pppd=$(pppd_of cable)
connected=$(property cable ConnectedAt)
ping -n -i 0.1 10.80.0.80 >"$work/ping" 2>&1 &
pinging=$!
another_daemon() {
	[ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ] && product_answers
}
kept() {
	wait_until 15 "another daemon owns the name" another_daemon
	wait_state cable up 15
	equal "the engine" "$(property cable EnginePid)" "$engine"
	equal "its pppd" "$(pppd_of cable)" "$pppd"
	equal ConnectedAt "$(property cable ConnectedAt)" "$connected"
	equal Device "$(property cable Device)" /dev/ttyLAB0
}
old=$(product_pid)
expect 0 systemctl restart ppp-manager.service
kept
old=$(product_pid)
kill -KILL "$old"
kept
ping_kept "$pinging" "$work/ping"
lacks "the journal" "$(journal_of_product)" "left-over process"

note "pppd is killed"
kill -KILL "$pppd"
another_engine() {
	[ "$(property cable EnginePid)" != "$engine" ] && property_is cable State up
}
wait_until 30 "the link is back" another_engine
note "back after $waited_ms ms"
equal "pppds" "$(pgrep -cx -f '/usr/sbin/pppd nodetach.*ttyLAB0')" 1
expect 0 ping -n -c 2 -W 5 10.80.0.80

note "the engine is killed"
engine=$(property cable EnginePid)
pppd=$(pppd_of cable)
kill -KILL "$engine"
wait_until 30 "the link is back" another_engine
note "back after $waited_ms ms"
wait_until 10 "the old pppd is gone" process_gone "$pppd"
expect 0 ping -n -c 2 -W 5 10.80.0.80
expect 0 pppctl down cable
settled before
equal "the line's settings" "$(line_settings 0)" "$settings"

note "somebody holds the lock"
sleep 1000 &
holder=$!
wait_until 20 "it is what it will be" grep -qx sleep "/proc/$holder/comm"
printf '%10d\n' "$holder" >"$lock"
expect 5 pppctl up cable
note "$errors"
equal Reason "$(property cable Reason)" device-busy
contains ReasonText "$(property cable ReasonText)" "process $holder (sleep)"
equal "the lock file" "$(cat "$lock")" "$(printf '%10d' "$holder")"
kill "$holder"
wait "$holder" || true
expect 0 pppctl up cable # the holder is gone: the lock is taken over
expect 0 pppctl down cable
settled before

note "the permissions of the line forbid it"
chmod 600 "$node"
chown nobody "$node"
expect 5 pppctl up cable
note "$errors"
equal Reason "$(property cable Reason)" engine-failed
contains ReasonText "$(property cable ReasonText)" "the permissions of $node do not let the service open it"
chown root "$node"
expect 0 pppctl up cable
expect 0 pppctl down cable

note "the device policy of service and scope: any driver whose name begins with tty"
# opens DEVICE RULE: whether a service with this rule alone may open it.
opens() {
	systemd-run --quiet --wait -p DevicePolicy=closed -p "DeviceAllow=$2 rw" sh -c "exec 3<>$1"
}
console=/dev/ttyPOLICY
mknod "$console" c 4 0
note "$(grep tty /proc/devices | tr '\n' ' ')"
if opens "$console" char-pts; then
	note "(this kernel has no device policy)"
fi
opens "$console" "char-tty*" || fail "char-tty* does not match the driver of $console"
rm "$console"
contains "the service's" "$(systemctl show -p DeviceAllow ppp-manager.service)" "char-tty* rw"
expect 0 pppctl up cable
scope=ppp-manager-cable-$(property cable EnginePid).scope
contains "the scope's" "$(systemctl show -p DeviceAllow "$scope")" "char-tty* rw"
expect 0 pppctl down cable

note "the line goes while it is up, and comes back"
expect 0 pppctl up cable
interface=$(property cable Interface)
cable_pull 0
wait_state cable waiting 15
wait_property cable Reason device-missing 15
equal Phase "$(property cable Phase)" device
equal "the machine's ppp links" "$(links_up)" ""
expect 5 pppctl up cable
equal Reason "$(property cable Reason)" device-missing
cable_plug 0
wait_state cable up 60
note "up again after $waited_ms ms, on $interface"
expect 0 ping -n -c 2 -W 5 10.80.0.80

note "the service is stopped"
expect 0 systemctl stop ppp-manager.service
no_links() {
	[ -z "$(links_up)" ]
}
wait_until 15 "pppd is gone" no_links
[ ! -e "$lock" ] || fail "the lock is left"
