# SPDX-License-Identifier: LGPL-2.1-or-later
# A daemon that hangs is replaced by systemd's watchdog, one that runs out of descriptors goes on: the link stays.
# shellcheck shell=bash
# needs: 512M 300s

mkdir -p /run/systemd/system/ppp-manager.service.d
printf '[Service]\nWatchdogSec=10s\n' >/run/systemd/system/ppp-manager.service.d/watchdog.conf
systemctl daemon-reload
isp 0
isp 1
echo '/tmp/core.%p' >/proc/sys/kernel/core_pattern
systemctl restart ppp-manager.service
product_start
profile_add isp wan0
profile_add two wan1
expect 0 pppctl up isp
link_remember isp

note "a daemon that hangs"
kill -STOP "$kept_daemon"
link_kept 60
contains "the journal" "$(journal_of_product)" "Watchdog timeout"
equal "core files" "$(find /tmp /var/lib/systemd/coredump -type f -name 'core*' 2>/dev/null)" ""
same_daemon() {
	[ "$(product_pid)" = "$kept_daemon" ]
}
hold 12 "a daemon that does not hang stays" same_daemon

note "a daemon without descriptors"
descriptors() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}
had=$(descriptors "$kept_daemon")
prlimit --pid "$kept_daemon" --nofile=$((had - 3)):16384
expect 5 pppctl up two
printf '%s\n' "$errors"
contains why "$errors" "Too many open files"
equal "State of two" "$(property two State)" waiting
hold 12 "the watchdog is fed" same_daemon
prlimit --pid "$kept_daemon" --nofile=16384:16384
wait_state two up 30
link_kept_all
expect 0 pppctl down two
has_as_before() {
	[ "$(descriptors "$kept_daemon")" = "$had" ]
}
wait_until 10 "the daemon has as many descriptors as before" has_as_before
expect 0 pppctl down isp
