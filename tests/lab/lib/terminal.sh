# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A program at a terminal, and somebody who types: socat gives it a pseudo-terminal as its controlling one.

# terminal_start COMMAND...: from now on what it shows is in $work/screen. One at a time.
terminal_start() {
	rm -f "$work/keys" "$work/terminal.code"
	mkfifo "$work/keys"
	: >"$work/screen"
	exec {terminal_keys}<>"$work/keys"
	{
		printf 'export TERM=xterm NO_COLOR=1\n'
		printf '%q ' "$@"
		printf '\necho $? >%q\n' "$work/terminal.code"
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
	wait_until "${2:-30}" "the terminal shows: $1" terminal_shows "$1"
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

terminal_closed() {
	! kill -0 "$terminal_pid" 2>/dev/null
}

# terminal_end STATUS: it has ended, with this exit status; what it showed is told and is in $screen.
# socat ends by itself when it has read what the program left in the terminal; killed before that, the last lines are lost.
terminal_end() {
	wait_until 60 "the program at the terminal has ended" terminal_ended
	wait_until 30 "the terminal is read to its end" terminal_closed
	wait "$terminal_pid" || true
	exec {terminal_keys}>&-
	screen=$(tr -d '\r' <"$work/screen")
	printf '%s\n' "--- the terminal" "$screen" "---"
	equal "its exit status" "$(cat "$work/terminal.code")" "$1"
}
