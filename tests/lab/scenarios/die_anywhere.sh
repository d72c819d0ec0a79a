# SPDX-License-Identifier: LGPL-2.1-or-later
# The daemon is killed before each step that changes the machine or a file, one step a round, on the way through a whole
# story: a connection is added, dialled on a VLAN with an address of its own against a default route in the way,
# redialled, taken down and removed; and once more one that is dialled by traffic. The next life completes or undoes, and
# at the end of each round all is as before.
# shellcheck shell=bash
# needs: 512M 900s
# full: FAULT_STRIDE=1

stride=${FAULT_STRIDE:-20} # every so many steps; all with 1
isp_cable 0
isp_options 0
ip -n isp0 link add link port0 name tagged type vlan id 7
ip -n isp0 link set tagged up
isp_unit isp0-pppoe 0 /usr/sbin/pppoe-server -F -I tagged -C ac0 -L 10.64.0.1 -R 10.64.0.100 -N 64
wait_until 10 "pppoe-server listens" isp_listens 0
isp_dns 0
ip link add lan0 type dummy
ip address add 192.168.7.2/24 dev lan0
ip link set lan0 up
ip route add default via 192.168.7.1 dev lan0

faults=/lab/out/faults
mkdir -p "$faults" /run/systemd/system/ppp-manager.service.d
cat >/run/systemd/system/ppp-manager.service.d/faults.conf <<END
[Service]
ExecStart=
ExecStart=/lab/peers/ppp-managerd-faults
Environment=PPP_FAULTS=$faults
ReadWritePaths=$faults
END
systemctl daemon-reload
expect 0 systemctl restart ppp-manager.service
product_start

# insist VERB...: until it is done; a daemon that died in between is waited for.
insist() {
	local status=0 tries=0
	while true; do
		status=0
		pppctl "$@" >"$work/insist" 2>&1 || status=$?
		case $status in
		0) return 0 ;;
		3) [ "$1" != remove ] || return 0 ;; # the answer was lost, not the deed
		esac
		if grep -q "already" "$work/insist"; then return 0; fi
		tries=$((tries + 1))
		[ "$tries" -lt 6 ] || fail "pppctl $* never came through: status $status, $(cat "$work/insist")"
		wait_until 60 "a daemon is there" product_answers
	done
}

add_isp() {
	bus call org.ppp.Manager /org/ppp/Manager org.ppp.Manager AddConnection "ssa{sv}" isp "$(cat "$work/profile")" \
		1 password s "$isp_password" >"$work/add" 2>&1
}

# traffic: what dials a link that waits for it; goes another way while a daemon is away or has not got so far.
traffic() {
	ping -c 1 -W 1 10.64.0.80 || true
	property_is isp State up
}

# story: what a person does; may be cut by a death at any point, and goes on after it.
story() {
	until add_isp || grep -q already "$work/add"; do
		wait_until 60 "a daemon is there" product_answers
	done
	insist up isp
	[ "$waits_for" = nothing ] || wait_until 60 "traffic dials" traffic
	wait_state isp up 60
	equal "the default route" "$(default_routes | head -n 1 | cut -d' ' -f2-)" "50 80"
	contains "resolved's servers" "$(resolvectl dns "$(property isp Interface)")" 10.64.0.53
	pppctl redial isp >"$work/redial" 2>&1 || wait_until 60 "a daemon is there" product_answers
	[ "$waits_for" = nothing ] || wait_until 60 "traffic dials" traffic # where nobody was left to know that it is at once
	wait_state isp up 60
	insist down isp
	wait_state isp down 60
	insist remove isp
}

# round NAME: the story, and nothing of it is left.
round() {
	round_name=$1
	story
	wait_until 30 "the provider has no session left ($1)" isp_idle 0
	settled before
}

# walk WAITS-FOR JQ-FILTER: the story of a link that waits for traffic or for nothing, with a death before every so many steps.
walk() {
	local step total died=0
	waits_for=$1
	profile_json wan0 ".pppoe.vlan = 7 | .pppoe.\"clone-mac\" = \"02:00:00:00:00:99\" | .ipv6.enabled = false | $2" >"$work/profile"
	note "a link that waits for $waits_for"
	rm -f "$faults/steps"
	expect 0 systemctl restart ppp-manager.service
	round "nobody dies"
	total=$(wc -l <"$faults/steps")
	note "$total steps"
	[ "$total" -gt 40 ] || fail "only $total steps: are the ports still wrapped?"

	for ((step = 1; step <= total; step += stride)); do
		rm -f "$faults/steps"
		echo "$step" >"$faults/die-before"
		systemctl restart ppp-manager.service || wait_until 60 "a daemon is there" product_answers
		round "death before step $step"
		if grep -q "^$step died$" "$faults/steps"; then
			died=$((died + 1))
			note "died before \"$(grep -m 1 "^$step " "$faults/steps")\": completed or undone"
		fi
		rm -f "$faults/die-before"
	done
	note "$died deaths at $total steps, every $stride"
	[ "$died" -gt 0 ] || fail "nobody died"
}

snapshot before
walk nothing .
walk traffic '."on-demand" = true | ."idle-timeout" = 600'
