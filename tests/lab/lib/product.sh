# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# ppp-manager as a person and as a program on the bus meets it. busctl is always told not to start anything.

bus() {
	busctl --system --auto-start=no "$@"
}

# look_start: once, by the scenario's own shell, whose children inherit the descriptors.
look_start() {
	mkfifo "$work/look.questions" "$work/look.answers"
	exec {look_questions}<>"$work/look.questions" {look_answers}<>"$work/look.answers"
	/lab/peers/bus_look <"$work/look.questions" >"$work/look.answers" &
	look_pid=$!
}

look_stop() {
	if [ -n "${look_pid:-}" ]; then
		kill "$look_pid" 2>/dev/null || true
		wait "$look_pid" 2>/dev/null || true
		look_pid=
	fi
}

# look WORD...: a question to bus_look, and its answer; fails, with its words on stderr, where the bus says no. Not for two
# shells at once.
look() {
	local answer
	printf '%s\n' "$*" >&"$look_questions"
	read -r -d '' -t 30 -u "$look_answers" answer || fail "nobody answers: $*"
	if [ "${answer:0:3}" = "no " ]; then
		printf '%s\n' "${answer:3}" >&2
		return 1
	fi
	printf '%s\n' "${answer:3}"
}

# product_answers: the daemon is there.
product_answers() {
	look owned org.ppp.Manager >/dev/null
}

# product_start: as after a boot; returns when the daemon is ready.
product_start() {
	systemctl start ppp-manager.service
	wait_until 10 "the daemon owns its name" product_answers
}

product_pid() {
	look property org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/ppp_2dmanager_2eservice \
		org.freedesktop.systemd1.Service MainPID
}

# profile_add NAME INTERFACE [ADD-OPTION...]: as an administrator does it, without the clamp, as profile_json.
profile_add() {
	local name=$1 interface=$2
	shift 2
	printf '%s\n' "$isp_password" |
		pppctl add "$name" --type pppoe --interface "$interface" --user "$isp_user" --password-stdin \
			--set /mss-clamp=false "$@" >"$work/output"
}

# profile_write NAME JSON [PASSWORD]: the files themselves, and a reload. JSON: whatever the file shall hold.
profile_write() {
	local name=$1 json=$2 password=${3-$isp_password}
	install -d -m 755 /etc/ppp-manager/connections
	install -d -m 700 /etc/ppp-manager/secrets
	printf '%s\n' "$json" >"/etc/ppp-manager/connections/$name.json"
	(
		umask 077
		jq -n --arg password "$password" '{password: $password}' >"/etc/ppp-manager/secrets/$name.json"
	)
	pppctl reload
}

# profile_json INTERFACE [JQ-FILTER]: the plain profile, changed by the filter. Without the clamp, which the lab's kernel has
# no filter for: that is scenario mss_clamp's.
profile_json() {
	jq -n --arg interface "$1" --arg user "$isp_user" \
		'{type: "pppoe", pppoe: {interface: $interface}, auth: {user: $user}, "mss-clamp": false}'" | ${2:-.}"
}

# connection NAME: its object path (the names used in scenarios need no escaping but for '_' and '-').
connection() {
	look connection "$1"
}

# property NAME PROPERTY: its value; arrays and dictionaries as JSON.
property() {
	look of "$1" "$2"
}

manager_property() {
	look property org.ppp.Manager /org/ppp/Manager org.ppp.Manager "$1"
}

property_is() {
	[ "$(property "$1" "$2")" = "$3" ]
}

# wait_property NAME PROPERTY VALUE SECONDS
wait_property() {
	local name=$1 property=$2 value=$3 limit=$4
	wait_until "$limit" "$property of $name is $value" property_is "$name" "$property" "$value"
}

# wait_state NAME STATE SECONDS
wait_state() {
	wait_property "$1" State "$2" "$3"
}

# monitor_start FILE MATCH: what is said on the bus and matches, a line of JSON each; its process id is in $monitor_pid.
monitor_start() {
	: >"$1"
	busctl monitor --json=short --match="$2" --match="type='signal',interface='lab.Mark'" >>"$1" & # it may be emptied
	monitor_pid=$!
	wait_until 20 "the monitor listens" monitor_hears "$1"
	monitor_catches_up "$1" # a mark that comes late is taken for what was waited for
}
# (busctl of systemd 257 says nothing of itself where it writes JSON)
monitor_hears() {
	bus emit /lab lab.Mark Mark s listening
	grep -q listening "$1"
}

# monitor_catches_up FILE: all that was said so far is in the file. The monitor is a process of its own and may be behind
# what we know already; what it shows of a mark of ours, it shows after all that came before.
monitor_catches_up() {
	local mark=mark-$EPOCHREALTIME
	bus emit /lab lab.Mark Mark s "$mark"
	wait_until 20 "the monitor has caught up" grep -qF "$mark" "$1"
}

# states_start NAME / states NAME: the StateChanged signals of the connection in between, "new old reason" a line.
states_start() {
	monitor_start "$work/states" "type='signal',interface='org.ppp.Connection',member='StateChanged',path='$(connection "$1")'"
	states_pid=$monitor_pid
}

states() {
	[ -z "$states_pid" ] || monitor_catches_up "$work/states"
	jq -r 'select(.member == "StateChanged") | .payload.data[0:3] | join(" ")' "$work/states"
}

states_stop() {
	monitor_catches_up "$work/states"
	kill "$states_pid"
	wait "$states_pid" || true
	states_pid=
}

# links_up: the ppp interfaces of the machine, one name a line.
links_up() {
	local link type
	for link in /sys/class/net/*; do
		if read -r type 2>/dev/null <"$link/type" && [ "$type" = 512 ]; then # ARPHRD_PPP, <linux/if_arp.h>
			echo "${link##*/}"
		fi
	done
}

# default_routes: the main table's, as "device metric protocol", best first.
default_routes() {
	ip -j -4 route show default | jq -r 'sort_by(.metric // 0)[] | "\(.dev) \(.metric // 0) \(.protocol)"'
}

# journal_of_product: all lines of the unit, its scopes and pppd since the scenario began. Lines are on their way to the
# journal for a while; the fence cannot be had at shutdown.
journal_of_product() {
	journalctl --sync || true
	journalctl --since "@$scenario_start" --no-pager -o cat _SYSTEMD_UNIT=ppp-manager.service + \
		UNIT=ppp-manager.service + SYSLOG_IDENTIFIER=pppd + SYSLOG_IDENTIFIER=ppp-managerd
}

# journal_has GREP-OPTION...: in this boot's journal, whatever the field.
journal_has() {
	journalctl --sync || fail "the journal does not answer"
	journalctl -b -o export --all | grep -aF "$@" >/dev/null # to its end: a reader that leaves early fails the writer
}

# journal_lacks WHAT GREP-OPTION...
journal_lacks() {
	local what=$1
	shift
	! journal_has "$@" || fail "$what is in the journal"
}
