# SPDX-License-Identifier: LGPL-2.1-or-later
# Encryption (MPPE) on the keys of MS-CHAP, in every mode, seen on the wire; and each way in which it cannot be had.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

isp 0
product_start

note "every mode; stateful is allowed and never asked for, so that two pppds agree on stateless"
for mode in on 40 128 stateful 40-stateful 128-stateful; do
	strength=${mode%-stateful}
	case $mode in *stateful) state=mppe-stateful ;; *) state=nomppe-stateful ;; esac
	case $strength in 40 | 128) wanted=require-mppe-$strength ;; *) wanted=$'require-mppe-40\nrequire-mppe-128' strength=128 ;; esac
	server mschap-v2 "extra=$wanted"$'\n'"$state"$'\n'nodeflate$'\n'nobsdcomp
	: >/lab/out/isp0.log
	profile ".ppp.mppe = \"$mode\""
	comes_up "MPPE $mode" MS-CHAPv2
	contains "the provider's log" "$(cat /lab/out/isp0.log)" "MPPE $strength-bit stateless compression enabled"
done
server mschap-v2 extra=require-mppe
profile '.ppp.mppe = "on"'
expect 0 pppctl up isp
tcpdump -i wan0 -n -c 8 -w "$work/wire" 2>"$work/tcpdump" &
tcpdump_pid=$!
wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
expect 0 ping -n -c 4 -W 5 -p 6d61727465726d61 10.64.0.80
wait "$tcpdump_pid"
lacks "what goes over the wire" "$(tr -d '\0' <"$work/wire" | tr -c '[:print:]' '?')" marterma
expect 0 pppctl down isp
server mschap-v2 extra=noccp
fails "MPPE, the server has none" waiting negotiation-failed "no encryption (MPPE)"
server chap
fails "MPPE, the server wants CHAP" waiting auth-failed "wants the password by CHAP, which the profile rules out"
server none
fails "MPPE, the server wants nothing" waiting negotiation-failed "encryption (MPPE) needs MS-CHAP"
server none "extra=name provider"$'\n'require-mppe
profile '.ppp.mppe = "on" | .auth = {require: ["mschapv2"], refuse: ["mschap", "mschapv2"]}'
peer_password "$peer_secret"
comes_up "MPPE, keys of the peer's proof"
