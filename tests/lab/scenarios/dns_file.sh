# SPDX-License-Identifier: LGPL-2.1-or-later
# Without resolved, a link that chose handler "file" writes /etc/resolv.conf, and it is given back as the very same thing,
# whatever that was; a link that did not choose that leaves it alone.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
isp 1
product_start
systemctl mask --now --runtime --quiet systemd-resolved.service
file=/etc/resolv.conf
profile_write isp "$(profile_json wan0 '.dns = {handler: "file", search: ["isp0.test"]}')"
profile_write plain "$(profile_json wan1)"

servers() {
	sed -n 's/^nameserver //p' "$file" | paste -sd ' '
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
