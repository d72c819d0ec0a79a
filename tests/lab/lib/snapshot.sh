# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The whole machine as text, to be compared. tests/README.md says for each thing left out why it is left out.

snapshot_tables() {
	local into=$1 family
	for family in 4 6; do
		ip -"$family" route show table all | sort >"$into/routes$family"
		ip -"$family" rule >"$into/rules$family"
	done
	ip neighbour show proxy | sort >"$into/proxies"
	ip -d address | sed '/^ *valid_lft /d' >"$into/addresses"
	nft list ruleset >"$into/firewall" 2>&1
	# a ppp interface's own settings go with it and need no comparison; a stable_secret that is not set cannot be read
	{
		find /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf -type f ! -path '*/ppp*' ! -name stable_secret \
			-exec grep -H . {} + || true
	} | sort >"$into/sysctl"
	cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_dynaddr >>"$into/sysctl"
}

snapshot_resolved() {
	{ resolvectl status --no-pager 2>&1 || true; } | sed -e 's/^ *//' -e '/^Current DNS Server:/d' >"$1/resolved"
}

# A provider's name server has a child for each connection of a resolver that asks by TCP, as one does whose packets got
# lost; it waits for more for minutes and is nobody's leftover.
snapshot_processes() {
	ps -eo pid,ppid,cgroup:200,args --no-headers |
		awk '$1 != 2 && $2 != 2 && $3 !~ /\/lab\.service$/ && !($3 ~ /\/isp[0-9]*-dns\.service$/ && $2 != 1) { $1 = $2 = ""; print }' |
		sort >"$1/processes"
}

snapshot_files() {
	local excluded=(
		-path /run/log/journal -o -path '/run/systemd/journal/streams' -o -path '/run/systemd/journal/*seqnum'
		-o -path /run/systemd/journal/synced -o -path /run/systemd/show-status
		-o -path /run/pppd2.tdb -o -path '/run/systemd/inhibit/*'
	)
	local profile
	for profile in /etc/ppp-manager/connections/*.json; do
		[ -e "$profile" ] || continue
		profile=${profile##*/}
		excluded+=(-o -path "/run/ppp-manager/stories/${profile%.json}") # grows while the connection lives, and goes with it
	done
	{ find /run /etc -xdev \( "${excluded[@]}" \) -prune -o -printf '%y %m %U:%G %p %l\n' || true; } |
		grep -vE -e '^d .* /run/systemd/(resolve/netif|transient) *$' \
			-e ' /run/systemd/units/invocation:isp' | sed '/invocation:\(ppp-manager\|systemd-resolved\).service /s/ [^ ]*$//' | sort >"$1/files"
	# (a network namespace in /run/netns is a file that cannot be read; and a file may go between a look and the next)
	{ find /run /etc -xdev \( "${excluded[@]}" -o -fstype nsfs \) -prune -o -type f -exec sha256sum {} + || true; } |
		sort >"$1/contents"
}

# snapshot NAME
snapshot() {
	local into=$work/$1
	mkdir -p "$into"
	snapshot_tables "$into"
	snapshot_resolved "$into"
	snapshot_processes "$into"
	snapshot_files "$into"
}

# same_machine NAME NAME: fails with the difference unless both snapshots are equal.
same_machine() {
	local difference
	if ! difference=$(diff -ru "$work/$1" "$work/$2"); then
		printf '%s\n' "$difference"
		fail "the machine is not as it was ($1 against $2)"
	fi
	note "the machine is as it was: routes, rules, addresses, firewall, sysctl, resolved, processes, /run, /etc"
}

# settled NAME: takes snapshots until one equals NAME, for 15 s at most, or fails with the last difference: for what ends by
# itself shortly after a link has gone (the provider's own processes).
settled() {
	local tries=0 limit=$(($(now_ms) + 15000))
	until snapshot after && diff -rq "$work/$1" "$work/after" >/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 5 ] || [ "$(now_ms)" -lt "$limit" ] || break
		bell_start
		bell_next
	done
	same_machine "$1" after
}
