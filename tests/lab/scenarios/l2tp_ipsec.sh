# SPDX-License-Identifier: LGPL-2.1-or-later
# A tunnel with require-ipsec where the machine has a policy for its server (with fixed keys: no key exchange is needed):
# it comes up, only ESP is on the wire, and an address that no policy covers is left out.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

lns 0 "secret=$tunnel_secret"
isp_dns 0
product_start

# protect PREFIX: ESP in transport mode for UDP between us and the server's port, at both ends ("ip", "ip -n isp0").
keys=(enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff
	auth 'hmac(sha256)' 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff)
protect() {
	local out=out in=in
	"$@" xfrm state add src 192.0.2.2 dst "$lns_server" proto esp spi 0x100 mode transport "${keys[@]}"
	"$@" xfrm state add src "$lns_server" dst 192.0.2.2 proto esp spi 0x200 mode transport "${keys[@]}"
	if [ $# -gt 1 ]; then
		out=in in=out
	fi
	"$@" xfrm policy add src 192.0.2.2/32 dst "$lns_server/32" proto udp dport 1701 dir $out \
		tmpl src 192.0.2.2 dst "$lns_server" proto esp mode transport
	"$@" xfrm policy add src "$lns_server/32" dst 192.0.2.2/32 proto udp sport 1701 dir $in \
		tmpl src "$lns_server" dst 192.0.2.2 proto esp mode transport
}
protect ip
protect ip -n isp0

# listen FILE, heard FILE FILTER: what goes over the wire between us and the provider's servers.
listen() {
	tcpdump -i wan0 -n --immediate-mode -w "$1" net 10.64.0.0/24 2>"$work/tcpdump" &
	tcpdump_pid=$!
	wait_until 10 "tcpdump listens" grep -q listening "$work/tcpdump"
}
stop_listening() {
	kill -INT "$tcpdump_pid"
	wait "$tcpdump_pid" || true
}
heard() {
	tcpdump -n -r "$1" "$2" 2>/dev/null | wc -l
}

tunnel_add isp '.l2tp."require-ipsec" = true' "$tunnel_secret"
listen "$work/esp.pcap"
expect 0 pppctl up isp
expect 0 ping -c 3 -W 5 10.64.0.80
expect 0 pppctl down isp
stop_listening
equal "packets in clear text" "$(heard "$work/esp.pcap" 'not esp')" 0
[ "$(heard "$work/esp.pcap" esp)" -ge 12 ] || fail "that is less than a tunnel needs"

note "the first of two addresses is not covered"
printf '%s two.test\n' 10.64.0.3 "$lns_server" >>/etc/hosts
tunnel_add two '.l2tp.server = "two.test" | .l2tp."require-ipsec" = true' "$tunnel_secret"
equal "the order of the addresses" "$(getent ahosts two.test | awk '{ print $1; exit }')" 10.64.0.3
listen "$work/two.pcap"
expect 0 pppctl up two
contains Details "$(property two Details)" "\"$lns_server\""
expect 0 pppctl down two
stop_listening
equal "packets in clear text" "$(heard "$work/two.pcap" 'not esp')" 0

note "authentication alone is no encryption"
ip xfrm policy update src 192.0.2.2/32 dst "$lns_server/32" proto udp dport 1701 dir out \
	tmpl src 192.0.2.2 dst "$lns_server" proto ah mode transport
expect 5 pppctl up isp
contains "the reason" "$errors" tunnel-refused
expect 0 pppctl down isp
wait_until 20 "no tunnel is left in the kernel" no_tunnel
