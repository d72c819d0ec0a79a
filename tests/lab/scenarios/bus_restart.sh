# SPDX-License-Identifier: LGPL-2.1-or-later
# The system bus is restarted, killed, and away for a while: the link stays, the daemon is back by itself. resolved of
# systemd 252 is not: it keeps what it was told, and is told again when an administrator restarts it.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
expect 0 pppctl up isp
link_remember isp
knows_server() {
	resolvectl dns "$kept_interface" | grep_all "10.64.0.53"
}
trouble_gone() {
	[ -z "$(property isp Details | jq -r '.trouble.data // empty')" ]
}
resolves() {
	getent hosts www.isp0.test | grep_all 10.64.0.80
}

note "systemctl restart dbus"
expect 0 systemctl restart dbus.service
link_kept 30
wait_until 30 "names are resolved" resolves
expect 0 systemctl restart systemd-resolved.service
wait_until 30 "resolved has the servers" knows_server
wait_until 60 "nothing is amiss" trouble_gone
wait_until 30 "names are resolved" resolves

note "kill -9"
systemctl kill --kill-whom=main --signal=KILL dbus.service
link_kept 30
wait_until 30 "names are resolved" resolves

note "a bus that comes back late"
waits_so_far() {
	journal_of_product | grep -c "waiting for the system bus" || true
}
daemon_waits() {
	[ "$(waits_so_far)" -gt "$waits" ]
}
not_restarted() {
	[ "$(systemctl show -P NRestarts ppp-manager.service)" = "$restarts" ]
}
waits=$(waits_so_far) # those of a bus that was only restarted, where there were any
expect 0 systemctl stop dbus.socket dbus.service
wait_until 60 "the next daemon waits for the bus" daemon_waits
restarts=$(systemctl show -P NRestarts ppp-manager.service)
hold 5 "it goes on waiting" not_restarted
[ -e "/proc/$kept_engine" ] || fail "pppd is gone"
expect 0 systemctl start dbus.socket dbus.service
link_kept 30
wait_until 30 "names are resolved" resolves
expect 0 systemctl restart systemd-resolved.service
wait_until 30 "resolved has the servers" knows_server
wait_until 60 "nothing is amiss" trouble_gone
link_kept_all

expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
equal "the machine's ppp links" "$(links_up)" ""
equal "the default routes" "$(default_routes)" ""
expect 0 pppctl up isp
