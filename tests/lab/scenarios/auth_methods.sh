# SPDX-License-Identifier: LGPL-2.1-or-later
# We prove who we are: every method of PPP, with the right secret, a wrong one, and refused. Each cell has its reason and its
# words; none is a general failure.
# shellcheck shell=bash
# needs: 512M 400s

isp 0
product_start

note "we prove who we are"
for method in pap chap mschap mschap-v2 eap; do
	ours=${method/-/}
	case $method in
	pap) shown=PAP ;;
	chap) shown=CHAP ;;
	mschap) shown=MS-CHAP ;;
	mschap-v2) shown=MS-CHAPv2 ;;
	eap) shown=EAP ;;
	esac
	server "$method"
	profile .
	comes_up "$shown, right" "$shown"
	profile ".auth.refuse = [\"$ours\"]"
	fails "$shown, refused" waiting auth-failed "wants the password by $shown, which the profile rules out"
	server "$method" password=other
	profile .
	fails "$shown, wrong" waiting auth-failed "the server refused user name or password"
done
server chap
profile '.auth.refuse = ["pap", "mschap", "mschapv2", "eap"]'
comes_up "CHAP, all others refused" CHAP
profile 'del(.auth.user)'
rm /etc/ppp-manager/secrets/isp.json
fails "CHAP, no password" failed secrets-missing "wants a password (by CHAP), and none is stored"
profile '.auth."allow-empty-password" = true'
rm /etc/ppp-manager/secrets/isp.json
fails "CHAP, empty, wrong" waiting auth-failed "the server refused user name or password"
server chap password=
comes_up "CHAP, empty, right" CHAP

concentrator_stop 0
concentrator 0 --auth unproven
profile .
fails "MS-CHAPv2, the server proves nothing" waiting auth-failed "does not prove that it knows it"

profile . # the last cell but one took the stored secrets away
secrets_stayed
