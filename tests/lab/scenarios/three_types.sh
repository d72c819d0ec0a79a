# SPDX-License-Identifier: LGPL-2.1-or-later
# One link of each type: the same five lines of use for each, then all at once over a restart and a kill -9 of the daemon
# and none of them drops a packet.
# shellcheck shell=bash
# needs: 512M 300s

lns 0 "secret=$tunnel_secret"
isp_dns 0
isp 1
cable_plug 0
far_end 0
product_start
modprobe l2tp_ppp # not so that it works, but so that the two snapshots can be equal
snapshot before
printf '%s\n' "$isp_password" >"$work/password"
printf '%s\n' "$tunnel_secret" >"$work/tunnel-secret"

# five NAME ADDRESS ADD-OPTION...: add, up, status, redial, down, and nothing is left.
five() {
	local name=$1 address=$2
	shift 2
	note "$name"
	expect 0 pppctl add "$name" "$@"
	if [ "$name" = tunnel ]; then
		expect 0 pppctl set-secret tunnel --tunnel-secret-stdin <"$work/tunnel-secret"
	fi
	expect 0 pppctl up "$name"
	note "up after $took_ms ms"
	expect 0 pppctl status "$name"
	printf '%s\n' "$output"
	expect 0 ping -n -c 2 -W 5 "$address"
	expect 0 pppctl redial "$name"
	note "redialled after $took_ms ms"
	expect 0 ping -n -c 2 -W 5 "$address"
	expect 0 pppctl down "$name"
	note "down after $took_ms ms"
	equal State "$(property "$name" State)" down
}
five dsl 10.65.0.1 --type pppoe --interface wan1 --user "$isp_user" --no-default-route --password-stdin <"$work/password"
five cable 10.80.0.1 --type serial --device /dev/ttyLAB0 --set /serial/modem-lines=false --set /serial/flow-control=none \
	--no-default-route --no-password
five tunnel 10.64.0.80 --type l2tp --server "$lns_server" --user "$isp_user" --password-stdin <"$work/password"
for name in dsl cable tunnel; do
	cp "/etc/ppp-manager/connections/$name.json" "$work/$name.json"
	expect 0 pppctl remove "$name"
done
server_ready() {
	! pgrep -f 'pppd.*(pppoe|pppol2tp)' >/dev/null
}
wait_until 60 "the servers have taken note" server_ready
settled before

note "all three at once"
for name in dsl cable tunnel; do
	flag=--password-stdin
	[ "$name" != cable ] || flag=--no-password
	expect 0 pppctl add "$name" --file "$work/$name.json" "$flag" <"$work/password"
done
expect 0 pppctl set-secret tunnel --tunnel-secret-stdin <"$work/tunnel-secret"
expect 0 pppctl up dsl cable tunnel
declare -A engines since pings
for name in dsl cable tunnel; do
	engines[$name]=$(property "$name" EnginePid)
	since[$name]=$(property "$name" ConnectedAt)
done
for pair in dsl=10.65.0.1 cable=10.80.0.1 tunnel=10.64.0.80; do
	ping -n -i 0.1 "${pair#*=}" >"$work/ping.${pair%=*}" 2>&1 &
	pings[${pair%=*}]=$!
done
for way in restart kill; do
	kept_daemon=$(product_pid)
	if [ "$way" = restart ]; then
		expect 0 systemctl restart ppp-manager.service
	else
		kill -KILL "$kept_daemon"
	fi
	wait_until 20 "another daemon after $way" another_daemon
	for name in dsl cable tunnel; do
		wait_state "$name" up 15
		equal "the engine of $name after $way" "$(property "$name" EnginePid)" "${engines[$name]}"
		equal "ConnectedAt of $name after $way" "$(property "$name" ConnectedAt)" "${since[$name]}"
	done
done
for name in dsl cable tunnel; do
	note "$name"
	ping_kept "${pings[$name]}" "$work/ping.$name"
done
lacks "the journal" "$(journal_of_product)" "left-over process"
expect 0 pppctl down dsl cable tunnel
for name in dsl cable tunnel; do
	expect 0 pppctl remove "$name"
done
wait_until 60 "the servers have taken note" server_ready
settled before
