# SPDX-License-Identifier: LGPL-2.1-or-later
# Without resolved, with the two programs of the name resolvconf that Debian has, openresolv's and its own: the link's name
# servers come first in /etc/resolv.conf while it is up, names are found through them, and what was there before comes back.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes

isp 0
product_start
systemctl mask --now --runtime --quiet systemd-resolved.service

install_resolvconf() {
	local part
	rm -f /usr/sbin/resolvconf /etc/resolv.conf
	for part in etc sbin lib usr; do # Debian 13's packages have all in usr
		[ ! -d "/opt/$1/$part" ] || cp -a "/opt/$1/$part/." "/$part/"
	done
	if [ "$1" = resolvconf ]; then # as its package does when it is installed
		mkdir -p /run/resolvconf/interface
		ln -s ../run/resolvconf/resolv.conf /etc/resolv.conf
		resolvconf --enable-updates
	fi
	echo "nameserver 10.9.9.9" | resolvconf -a wan0.dhcp
}
servers() {
	awk '$1 == "nameserver" { printf "%s%s", gap, $2; gap = " " }' /etc/resolv.conf
}
address_of() {
	getent ahostsv4 "$1" | awk 'NR == 1 { print $1 }'
}
no_trouble() { [ -z "$(property isp Details | jq -r '.trouble.data // empty')" ]; }
content_is_back() { [ "$(</etc/resolv.conf)" = "$content" ]; }
forgotten() { [ ! -e /run/ppp-manager/dns.json ]; }
servers_are() { [ "$(servers)" = "$1" ]; }

profile_write isp "$(profile_json wan0 '.dns = {search: ["example.com"]}')"
for kind in openresolv resolvconf; do
	note "$kind"
	install_resolvconf "$kind"
	equal "name servers before" "$(servers)" 10.9.9.9
	content=$(</etc/resolv.conf)
	wait_until 90 "the provider has no session left" isp_idle 0 # of an engine that was killed, either
	snapshot before
	expect 0 pppctl up isp
	note "up after $took_ms ms $errors"
	wait_until 40 "resolvconf has answered, if late" no_trouble
	equal DnsHandler "$(manager_property DnsHandler)" resolvconf
	equal "name servers" "$(servers)" "10.64.0.53 10.9.9.9"
	contains "the search list" "$(</etc/resolv.conf)" "example.com"
	equal "a name behind the link" "$(address_of www.isp0.test)" 10.64.0.80
	expect 0 pppctl redial isp
	wait_until 40 "resolvconf has answered, if late" no_trouble
	equal "name servers" "$(servers)" "10.64.0.53 10.9.9.9"
	expect 0 pppctl down isp
	wait_until 40 "/etc/resolv.conf is as before" content_is_back
	wait_until 120 "the daemon has forgotten it" forgotten
	settled before

	note "$kind: daemon and engine are killed"
	expect 0 pppctl up isp
	kill -KILL "$(product_pid)" "$(property isp EnginePid)"
	wait_until 15 "the next daemon is there" product_answers
	wait_state isp up 60
	wait_until 15 "the name servers are there" servers_are "10.64.0.53 10.9.9.9"
	equal "a name behind the link" "$(address_of www.isp0.test)" 10.64.0.80
	systemctl stop ppp-manager.service
	wait_until 40 "/etc/resolv.conf is as before" content_is_back
	systemctl start ppp-manager.service
	wait_until 15 "the daemon is there" product_answers
	expect 0 pppctl down isp # it is still wanted
	wait_until 120 "the daemon has forgotten it" forgotten
	resolvconf -d wan0.dhcp
done
