# SPDX-License-Identifier: LGPL-2.1-or-later
# Without resolved the resolvconf command is told, outside the daemon's sandbox: what it has goes with the link, a killed
# daemon, too; one that refuses or hangs keeps no link from coming up or going down.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start

lines() {
	printf '%s\n' "$@"
}
profile_dns() {
	profile_write isp "$(profile_json wan0 ".dns = $1")"
}

systemctl mask --now --runtime --quiet systemd-resolved.service
rm /usr/sbin/resolvconf # resolved's own, a way to itself
mkdir /etc/stand-in
cat >/usr/sbin/resolvconf <<'STAND_IN'
#!/bin/sh
if [ -e /etc/stand-in/hangs ]; then
	sleep 1000
fi
case $1 in
-a) { echo "metric $IF_METRIC"; cat; } >"/etc/stand-in/$2" ;;
-d) rm "/etc/stand-in/$2" ;;
*) echo "what is $1?"; exit 99 ;;
esac
STAND_IN
chmod 755 /usr/sbin/resolvconf
stand_in_is_empty() {
	[ -z "$(ls /etc/stand-in)" ]
}
told_stand_in() {
	[ -e "/etc/stand-in/$(property isp Interface).ppp-manager" ]
}
profile_write isp "$(profile_json wan0 '.dns = {search: ["example.com", "~corp"]} | .priority = 107')"
snapshot before
expect 0 pppctl up isp
note "$errors"
no_trouble() { [ -z "$(property isp Details | jq -r '.trouble.data // empty')" ]; }
wait_until 40 "resolvconf has answered, if late" no_trouble
equal DnsHandler "$(manager_property DnsHandler)" resolvconf
equal "what resolvconf was told" "$(<"/etc/stand-in/$(property isp Interface).ppp-manager")" \
	"$(lines "metric 7" "search example.com" "nameserver 10.64.0.53")"
expect 0 pppctl down isp
wait_until 40 "resolvconf has nothing left" stand_in_is_empty
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "daemon and engine are killed"
expect 0 pppctl up isp
first=$(property isp Interface).ppp-manager
daemon=$(product_pid)
kill -KILL "$daemon" "$(property isp EnginePid)"
wait_until 15 "the next daemon is there" product_answers
wait_state isp up 60
wait_until 15 "resolvconf has the new link" told_stand_in
[ "$first" = "$(property isp Interface).ppp-manager" ] || [ ! -e "/etc/stand-in/$first" ] ||
	wait_until 15 "the old link's record is gone" test ! -e "/etc/stand-in/$first"
expect 0 pppctl down isp
wait_until 15 "resolvconf has nothing left" stand_in_is_empty

note "a resolvconf that refuses, and one that hangs"
profile_write isp "$(profile_json wan0 '.dns = {"default-route": false}')"
expect 0 pppctl up isp
contains "what pppctl up complains of" "$errors" "resolvconf ended with status 99: what is -p?"
expect 0 pppctl down isp
profile_dns '{}'
touch /etc/stand-in/hangs
expect 0 pppctl up isp
note "up after $took_ms ms: $errors"
contains "what pppctl up complains of" "$errors" "resolvconf"
expect 0 ping -c 1 -W 5 10.64.0.80
expect 0 pppctl down isp
note "down after $took_ms ms"
equal State "$(property isp State)" down
