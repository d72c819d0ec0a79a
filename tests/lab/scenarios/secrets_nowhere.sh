# SPDX-License-Identifier: LGPL-2.1-or-later
# The password, while the link is up and after a refusal, with pppd's packet log on: nowhere but in its 0600 file.
# shellcheck shell=bash
# needs: 512M 300s

isp_password=Zq7unGuessable9xKw
isp_cable 0
isp_options 0 auth=pap
isp_pppoe 0
isp_dns 0
product_start
monitor_start "$work/answers" "sender='org.ppp.Manager'"
profile_add isp wan0 --set /ppp/debug=true

needles() {
	printf '%s\n' "$isp_password"
	printf '%s' "$isp_password" | base64
	printf '%s' "$isp_password" | od -An -tx1 | tr -d ' \n'
	echo
}
needles >"$work/needles"

nowhere() {
	local file found
	note "processes"
	for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
		if tr '\0' '\n' <"$file" 2>/dev/null | grep_all -F -f "$work/needles"; then
			fail "the password is in $file of $(cat "${file%/*}/comm")"
		fi
	done
	note "journal"
	journal_lacks "the password" -f "$work/needles"
	note "bus: everything the manager ever said, and everything it shows"
	pppctl --json show isp >/dev/null
	pppctl --json status >/dev/null
	pppctl --json list >/dev/null
	bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects >/dev/null
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0 >/dev/null
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetLog u 0 >/dev/null 2>&1 || true
	monitor_catches_up "$work/answers"
	grep -q method_return "$work/answers" || fail "the monitor saw no answer"
	! grep -qF -f "$work/needles" "$work/answers" || fail "the password is in an answer or signal on the bus"
	note "files"
	found=$(grep -rlaFs -f "$work/needles" /etc /run /var /tmp /root /home /usr/lib /opt --exclude-dir="${work##*/}" || true)
	equal "files with the password" "$found" /etc/ppp-manager/secrets/isp.json
	equal "mode and owner of the secret" "$(stat -c '%a %U:%G' /etc/ppp-manager/secrets/isp.json)" "600 root:root"
}

expect 0 pppctl up isp
lacks "what pppctl says" "$output$errors" "$isp_password"
contains "the provider's log" "$(cat /lab/out/isp0.log)" "PAP AuthReq"
nowhere
engine=$(property isp EnginePid)
for process in "$engine" "$(product_pid)"; do
	equal "core dump limit of $(cat "/proc/$process/comm")" "$(awk '/Max core file size/ { print $5 }' "/proc/$process/limits")" 0
done
expect 0 pppctl down isp

note "and after a refusal"
isp_options 0 auth=pap password=other
expect 5 pppctl up isp
lacks "what pppctl says" "$output$errors" "$isp_password"
nowhere
kill "$monitor_pid"
