# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The "scenario" of tests/demo: it narrates, and it fails like any scenario when something does not hold.

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# show COMMAND...: as typed, and what it prints; it must succeed.
show() {
	printf '\033[32m$ %s\033[0m\n' "$*"
	"$@" 2>&1
}

isp 0
product_start
say "The machine: an Ethernet port wan0, a PPPoE provider behind it (pppoe-server, CHAP), no way out yet."
show ip -brief address
say "A profile. The password comes from standard input and is stored apart, readable by root alone."
printf '\033[32m$ %s\033[0m\n' "pppctl add isp --type pppoe --interface wan0 --user $isp_user --password-stdin"
printf '%s\n' "$isp_password" | pppctl add isp --type pppoe --interface wan0 --user "$isp_user" --password-stdin
show pppctl list
snapshot before

say "Up."
show pppctl up isp
show pppctl status isp
interface=$(property isp Interface)
say "The default route is ours, and resolved asks the provider's name server on this link."
show ip route show default
show resolvectl dns "$interface"
say "Out to a host behind the provider, by its name."
show resolvectl query --legend=no www.isp0.test
show ping -c 3 -i 0.2 -W 5 www.isp0.test

say "Down."
show pppctl down isp
show pppctl list
wait_until 15 "the provider has no session left" isp_idle 0
settled before >"$work/difference"
say "Before and after compared: routes of all tables, rules, addresses, firewall, sysctl, resolved, processes, /run, /etc."
printf '\033[32m$ %s\033[0m\n' "diff -ru before after"
diff -ru "$work/before" "$work/after" && echo "(no difference)"
