# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A modem on /dev/modem0, with provider 0's pppd at the far end of a call (peers/lab_modem).

# modem_script: its script from standard input (peers/modem_script.hpp); the modem that runs takes it at once.
modem_script() {
	local reads
	{
		cat
		echo "far /usr/sbin/pppd nodetach notty 10.64.0.1:10.64.0.100"
	} >/srv/modem0
	if systemctl --quiet is-active modem0.service; then
		reads=$(modem_said '^script read')
		modem_signal HUP
		wait_until 10 "the modem has its script" modem_said_more '^script read' "$reads"
	fi
}

modem_start() {
	isp_unit modem0 0 /lab/peers/lab_modem --link /dev/modem0 --script /srv/modem0
	wait_until 10 "the modem is there" test -e /dev/modem0
}

# modem_wire: the modem is at the end of ttyS1, too, a line of the kernel's own (tests/lab/boot); for one start.
modem_wire() {
	systemd-run --quiet --unit=modem0-in --collect sh -c 'exec </dev/ttyS2 >/dev/modem0; stty raw -echo clocal; exec cat'
	systemd-run --quiet --unit=modem0-out --collect sh -c 'exec </dev/modem0 >/dev/ttyS2; stty raw -echo clocal; exec cat'
}

# modem_signal NAME: USR1 drops the line, USR2 is power off and on.
modem_signal() {
	systemctl kill --kill-whom=main --signal="$1" modem0.service
}

modem_log() {
	cat /lab/out/modem0.log
}

# modem_said PATTERN: how many lines of what it saw match.
modem_said() {
	grep -c "$1" /lab/out/modem0.log || true
}

# modem_said_more PATTERN COUNT
modem_said_more() {
	[ "$(modem_said "$1")" -gt "$2" ]
}
