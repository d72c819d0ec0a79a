# SPDX-License-Identifier: LGPL-2.1-or-later
# What resolved has of a link is what the profile asks for, in each mode, and again after its restart; where it is stopped
# and nobody else is there, that is said.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start

# told INTERFACE: servers, domains, default route, DNSSEC and DNS-over-TLS of the link, a line each.
told() {
	local what
	for what in dns domain default-route dnssec dnsovertls; do
		resolvectl "$what" "$1" | sed -e 's/^Link [0-9]* ([^)]*): *//' -e 's/ *$//'
	done
}
lines() {
	printf '%s\n' "$@"
}
has_what_it_had() {
	[ "$(told "$interface")" = "$had" ]
}
handler_is() {
	[ "$(manager_property DnsHandler)" = "$1" ]
}
trouble() {
	property isp Details | jq -r '.trouble.data // empty'
}
trouble_gone() {
	[ -z "$(trouble)" ]
}
profile_dns() {
	profile_write isp "$(profile_json wan0 ".dns = $1")"
}

# mode DNS SERVERS DOMAINS DEFAULT-ROUTE DNSSEC OVER-TLS
mode() {
	note "dns: $1"
	profile_dns "$1"
	shift
	expect 0 pppctl up isp
	equal "what pppctl up complains of" "$errors" ""
	interface=$(property isp Interface)
	had=$(told "$interface")
	equal "what resolved has" "$had" "$(lines "$@")"
	equal DnsHandler "$(manager_property DnsHandler)" resolved
}

dnssec=$(told wan0 | sed -n 4p)
over_tls=$(told wan0 | sed -n 5p)
profile_dns '{}'
snapshot before
mode '{}' 10.64.0.53 "" yes "$dnssec" "$over_tls"
expect 0 pppctl down isp
mode '{mode: "static", servers: ["10.64.0.99", "2001:db8::53"], search: ["example.com", "~corp.example"],
	"default-route": false}' "10.64.0.99 2001:db8::53" "example.com ~corp.example" no "$dnssec" "$over_tls"
equal DnsServers "$(property isp DnsServers)" '["10.64.0.99","2001:db8::53"]'
expect 0 pppctl down isp
note "dns: off"
profile_dns '{mode: "off"}'
expect 0 pppctl up isp
equal "what pppctl up complains of" "$errors" ""
equal "resolved's servers" "$(told "$(property isp Interface)" | sed -n 1p)" ""
equal DnsServers "$(property isp DnsServers)" '[]'
expect 0 pppctl down isp
mode '{mode: "peer+static", servers: ["10.64.0.99"], search: ["~."], dnssec: "allow-downgrade",
	"over-tls": "opportunistic"}' "10.64.0.99 10.64.0.53" "~." yes allow-downgrade opportunistic

note "resolved is restarted"
systemctl restart systemd-resolved.service
wait_until 60 "resolved has again what it had" has_what_it_had
note "again after $waited_ms ms"

note "resolved is stopped, and nobody else is there"
systemctl mask --now --runtime --quiet systemd-resolved.service
wait_until 15 "DnsHandler is none" handler_is none
expect 0 pppctl down isp
expect 0 pppctl up isp
contains "what pppctl up complains of" "$errors" "nothing on this machine takes the link's DNS servers"
interface=$(property isp Interface)
systemctl unmask --runtime --quiet systemd-resolved.service
systemctl start systemd-resolved.service
wait_until 60 "resolved has what the profile asks for" has_what_it_had
wait_until 60 "nothing is amiss" trouble_gone
equal DnsHandler "$(manager_property DnsHandler)" resolved
expect 0 pppctl down isp
profile_dns '{}'
wait_until 15 "the provider has no session left" isp_idle 0
settled before
