# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Chaos: random steps over several connections, and what must hold whenever things have settled. What the world is like
# (cable, server, password, what was asked for) is kept here; the daemon is held against it.

declare -A cable server password asked
names=(isp0 isp1 isp2 tunnel wire)            # isp2 shares cable and server with isp0
declare -A link_type=([isp0]=pppoe [isp1]=pppoe [isp2]=pppoe [tunnel]=l2tp [wire]=serial)
declare -A provider=([isp0]=0 [isp1]=1 [isp2]=0 [tunnel]=2 [wire]=far) # far: the other end of serial line 0
declare -A name_server=([isp0]=10.64.0.53 [isp1]=10.65.0.53 [isp2]=10.64.0.53 [tunnel]=10.66.0.53 [wire]=10.80.0.53)
chaos_lns=10.66.0.2
wrong_password='not this one'
chaos_trail=()

# chaos_start: providers, profiles, everything well and nothing up.
chaos_start() {
	local n name
	local patience="lcp-echo-interval 2 lcp-echo-failure 3" # or a pulled cable leaves its sessions there for ever
	for n in 0 1; do
		isp "$n" extra="$patience"
	done
	lns_cable 2 10.66.0.0/28
	lns 2 "secret=$tunnel_secret" extra="$patience"
	modprobe l2tp_ppp # not so that it works, but so that the two snapshots can be equal
	cable_plug 0
	chaos_far
	for n in 0 1 2 far; do
		cable[$n]=in server[$n]=there
	done
	ip link add lan0 type dummy
	ip address add 192.168.7.2/24 dev lan0
	ip link set lan0 up
	ip route add default via 192.168.7.1 dev lan0
	product_start
	for name in "${names[@]}"; do
		chaos_write "$name" 100
		password[$name]=right asked[$name]=no
	done
	chaos_line=$(line_settings 0)
	rival=$(ip -4 route show default dev lan0)
	chaos_descriptors=$(daemon_descriptors)
}

# chaos_far: the pppd at the far end of the serial line; it wants the same password as all.
chaos_far() {
	local quoted=${isp_password//\\/\\\\}
	far_end 0 auth require-chap lcp-echo-interval 2 lcp-echo-failure 3
	printf '"%s" * "%s" *\n' "$isp_user" "${quoted//\"/\\\"}" >/srv/far0/ppp/chap-secrets
}

# chaos_json NAME PRIORITY: waits short enough that a walk of hundreds of steps ends the same day; each class still has its
# own.
chaos_json() {
	local all
	all=".ipv6.enabled = false | .priority = $2 | .reconnect = {
		lost: {first: 0, factor: 2, cap: 4}, discovery: {first: 2, factor: 2, cap: 12}, auth: {first: 1, factor: 2, cap: 3}} |
		.ppp.\"lcp-echo-interval\" = 2 | .ppp.\"lcp-echo-failure\" = 3"
	case ${link_type[$1]} in
	pppoe) profile_json "wan${provider[$1]}" "$all | .pppoe.\"discovery-timeout\" = 3" ;;
	l2tp) tunnel_json "$all | .ppp.restart = {lcp: 1} | .l2tp = {server: \"$chaos_lns\", \"hello-interval\": 6}" ;;
	serial)
		jq -n --arg user "$isp_user" "{type: \"serial\", auth: {user: \$user},
			serial: {device: \"/dev/ttyLAB0\", \"flow-control\": \"none\", \"modem-lines\": false}} | $all | .ppp.restart = {lcp: 1}"
		;;
	esac
}

# chaos_write NAME PRIORITY: profile and secrets.
chaos_write() {
	profile_write "$1" "$(chaos_json "$1" "$2")"
	[ "${link_type[$1]}" != l2tp ] || pppctl set-secret "$1" --tunnel-secret-stdin <<<"$tunnel_secret"
}

daemon_descriptor_list() {
	{ find "/proc/$(product_pid)/fd" -mindepth 1 -maxdepth 1 -printf '%l\n' 2>/dev/null || true; } |
		sed 's/:\[.*//' | sort | uniq -c
}
daemon_descriptors() {
	{ find "/proc/$(product_pid)/fd" -mindepth 1 -maxdepth 1 2>/dev/null || true; } | wc -l
}

# ---- steps. Each says what it does; those that make no sense now do nothing.

