# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A product that was built with sanitizers (preset sanitizers, or with clang): what they found fails the scenario, whatever it
# was about. Of an ordinary build all this does nothing.
sanitizer_reports=/run/sanitizers

sanitized() {
	[ -e /usr/libexec/ppp-managerd ] && grep -qa __asan_init /usr/libexec/ppp-managerd
}

# sanitizers_watch: before the daemon starts. LeakSanitizer traces its own process, which the unit's filter forbids.
sanitizers_watch() {
	sanitized || return 0
	install -d -m 1777 "$sanitizer_reports"
	export ASAN_OPTIONS=log_path=$sanitizer_reports/report:strict_string_checks=1:detect_stack_use_after_return=1
	export UBSAN_OPTIONS=log_path=$sanitizer_reports/report:print_stacktrace=1
	install -d /etc/systemd/system/ppp-manager.service.d
	printf '[Service]\nEnvironment=GLIBC_TUNABLES= ASAN_OPTIONS=%s UBSAN_OPTIONS=%s\nSystemCallFilter=\n' \
		"$ASAN_OPTIONS" "$UBSAN_OPTIONS" >/etc/systemd/system/ppp-manager.service.d/sanitizers.conf
	systemctl daemon-reload
}

# sanitizers_silent: nothing was found, neither in a program whose report is a file nor in one that had only its stderr.
sanitizers_silent() {
	sanitized || return 0
	systemctl stop ppp-manager.service # leaks are told at the end
	local found=0
	if [ -n "$(find "$sanitizer_reports" -type f)" ]; then
		cat "$sanitizer_reports"/*
		found=1
	fi
	journalctl --sync
	if journalctl --since "@$scenario_start" -o cat --no-pager | grep -aE 'Sanitizer|runtime error:'; then
		found=1
	fi
	return "$found"
}
