# SPDX-License-Identifier: LGPL-2.1-or-later
# Proxy ARP: a machine on the local network, whose own network holds the peer's address, is answered for it while the link is
# up, and no longer after down, a killed engine and a killed daemon; also where the local interface comes later or anew.
# shellcheck shell=bash
# needs: 512M 400s
# more: yes

isp 0
sysctl -q -w net.ipv4.ip_forward=1
ip netns add home
ip -n home link set lo up
# lan_plug: the network at home, which holds the provider's 10.64.0.1.
lan_plug() {
	ip link add lan0 address 02:00:00:00:77:01 type veth peer name home netns home
	sysctl -q -w net.ipv6.conf.lan0.disable_ipv6=1
	ip link set lan0 up
	ip address add 10.64.0.200/28 dev lan0 # without .1
	ip address add 10.64.0.33/24 dev lan0
	ip -n home address add 10.64.0.34/24 dev home
	ip -n home link set home up
}
lan_plug
product_start
profile_write isp "$(profile_json wan0 '.ipv4 = {"proxy-arp": true, "default-route": "never"}')"
snapshot before

# asked: whether the machine at home gets an answer to "who has 10.64.0.1", by tcpdump's word and the kernel's.
asked() {
	ip -n home neighbour flush dev home
	ip netns exec home ping -c 1 -W 1 10.64.0.1 >/dev/null || true
	ip -n home neighbour show to 10.64.0.1 | grep_all "lladdr 02:00:00:00:77:01"
}
not_asked() { ! asked; }
trouble() { property isp Details | jq -r '.trouble.data // empty'; }
proxies() { ip neighbour show proxy; }
no_proxies() { [ -z "$(proxies)" ]; }

if asked; then fail "answered before there is a link"; fi
expect 0 pppctl up isp
contains "the entries" "$(proxies)" "10.64.0.1 dev lan0"
contains "their origin" "$(ip -d neighbour show proxy)" "proto 80"
wait_until 10 "the peer's address is answered for" asked
equal "trouble" "$(trouble)" ""
lacks "pppd's command line" "$(tr '\0' ' ' <"/proc/$(property isp EnginePid)/cmdline")" proxyarp

note "down"
expect 0 pppctl down isp
equal "the entries" "$(proxies)" ""
wait_until 10 "nobody answers" not_asked
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "an engine that is killed"
expect 0 pppctl up isp
engine=$(property isp EnginePid)
kill -KILL "$engine"
dialled_again() { [ "$(property isp EnginePid)" != "$engine" ] && property_is isp State up; }
wait_until 30 "it is dialled again" dialled_again
equal "entries" "$(proxies | wc -l)" 1

note "the service restarts: everything stays"
expect 0 systemctl restart ppp-manager.service
wait_until 20 "the daemon owns its name" product_answers
wait_state isp up 20
equal "entries" "$(proxies | wc -l)" 1
wait_until 20 "the peer's address is still answered for" asked

note "the local interface is removed and comes again"
ip link del lan0
says_trouble() { trouble | grep_all "no interface has a network with the peer's address 10.64.0.1"; }
wait_until 20 "that is told" says_trouble
lan_plug
answers_again() { [ -z "$(trouble)" ] && asked; }
wait_until 20 "the peer's address is answered for again" answers_again

note "daemon and engine are killed; the next daemon clears up"
profile_write isp "$(profile_json wan0 '.ipv4 = {"default-route": "never"}')"
mkdir -p /run/systemd/system/ppp-manager.service.d
daemon=$(product_pid)
kill -KILL "$daemon" "$(property isp EnginePid)"
wait_until 60 "the next daemon answers" product_answers
wait_until 20 "the entry is gone" no_proxies
wait_state isp up 60
expect 0 pppctl down isp

note "without forwarding the kernel does not answer, which is told"
profile_write isp "$(profile_json wan0 '.ipv4 = {"proxy-arp": true, "default-route": "never"}')"
sysctl -q -w net.ipv4.conf.lan0.forwarding=0
expect 0 pppctl up isp
contains "trouble" "$(trouble)" "does not forward"
expect 0 systemctl stop ppp-manager.service
equal "the entries" "$(proxies)" ""
