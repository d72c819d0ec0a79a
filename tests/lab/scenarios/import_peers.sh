# SPDX-License-Identifier: LGPL-2.1-or-later
# What a machine with Debian's ppp has, a peers file and a line of chap-secrets, becomes a connection that comes up without
# editing; and back again, as files that pppd itself comes up with.
# shellcheck shell=bash
# needs: 512M 400s

isp 0
product_start
snapshot before

note "as it has lain there for years"
mkdir -p /etc/ppp/peers
cat >/etc/ppp/peers/provider <<-END
	# made by pppoeconf, and edited since
	noipdefault
	defaultroute
	replacedefaultroute
	hide-password
	lcp-echo-interval 30
	lcp-echo-failure 4
	noauth
	persist
	maxfail 0
	mtu 1492
	noaccomp
	default-asyncmap
	usepeerdns
	plugin rp-pppoe.so \\
		nic-wan0
	user "$isp_user"
END
quoted=${isp_password//\\/\\\\}
printf '# client server secret addresses\n"%s" * "%s"\n' "$isp_user" "${quoted//\"/\\\"}" >/etc/ppp/chap-secrets
chmod 600 /etc/ppp/chap-secrets

expect 0 pppctl import /etc/ppp/peers/provider
cat <<<"$output"
contains "the report" "$output" "nic-wan0"
lacks "the report" "$output$errors" "$isp_password"
expect 1 pppctl import /etc/ppp/peers/provider
contains "the second time" "$errors" "already"
expect 0 pppctl up provider
note "up: $output$errors"
equal State "$(property provider State)" up
expect 0 ping -c 1 -W 5 10.64.0.80
contains "the default route" "$(ip route show default)" "dev $(property provider Interface)"
contains "DNS" "$(resolvectl dns "$(property provider Interface)")" 10.64.0.53
equal "of the password in the profile" "$(pppctl show provider | grep -c "$isp_password" || true)" 0
expect 0 pppctl down provider
wait_until 15 "the provider has no session left" isp_idle 0

note "and back"
mkdir /etc/ppp/peers.new
expect 0 pppctl export provider --format peers --output /etc/ppp/peers.new
systemctl stop ppp-manager.service
cat /etc/ppp/peers.new/*
rm /etc/ppp/peers/provider
cp /etc/ppp/peers.new/* /etc/ppp/peers/
pppd call provider updetach >/dev/null
# (it detaches when IPv6 or IPv4 is up, and sets its default route behind the address)
pppd_is_up() { ip -o address show | grep_all "peer 10.64.0.1/32" && [ -n "$(ip route show default)" ]; }
wait_until 30 "pppd alone is up" pppd_is_up
expect 0 ping -c 1 -W 5 10.64.0.80
poff -a || true
wait_until 30 "the provider has no session left" isp_idle 0
