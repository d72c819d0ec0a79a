# SPDX-License-Identifier: LGPL-2.1-or-later
# From "up" to connected over a tunnel (bare: xl2tpd as the client, pppd below it) and over a serial line (bare: pppd on the
# tty). NetworkManager does neither here. RUNS=N of each.
# shellcheck shell=bash
# needs: 512M 1800s

runs=${RUNS:-9}

ours() {
	local start
	start=$(now_us)
	expect 0 pppctl up "$name"
	sample "$row" ppp-manager "$(ms "$start" "$(now_us)")" ms
	expect 0 pppctl down "$name"
}

# bare START END: functions.
bare() {
	local start
	addresses_forget
	start=$(now_us)
	"$1"
	address_at "$net" 60 || fail "bare pppd did not come up"
	sample "$row" pppd "$(ms "$start" "$address_us")" ms
	"$2"
}

# compare IDLE START END: functions.
compare() {
	local n
	for ((n = 0; n < runs; n++)); do
		wait_until 60 "the server is idle" "$1"
		ours
		calls_made=$((calls_made + 1))
		wait_until 60 "the server is idle" "$1"
		bare "$2" "$3"
		calls_made=$((calls_made + 1))
	done
}

xl2tpd_up() {
	systemd-run --quiet --unit=bare-xl2tpd --collect /usr/sbin/xl2tpd -D -c "$work/xl2tpd.conf" -p "$work/xl2tpd.pid" -C "$work/l2tp-control"
}
xl2tpd_down() {
	systemctl stop bare-xl2tpd.service
	wait_until 20 "the bare client is gone" unit_gone bare-xl2tpd.service
}
# A null-modem cable has no carrier that would tell the far end: a new pppd there for each call.
cable_up() {
	/usr/sbin/pppd /dev/ttyLAB0 115200 local nodetach noauth nodefaultroute noipdefault noipv6 nolock >/dev/null 2>&1 &
	bare_pid=$!
}
cable_down() { bare_end TERM; }

lns 0
isp_dns 0
product_start
addresses_start

profile_write tunnel "$(tunnel_json '.ipv6.enabled = false')"
quoted=${isp_password//\\/\\\\}
printf 'user %s\npassword "%s"\nnoauth noipv6 noipdefault\n' "$isp_user" "${quoted//\"/\\\"}" >"$work/xl2tpd.options"
cat >"$work/xl2tpd.conf" <<-END
	[global]
	port = 1702
	[lac bare]
	lns = $lns_server
	autodial = yes
	require authentication = no
	pppoptfile = $work/xl2tpd.options
END
calls_made=0
row="L2TP, Debian's xl2tpd, CHAP" name=tunnel net=10.64.0.1
lns_is_idle() { lns_idle 0; }
compare lns_is_idle xl2tpd_up xl2tpd_down

cable_plug 0
far_end 0
profile_cable line 0 '.ipv6.enabled = false'
# It listens again, a second or so after a call has ended.
calls_made=0
far_ready() { [ "$(grep -c '^Connect:' /lab/out/far0.log)" -gt "$calls_made" ] && far_has_line 0 && [ "$(addresses_many)" = 0 ]; }
row="serial line, 115,200 bit/s, no authentication" name=line net=10.80.0.1
compare far_ready cable_up cable_down
addresses_stop
