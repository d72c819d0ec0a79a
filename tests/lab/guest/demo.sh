# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The "scenario" of tests/demo: it narrates, and it fails like any scenario when something does not hold.

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# typed WORD...: a command as a person would type it.
typed() { printf '\033[32m$ %s\033[0m\n' "$*"; }

# show COMMAND...: as typed, and what it prints; it must succeed.
show() {
	typed "$*"
	"$@" 2>&1
}

# session NAME ADDRESS: up, status, redial, down; "add" was before.
session() {
	local name=$1 address=$2
	show pppctl up "$name"
	show pppctl status "$name"
	show ping -n -c 2 -i 0.2 -W 5 "$address"
	show pppctl redial "$name"
	show pppctl down "$name"
}

lns 0
isp_dns 0
isp 1
cable_plug 0
far_end 0
product_start
modprobe l2tp_ppp
say "The machine: an Ethernet port wan1 with a PPPoE provider behind it (pppoe-server, CHAP), a null-modem cable on
/dev/ttyLAB0 with a pppd at its other end, and a way out over wan0, where an L2TP server (xl2tpd) can be reached."
show ip -brief address
snapshot before

say "PPPoE. The password comes from standard input and is stored apart, readable by root alone."
typed "pppctl add isp --type pppoe --interface wan1 --user $isp_user --password-stdin"
printf '%s\n' "$isp_password" | pppctl add isp --type pppoe --interface wan1 --user "$isp_user" --password-stdin
show pppctl up isp
show pppctl status isp
interface=$(property isp Interface)
say "The default route is ours, and resolved asks the provider's name server on this link."
show ip route show default
show resolvectl dns "$interface"
say "Out to a host behind the provider, by its name."
show resolvectl query --legend=no www.isp1.test
show ping -c 3 -i 0.2 -W 5 www.isp1.test
show pppctl redial isp
show pppctl down isp

say "A serial cable: the same words, another --type."
show pppctl add cable --type serial --device /dev/ttyLAB0 --set /serial/modem-lines=false --set /serial/flow-control=none \
	--no-default-route --no-password
session cable 10.80.0.1

say "An L2TP tunnel."
typed "pppctl add work --type l2tp --server $lns_server --user $isp_user --password-stdin"
printf '%s\n' "$isp_password" | pppctl add work --type l2tp --server "$lns_server" --user "$isp_user" --password-stdin
session work 10.64.0.80

show pppctl list
for name in isp cable work; do
	show pppctl remove "$name"
done
servers_idle() {
	! pgrep -f 'pppd.*(pppoe|pppol2tp)' >/dev/null
}
wait_until 15 "the servers have no session left" servers_idle
settled before >"$work/difference"
say "Before and after compared: routes of all tables, rules, addresses, firewall, sysctl, resolved, processes, /run, /etc."
typed "diff -ru before after"
diff -ru "$work/before" "$work/after" && echo "(no difference)"
