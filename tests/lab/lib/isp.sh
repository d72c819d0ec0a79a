# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Internet providers. Provider N (0, 1, ...) is a network namespace ispN at the far end of the machine's interface wanN,
# with the network 10.(64+N).0.0/24 behind it:
#   .1 its end of every link · .53 its name server, which knows www.ispN.test · .80 that host · from .100 its customers
# Its daemons run in units of their own, see their own /etc/ppp and /run, and log to /lab/out: nothing of them is in the
# machine's journal or below its /run.

isp_user=alice
isp_password='c0rrect horse "battery" \staple'

# isp_cable N: the veth pair and the namespace, without any server.
isp_cable() {
	local n=$1 address
	ip netns add "isp$n"
	ip link add "wan$n" address "02:00:00:00:0$n:01" type veth peer name "port$n" address "02:00:00:00:0$n:02" netns "isp$n"
	# no IPv6 on the wire itself: addresses that are still tentative would make snapshots differ
	sysctl -q -w "net.ipv6.conf.wan$n.disable_ipv6=1"
	ip link set "wan$n" up
	ip -n "isp$n" link set lo up
	ip -n "isp$n" link set "port$n" up
	ip -n "isp$n" link add core type dummy
	ip -n "isp$n" link set core up
	for host in 1 53 80; do
		ip -n "isp$n" address add "10.$((64 + n)).0.$host/32" dev core
	done
}

# isp_options N [auth=chap|pap|none] [password=TEXT] [dns=yes|no] [extra=PPPD-OPTIONS]: what its pppd demands and gives.
isp_options() {
	local n=$1 auth=chap password=$isp_password dns=yes extra='' word
	shift
	for word in "$@"; do
		case $word in
		auth=*) auth=${word#*=} ;;
		password=*) password=${word#*=} ;;
		dns=*) dns=${word#*=} ;;
		extra=*) extra=${word#*=} ;;
		*) fail "isp_options: $word" ;;
		esac
	done
	local folder=/srv/isp$n/ppp
	mkdir -p "$folder"
	{
		case $auth in
		none) echo noauth ;;
		*) printf '%s\n' auth "require-$auth" ;;
		esac
		[ "$dns" = no ] || echo "ms-dns 10.$((64 + n)).0.53"
		printf '%s\n' "logfile /lab/out/isp$n.log" debug noipdefault nodefaultroute "$extra"
	} >"$folder/options"
	: >"$folder/pppoe-server-options"
	local quoted=${password//\\/\\\\}
	quoted=${quoted//\"/\\\"}
	printf '"%s" * "%s" *\n' "$isp_user" "$quoted" >"$folder/chap-secrets"
	cp "$folder/chap-secrets" "$folder/pap-secrets"
	chmod 600 "$folder"/*-secrets
}

# isp_unit NAME N COMMAND...: a daemon of provider N.
isp_unit() {
	local name=$1 n=$2
	shift 2
	systemd-run --quiet --unit="$name" --collect -p NetworkNamespacePath="/run/netns/isp$n" \
		-p BindPaths="/srv/isp$n/ppp:/etc/ppp" -p TemporaryFileSystem=/run \
		-p StandardOutput="append:/lab/out/$name.log" -p StandardError=inherit "$@"
}

# isp_pppoe N [SERVICE]: Debian's pppoe-server; returns once it listens.
isp_pppoe() {
	local n=$1 service=${2:-} net=10.$((64 + $1)).0
	isp_unit "isp$n-pppoe" "$n" /usr/sbin/pppoe-server -F -I "port$n" -C "ac$n" ${service:+-S "$service"} \
		-L "$net.1" -R "$net.100" -N 64
	wait_until 10 "pppoe-server of isp$n listens" isp_listens "$n"
}

isp_listens() {
	ip netns exec "isp$1" cat /proc/net/packet 2>/dev/null | awk 'NR > 1 && $4 == "8863" { found = 1 } END { exit !found }'
}

# isp_dns N [OPTION-OF-dnsmasq...]: its name server.
isp_dns() {
	local n=$1 net=10.$((64 + $1)).0
	shift
	isp_unit "isp$n-dns" "$n" /usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
		--user=root --pid-file= --bind-interfaces --listen-address="$net.53" --log-queries --log-facility=- \
		--address="/www.isp$n.test/$net.80" --address="/lns.isp$n.test/$net.2" --local=/test/ "$@"
	wait_until 10 "name server of isp$n listens" isp_dns_listens "$n"
}

isp_dns_listens() {
	isp_hears "$1" "10.$((64 + $1)).0.53:53"
}

# isp_hears N ADDRESS:PORT: a UDP server of provider N is there.
isp_hears() {
	[ -n "$(ip netns exec "isp$1" ss -Hlun "src $2")" ]
}

# isp N [OPTION...]: cable, options (see isp_options), server and name server.
isp() {
	local n=$1
	isp_cable "$n"
	isp_options "$@"
	isp_pppoe "$n"
	isp_dns "$n"
}

# isp_kill N: the PPPoE server and its sessions vanish without a word.
isp_kill() {
	systemctl kill --signal=KILL "isp$1-pppoe.service"
	wait_until 10 "the server of isp$1 is gone" isp_stopped "$1"
}

# Of a unit that is only on its way down, systemd would start no other one of that name.
isp_stopped() {
	unit_gone "isp$1-pppoe.service"
}

unit_gone() {
	[ "$(systemctl show -P LoadState "$1")" = not-found ]
}

state_is_not() {
	[ "$(property "$1" State)" != "$2" ]
}

isp_sessions() {
	ip netns exec "isp$1" ip -o link show type ppp 2>/dev/null | wc -l
}

# isp_idle N: no session is left at the provider.
isp_idle() {
	[ "$(isp_sessions "$1")" = 0 ] && [ "$(systemctl show -P TasksCurrent "isp$1-pppoe.service")" = 1 ]
}

# concentrator N OPTION...: the scripted access concentrator (tests/lab/peers) in the place of pppoe-server.
concentrator() {
	local n=$1
	shift
	mkdir -p "/srv/isp$n/ppp"
	printf '%s\n%s\n' "$isp_user" "$isp_password" >"/srv/isp$n/secret"
	chmod 600 "/srv/isp$n/secret"
	isp_unit "isp$n-pppoe" "$n" /lab/peers/ppp_concentrator --interface "port$n" --secret "/srv/isp$n/secret" \
		--local "10.$((64 + n)).0.1" --pool "10.$((64 + n)).0.100" --dns "10.$((64 + n)).0.53" "$@"
	wait_until 10 "the concentrator of isp$n listens" isp_listens "$n"
}

# concentrator_log N: what it saw and sent so far.
concentrator_log() {
	cat "/lab/out/isp$1-pppoe.log"
}

# concentrator_renegotiate N: all its sessions are negotiated anew (see --then-pool, --then-dns).
concentrator_renegotiate() {
	systemctl kill --signal=USR1 "isp$1-pppoe.service"
}

concentrator_stop() {
	systemctl stop "isp$1-pppoe.service"
	mv "/lab/out/isp$1-pppoe.log" "/lab/out/isp$1-pppoe.$(now_ms).log"
}
