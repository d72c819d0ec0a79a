# SPDX-License-Identifier: LGPL-2.1-or-later
# The forced reconnect: a redial gives another address, default route and name servers are right when it is answered, and
# nothing of the old address is left. On request, by a timer, and by the profile's own session-limit.
# shellcheck shell=bash
# needs: 512M 600s

isp 0
product_start
plain='.ipv6.enabled = false | .ipv4.routes = [{to: "203.0.113.0/24"}]'
profile_write isp "$(profile_json wan0 "$plain")"
snapshot before
expect 0 pppctl up isp
seen=$(property isp LocalAddress)

ip -ts monitor address >"$work/addresses" 2>&1 &
watcher=$!
stamp_us() { date -d "$1" +%s%6N; }
# came ADDRESS / went ADDRESS: when the kernel said so, in µs.
came() { stamp_us "$(sed -n "s|^\[\(.*\)\] [^D].* inet $1 .*|\1|p" "$work/addresses" | tail -n 1)"; }
went() { stamp_us "$(sed -n "s|^\[\(.*\)\] Deleted .* inet $1 .*|\1|p" "$work/addresses" | tail -n 1)"; }
told() { grep -q "^\[.*\] [^D].* inet $1 " "$work/addresses"; }
everything() {
	ip address
	ip route show table all
	ip -6 route show table all
	ip rule
	resolvectl status --no-pager
}

# renewed WHAT ORIGIN: all is right now; no waiting.
renewed() {
	local old=$address new interface
	new=$(property isp LocalAddress)
	interface=$(property isp Interface)
	[ "$new" != "$old" ] || fail "still the address $old"
	! grep -qxF "$new" <<<"$seen" || fail "the address $new was had before"
	seen+=$'\n'$new
	equal State "$(property isp State)" up
	equal "the best default route" "$(default_routes | head -n 1 | cut -d' ' -f1)" "$interface"
	equal "default routes" "$(default_routes | wc -l)" 1
	contains "the way to the world" "$(ip route get 198.51.100.1)" "src $new"
	contains "the profile's route" "$(ip route show 203.0.113.0/24)" "$interface"
	equal DnsServers "$(property isp DnsServers)" '["10.64.0.53"]'
	contains "the name servers" "$(resolvectl dns "$interface")" 10.64.0.53
	everything >"$work/everything"
	grep -qwF "$new" "$work/everything" || fail "the new address is nowhere"
	! grep -wF "$old" "$work/everything" || fail "the old address $old is somewhere"
	equal "resolved's links with a server" "$(resolvectl dns | grep -c 10.64.0.53)" 1
	expect 0 resolvectl query www.isp0.test
	expect 0 ping -c 1 -W 5 10.64.0.80
	wait_until 20 "the monitor has told" told "$new"
	note "$1: $old → $new, without an address for $((($(came "$new") - $(went "$old")) / 1000)) ms"
	address=$new
}
is_another() { [ "$(property isp LocalAddress)" != "$address" ] && property_is isp State up; }
origins() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0 |
		jq -r '.data[0][] | select(.[1] == "redial") | .[2].origin.data'
}
leaving() { states | awk '$2 == "up" { print $3 }'; }

address=$seen
for time in first second third; do
	expect 0 pppctl redial isp
	renewed "the $time redial ($took_ms ms)"
done

note "by a timer"
states_start isp
systemd-run --quiet --unit=nightly --on-active=1s --timer-property=AccuracySec=1ms pppctl redial isp --origin nightly
wait_until 60 "another address" is_another
redial_done() { unit_gone nightly.service; }
wait_until 30 "the timer's service has ended" redial_done
renewed "the timer's redial"
contains "who asked for redials" "$(origins)" nightly
states_stop
equal "why up was left" "$(leaving)" user-request

note "by the profile's session-limit, twice"
profile_write isp "$(profile_json wan0 "$plain | .[\"session-limit\"] = 40")"
equal NeedsRedial "$(property isp NeedsRedial)" true
expect 0 pppctl redial isp
renewed "with another profile"
states_start isp
for time in first second; do
	wait_until 120 "another address" is_another
	renewed "the $time limit"
done
states_stop
equal "why up was left" "$(leaving | sort | uniq -c | awk '{ print $1, $2 }')" "2 session-limit"

expect 0 pppctl down isp
kill "$watcher"
wait "$watcher" || true
profile_write isp "$(profile_json wan0 "$plain")"
wait_until 15 "the provider has no session left" isp_idle 0
settled before
