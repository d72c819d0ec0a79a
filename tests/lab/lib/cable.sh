# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Serial lines: a pair of pseudo terminals that socat joins is the cable, and the far end a pppd in a network namespace.
# Line N is /dev/ttyLABN here and /dev/ttyFARN there, with 10.(80+N).0.1 at the far end and 10.(80+N).0.80 behind it.

# cable_plug N [OPTION...]: the lines appear. With options it is not a good cable but what they make of lab_line (peers),
# whose log is /lab/out/cableN.log.
cable_plug() {
	local n=$1
	local line=(socat "pty,raw,echo=0,link=/dev/ttyLAB$n" "pty,raw,echo=0,link=/dev/ttyFAR$n")
	shift
	[ $# = 0 ] || line=(/lab/peers/lab_line --near "/dev/ttyLAB$n" --far "/dev/ttyFAR$n" "$@")
	systemd-run --quiet --unit="isp-cable$n" --collect -p StandardOutput="append:/lab/out/cable$n.log" -p StandardError=inherit "${line[@]}"
	wait_until 10 "line $n is there" test -c "/dev/ttyLAB$n" -a -c "/dev/ttyFAR$n"
}

# cable_pull N: they go, whoever has them open.
cable_pull() {
	systemctl stop "isp-cable$1.service"
	wait_until 10 "line $1 is gone" test ! -e "/dev/ttyLAB$1"
}

# far_end N [PPPD-OPTION...]: a pppd that waits for a call on the far line for ever (far_manner=persist: that does not wait
# to be spoken to); logs to /lab/out/farN.log.
far_end() {
	local n=$1 net=10.$((80 + $1)).0
	shift
	if ! ip netns list | grep_all "^far$n\b"; then
		ip netns add "far$n"
		ip -n "far$n" link set lo up
		ip -n "far$n" link add core type dummy
		ip -n "far$n" link set core up
		ip -n "far$n" address add "$net.80/32" dev core
		mkdir -p "/srv/far$n/ppp"
		printf '"%s" * "%s" *\n' "$isp_user" "far secret" >"/srv/far$n/ppp/chap-secrets"
		chmod 600 "/srv/far$n/ppp/chap-secrets"
		: >"/srv/far$n/ppp/options"
	fi
	systemd-run --quiet --unit="isp-far$n" --collect -p NetworkNamespacePath="/run/netns/far$n" \
		-p BindPaths="/srv/far$n/ppp:/etc/ppp" -p TemporaryFileSystem=/run -p Restart=always -p RestartSec=100ms \
		-p StartLimitIntervalSec=0 -p StandardOutput="append:/lab/out/far$n-unit.log" -p StandardError=inherit \
		/usr/sbin/pppd "/dev/ttyFAR$n" 115200 local nodetach nolock "${far_manner:-silent}" persist holdoff 0 maxfail 0 noipdefault nodefaultroute debug \
		logfile "/lab/out/far$n.log" "$net.1:$net.100" ms-dns "$net.53" "${@:-noauth}"
	wait_until 20 "the far end of line $n has the line" far_has_line "$n"
}

far_has_line() {
	[ -n "$(ip -n "far$1" -o link show type ppp)" ]
}

far_stop() {
	systemctl stop "isp-far$1.service"
}

# profile_cable NAME N [JQ-FILTER]: a plain cable without a password, and without the clamp, as profile_json.
profile_cable() {
	local name=$1 n=$2
	install -d -m 755 /etc/ppp-manager/connections
	jq -n --arg device "/dev/ttyLAB$n" \
		'{type: "serial", serial: {device: $device, "flow-control": "none", "modem-lines": false},
		  reconnect: {discovery: {first: 1}}, "mss-clamp": false}'" | ${3:-.}" >"/etc/ppp-manager/connections/$name.json"
	pppctl reload
}

# line_settings N: what stty says of the line, and its permissions.
line_settings() {
	stty -a -F "/dev/ttyLAB$1"
	stat -L -c '%a %U:%G' "/dev/ttyLAB$1"
}

# pppd_of NAME: the process id of the connection's pppd: the child of its engine.
pppd_of() {
	pgrep -P "$(property "$1" EnginePid)" -x pppd
}
