# SPDX-License-Identifier: LGPL-2.1-or-later
# Who may do what: everybody reads, members of dip control, nobody but administrators changes.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
user_add eve
user_add dora dip
snapshot before

denied() {
	local name=$1
	shift
	expect 4 as "$name" pppctl "$@"
}

note "eve reads, and that is all"
expect 0 as eve pppctl list
contains "eve's list" "$output" isp
expect 0 as eve pppctl status isp
contains "eve's page" "$output" "Wanted"
expect 0 as eve pppctl --json status isp
equal "the state that eve reads" "$(jq -r .state <<<"$output")" down
expect 0 as eve pppctl explain isp
contains "eve's explanation" "$output" "isp has not been dialled"
as eve timeout 2 pppctl monitor isp >"$work/heard" && fail "the monitor ended by itself"
equal "what eve's monitor complains of" "$(cat "$work/heard")" ""
expect 4 as eve pppctl --json up isp
equal "the kind of failure" "$(jq -r '.connections[0].error.kind' <<<"$output")" not-authorized
contains "what helps eve" "$errors" "group dip"
expect 4 as eve pppctl show isp
contains "what helps eve" "$errors" "takes an administrator"
denied eve up isp
denied eve down isp
denied eve redial isp
denied eve show isp
denied eve reload
denied eve remove isp
printf 'mine\n' >"$work/secret"
chmod 644 "$work/secret"
chmod 755 "$work"
denied eve set-secret isp --password-stdin <"$work/secret"
denied eve add hers --type pppoe --interface wan0 --user eve --password-stdin <"$work/secret"
denied eve discover wan0
equal State "$(property isp State)" down
settled before

note "dora of dip: up and down, no more"
expect 0 as dora pppctl up isp
equal State "$(property isp State)" up
denied eve down isp
equal State "$(property isp State)" up
denied dora show isp
denied dora remove isp
denied dora reload
denied dora add hers --type pppoe --interface wan0 --user dora --password-stdin <"$work/secret"
denied dora set-secret isp --password-stdin <"$work/secret"
expect 0 as dora pppctl redial isp
expect 0 as dora pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "without pppctl in between: the bus refuses, too"
expect 1 as eve busctl --system --auto-start=no call org.ppp.Manager "$(connection isp)" org.ppp.Connection Up 'a{sv}' 0
expect 1 as eve busctl --system --auto-start=no call org.ppp.Manager /org/ppp/Manager org.ppp.Manager DownAll 'a{sv}' 0
equal State "$(property isp State)" down
expect 1 as eve cat /etc/ppp-manager/secrets/isp.json
