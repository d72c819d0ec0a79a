# SPDX-License-Identifier: LGPL-2.1-or-later
# The peer proves who it is (auth.require): every method that can be asked of it, right, wrong, by another name, not at all;
# and both directions at once.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes
# full: METHODS=4

isp 0
product_start

note "the peer proves who it is"
methods=(pap mschap-v2 chap mschap) # the first two stand for all in the short run
for method in "${methods[@]:0:${METHODS:-2}}"; do
	shown=$(tr '[:lower:]' '[:upper:]' <<<"$method" | sed 's/MSCHAP/MS-CHAP/; s/-V2/v2/')
	server none "extra=name provider"
	profile ".auth.require = [\"${method/-/}\"]"
	peer_password "$peer_secret"
	comes_up "peer: $shown, right"
	peer_password "another"
	fails "peer: $shown, wrong" waiting peer-auth-failed "the peer's proof by $shown is wrong" '"provider"'
	server none "extra=name nobody"
	fails "peer: $shown, it has no secret" waiting peer-auth-failed "the peer refuses to prove who it is"
done
server none "extra=name provider"
profile '.auth.require = ["chap"] | .auth."remote-name" = "provider"'
peer_password "$peer_secret"
comes_up "peer: CHAP, the right name"
for method in pap chap; do
	profile ".auth.require = [\"$method\"] | .auth.\"remote-name\" = \"another\""
	peer_password "$peer_secret"
	fails "peer: $method, another name" waiting peer-auth-failed "not the name in auth.remote-name" '"provider"'
done
profile '.auth.require = ["chap"]'
fails "peer: CHAP, only our own password is stored" failed secrets-missing "nothing is stored that the peer could prove"
profile 'del(.auth.user) | .auth.require = ["chap"]'
rm /etc/ppp-manager/secrets/isp.json
fails "peer: CHAP, nothing stored" failed secrets-missing "nothing is stored that the peer could prove"

note "both at once, each with its own secret"
for method in "${methods[@]:0:${METHODS:-2}}"; do
	server "$method" "extra=name provider"
	profile ".auth.require = [\"${method/-/}\"]"
	peer_password "$peer_secret"
	comes_up "both: $method, right"
	server "$method" "extra=name provider" password=other
	fails "both: $method, ours wrong" waiting auth-failed "the server refused user name or password"
	server "$method" "extra=name provider"
	peer_password other
	fails "both: $method, the peer's wrong" waiting peer-auth-failed "the peer's proof"
done

note "three in a row are enough"
profile '.auth.require = ["chap"] | .reconnect = {auth: {first: 1, factor: 1, cap: 1}}'
peer_password another
expect 5 pppctl up isp
wait_state isp failed 120
equal Reason "$(property isp Reason)" peer-auth-failed
peer_password "$peer_secret"
wait_state isp up 60 # a new secret is a reason to try again
expect 0 pppctl down isp

note "what cannot be had is said at once"
mv /etc/ppp-manager/connections/isp.json "$work/isp.json"
jq '.auth.require = ["eap"]' "$work/isp.json" >/etc/ppp-manager/connections/isp.json
expect 0 pppctl reload
expect 5 pppctl up isp
contains "pppctl's errors" "$errors" profile-invalid
contains "pppctl's errors" "$errors" '"eap" cannot be asked of the peer'

note "over a serial line, through its engine"
cable_plug 0
far_end 0 noauth user "$isp_user"
profile_cable cable 0 '.auth.require = ["chap"]'
printf 'far secret\n' | pppctl set-secret cable --peer-password-stdin
expect 0 pppctl up cable
expect 0 pppctl down cable
printf 'wrong\n' | pppctl set-secret cable --peer-password-stdin
expect 5 pppctl up cable
equal Reason "$(property cable Reason)" peer-auth-failed
contains ReasonText "$(property cable ReasonText)" "\"$isp_user\""
expect 0 pppctl down cable

secrets_stayed
