# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Authentication in both directions between connection "isp" and provider 0, a cell of a table at a time.

# What the provider knows to prove who it is, under the name "provider".
peer_secret='what the #peer "knows"'

# row WHAT STATE REASON TEXT: a line of the table that is printed.
row() {
	note "$(printf '%-34s %-8s %-18s %s' "$1" "$2" "$3" "${4//$'\n'/ }")"
}

# server METHOD|none [ISP-OPTION...]: how the provider treats the next call.
server() {
	local method=$1
	shift
	isp_options 0 "auth=$method" "$@"
	printf '"provider" * "%s" *\n' "${peer_secret//\"/\\\"}" >>/srv/isp0/ppp/chap-secrets
	cp /srv/isp0/ppp/chap-secrets /srv/isp0/ppp/pap-secrets
}

# profile JQ-FILTER: the profile of the next call, which is not repeated soon; the password is stored with it, and nothing else.
profile() {
	profile_write isp "$(profile_json wan0 ".reconnect = {discovery: {first: 120}, auth: {first: 600}} | $1")"
}

peer_password() {
	printf '%s\n' "$1" | pppctl set-secret isp --peer-password-stdin >/dev/null
}

# comes_up WHAT [AUTH-PROTOCOL]
comes_up() {
	expect 0 pppctl up isp
	equal "State: $1" "$(property isp State)" up
	[ -z "${2:-}" ] || equal "auth-protocol: $1" "$(property isp Details | jq -r '."auth-protocol".data')" "$2"
	row "$1" up - "$took_ms ms"
	expect 0 pppctl down isp
}

# fails WHAT STATE REASON WORDS...: in that state, for that reason, with those words, and told by pppctl.
fails() {
	local what=$1 state=$2 reason=$3 text
	shift 3
	expect 5 pppctl up isp
	text=$(property isp ReasonText)
	row "$what" "$(property isp State)" "$(property isp Reason)" "$text"
	equal "Reason: $what" "$(property isp Reason)" "$reason"
	equal "State: $what" "$(property isp State)" "$state"
	contains "pppctl: $what" "$errors" "$reason"
	for word in "$@"; do
		contains "ReasonText: $what" "$text" "$word"
	done
	expect 0 pppctl down isp
}

# secrets_stayed: neither secret is in the journal, and they lie where they should.
secrets_stayed() {
	journal_lacks "the peer's secret" -e "$peer_secret" -e "far secret"
	equal "mode of the secrets" "$(stat -c '%a %U:%G' /etc/ppp-manager/secrets/isp.json)" "600 root:root"
}
