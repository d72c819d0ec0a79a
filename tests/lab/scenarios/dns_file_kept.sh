# SPDX-License-Identifier: LGPL-2.1-or-later
# Links that chose handler "file" share /etc/resolv.conf, and the last of them gives it back: also after a killed daemon,
# with a stopped service and after the loss of all we remember. Somebody else's file stays.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
isp 1
product_start
systemctl mask --now --runtime --quiet systemd-resolved.service
file=/etc/resolv.conf
profile_write isp "$(profile_json wan0 '.dns = {handler: "file", search: ["isp0.test"]}')"
profile_write two "$(profile_json wan1 '.dns = {handler: "file"} | .priority = 1')"

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
rm "$file"
echo "nameserver 192.0.2.7" >"$file"
chmod 640 "$file"

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
kill -STOP "$engine" # a masked service keeps no descriptors: it would hang up by itself
kill -KILL "$(product_pid)"
kill -KILL "$engine"
gave_up() {
	case $(systemctl show -P SubState ppp-manager.service) in
	failed | dead) ;;
	*) return 1 ;;
	esac
}
wait_until 20 "systemd does not start a masked service again" gave_up
wait_until 20 "the engine is gone" process_gone "$engine"
systemctl unmask --runtime --quiet ppp-manager.service
rm /run/ppp-manager/records/isp.json
rm "$(grep -lx "$engine" /run/ppp*.pid)" # whose it was stood in that record
product_start
wait_until 15 "the file is given back" servers_are 192.0.2.7
isp_kill 0 # nobody has told it that the session is over
isp_pppoe 0
settled before

note "the service is stopped"
expect 0 pppctl up isp
systemctl stop ppp-manager.service
equal "servers" "$(servers)" 192.0.2.7
equal "files in /etc that begin so" "$(echo /etc/resolv.conf*)" "$file"
product_start # it is still wanted, and so dialled
down isp
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
	journalctl -q -u ppp-manager.service | grep_all "somebody else has replaced it meanwhile"
}
wait_until 15 "it is said" said
