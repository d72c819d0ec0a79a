# SPDX-License-Identifier: LGPL-2.1-or-later
# From "up" to connected: ppp-manager and NetworkManager until their command returns, with routes and DNS in place; bare pppd,
# as pon starts it, until the kernel has the address. The two in turn, then NetworkManager, which runs only then: it has something
# to do whenever an interface comes. All against the same server. RUNS=N of each.
# shellcheck shell=bash
# needs: 768M 1800s

runs=${RUNS:-9}

# the_same_as WHO ROW: a dial by that one; the samples are of ROW. The server is idle before and after.
ours() {
	local row=$1 start
	start=$(now_us)
	expect 0 pppctl up "$name"
	sample "$row" ppp-manager "$(ms "$start" "$(now_us)")" ms
	expect 0 pppctl down "$name"
}

bare() {
	local row=$1 start
	addresses_forget
	start=$(now_us)
	"$bare_start"
	address_at "$net" 60 || fail "bare pppd did not come up"
	sample "$row" pppd "$(ms "$start" "$address_us")" ms
	bare_end TERM
}

manager() {
	local row=$1 start
	start=$(now_us)
	expect 0 nmcli --wait 60 connection up dsl
	sample "$row" NetworkManager "$(ms "$start" "$(now_us)")" ms
	expect 0 nmcli --wait 60 connection down dsl
}

# What no one can save here: each connect has two or three such starts in it, one behind the other.
process() {
	local start
	start=$(now_us)
	pppctl --version >/dev/null
	sample "a process that starts and ends (pppctl --version)" ppp-manager "$(ms "$start" "$(now_us)")" ms
	start=$(now_us)
	/usr/sbin/pppd --version >/dev/null 2>&1
	sample "a process that starts and ends (pppd --version)" pppd "$(ms "$start" "$(now_us)")" ms
}

# compare ROW IDLE-COMMAND...: all of them, in turn.
compare() {
	local row=$1 n who
	shift
	for ((n = 0; n < runs; n++)); do
		for who in ours bare; do
			wait_until 60 "the server is idle" "$@"
			"$who" "$row"
		done
		process
	done
	expect 0 systemctl start NetworkManager.service
	for ((n = 0; n < runs; n++)); do
		wait_until 60 "the server is idle" "$@"
		manager "$row"
	done
	expect 0 systemctl stop NetworkManager.service
	note "$row: done"
}

quiet() { ! addresses_any; }
addresses_any() { [ "$(addresses_many)" != 0 ]; }

networkmanager_ready() {
	local unit
	for unit in NetworkManager NetworkManager-dispatcher; do rm -f "/etc/systemd/system/$unit.service"; done
	mkdir -p /etc/systemd/system/NetworkManager.service.d
	printf '[Service]\nReadOnlyPaths=/sys\n' >/etc/systemd/system/NetworkManager.service.d/lab.conf
	printf '[device-ppp]\nmatch-device=type:ppp\nmanaged=1\n' >/etc/NetworkManager/conf.d/00-lab.conf
	systemctl daemon-reload
	install -m 600 /dev/null /etc/NetworkManager/system-connections/dsl.nmconnection
	cat >/etc/NetworkManager/system-connections/dsl.nmconnection <<-END
		[connection]
		id=dsl
		type=pppoe
		autoconnect=false
		interface-name=ppp-dsl

		[pppoe]
		parent=wan0
		username=$isp_user
		password=${isp_password//\\/\\\\}

		[ipv4]
		method=auto

		[ipv6]
		method=disabled
	END
}

pppoe_bare() { bare_pppd 0 noipv6; }

isp_cable 0
isp_options 0
isp_dns 0
product_start
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false')"
networkmanager_ready
addresses_start
name=isp net=10.64.0.1 bare_start=pppoe_bare

for auth in chap pap; do
	isp_options 0 "auth=$auth"
	isp_pppoe 0
	compare "PPPoE, Debian's pppoe-server, ${auth^^}" isp_idle 0
	systemctl stop isp0-pppoe.service
	wait_until 10 "the server is gone" isp_stopped 0
	concentrator 0 --no-ipv6 --auth "$auth"
	compare "PPPoE, an eager concentrator, ${auth^^}" quiet
	concentrator_stop 0
	wait_until 10 "the server is gone" isp_stopped 0
done
addresses_stop
