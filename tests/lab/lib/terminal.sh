# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A program at a terminal, and somebody who types: socat gives it a pseudo-terminal as its controlling one.

terminal_last='the program at the terminal has ended'

# terminal_start COMMAND...: from now on what it shows is in $work/screen. One at a time.
terminal_start() {
	rm -f "$work/keys" "$work/terminal.code"
	mkfifo "$work/keys"
	: >"$work/screen"
	exec {terminal_keys}<>"$work/keys"
	{
		printf 'export TERM=xterm NO_COLOR=1\n'
		printf '%q ' "$@"
		# shellcheck disable=SC2016 # for the other shell
		printf '\ncode=$?\necho; echo %q\necho $code >%q\n' "$terminal_last" "$work/terminal.code"
	} >"$work/terminal.run"
	socat - "EXEC:bash $work/terminal.run,pty,setsid,ctty,stderr" <"$work/keys" >"$work/screen" &
	terminal_pid=$!
	terminal_seen=0
	terminal_answers=0
}

# terminal_shows TEXT: since the last answer.
terminal_shows() {
	tail -c "+$((terminal_seen + 1))" "$work/screen" | grep_all -F -- "$1"
}

# terminal_await TEXT [SECONDS]
terminal_await() {
	wait_until "${2:-120}" "the terminal shows: $1" terminal_shows "$1"
}

# terminal_answer QUESTION TEXT: waits for the question, then types the text and Enter.
terminal_answer() {
	terminal_await "$1"
	terminal_seen=$(stat -c %s "$work/screen")
	terminal_answers=$((terminal_answers + 1))
	printf '%s\n' "$2" >&"$terminal_keys"
}

# terminal_key BYTES: as they are, without Enter.
terminal_key() {
	printf '%b' "$1" >&"$terminal_keys"
}

terminal_ended() {
	[ -s "$work/terminal.code" ]
}

# terminal_end STATUS: it has ended, with this exit status; what it showed is told and is in $screen.
# What stands before our last line in the terminal has come out of it when that has. socat is not asked: now and then it does
# not notice the end.
terminal_end() {
	wait_until 60 "the program at the terminal has ended" terminal_ended
	wait_until 30 "the terminal is read to its end" grep -q "$terminal_last" "$work/screen"
	kill "$terminal_pid" 2>/dev/null || true
	wait "$terminal_pid" || true
	exec {terminal_keys}>&-
	screen=$(tr -d '\r' <"$work/screen" | grep -v "$terminal_last")
	printf '%s\n' "--- the terminal" "$screen" "---"
	equal "its exit status" "$(cat "$work/terminal.code")" "$1"
}
