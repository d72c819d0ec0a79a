# SPDX-License-Identifier: LGPL-2.1-or-later
# Bad input changes nothing and is explained: broken files, names, JSON, options, types.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start
profile_add good wan0

note "broken files disable themselves alone"
profile_write syntax '{ "type": "pppoe", "pppoe": { "interface": "wan0" '
profile_write typo "$(profile_json wan0 '.ppp["lcp-echo-intervall"] = 5')"
profile_write range "$(profile_json wan0 '.ppp.mtu = 70000 | .ipv4["default-route"] = "perhaps"')"
expect 0 pppctl list
listed=$output
printf '%s\n' "$listed"
for name in syntax typo range; do
	contains "pppctl list" "$listed" "$name"
	equal "State of $name" "$(property "$name" State)" failed
	equal "Reason of $name" "$(property "$name" Reason)" profile-invalid
	contains "the journal" "$(journal_of_product)" "$name"
	expect 5 pppctl up "$name"
	contains "why $name does not come up" "$errors" profile-invalid
done
contains "pppctl list" "$listed" /ppp/lcp-echo-intervall
contains "what is wrong with typo" "$(property typo ReasonText)" /ppp/lcp-echo-intervall
contains "what is wrong with typo" "$(property typo ReasonText)" lcp-echo-interval
contains "what is wrong with range" "$(property range ReasonText)" /ppp/mtu
contains "what is wrong with range" "$(property range ReasonText)" /ipv4/default-route
expect 0 pppctl up good
expect 0 profile_write good "$(profile_json wan0 '.ppp.mtuu = 1492')"
contains "pppctl reload" "$errors" "good: /ppp/mtuu: "
lacks "pppctl reload" "$output" "pppctl redial good"
contains "pppctl status" "$(pppctl status good)" "the stored profile is not valid, it cannot be dialled again: /ppp/mtuu: "
expect 5 pppctl redial good
equal "a redial that is refused takes nothing down" "$(property good State)" up
profile_write good "$(profile_json wan0)"
lacks "pppctl status" "$(pppctl status good)" "not valid"
expect 0 pppctl down good
for name in syntax typo range; do
	expect 0 pppctl remove "$name"
done
wait_until 15 "the provider has no session left" isp_idle 0
snapshot before

monitor_start "$work/refusals" "type='error',sender='org.ppp.Manager'"

# refused ERROR WORDS MEMBER...: the manager answers with that error, whose message has those words.
refused() {
	local error=$1 words=$2 count
	shift 2
	count=$(wc -l <"$work/refusals")
	expect 1 bus call org.ppp.Manager "$@"
	contains "the message" "$errors" "$words"
	wait_until 20 "the monitor saw the error" more_refusals "$count"
	equal "the error" "$(tail -n 1 "$work/refusals" | jq -r '.error_name // .["error-name"] // .errorName // empty')" "$error"
}
more_refusals() {
	[ "$(wc -l <"$work/refusals")" -gt "$1" ]
}
manager=(/org/ppp/Manager org.ppp.Manager)
link=("$(connection good)" org.ppp.Connection)
profile=$(profile_json wan0)

note "names"
for name in '' . .hidden ../../etc/passwd a/b 'a b' $'new\nline' "$(printf '%065d' 0)" "ümlaut"; do
	refused org.ppp.Error.InvalidName "" "${manager[@]}" AddConnection 'ssa{sv}' "$name" "$profile" 0
done
refused org.ppp.Error.AlreadyExists "" "${manager[@]}" AddConnection 'ssa{sv}' good "$profile" 0
refused org.ppp.Error.NoSuchConnection "" "${manager[@]}" GetConnection s nobody

note "JSON"
for json in '' '[]' '{' 'null' '{"type":"pppoe"}' '{"type":"token-ring"}' "$(head -c 70000 /dev/zero | tr '\0' ' ')" \
	'{"type":"pppoe","type":"pppoe","pppoe":{"interface":"wan0"}}'; do
	refused org.ppp.Error.InvalidProfile "" "${manager[@]}" AddConnection 'ssa{sv}' new "$json" 0
done
refused org.ppp.Error.InvalidProfile /pppoe/interfacee "${manager[@]}" AddConnection 'ssa{sv}' new \
	'{"type":"pppoe","pppoe":{"interfacee":"wan0"}}' 0
refused org.ppp.Error.InvalidProfile /ppp/mtu "${manager[@]}" AddConnection 'ssa{sv}' new \
	"$(profile_json wan0 '.ppp.mtu = "big"')" 0
refused org.ppp.Error.InvalidProfile /ppp/extra-options "${manager[@]}" AddConnection 'ssa{sv}' new \
	"$(profile_json wan0 '.ppp["extra-options"] = ["plugin", "/tmp/evil.so"]')" 0
refused org.ppp.Error.InvalidProfile /priority "${link[@]}" UpdateProfile s "$(profile_json wan0 '.priority = -1.5')"

note "secrets"
refused org.ppp.Error.InvalidProfile "" "${link[@]}" SetSecrets 'a{sv}' 1 password s "$(printf '%0256d' 0)"
refused org.ppp.Error.InvalidProfile "" "${link[@]}" SetSecrets 'a{sv}' 1 password s $'two\nlines'
refused org.ppp.Error.InvalidProfile "" "${link[@]}" SetSecrets 'a{sv}' 1 password u 7
refused org.ppp.Error.InvalidProfile "" "${link[@]}" SetSecrets 'a{sv}' 1 passwort s x

note "types the bus itself refuses"
expect 1 bus call org.ppp.Manager "${link[@]}" Up s yes
expect 1 bus call org.ppp.Manager "${link[@]}" Up
expect 1 bus call org.ppp.Manager "${link[@]}" Up 'a{sv}' 1 wait s yes
expect 1 bus call org.ppp.Manager "${link[@]}" Explode
expect 1 bus set-property org.ppp.Manager "${link[@]}" State s up
equal State "$(property good State)" down

note "the command line"
expect 2 pppctl
expect 2 pppctl up
expect 2 pppctl up --timeout soon good
expect 2 pppctl add
kill "$monitor_pid"
settled before
