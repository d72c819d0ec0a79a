# SPDX-License-Identifier: LGPL-2.1-or-later
# The firewall zone of a link: an interface group, or a zone of firewalld where that runs (a stand-in for it), in place before
# the interface has an address, told again to a firewalld that restarts, and taken back however the link ends. A daemon that
# is away keeps no link from coming up.
# shellcheck shell=bash
# needs: 512M 600s

isp 0
mkdir -p /etc/iproute2
printf '17\twan\n' >>/etc/iproute2/group
sed 's/org\.ppp\.Manager/org.fedoraproject.FirewallD1/' /usr/share/dbus-1/system.d/org.ppp.Manager.conf \
	>/etc/dbus-1/system.d/lab-firewalld.conf
sed 's/org\.ppp\.Manager/test.fake.firewalld/' /usr/share/dbus-1/system.d/org.ppp.Manager.conf \
	>/etc/dbus-1/system.d/lab-fake.conf
busctl --system call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
product_start
profile_write isp "$(profile_json wan0 '."firewall-zone" = "wan"')"
snapshot before

trouble() { property isp Details | jq -r '.trouble.data // empty'; }
no_trouble() { [ -z "$(trouble)" ]; }
group_of() { ip -j link show dev "$1" | jq -r '.[0].group'; }

note "an interface group"
ip monitor link address >"$work/monitor" &
monitor=$!
marked() {
	ip link add lab-mark type dummy # what happened before it listened it does not tell
	ip link del lab-mark
	grep -q lab-mark "$work/monitor"
}
wait_until 10 "the monitor listens" marked
expect 0 pppctl up isp
interface=$(property isp Interface)
equal "the group" "$(group_of "$interface")" wan
equal "trouble" "$(trouble)" ""
ip link add lab-end type dummy
ip link del lab-end
caught_up() { grep -q "Deleted.*lab-end" "$work/monitor"; }
wait_until 10 "the monitor has caught up" caught_up
kill "$monitor"
wait "$monitor" || true
order=$(awk -v name="$interface" '
	$0 ~ "^[0-9]+: " name { if (/group wan/ && !grouped) grouped = NR; if (/ inet / && !addressed) addressed = NR }
	END { print grouped + 0, addressed + 0 }' "$work/monitor")
note "line of the group, line of the first IPv4 address: $order"
read -r grouped addressed <<<"$order"
cat "$work/monitor"
between "the line of the group" "$grouped" 1 "$addressed"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "a group that nobody has named"
profile_write isp "$(profile_json wan0 '."firewall-zone" = "external"')"
expect 0 pppctl up isp
contains "trouble" "$(trouble)" "there is no interface group \"external\""
equal "the group" "$(group_of "$(property isp Interface)")" default
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
profile_write isp "$(profile_json wan0 '."firewall-zone" = "wan"')"

note "a daemon that is away while the link comes up"
isp_kill 0
pppctl up isp --no-wait >"$work/up" 2>&1
searches() { [ "$(property isp Phase)" = discovery ]; }
wait_until 20 "it looks for a concentrator" searches
daemon=$(product_pid)
kill -STOP "$daemon"
isp_pppoe 0
has_address() { ip -o -4 address | grep_all "10.64.0.100 peer"; }
wait_until 40 "the link has an address all the same" has_address
note "an address after $waited_ms ms without a daemon"
kill -CONT "$daemon"
wait_state isp up 30
equal "the group" "$(group_of "$(property isp Interface)")" wan
contains "the journal" "$(journalctl --sync; journalctl -b -o cat -t pppd)" "nobody says that"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0

note "firewalld"
firewalld_start() {
	systemd-run --quiet --unit=lab-firewalld --collect /lab/peers/fake_firewalld
	wait_until 10 "it is on the bus" firewalld_there
}
firewalld_there() { bus status org.fedoraproject.FirewallD1; }
firewalld_gone() { ! firewalld_there; }
firewall_calls() { bus --json=short call test.fake.firewalld /test/Control test.Control Calls | jq -r '.data[0][]'; }
firewall_forgets() { bus call test.fake.firewalld /test/Control test.Control Forget; }
zone_of() { bus --json=short call org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1.zone getZoneOfInterface s "$1" | jq -r '.data[0]'; }
zone_is() { [ "$(zone_of "$1")" = "$2" ]; }
firewalld_start
expect 0 pppctl up isp
interface=$(property isp Interface)
firewall_calls
equal "the zone" "$(zone_of "$interface")" wan
equal "the group" "$(group_of "$interface")" default
contains "the calls" "$(firewall_calls)" "changeZoneOfInterface wan $interface"
lacks "the calls (an address was there)" "$(firewall_calls)" "$interface addressed"
equal "trouble" "$(trouble)" ""

note "the service restarts: everything stays"
firewall_forgets
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon owns its name" product_answers
wait_state isp up 20
equal "the zone" "$(zone_of "$interface")" wan
lacks "the calls" "$(firewall_calls)" removeInterface

note "firewalld restarts"
systemctl stop lab-firewalld.service
wait_until 10 "it is gone" firewalld_gone
group_is() { [ "$(group_of "$interface")" = "$1" ]; }
wait_until 10 "a group stands for the zone" group_is wan
firewalld_start
wait_until 10 "it has been told again" zone_is "$interface" wan
wait_until 10 "the group is what it was" group_is default
wait_until 10 "nothing is amiss" no_trouble

note "an engine that is killed; a daemon that is killed"
firewall_forgets
engine=$(property isp EnginePid)
kill -KILL "$engine"
another_engine() { [ "$(property isp EnginePid)" != "$engine" ] && [ "$(property isp State)" = up ]; }
wait_until 60 "the link is dialled anew" another_engine
contains "the calls (the zone was given back)" "$(firewall_calls)" "removeInterface"
interface=$(property isp Interface)
equal "the zone" "$(zone_of "$interface")" wan
kill -KILL "$(product_pid)"
wait_until 30 "the next daemon answers" product_answers
wait_state isp up 30
equal "the zone" "$(zone_of "$interface")" wan
profile_write isp "$(profile_json wan0 .)"
engine=$(property isp EnginePid)
kill -KILL "$(product_pid)" "$engine"
wait_until 30 "the next daemon answers" product_answers
wait_until 20 "the next daemon takes it out" zone_is "$interface" ""
profile_write isp "$(profile_json wan0 '."firewall-zone" = "wan"')"
wait_state isp up 60

note "a zone that firewalld does not know; one that hangs"
expect 0 pppctl down isp
profile_write isp "$(profile_json wan0 '."firewall-zone" = "dmz"')"
expect 0 pppctl up isp
contains "trouble" "$(trouble)" "INVALID_ZONE"
expect 0 pppctl down isp
profile_write isp "$(profile_json wan0 '."firewall-zone" = "wan"')"
bus call test.fake.firewalld /test/Control test.Control Set ss changeZoneOfInterface hang
expect 0 pppctl up isp
note "up after $took_ms ms"
contains "trouble" "$(trouble)" "firewalld does not answer"
bus call test.fake.firewalld /test/Control test.Control Set ss changeZoneOfInterface ok
bus call test.fake.firewalld /test/Control test.Control Resume
wait_until 20 "it has been told again" no_trouble
interface=$(property isp Interface)
equal "the zone" "$(zone_of "$interface")" wan

note "the end"
expect 0 systemctl stop ppp-manager.service
equal "the zone" "$(zone_of "$interface")" ""
systemctl stop lab-firewalld.service
