# SPDX-License-Identifier: LGPL-2.1-or-later
# Two connections at once: priority decides who owns the default route, the other one is the fallback.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
isp 1
product_start
profile_write first "$(profile_json wan0 '.priority = 10')"
profile_write second "$(profile_json wan1 '.priority = 20')"
snapshot before

best() { default_routes | head -n 1 | cut -d' ' -f1; }
owner_is() {
	property_is "$1" DefaultRoute true && [ "$(best)" = "$(property "$1" Interface)" ]
}

expect 0 pppctl up second first
note "both up after $took_ms ms"
ip route show default
equal "the first one's address" "$(property first LocalAddress)" 10.64.0.100
equal "the second one's address" "$(property second LocalAddress)" 10.65.0.100
equal "default routes" "$(default_routes | wc -l)" 2
wait_until 20 "the first one owns the default route" owner_is first
equal "DefaultRoute of the second" "$(property second DefaultRoute)" false
for n in 0 1; do
	expect 0 resolvectl query --interface="$(property "$([ $n = 0 ] && echo first || echo second)" Interface)" "www.isp$n.test"
	contains "the answer of provider $n" "$output" "10.$((64 + n)).0.80"
done

note "the owner goes, the other one takes over, the owner comes back"
expect 0 pppctl down first
wait_until 20 "the second one owns the default route" owner_is second
expect 0 ping -c 2 -W 5 10.65.0.80
expect 0 pppctl up first
wait_until 20 "the first one owns the default route again" owner_is first

expect 0 pppctl down --all
equal "the machine's ppp links" "$(links_up)" ""
wait_until 15 "provider 0 has no session left" isp_idle 0
wait_until 15 "provider 1 has no session left" isp_idle 1
settled before