step_up() { asked[$1]=yes; pppctl up --no-wait "$1"; }
step_down() { asked[$1]=no; pppctl down --no-wait "$1"; }
step_redial() { pppctl redial --no-wait "$1" || true; } # not up: an error, and nothing changed
step_reload() { pppctl reload; }
step_edit() {
	local file=/etc/ppp-manager/connections/$1.json
	chaos_json "$1" $((RANDOM % 200)) >"$file.new"
	mv "$file.new" "$file"
	pppctl reload
}
step_wrong_password() {
	printf '%s\n' "$wrong_password" | pppctl set-secret "$1" --password-stdin
	password[$1]=wrong
	pppctl redial --no-wait "$1" || true
}
step_right_password() {
	printf '%s\n' "$isp_password" | pppctl set-secret "$1" --password-stdin
	password[$1]=right
}
# The engine, or pppd below it where that is another process.
step_kill_engine() {
	local pid child
	pid=$(property "$1" EnginePid)
	[ "$pid" != 0 ] || return 0
	child=$(pgrep -P "$pid" -x pppd) || true
	[ -z "$child" ] || [ $((RANDOM % 2)) = 0 ] || pid=$child
	kill -KILL "$pid" || true
}
step_kill_daemon() {
	old=$(product_pid)
	kill -KILL "$old"
	wait_until 30 "systemd has another daemon" chaos_another_daemon
}
step_restart_daemon() { systemctl restart ppp-manager.service; }
step_restart_resolved() { systemctl restart systemd-resolved.service; }
# Of the serial line both ends vanish, as a USB adapter does.
step_pull_cable() {
	local site=${provider[$1]}
	if [ "$site" != far ]; then
		ip -n "isp$site" link set "port$site" down
	elif [ "${cable[far]}" = in ]; then
		[ "${server[far]}" = gone ] || far_stop 0
		cable_pull 0
	fi
	cable[$site]=out
}
step_plug_cable() {
	local site=${provider[$1]}
	if [ "$site" != far ]; then
		ip -n "isp$site" link set "port$site" up
	elif [ "${cable[far]}" = out ]; then
		cable_plug 0
		[ "${server[far]}" = gone ] || chaos_far
	fi
	cable[$site]=in
}
step_server_gone() {
	local site=${provider[$1]}
	[ "${server[$site]}" = there ] || return 0
	case ${link_type[$1]} in
	pppoe) isp_kill "$site" ;;
	l2tp) lns_kill "$site" ;;
	serial)
		systemctl kill --signal=KILL isp-far0.service || true # not there where the cable is out
		systemctl stop isp-far0.service || true
		;;
	esac
	server[$site]=gone
}
step_server_back() {
	local site=${provider[$1]}
	[ "${server[$site]}" = gone ] || return 0
	[ "${cable[$site]}" = in ] || step_plug_cable "$1"
	case ${link_type[$1]} in
	pppoe) isp_pppoe "$site" ;;
	l2tp) lns_start "$site" ;;
	serial) chaos_far ;;
	esac
	server[$site]=there
}
# The provider ends one of its sessions, whichever it is, in order or without a word.
step_server_ends_session() {
	local pid unit
	case ${link_type[$1]} in
	pppoe) unit=isp${provider[$1]}-pppoe ;;
	l2tp) unit=isp${provider[$1]}-lns ;;
	serial) unit=isp-far0 ;;
	esac
	pid=$(grep -lsx pppd /proc/*/comm 2>/dev/null | cut -d/ -f3 | while read -r one; do
		if grep -qs "$unit" "/proc/$one/cgroup"; then echo "$one"; fi
	done | head -n 1)
	[ -z "$pid" ] || kill -s "$([ $((RANDOM % 2)) = 0 ] && echo TERM || echo KILL)" "$pid" || true
}
step_flush_routes() {
	case $((RANDOM % 3)) in
	0) ip route flush proto 80 ;;
	1) ip route flush table main exact default || true ;;
	2)
		local interface
		interface=$(property "$1" Interface)
		[ -z "$interface" ] || ip route flush dev "$interface" proto 80 || true
		;;
	esac
	# the machine's own default route is nobody's to bring back but its administrator's
	if ! ip -4 route show default dev lan0 | grep_all .; then ip route add default via 192.168.7.1 dev lan0 || true; fi
}

chaos_another_daemon() {
	[ "$(product_pid)" != "$old" ] && product_answers
}

# Up more often than down, or nothing would ever be up to be disturbed.
chaos_kinds=(up up up up down redial redial reload edit wrong_password right_password right_password kill_engine kill_engine
	kill_daemon restart_daemon restart_resolved pull_cable plug_cable plug_cable server_gone server_back server_back
	server_ends_session server_ends_session flush_routes)

# chaos_step NUMBER
chaos_step() {
	local kind=${chaos_kinds[RANDOM % ${#chaos_kinds[@]}]} name=${names[RANDOM % ${#names[@]}]}
	chaos_trail+=("$1 $kind $name")
	chaos_now="step $1: $kind $name"
	echo "--- $chaos_now" >>"$work/steps"
	"step_$kind" "$name" >>"$work/steps" 2>&1 || chaos_failed "exit status $?: $(tail -n 8 "$work/steps")"
}

# ---- invariants

declare -A fact # "NAME PROPERTY" as the bus said it last
chaos_objects() {
	local key value
	bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects |
		jq '[.data[0][] | .["org.ppp.Connection"] // empty | map_values(.data)] | map({(.Name): .}) | add' >"$work/objects"
	fact=()
	while IFS=$'\t' read -r key value; do fact[$key]=$value; done < <(jq -r 'to_entries[] | .key as $name | .value |
		to_entries[] | select(.value | type | . != "array" and . != "object") | "\($name) \(.key)\t\(.value)"' "$work/objects")
}

of() {
	printf '%s\n' "${fact[$1 $2]}"
}

reachable() {
	[ "${cable[${provider[$1]}]}" = in ] && [ "${server[${provider[$1]}]}" = there ] && [ "${password[$1]}" = right ]
}

# chaos_is_settled: every link is where the world lets it be; else $unsettled says which is not.
chaos_is_settled() {
	local name state
	chaos_objects || return 1
	for name in "${names[@]}"; do
		state=$(of "$name" State)
		unsettled="$name is $state"
		if [ "${asked[$name]}" = no ]; then
			[ "$state" = down ] || return 1
		elif reachable "$name"; then
			[ "$state" = up ] || return 1
		else
			case $state in waiting | failed | connecting) ;; *) return 1 ;; esac # tried in vain
		fi
	done
	unsettled=''
	chaos_matches_machine
}

# chaos_matches_machine: what the bus says against the kernel, resolved, systemd and the providers; $unsettled says what
# does not fit. First what lasts only until the next attempt.
chaos_matches_machine() {
	local name interface engines='' interfaces='' stored pids
	for name in "${names[@]}"; do
		[ "$(of "$name" Wanted)" = "$([ "${asked[$name]}" = yes ] && echo true || echo false)" ] || { unsettled="$name: Wanted" && return 1; }
		[ "$(of "$name" EnginePid)" = 0 ] || engines+="$(of "$name" EnginePid) "
	done
	pids=$(chaos_engines)
	stored=$(systemctl show -P NFileDescriptorStore ppp-manager.service)
	[ "$(sort -n <<<"${engines// /$'\n'}" | xargs)" = "$pids" ] || { unsettled="engines $engines and processes $pids" && return 1; }
	[ "$stored" = $((3 * $(wc -w <<<"$pids"))) ] || { unsettled="descriptors in the store for engines $pids: $stored" && return 1; }
	chaos_spares && chaos_matches_tunnel && chaos_matches_line || return 1
	for name in "${names[@]}"; do
		[ "$(of "$name" State)" = up ] || continue
		interface=$(of "$name" Interface)
		interfaces+="$interface "
		has_address "$interface" "$(of "$name" LocalAddress)" || { unsettled="$name: no address on $interface" && return 1; }
		ip -4 route show default dev "$interface" proto 80 | grep_all . || { unsettled="$name: no default route" && return 1; }
		resolvectl dns "$interface" | grep_all -F "${name_server[$name]}" || { unsettled="$name: no DNS" && return 1; }
	done
	[ -n "$engines" ] || [ -z "$(links_up)" ] || { unsettled="left-over $(links_up)" && return 1; }
	for interface in $(ip -j route show table all proto 80 | jq -r --arg pin "$chaos_lns" '.[] | select(.dst != $pin) | .dev' | sort -u); do
		[[ " $interfaces" == *" $interface "* ]] || { unsettled="a route of ours on $interface" && return 1; }
	done
	chaos_default_routes "$interfaces" && chaos_records
}

# What leaks stays; what belongs to an engine that comes or goes just now does not.
chaos_spares() {
	local spare=$(($(daemon_descriptors) - chaos_descriptors - 4 * $(chaos_engines | wc -w)))
	[ "$spare" -le 6 ] || {
		unsettled="the daemon has $spare descriptors too many: $(daemon_descriptor_list | xargs)"
		return 1
	}
}

# chaos_engines: processes of ours: the engine programs, and each pppd with our plugin that is not the child of one.
chaos_engines() {
	local programs pid
	programs=$(pgrep -f '^[^ ]*/ppp-manager-(serial|l2tp) ' || true)
	{
		printf '%s\n' "$programs"
		{ pgrep -f 'ppp-manager-fd [0-9]' || true; } | while read -r pid; do
			grep -qxF "$(ps -o ppid= -p "$pid" | tr -d ' ')" <<<"$programs" || echo "$pid"
		done
	} | sort -n | xargs
}

