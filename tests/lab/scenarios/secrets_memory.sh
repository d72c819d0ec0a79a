# SPDX-License-Identifier: LGPL-2.1-or-later
# The password, looked for in the whole memory of daemon and pppd while the link is up: where somebody typed it, and pppd
# keeps it for the next question of the peer, it lies on a locked page that is in no core dump; nowhere else.
# shellcheck shell=bash
# needs: 512M 300s

isp_password=Zq7unGuessable9xKw
lns_cable 0
isp_options 0 auth=pap
isp_pppoe 0
isp_dns 0
product_start

# places PID [SECRET]: where in its memory it, or the password, is, a line each, without addresses.
places() {
	local status=0
	printf '%s' "${2:-$isp_password}" | /lab/peers/memory_look "$1" 2>"$work/looked" >"$work/places" || status=$?
	[ "$status" != 2 ] || fail "no look at the memory of $1: $(cat "$work/looked")"
	sed 's/ +.*//' "$work/places" | sort | uniq -c | sed 's/^ *//'
}
# holds WHO PID PLACES [SECRET]
holds() {
	local found
	found=$(places "$2" "${4:-}")
	note "$1: ${found:-nowhere} ($(cat "$work/looked"))"
	equal "where the secret is in $1" "$found" "$3"
}

note "the look itself finds what is there: in this shell"
contains "what is found in a shell that knows it" "$(places $$)" "open [heap]"

profile_add isp wan0
daemon=$(product_pid)
holds "the daemon that was given it to store" "$daemon" ""
for method in pap chap; do
	isp_options 0 "auth=$method"
	expect 0 pppctl up isp
	engine=$(property isp EnginePid)
	holds "the daemon, dialled with $method" "$daemon" ""
	holds "pppd, dialled with $method" "$engine" "1 locked anonymous"
	expect 0 pppctl down isp
	holds "the daemon after the link" "$daemon" ""
done

note "typed and stored nowhere: kept as long as the link is wanted"
rm /etc/ppp-manager/secrets/isp.json
printf '%s\n' "$isp_password" >"$work/typed"
(
	asked() {
		grep -q 'Password of' "$work/terminal"
	}
	: >"$work/terminal"
	wait_until 20 "pppctl asks" asked
	cat "$work/typed"
) | script --quiet --flush --return --command 'pppctl up isp --ask' "$work/terminal" >"$work/shown" ||
	fail "pppctl up --ask: $(cat "$work/shown")"
engine=$(property isp EnginePid)
holds "the daemon that was told" "$daemon" "1 locked anonymous"
holds "pppd" "$engine" "1 locked anonymous"

note "a tunnel: its program has the tunnel's secret and passes the password on"
expect 0 pppctl down isp
holds "the daemon after the link" "$daemon" ""
tunnel_secret=Wk3alsoUnguessable7
lns 0 secret="$tunnel_secret"
tunnel_add work . "$tunnel_secret"
expect 0 pppctl up work
tunnel=$(pgrep -xf '.*/ppp-manager-l2tp( .*)?')
for secret in "$isp_password" "$tunnel_secret"; do
	holds "the daemon" "$daemon" "" "$secret"
	holds "ppp-manager-l2tp" "$tunnel" "1 locked anonymous" "$secret"
done
# (more than one pppd: xl2tpd's has the password in the clear, from its own secrets file)
engine=$(pgrep -P "$tunnel" -x pppd)
holds "its pppd" "$engine" "1 locked anonymous"
holds "its pppd" "$engine" "" "$tunnel_secret"

note "whoever collects core dumps gets none, not even through a pipe, which knows no limit"
mkdir "$work/cores"
# shellcheck disable=SC2016 # expanded when it runs
printf '#!/bin/sh\ncat >"%s/$1"\n' "$work/cores" >"$work/collect"
chmod 755 "$work/collect"
echo "|$work/collect %p" >/proc/sys/kernel/core_pattern
sleep 1000 &
bait=$!
kill -ABRT "$bait"
wait "$bait" || true
collected() {
	[ -s "$work/cores/$bait" ]
}
wait_until 20 "the dump of another process is collected" collected
kill -ABRT "$daemon"
another_life() {
	[ "$(product_pid)" != "$daemon" ] && [ "$(product_pid)" != 0 ] && product_answers
}
wait_until 20 "another daemon is there" another_life
kill -ABRT "$engine"
wait_until 20 "pppd is gone" process_gone "$engine"
equal "dumps that were collected" "$(ls "$work/cores")" "$bait"
expect 0 pppctl down work
holds "the next daemon" "$(product_pid)" ""
