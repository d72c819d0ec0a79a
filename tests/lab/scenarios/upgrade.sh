# SPDX-License-Identifier: LGPL-2.1-or-later
# A package upgrade while a link is up, as dpkg does it: every file of ours is replaced by another one of the same name,
# systemd reads its units again, and itself starts anew, which is what an upgrade of systemd does. The link loses no
# packet; the engine that runs keeps the plugin it has, the next one takes the new one.
# shellcheck shell=bash
# needs: 512M 300s

replaced=(/usr/libexec/ppp-managerd /usr/bin/pppctl "$(echo /usr/lib/pppd/*/ppp-manager.so)"
	/usr/lib/systemd/system/ppp-manager.service)
replace() {
	local file
	for file in "${replaced[@]}"; do
		[ -e "$file" ] || fail "there is no $file"
		cp -p "$file" "$file.dpkg-new"
		mv -f "$file.dpkg-new" "$file"
	done
}
# plugin_of PID: the plugin's file that it has in its memory, and whether that is still in its place.
plugin_of() { grep -o '/.*ppp-manager\.so.*' "/proc/$1/maps" | sort -u; }

isp 0
product_start
profile_add isp wan0
expect 0 pppctl up isp
link_remember isp
first=$kept_engine

replace
expect 0 systemctl daemon-reload
property_is isp State up || fail "the link is not up after the files were replaced"
expect 0 systemctl daemon-reexec
equal "descriptors in the store" "$(systemctl show -P NFileDescriptorStore ppp-manager.service)" 3
expect 0 systemctl restart ppp-manager.service
link_kept 15
contains "the plugin of the running engine" "$(plugin_of "$first")" "(deleted)"

note "and once more with the daemon killed in the middle"
replace
kill -KILL "$(product_pid)"
expect 0 systemctl daemon-reexec
link_kept 30
link_kept_all

expect 0 pppctl redial isp
[ "$(property isp EnginePid)" != "$first" ] || fail "no other engine"
lacks "the plugin of the new engine" "$(plugin_of "$(property isp EnginePid)")" "(deleted)"
lacks "the journal" "$(journal_of_product)" "left-over process"