# The way to the tunnel's server is pinned as long as there is an engine that wants it; the kernel's tunnel goes with it.
chaos_matches_tunnel() {
	local pinned
	pinned=$(ip -4 route show "$chaos_lns/32" proto 80)
	if [ "$(of tunnel State)" = up ] && [[ "$pinned" != *"via 192.0.2.1 dev wan2"* ]]; then
		unsettled="tunnel: its server is pinned to '$pinned'"
		return 1
	elif [ "$(of tunnel EnginePid)" = 0 ] && [ -n "$pinned" ]; then
		unsettled="tunnel: its server is still pinned"
		return 1
	elif [ "$(of tunnel EnginePid)" = 0 ] && [ "$(kernel_tunnels)" != 0 ]; then
		unsettled="tunnel: the kernel still has one"
		return 1
	fi
}

chaos_matches_line() {
	local locks
	locks=$(find /run/lock -name 'LCK..*' 2>/dev/null | wc -l)
	[ "$locks" = "$([ "$(of wire EnginePid)" = 0 ] && echo 0 || echo 1)" ] || { unsettled="wire: $locks locks" && return 1; }
}

# The machine's own default route: aside while a link of ours is up, untouched else.
chaos_default_routes() {
	local now
	now=$(ip -4 route show default dev lan0)
	if [ -z "$1" ] && [ "$now" != "$rival" ]; then
		unsettled="the default route of lan0 is '$now'"
		return 1
	elif [ -n "$1" ] && [ "$(default_routes | head -n 1 | cut -d' ' -f3)" != 80 ]; then
		unsettled="no link of ours owns the default route: $(default_routes | xargs)"
		return 1
	fi
}

