# SPDX-License-Identifier: LGPL-2.1-or-later
# Proportional set size of the daemon with real links, beside NetworkManager with one; LINKS="0 1 20 100".
# shellcheck shell=bash
# needs: 1536M 1800s

pss() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }
heap() { awk '/^Private_Dirty:/ { print $2 }' "/proc/$1/smaps_rollup"; }

isp_cable 0
concentrator 0 --no-ipv6
product_start
first='' last='' most=0
for links in ${LINKS:-0 1 20 100}; do
	[ "$links" = 0 ] || profiles_many "$links"
	[ "$links" = 0 ] || expect 0 pppctl up --all
	pid=$(product_pid)
	last=$(pss "$pid") most=$links
	[ "$links" != 1 ] || first=$last
	sample "PSS, $links links" ppp-manager "$last" kB
	sample "of it private and written, $links links" ppp-manager "$(heap "$pid")" kB
	# A daemon that has just started knows them all the same.
	expect 0 systemctl restart ppp-manager.service
	wait_until 20 "the daemon is back" product_answers
	[ "$links" = 0 ] || wait_many "$links" up 60
	sample "PSS, $links links, after a restart of the daemon" ppp-manager "$(pss "$(product_pid)")" kB
	[ "$links" = 0 ] || expect 0 pppctl down --all
done
sample "a further link" ppp-manager "$(awk -v a="$first" -v b="$last" -v n="$most" 'BEGIN { printf "%.1f", (b - a) / (n - 1) }')" kB
expect 0 pppctl up link001
sample "an engine: pppd with our plugin" ppp-manager "$(pss "$(property link001 EnginePid)")" kB
expect 0 pppctl down link001

rm -f /etc/systemd/system/NetworkManager{,-dispatcher}.service
systemctl daemon-reload
expect 0 systemctl start NetworkManager.service
sample "PSS, 0 links" NetworkManager "$(pss "$(systemctl show -P MainPID NetworkManager.service)")" kB
