# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A product that was built with UndefinedBehaviorSanitizer (tests/README.md): what it found fails the scenario, whatever that
# was about. Of an ordinary build all this does nothing.
sanitizer_reports=/run/sanitizers

sanitized() {
	[ -e /usr/libexec/ppp-managerd ] && grep -qa __ubsan_handle /usr/libexec/ppp-managerd
}

# sanitizers_watch: before the daemon starts. Engines have no such environment: theirs is in the journal.
sanitizers_watch() {
	sanitized || return 0
	install -d -m 1777 "$sanitizer_reports"
	export UBSAN_OPTIONS=log_path=$sanitizer_reports/report:print_stacktrace=1
	install -d /etc/systemd/system/ppp-manager.service.d
	printf '[Service]\nEnvironment=UBSAN_OPTIONS=%s\nReadWritePaths=%s\n' "$UBSAN_OPTIONS" "$sanitizer_reports" \
		>/etc/systemd/system/ppp-manager.service.d/sanitizers.conf
	systemctl daemon-reload
}

# sanitizers_silent: nothing was found, neither in a program whose report is a file nor in one that had only its stderr.
sanitizers_silent() {
	sanitized || return 0
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
