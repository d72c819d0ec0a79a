# SPDX-License-Identifier: LGPL-2.1-or-later
# Without resolved, links that chose handler "file" write /etc/resolv.conf, and it is given back as the very same thing,
# link or file: after down, a killed daemon, a stopped service and the loss of all we remember. Somebody else's stays.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
isp 1
product_start
systemctl mask --now --runtime --quiet systemd-resolved.service
file=/etc/resolv.conf
profile_write isp "$(profile_json wan0 '.dns = {handler: "file", search: ["isp0.test"]}')"
profile_write two "$(profile_json wan1 '.dns = {handler: "file"} | .priority = 1')"
profile_write plain "$(profile_json wan1)"

servers() {
	sed -n 's/^nameserver //p' "$file" | paste -sd ' '
}
servers_are() {
	[ "$(servers)" = "$1" ]
}
all_idle() {
	isp_idle 0 && isp_idle 1
}
down() {
	expect 0 pppctl down "$@"
	wait_until 15 "the providers have no session left" all_idle
}
# round WHAT: up and down, and /etc is as it was.
round() {
	note "$1"
	snapshot before
	expect 0 pppctl up isp
	equal "what pppctl up complains of" "$errors" ""
	equal "kind and mode" "$(stat -c '%F %a %U:%G' "$file")" "regular file 644 root:root"
	equal "servers" "$(servers)" 10.64.0.53
	equal DnsHandler "$(manager_property DnsHandler)" file
	expect 0 getent ahostsv4 www.isp0.test
	contains "the C library's answer" "$output" 10.64.0.80
	down isp
	settled before
}

note "a link without a choice of its own: nobody takes its servers"
snapshot before
expect 0 pppctl up plain
contains "what pppctl up complains of" "$errors" "nothing on this machine takes the link's DNS servers"
equal "files in /etc that begin so" "$(echo /etc/resolv.conf*)" "$file"
down plain
settled before

round "a symbolic link that leads nowhere"
rm "$file"
round "nothing"
echo "nameserver 192.0.2.7" >"$file"
chown nobody "$file"
chmod 640 "$file"
round "a file with an owner of its own"

note "two links, in the order of their priorities"
snapshot before
expect 0 pppctl up isp two
equal "servers" "$(servers)" "10.65.0.53 10.64.0.53"
expect 0 pppctl down two
equal "servers" "$(servers)" 10.64.0.53
down isp
settled before

note "the daemon is killed"
expect 0 pppctl up isp
kill -KILL "$(product_pid)"
wait_until 15 "the next daemon is there" product_answers
wait_state isp up 15
equal "servers" "$(servers)" 10.64.0.53
down isp
settled before

note "daemon and engine are killed, and the next daemon only learns of it later"
expect 0 pppctl up isp
systemctl mask --runtime --quiet ppp-manager.service
engine=$(property isp EnginePid)
kill -KILL "$(product_pid)"
kill -KILL "$engine"
systemctl unmask --runtime --quiet ppp-manager.service
rm /run/ppp-manager/records/isp.json
product_start
wait_until 15 "the file is given back" servers_are 192.0.2.7
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "the service is stopped"
expect 0 pppctl up isp
systemctl stop ppp-manager.service
equal "servers" "$(servers)" 192.0.2.7
product_start
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "all that we remembered is lost, as with the power"
expect 0 pppctl up isp
cp -a "$file" "$work/ours"
down isp
mv "$file" "$file.before-ppp-manager"
cp -a "$work/ours" "$file"
systemctl restart ppp-manager.service
wait_until 15 "the file is given back" servers_are 192.0.2.7
settled before

note "somebody else puts another file there"
expect 0 pppctl up isp
echo "nameserver 192.0.2.8" >"$file.theirs"
mv "$file.theirs" "$file"
down isp
equal "servers" "$(servers)" 192.0.2.8
equal "files in /etc that begin so" "$(echo /etc/resolv.conf*)" "$file"
said() {
	journalctl -q -u ppp-manager.service | grep -q "somebody else has replaced it meanwhile"
}
wait_until 15 "it is said" said
