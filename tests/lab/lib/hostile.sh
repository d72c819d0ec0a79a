# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What a hostile peer must not achieve: nothing raw on a terminal, the bus or in the journal, nobody dead. $seed is named with each finding.

# plain FILE WHAT: lines of text and nothing else: UTF-8, no control character but the newline, no bidirectional control.
plain() {
	iconv -f UTF-8 -t UTF-8 <"$1" >/dev/null 2>&1 || fail "$2, seed $seed: not UTF-8"
	! LC_ALL=C grep -aqP '[\x00-\x08\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$1" ||
		fail "$2, seed $seed: $(LC_ALL=C grep -aP '[\x00-\x08\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$1" | head -n 3 | cat -v)"
}

# plain_json FILE WHAT: the same of the texts that JSON wraps; of a line feed nothing is left of a peer's either.
plain_json() {
	plain "$1" "$2"
	jq -c '.. | strings | select(test("[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\\x{2028}-\\x{202e}\\x{2066}-\\x{2069}]"))' "$1" >"$work/raw" ||
		fail "$2, seed $seed: not JSON"
	[ ! -s "$work/raw" ] || fail "$2, seed $seed: $(head -c 600 "$work/raw" | cat -v)"
}

# raw_is_seen BYTES: that the two above do fail.
raw_is_seen() {
	printf '%b\n' "$1" >"$work/bad"
	! (plain "$work/bad" "") >/dev/null 2>&1 || fail "plain does not see $1"
	jq -R . "$work/bad" >"$work/bad.json"
	! (plain_json "$work/bad.json" "") >/dev/null 2>&1 || fail "plain_json does not see $1"
}
# What a person, a program on the bus and a reader of the journal is shown just now.
nothing_raw() {
	local verb
	for verb in list status "status isp" "explain isp" "explain isp -n 30" "log isp"; do
		# shellcheck disable=SC2086 # words of a command line
		pppctl $verb >"$work/shown" 2>&1 || fail "pppctl $verb: exit status $?"
		plain "$work/shown" "pppctl $verb"
	done
	for verb in list status "status isp" "explain isp"; do
		# shellcheck disable=SC2086
		pppctl $verb --json >"$work/shown" || fail "pppctl $verb --json: exit status $?"
		plain_json "$work/shown" "pppctl $verb --json"
	done
	bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects >"$work/shown"
	plain_json "$work/shown" "the bus"
}

# As systemd's own JSON tells it: a message that is no text, or that has control characters, is an array of numbers there.
journal_plain() {
	journalctl --sync
	journalctl --since "@$scenario_start" -o json --no-pager --all SYSLOG_IDENTIFIER=ppp-managerd + _SYSTEMD_UNIT=ppp-manager.service _COMM=ppp-managerd |
		jq -c 'with_entries(select(.key | test("^(MESSAGE|PPP_)")))' >"$work/journal"
	[ -s "$work/journal" ] || fail "the daemon's journal is empty"
	plain_json "$work/journal" "the journal"
	jq -c 'select(map_values(type) | any(. == "array"))' "$work/journal" >"$work/raw"
	[ ! -s "$work/raw" ] || fail "the journal, seed $seed: $(head -c 600 "$work/raw")"
}

# nobody_died: neither pppd nor the daemon by a signal, as the daemon, the kernel, systemd or libc's own checks tell.
nobody_died() {
	local told='killed by signal|segfault|dumped core|core-dump|stack smashing|buffer overflow|double free|corrupted'
	journalctl --sync
	if journalctl --since "@$scenario_start" -o cat --no-pager | grep -aE "$told" >"$work/died"; then
		fail "seed $seed: $(head -n 5 "$work/died" | cat -v)"
	fi
	equal "restarts of the daemon, seed $seed" "$(systemctl show -P NRestarts ppp-manager.service)" 0
}

# judges_see: that these judges do fail.
judges_see() {
	local bytes
	seed=none
	for bytes in '\033[2J' '\0302\0233' '\0177' 'a\rb' '\0342\0200\0256'; do
		raw_is_seen "$bytes"
	done
}

# watch_hostile / watched_hostile: pppctl's own monitors in between, and what they showed.
watch_hostile() {
	pppctl monitor >"$work/watched" 2>&1 &
	watcher=$!
	pppctl monitor --json >"$work/watched.json" 2>"$work/watched.errors" &
	json_watcher=$!
}
watched_hostile() {
	local watched
	kill "$watcher" "$json_watcher"
	wait "$watcher" "$json_watcher" || true
	for watched in watched watched.json; do
		[ -s "$work/$watched" ] || fail "pppctl monitor saw nothing"
	done
	plain "$work/watched" "pppctl monitor"
	plain_json "$work/watched.json" "pppctl monitor --json"
}

# Ended attempts, and why, a line each: what StateChanged said on the way out of an attempt or a link.
endings() {
	jq -r 'select(.member == "StateChanged") | .payload.data[0:3] | select(.[0] | . == "waiting" or . == "failed") | .[2]' "$work/signals"
}

# enough_attempts: so many as $wanted have ended; who gave up is sent again, and the daemon is still $daemon.
enough_attempts() {
	[ "$(product_pid)" = "$daemon" ] || fail "the daemon is another one, seed $seed"
	if property_is isp State failed; then
		pppctl up --no-wait isp
	fi
	[ "$(endings | wc -l)" -ge "$wanted" ]
}

# reasons_are_a_peers: each end is for a reason that a peer can cause.
reasons_are_a_peers() {
	endings | sort | uniq -c | sort -rn >"$work/reasons"
	note "attempts and their ends: $(awk '{ printf "%s %s, ", $2, $1 }' "$work/reasons")"
	if grep -qE 'engine-failed|engine-missing|kernel-support-missing|profile-invalid| $' "$work/reasons"; then
		journal_of_product | grep -aE -B 25 'engine-failed|engine-missing|kernel-support-missing|profile-invalid' | cat -v
		fail "an end that no peer can cause"
	fi
	[ "$(wc -l <"$work/reasons")" -ge 3 ] || fail "the peer was not hostile in different ways"
}
