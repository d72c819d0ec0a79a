# SPDX-License-Identifier: LGPL-2.1-or-later
# Another default route of metric 0 is there already: ours wins while the link is up, and the other one is given back as
# it was, all attributes, unless somebody removed it meanwhile.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
product_start
profile_add isp wan0
ip link add lan0 type dummy
ip link set lan0 up
ip address add 192.168.7.2/24 dev lan0
ip address add 192.168.7.3/24 dev lan0
ip route add default via 192.168.7.1 dev lan0 proto static src 192.168.7.3 mtu 1400 advmss 1300
snapshot before

expect 0 pppctl up isp
note "default routes while up:"
ip route show default
interface=$(property isp Interface)
contains "the best default route" "$(default_routes | head -n 1)" "$interface "
contains "the default routes" "$(default_routes)" lan0
[ "$(default_routes | awk '$1 == "lan0" { print $2 }')" -gt "$(default_routes | awk -v i="$interface" '$1 == i { print $2 }')" ] ||
	fail "the other default route does not stand behind ours"
contains "the other route" "$(ip route show default dev lan0)" "src 192.168.7.3"
contains "the other route" "$(ip route show default dev lan0)" "mtu 1400 advmss 1300"
expect 0 ping -c 2 -W 5 10.64.0.80
contains "the way to the world" "$(ip route get 203.0.113.1)" "$interface"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "the engine is killed: given back as well"
expect 0 pppctl up isp
kill -KILL "$(property isp EnginePid)"
expect 0 pppctl down isp
contains "the only default route" "$(default_routes)" "lan0 0 static"
wait_until 90 "the provider has no session left" isp_idle 0
settled before

note "the shifted route is removed by somebody: it stays removed"
expect 0 pppctl up isp
# shellcheck disable=SC2046 # the words of the route are words
ip route del $(ip route show default dev lan0)
expect 0 pppctl down isp
equal "the default routes" "$(default_routes)" ""

note "its owner puts it back again and again"
expect 0 pppctl up isp
interface=$(property isp Interface)
ip -4 monitor route > >(
	while read -r line; do
		case $line in
		*metric*) ;; # our copy of it
		"Deleted default"*"dev lan0"*)
			ip route replace default via 192.168.7.1 dev lan0
			echo fought >>"$work/fought"
			;;
		esac
	done
	echo over >>"$work/fought"
) &
fighter=$!
# A first one that is moved before the monitor listens has nobody who goes on.
fighter_goes_on() {
	ip route replace default via 192.168.7.1 dev lan0
	[ -s "$work/fought" ]
}
fought() { grep -c fought "$work/fought"; }
fought_more() { [ "$(fought)" -ge "$1" ]; }
ours_wins() { [ "$(default_routes | head -n 1 | cut -d' ' -f1)" = "$interface" ]; }
wait_until 20 "the fighter goes on by himself" fighter_goes_on
wait_until 120 "it is put right again and again" fought_more 40
note "40 rounds after $waited_ms ms"
kill "$fighter"
wait "$fighter" || true
wait_until 20 "the fighter has seen all that his monitor saw" grep -q over "$work/fought"
wait_until 30 "ours wins" ours_wins
equal State "$(property isp State)" up
note "$(journal_of_product | grep "again and again" || echo "slower than its pace")"
expect 0 pppctl down isp
contains "the default routes" "$(default_routes)" "lan0 0 "
