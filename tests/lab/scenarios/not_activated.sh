# SPDX-License-Identifier: LGPL-2.1-or-later
# Only who wants it gets the daemon: reading verbs start nothing, acting verbs start an enabled service, and a disabled
# one stays where it is.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
expect 0 systemctl stop ppp-manager.service

inactive() {
	equal "the unit" "$(systemctl show -P ActiveState ppp-manager.service)" inactive
}

for verb in list status "status isp" "--json list"; do
	# shellcheck disable=SC2086 # words of a command
	expect 7 pppctl $verb
	note "pppctl $verb: $errors"
	inactive
done

note "an acting verb starts the enabled service"
expect 0 pppctl up isp
equal State "$(property isp State)" up
expect 0 pppctl down isp
expect 0 systemctl stop ppp-manager.service

note "a disabled one is not started"
expect 0 systemctl disable ppp-manager.service
expect 7 pppctl up isp
inactive
