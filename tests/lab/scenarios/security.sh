# SPDX-License-Identifier: LGPL-2.1-or-later
# What somebody has who is nobody here, sits at the machine, or has taken over the daemon or its pppd: the lines of
# data/doc/security.md that no other scenario has.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
expect 0 pppctl up isp
engine=$(property isp EnginePid)
daemon=$(product_pid)
user_add eve

note "nobody in particular: reads no folder of ours, signals nothing, is not the daemon, and gets nothing set-uid"
for folder in /etc/ppp-manager /etc/ppp-manager/connections /etc/ppp-manager/secrets /run/ppp-manager /var/lib/ppp-manager; do
	equal "mode and owner of $folder" "$(stat -c '%a %U:%G' "$folder")" "700 root:root"
	as eve ls "$folder" >/dev/null 2>&1 && fail "eve reads $folder"
done
for process in "$daemon" "$engine"; do
	as eve kill -0 "$process" 2>/dev/null && fail "eve may signal $(cat "/proc/$process/comm")"
	as eve cat "/proc/$process/environ" >/dev/null 2>&1 && fail "eve reads the environment of $(cat "/proc/$process/comm")"
done
expect 1 as eve busctl --system call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus RequestName su org.ppp.Manager 2
contains "the bus on who may be the daemon" "$errors" "Access denied"
install -m 755 /lab/peers/secret_agent /usr/local/bin/
systemd-run --quiet --unit=lab-agent --property=StandardInput=null /usr/local/bin/secret_agent give
agent_of_root() {
	agent=$(bus --json=short list | jq -r '[.[] | select(.unit == "lab-agent.service")][0].name')
	[ "$agent" != null ]
}
wait_until 20 "an agent of root is on the bus" agent_of_root
expect 1 as eve busctl --system call "$agent" / org.ppp.SecretAgent GetSecrets
contains "the bus on who may ask an agent" "$errors" "Access denied"
systemctl stop lab-agent.service 2>/dev/null || true
equal "set-uid, set-gid and capabilities in what is installed" \
	"$(find /usr/bin/pppctl /usr/libexec/ppp-manager* /usr/lib/pppd/*/ppp-manager.so \( -perm /6000 -o ! -user root -o -perm /022 \))$(
		getcap /usr/bin/pppctl /usr/libexec/ppp-manager*)" ""

note "somebody at the machine, in an active session: up and down, no more"
user_add sam
# at_seat COMMAND...: in a session of sam's on the first seat.
at_seat() {
	# shellcheck disable=SC2016 # expanded in the session
	systemd-run --quiet --wait --collect --property=PAMName=login --property=User=sam --setenv=XDG_SEAT=seat0 \
		--setenv=XDG_SESSION_TYPE=x11 --setenv=XDG_SESSION_CLASS=user --property=StandardOutput=append:/lab/out/sam.log \
		--property=StandardError=inherit /bin/sh -c '
		until [ "$(loginctl show-session "$XDG_SESSION_ID" --property=Active --value)" = yes ]; do :; done
		"$@"' sh "$@"
}
expect 0 at_seat pppctl down isp
expect 0 at_seat pppctl up isp
expect 4 at_seat pppctl show isp
expect 4 at_seat pppctl remove isp
expect 4 at_seat pppctl reload
expect 4 at_seat pppctl log isp
expect 4 as sam pppctl down isp # and without the session he is nobody again
engine=$(property isp EnginePid)

note "whoever takes over the daemon or pppd has two capabilities, a filter, and a machine that cannot be written to"
# (the lab's root is one within another: so the root is named, too)
inside() {
	nsenter --target "$1" --mount --root "${@:2}"
}
for process in "$daemon" "$engine"; do
	name=$(cat "/proc/$process/comm")
	for field in "CapEff 0000000000003000" "CapBnd 0000000000003000" "CapPrm 0000000000003000" "NoNewPrivs 1" "Seccomp 2"; do
		equal "${field% *} of $name" "$(awk -v field="${field% *}:" '$1 == field { print $2 }' "/proc/$process/status")" "${field#* }"
	done
	for folder in /usr /etc /etc/ssh /boot /var /opt /proc/sys/kernel; do
		inside "$process" test ! -w "$folder" || fail "$name could write to $folder"
	done
	# (pppd leaves a resolv.conf in what it takes for /etc/ppp)
	equal "what $name sees of /etc/ppp" "$(inside "$process" ls -A /etc/ppp | grep -vx resolv.conf || true)" ""
	for folder in /root /home; do
		equal "what $name sees of $folder" "$(inside "$process" ls -A "$folder" 2>/dev/null || true)" ""
	done
done
expect 0 pppctl down isp