chaos_records() {
	local file name
	for file in /run/ppp-manager/records/*.json /run/ppp-manager/stories/*; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .json)
		[[ " ${names[*]} " == *" $name "* ]] || { unsettled="$file has no owner" && return 1; }
	done
}

# chaos_settle: some time soon all fits, though links that are tried in vain look different from one moment to the next.
chaos_settle() {
	local start
	bell_start
	start=$(now_ms)
	: >"$work/unsettled"
	until chaos_is_settled; do
		printf '%s\n' "$unsettled" >>"$work/unsettled"
		[ "$(($(now_ms) - start))" -lt 300000 ] || chaos_failed "not settled within 300 s: $(sort "$work/unsettled" | uniq -c)"
		bell_next
	done
}

chaos_failed() {
	note "seed $chaos_seed, $chaos_now"
	printf '    %s\n' "${chaos_trail[@]: -25}"
	jq -c '.[] | [.Name, .State, .Phase, .Reason, .Wanted, .EnginePid]' "$work/objects"
	fail "$1"
}

# chaos_no_secret: nowhere the password, nor the tunnel's secret.
chaos_no_secret() {
	local file secrets=(-e "$isp_password" -e "$tunnel_secret")
	if journal_has "${secrets[@]}"; then
		chaos_failed "a secret is in the journal"
	fi
	for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
		if [ "${file%/*}" != "/proc/$$" ] && tr '\0' '\n' 2>/dev/null <"$file" | grep_all -aF "${secrets[@]}"; then
			chaos_failed "a secret is in $file"
		fi
	done
}
