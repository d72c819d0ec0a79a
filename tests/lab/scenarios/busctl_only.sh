# SPDX-License-Identifier: LGPL-2.1-or-later
# The bus contract is enough: add, up, properties, signals, statistics, down, remove with busctl alone.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
snapshot before

manager() {
	bus --json=short call org.ppp.Manager /org/ppp/Manager org.ppp.Manager "$@"
}
link() {
	bus --json=short call org.ppp.Manager "$object" org.ppp.Connection "$@"
}

note "add"
expect 0 manager AddConnection 'ssa{sv}' my-isp "$(profile_json wan0)" 1 password s "$isp_password"
object=$(jq -r '.data[0]' <<<"$output")
equal "the path" "$object" /org/ppp/Connection/my_2disp
expect 0 manager ListConnections
equal "the list" "$(jq -c '.data[0]' <<<"$output")" "[[\"my-isp\",\"$object\",\"pppoe\",\"down\"]]"
expect 0 bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects
equal "managed objects" "$(jq -r --arg object "$object" '.data[0][$object]["org.ppp.Connection"].Name.data' <<<"$output")" my-isp
expect 1 manager AddConnection 'ssa{sv}' my-isp "$(profile_json wan0)" 0
expect 0 link GetProfile
equal "the profile" "$(jq -r '.data[0]' <<<"$output")" "$(profile_json wan0)"

note "up"
states_start my-isp
expect 0 link Up 'a{sv}' 1 wait b true
note "Up returned after $took_ms ms"
equal State "$(property my-isp State)" up
equal LocalAddress "$(property my-isp LocalAddress)" 10.64.0.100
expect 0 ping -c 2 -W 5 10.64.0.80
expect 1 link Up 'a{sv}' 0 # AlreadyUp
expect 0 link GetStatistics
[ "$(jq '.data[0]["tx-packets"].data' <<<"$output")" -ge 2 ] || fail "statistics do not count: $output"
equal "sessions so far" "$(jq '.data[0].sessions.data' <<<"$output")" 1
expect 0 link GetTimeline u 0
[ "$(jq '.data[0] | length' <<<"$output")" -ge 3 ] || fail "the timeline is empty: $output"

note "redial, down"
expect 0 link Redial 'a{sv}' 2 wait b true origin s "the lab"
equal State "$(property my-isp State)" up
expect 0 link Down 'a{sv}' 1 wait b true
equal State "$(property my-isp State)" down
expect 1 link Redial 'a{sv}' 0 # NotUp
states_stop
states
equal "the first change" "$(states | head -n 1 | cut -d' ' -f1-2)" "connecting down"
equal "the last change" "$(states | tail -n 1 | cut -d' ' -f1-2)" "down disconnecting"
equal "how often it came up" "$(states | grep -c '^up ')" 2

note "remove"
expect 0 link Remove
expect 1 link GetProfile
expect 0 manager ListConnections
equal "the list" "$(jq -c '.data[0]' <<<"$output")" "[]"
wait_until 15 "the provider has no session left" isp_idle 0
settled before
