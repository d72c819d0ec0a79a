# SPDX-License-Identifier: LGPL-2.1-or-later
# The machine is switched off with links up: the daemon goes first, hangs up in order while bus, resolver and network are
# still there, and gives everything back; no engine is killed, nothing waits for a time-out. The shutdown is systemd's own
# up to its last step, which is left out so that somebody is there to look; the lab and the provider take no part in it.
# shellcheck shell=bash
# needs: 512M 300s

# stays UNIT...: it is not stopped at shutdown.
stays() {
	local unit
	for unit in "$@"; do
		mkdir -p "/run/systemd/system/$unit.d"
		printf '[Unit]\nDefaultDependencies=no\n' >"/run/systemd/system/$unit.d/stays.conf"
	done
	systemctl daemon-reload
}
is_off() { [ "$(systemctl show -P ActiveState poweroff.target)" = active ]; }
# ended UNIT: when systemd saw the last of it, in µs since boot; it keeps no stopped unit to be asked.
ended() {
	journalctl -q --no-pager -o json _PID=1 UNIT="$1" |
		jq -rs 'map(select(.MESSAGE | test("Deactivated successfully"))) | last | .__MONOTONIC_TIMESTAMP // 0'
}
routes() { ip route show table all | grep -v '^fe80\|^local fe80\|multicast' | sort; }

for n in 0 1; do
	isp_cable "$n"
	concentrator "$n"
done
product_start
profile_add one wan0
profile_add two wan1
expect 0 systemctl stop ppp-manager.service
routes >"$work/routes"
product_start
expect 0 pppctl up --all
scopes=$(systemctl list-units --no-legend --plain 'ppp-manager-*.scope' | awk '{ print $1 }')
equal "scopes" "$(wc -w <<<"$scopes")" 2
stays lab.service isp0-pppoe.service isp1-pppoe.service
mkdir -p /run/systemd/system/systemd-poweroff.service.d
printf '[Unit]\nSuccessAction=none\n[Service]\nType=oneshot\nExecStart=/bin/true\n' >/run/systemd/system/systemd-poweroff.service.d/look.conf
systemctl daemon-reload

start=$(now_ms)
systemctl poweroff
wait_until 60 "the machine is as good as off" is_off
note "all services stopped after $(($(now_ms) - start)) ms"

equal "links" "$(ip -o link show type ppp)" ""
routes | diff "$work/routes" - >"$work/difference" || fail "routes differ: $(cat "$work/difference")"
equal "engines" "$(pgrep -f 'ppp-manager-fd [0-9]' || true)" ""
[ ! -e /run/ppp-manager/records/.routes.json ] || fail "moved routes are on record still"
for n in 0 1; do
	concentrator_log "$n" >"$work/seen"
	contains "the wire of provider $n" "$(cat "$work/seen")" "LCP Terminate-Request"
	contains "the wire of provider $n" "$(cat "$work/seen")" "PADT"
done
journalctl --sync || true
journal=$(journal_of_product)
contains "the journal" "$journal" "one: up → disconnecting (shutdown"
contains "the journal" "$journal" "two: up → disconnecting (shutdown"
lacks "the journal" "$journal" "ignores SIGTERM"
lacks "the journal" "$journal" "killing it"
daemon=$(ended ppp-manager.service)
[ "$daemon" -gt 0 ] || fail "the daemon has not ended"
for unit in dbus.service systemd-resolved.service; do
	[ "$(ended "$unit")" -ge "$daemon" ] || fail "$unit ended before the daemon"
done
