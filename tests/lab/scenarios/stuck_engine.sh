# SPDX-License-Identifier: LGPL-2.1-or-later
# A pppd that does not react is killed in the end, its session at the provider ended for it, and nothing is left; one of
# another version says what to do and is taken when it is replaced.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
snapshot before
process_stopped() {
	[ "$(awk '{ print $3 }' "/proc/$1/stat")" = T ]
}
engine_stop() {
	engine=$(property isp EnginePid)
	kill -STOP "$engine"
	wait_until 20 "pppd is stopped" process_stopped "$engine"
}

note "pppctl down of a pppd that is stopped"
expect 0 pppctl up isp
engine_stop
pppctl down isp &
down=$!
wait_state isp disconnecting 20
equal "the default routes" "$(default_routes)" ""
expect 0 pppctl list
between "an answer meanwhile, ms" "$took_ms" 0 7000
started=$(now_ms)
wait "$down" || fail "pppctl down: exit status $?"
note "down after $(($(now_ms) - started)) ms"
equal State "$(property isp State)" down
process_gone "$engine" || fail "pppd is still there"
wait_until 20 "the provider has no session left: it was sent a PADT" isp_idle 0
settled before

note "systemctl stop with a pppd that is stopped"
expect 0 systemctl stop ppp-manager.service
snapshot stopped
product_start
expect 0 pppctl up isp
engine_stop
expect 0 systemctl stop ppp-manager.service
note "stopped after $took_ms ms"
equal "the end of the service" "$(systemctl show -P Result ppp-manager.service)" success
process_gone "$engine" || fail "pppd is still there"
wait_until 20 "the provider has no session left: it was sent a PADT" isp_idle 0
rm /run/ppp-manager/records/isp.json
settled stopped

note "systemctl restart with a pppd that is stopped, and goes on later"
product_start
expect 0 pppctl up isp
engine_stop
expect 0 systemctl restart ppp-manager.service
wait_state isp up 10
equal "the engine" "$(property isp EnginePid)" "$engine"
kill -CONT "$engine"
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0

note "a plugin of another version of pppd"
plugin=$(echo /usr/lib/pppd/*/ppp-manager.so)
mv "$plugin" "$work/right.so"
version=$(basename "$(dirname "$plugin")")
sed "s/${version//./\\.}/${version%?}7/g" "$work/right.so" >"$plugin"
expect 5 pppctl up isp
printf '%s\n' "$errors"
contains "why" "$errors" engine-missing
contains "why, in pppd's words" "$errors" "is for pppd version"
contains "what to do" "$errors" install
equal State "$(property isp State)" failed
equal Attempt "$(property isp Attempt)" 1
cp "$work/right.so" "$plugin.new"
mv "$plugin.new" "$plugin"
wait_state isp up 15
note "up $waited_ms ms after the right one was put in place"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0

note "without pppd, and without /dev/ppp"
mv /usr/sbin/pppd /usr/sbin/pppd.away
expect 5 pppctl up isp
contains why "$errors" "engine-missing: pppd is not installed"
equal State "$(property isp State)" failed
mv /usr/sbin/pppd.away /usr/sbin/pppd
wait_state isp up 15
expect 0 pppctl down isp
mv /dev/ppp /dev/ppp.away
expect 5 pppctl up isp
contains why "$errors" kernel-support-missing
mv /dev/ppp.away /dev/ppp
wait_state isp up 15
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
