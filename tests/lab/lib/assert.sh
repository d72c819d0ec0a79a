# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What a scenario says and demands. Every assertion that does not hold ends the scenario.

# note TEXT...: one line of narration, with the seconds since boot.
note() {
	local up
	read -r up _ </proc/uptime
	printf '%8.2f  %s\n' "$up" "$*"
}

# fail TEXT...: ends the scenario.
fail() {
	note "FAIL: $*"
	local frame=1
	while [ "$frame" -lt "${#BASH_LINENO[@]}" ]; do
		echo "      in ${FUNCNAME[frame]} (${BASH_SOURCE[frame]##*/}:${BASH_LINENO[frame - 1]})"
		frame=$((frame + 1))
	done
	trap - ERR
	exit 1
}

now_ms() {
	local stamp=$EPOCHREALTIME
	echo $((${stamp/./} / 1000))
}

# expect STATUS COMMAND...: runs the command; its output is then in $output and $errors, its duration in $took_ms.
# Fails unless the exit status is STATUS.
expect() {
	local wanted=$1 got=0 start
	shift
	start=$(now_ms)
	"$@" >"$work/output" 2>"$work/errors" || got=$?
	took_ms=$(($(now_ms) - start))
	output=$(<"$work/output")
	errors=$(<"$work/errors")
	if [ "$got" != "$wanted" ]; then
		printf '%s\n' "--- output" "$output" "--- errors" "$errors" "---"
		fail "exit status $got and not $wanted after $took_ms ms: $*"
	fi
}

# grep_all ARGUMENT...: grep -q of its input, all of which it reads: who writes to a reader that is gone ends by SIGPIPE, and
# of a pipeline that is a "no".
grep_all() {
	local status=0
	grep -q "$@" || status=$?
	cat >/dev/null
	return "$status"
}

# equal WHAT GOT WANTED
equal() {
	[ "$2" = "$3" ] || fail "$1 is '$2' and not '$3'"
}

# contains WHAT TEXT PART
contains() {
	case $2 in *"$3"*) return 0 ;; esac
	printf '%s\n' "--- $1" "$2" "---"
	fail "$1 does not contain '$3'"
}

# lacks WHAT TEXT PART
lacks() {
	case $2 in
	*"$3"*)
		printf '%s\n' "--- $1" "$2" "---"
		fail "$1 contains '$3'"
		;;
	esac
}

# between WHAT NUMBER LOW HIGH: whole numbers, both ends included.
between() {
	if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
		fail "$1 is $2 and not within $3 to $4"
	fi
}

# diagnose: what the machine looks like when a scenario failed.
diagnose() {
	echo "--- links, addresses, routes"
	ip addr
	ip route show table all | grep -v 'table local' || true
	echo "--- resolved"
	resolvectl status 2>&1
	echo "--- processes"
	ps -eo pid,ppid,cgroup:60,args --no-headers | awk '$2 != 2 && $1 != 2'
	if [ -e "$work/steps" ]; then
		echo "--- the last steps"
		tail -n 30 "$work/steps"
	fi
	if systemctl list-unit-files ppp-manager.service >/dev/null 2>&1; then
		echo "--- connections"
		pppctl list 2>&1
		pppctl status 2>&1
	fi
	echo "--- journal"
	journalctl --since "@$scenario_start" -o short-monotonic --no-pager | tail -n 200 | cut -c1-240
	for log in /lab/out/*.log; do
		if [ -e "$log" ]; then
			echo "--- ${log##*/}"
			tail -n 60 "$log"
		fi
	done
}
