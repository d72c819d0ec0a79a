# SPDX-License-Identifier: LGPL-2.1-or-later
# The lab itself, without the product: bare pppd against the provider, resolved, polkit, users, and snapshots that tell.
# shellcheck shell=bash
# needs: 512M 300s
# product: no

note "two snapshots of an untouched machine are equal"
ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.0.2.2/24 dev lan0
snapshot first
settled first

note "a snapshot tells"
ip route add 198.51.100.0/24 dev lan0 table 77
ip -6 address add 2001:db8::1/64 dev lan0 nodad
ip rule add from 192.0.2.2 table 77
sysctl -q -w net.ipv4.conf.lan0.rp_filter=2
nft add table bridge left_behind
resolvectl dns lan0 192.0.2.53
touch /run/left-behind
echo changed >>/etc/hostname
systemd-run --quiet --unit=left-behind tail -f /dev/null
wait_until 20 "it is what it will be" pgrep -f "tail -f /dev/null"
snapshot second
differs() {
	diff "$work/first/$1" "$work/second/$1" >"$work/difference" && fail "a snapshot does not see a changed $1"
	contains "the difference of $1" "$(cat "$work/difference")" "$2"
}
differs routes4 198.51.100.0
differs routes6 2001:db8::
differs rules4 192.0.2.2
differs addresses 2001:db8::1
differs firewall left_behind
differs sysctl lan0/rp_filter
differs resolved 192.0.2.53
differs files /run/left-behind
differs contents /etc/hostname
differs processes "tail -f /dev/null"

isp 0
note "provider is up"
snapshot before

bare_pppd 0 usepeerdns ip-up-script /nonexistent ip-down-script /nonexistent
wait_until 30 "bare pppd has an address" has_address ppp0 10.64.0.100
note "bare pppd connected after $waited_ms ms"
expect 0 ip route add 10.64.0.0/24 dev ppp0
expect 0 ping -c 2 -W 5 10.64.0.53

note "a name through resolved and the name server behind the provider"
expect 0 resolvectl dns ppp0 10.64.0.53
expect 0 resolvectl domain ppp0 '~.'
expect 0 resolvectl query www.isp0.test
contains "resolvectl's answer" "$output" 10.64.0.80
expect 0 getent hosts www.isp0.test
contains "the C library's answer" "$output" 10.64.0.80
expect 0 resolvectl revert ppp0

bare_end TERM
equal "pppd's exit status after SIGTERM" "$bare_status" 5
rm -f /etc/ppp/resolv.conf
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "wrong password: bare pppd is told so"
(
	isp_password=wrong
	bare_pppd 0
	bare_wait
	# 19 by the book, 16 where the server's hang-up is read in the same turn
	[ "$bare_status" = 16 ] || equal "pppd's exit status" "$bare_status" 19
	contains "pppd's log" "$(cat "$work/bare.log")" "CHAP authentication failed"
)

note "polkit answers for a user without a session"
user_add eve
user_add dora dip
contains "dora's groups" "$(as dora id -Gn)" dip
lacks "eve's groups" "$(as eve id -Gn)" dip
equal "who eve is" "$(as eve id -un)" eve
expect 1 as eve busctl --system call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
	StopUnit ss isp0-dns.service replace
contains "the refusal" "$errors" "nteractive authentication required"
