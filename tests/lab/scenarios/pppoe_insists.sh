# SPDX-License-Identifier: LGPL-2.1-or-later
# A server that insists: on the customer's hardware address, his Host-Uniq, the service's name, and one concentrator of
# two; several sessions on one interface; who is there, with the round trip.
# shellcheck shell=bash
# needs: 512M 300s

isp_cable 0
product_start
all='.pppoe += {service: "gold", "access-concentrator": "second", "clone-mac": "02:00:00:00:00:99", "host-uniq": "c0ffee01"}'
install -d -m 755 /etc/ppp-manager/connections # as profile_write leaves it
snapshot before
concentrator 0 --named --service gold --only-mac 02:00:00:00:00:99 --only-host-uniq c0ffee01 --ac first --ac second
profile_write isp "$(profile_json wan0 "$all")"
expect 0 pppctl up isp
note "up after $took_ms ms"
contains "the session's peer" "$(cat /proc/net/pppoe)" "02:ac:00:00:00:01"
equal "the concentrator" "$(property isp Details | jq -r '."access-concentrator".data // ."access-concentrator"')" second
expect 0 pppctl down isp

# without KEY FILTER: the same profile less one thing is not served.
without() {
	profile_write isp "$(profile_json wan0 "$all | .pppoe.\"discovery-timeout\" = 3 | $2")"
	expect 5 pppctl up isp
	note "without $1: $(property isp ReasonText)"
	equal "Reason without $1" "$(property isp Reason)" discovery-timeout
	expect 0 pppctl down isp
}
without "the service" 'del(.pppoe.service)'
without "the address" 'del(.pppoe."clone-mac")'
without "the Host-Uniq" 'del(.pppoe."host-uniq")'
without "the concentrator" '.pppoe."access-concentrator" = "third"'
profile_write isp "$(profile_json wan0 "$all")"
expect 0 pppctl up isp
expect 0 pppctl down isp
expect 0 pppctl remove isp
concentrator_stop 0
settled before

note "several sessions on one interface"
concentrator 0 --ac near --ac far,delay=40
for n in 1 2 3; do
	profile_write "isp$n" "$(profile_json wan0 '.pppoe."access-concentrator" = "near" | .priority = '"$n")"
done
expect 0 pppctl up isp1 isp2 isp3
sessions() {
	awk 'NR > 1 { print $1 }' /proc/net/pppoe | sort -u | wc -l
}
equal "sessions in the kernel" "$(sessions)" 3
equal "who has the default route" "$(property isp1 DefaultRoute) $(property isp2 DefaultRoute) $(property isp3 DefaultRoute)" "true false false"
addresses=$(for n in 1 2 3; do property "isp$n" LocalAddress; done | sort -u | wc -l)
equal "addresses" "$addresses" 3
expect 0 pppctl down isp1
equal "sessions in the kernel" "$(sessions)" 2
wait_property isp2 DefaultRoute true 15
equal State "$(property isp3 State)" up

note "who is there, while sessions are up"
expect 0 pppctl discover wan0
printf '%s\n' "$output"
found=$(pppctl discover wan0 --json)
equal "names" "$(jq -r '[.[].name] | sort | join(" ")' <<<"$found")" "far near"
near=$(jq '.[] | select(.name == "near") | ."rtt-ms"' <<<"$found")
far=$(jq '.[] | select(.name == "far") | ."rtt-ms"' <<<"$found")
note "round trips: near $near ms, far $far ms"
between "the far one's round trip in ms" "${far%.*}" 40 2000
[ "$(jq -n "$near > 0 and $near < $far")" = true ] || fail "near is not nearer than far: $near, $far"
expect 0 pppctl down isp2 isp3
for n in 1 2 3; do
	expect 0 pppctl remove "isp$n"
done
concentrator_stop 0
settled before
