# SPDX-License-Identifier: LGPL-2.1-or-later
# A runtime folder without room: links come up and say that they would not outlive a restart; a restart then hangs them
# up in order. A configuration without room, or read-only: nothing changes. With room, all is as ever.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

mkdir -p /run/ppp-manager /etc/ppp-manager
mount -t tmpfs -o size=128k,mode=700 ppp-manager /run/ppp-manager
mount -t tmpfs -o size=128k,mode=700 ppp-manager /etc/ppp-manager
fill() {
	dd if=/dev/zero of="$1/ballast" bs=512 status=none 2>/dev/null || true
}
isp 0
product_start
profile_add isp wan0
trouble() {
	property isp Details | jq -r '.trouble.data // empty'
}
trouble_gone() {
	[ -z "$(trouble)" ]
}

note "no room for the record"
fill /run/ppp-manager
expect 0 pppctl up isp
printf '%s\n' "$errors"
contains "what pppctl up says" "$errors" "No space left on device"
contains "what is amiss" "$(trouble)" "No space left on device"
engine=$(property isp EnginePid)
rm /run/ppp-manager/ballast
wait_until 20 "the record is written" trouble_gone
expect 0 systemctl restart ppp-manager.service
wait_state isp up 15
equal "the engine" "$(property isp EnginePid)" "$engine"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0

note "a restart without a record"
fill /run/ppp-manager
expect 0 pppctl up isp
engine=$(property isp EnginePid)
expect 0 systemctl restart ppp-manager.service
wait_until 15 "the engine that nobody has on record hangs up" process_gone "$engine"
wait_until 15 "the provider has no session left" isp_idle 0
equal State "$(property isp State)" down
equal "the machine's ppp links" "$(links_up)" ""
equal "the default routes" "$(default_routes)" ""
rm /run/ppp-manager/ballast
snapshot before

note "no room for profiles and secrets"
expect 0 pppctl up isp
fill /etc/ppp-manager
find /etc/ppp-manager -type f ! -name ballast -exec sha256sum {} + | sort >"$work/stored"
refused() {
	expect 1 "$@"
	contains "the reason" "$errors" "$words"
}
as_stored() {
	find /etc/ppp-manager -type f ! -name ballast -exec sha256sum {} + | sort | diff "$work/stored" -
}
try_all() {
	words=$1
	refused pppctl add another --type pppoe --interface wan0 --user x --password-stdin <<<secret
	refused pppctl set-secret isp --password-stdin <<<secret
	refused bus call org.ppp.Manager "$(connection isp)" org.ppp.Connection UpdateProfile s "$(profile_json wan0 '.priority = 7')"
	as_stored || fail "the stored files changed"
	equal State "$(property isp State)" up
	expect 0 pppctl redial isp
	expect 3 pppctl status another
}
try_all "No space left on device"
rm /etc/ppp-manager/ballast
mount -o remount,ro /etc/ppp-manager
try_all "Read-only file system"
refused pppctl remove isp
equal State "$(property isp State)" up
mount -o remount,rw /etc/ppp-manager
expect 0 pppctl set-secret isp --password-stdin <<<"$isp_password"
expect 0 pppctl redial isp
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before
