# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Waiting for a condition: it is looked at again whenever the machine says that something happened (rtnetlink, the
# journal, a signal of the manager), and besides that each quarter of a second, for what nothing announces.

bell_pids=()

bell_start() {
	[ "${#bell_pids[@]}" = 0 ] || return 0
	mkfifo "$work/bell"
	exec {bell}<>"$work/bell"
	ip monitor link address route >"$work/bell" 2>/dev/null &
	bell_pids+=($!)
	journalctl --follow --lines=0 --output=cat >"$work/bell" 2>/dev/null &
	bell_pids+=($!)
	busctl monitor --match="type='signal',sender='org.ppp.Manager'" --json=short >"$work/bell" 2>/dev/null &
	bell_pids+=($!)
}

bell_stop() {
	if [ "${#bell_pids[@]}" != 0 ]; then
		# systemd 257's journalctl ends at SIGTERM only once it has written all it read, and nobody reads here any more
		kill -KILL "${bell_pids[@]}" 2>/dev/null || true
		wait "${bell_pids[@]}" 2>/dev/null || true
		bell_pids=()
		rm -f "$work/bell"
	fi
}

# bell_next: returns at the next event, at the latest after a quarter of a second. Events that piled up count as one.
bell_next() {
	read -r -t 0.25 -u "$bell" _ || return 0
	while read -r -t 0.001 -u "$bell" _; do :; done
	return 0
}

# wait_until SECONDS WHAT COMMAND...: until the command succeeds; fails after that many seconds. Of a machine that stood
# still meanwhile the time alone says nothing: with fewer than twenty looks it is three times as long.
wait_until() {
	local limit=$1 what=$2 start tries=0
	shift 2
	bell_start
	start=${EPOCHREALTIME/./}
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ "$((${EPOCHREALTIME/./} - start))" -ge "$((limit * 1000000))" ] &&
			{ [ "$tries" -ge 20 ] || [ "$((${EPOCHREALTIME/./} - start))" -ge "$((limit * 3000000))" ]; }; then
			fail "not within $limit s, $tries looks: $what"
		fi
		bell_next
	done
	waited_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# hold SECONDS WHAT COMMAND...: the command must go on succeeding for that long. For "nothing happens" alone.
hold() {
	local limit=$1 what=$2 start
	shift 2
	bell_start
	start=${EPOCHREALTIME/./}
	while [ "$((${EPOCHREALTIME/./} - start))" -lt "$((limit * 1000000))" ]; do
		"$@" >/dev/null 2>&1 || fail "did not hold for $limit s: $what"
		bell_next
	done
}

process_gone() {
	[ ! -e "/proc/$1" ] || [ "$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)" = Z ]
}
