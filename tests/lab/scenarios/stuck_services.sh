# SPDX-License-Identifier: LGPL-2.1-or-later
# A resolved and a polkit that hang: links come up and go down within bounds, say what is amiss, and what the resolver
# did not take it gets when it goes on.
# shellcheck shell=bash
# needs: 512M 300s
# more: yes

isp 0
isp 1
product_start
profile_add isp wan0
profile_add two wan1
snapshot before
service_signal() {
	systemctl kill --kill-whom=main --signal="$2" "$1.service"
}
trouble() {
	property isp Details | jq -r '.trouble.data // empty'
}
trouble_gone() {
	[ -z "$(trouble)" ]
}
knows_server() {
	resolvectl dns "$1" | grep_all "10.64.0.53"
}

note "a resolved that hangs"
service_signal systemd-resolved STOP
expect 0 pppctl up isp
note "up after $took_ms ms: $errors"
between "ms to up" "$took_ms" 0 24000
contains "what pppctl up says" "$errors" "systemd-resolved does not answer"
contains "what is amiss" "$(trouble)" "systemd-resolved does not answer"
expect 0 ping -c 1 -W 5 10.64.0.80
service_signal systemd-resolved CONT
wait_until 15 "resolved took the servers" trouble_gone
interface=$(property isp Interface)
expect 0 knows_server "$interface"
service_signal systemd-resolved STOP
expect 0 pppctl down isp
note "down after $took_ms ms"
between "ms to down" "$took_ms" 0 24000
equal State "$(property isp State)" down
service_signal systemd-resolved CONT
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "a resolved that hangs and is restarted"
service_signal systemd-resolved STOP
expect 0 pppctl up isp
service_signal systemd-resolved KILL
wait_until 15 "resolved took the servers" trouble_gone
interface=$(property isp Interface)
wait_until 15 "resolved has the servers" knows_server "$interface"
expect 0 pppctl down isp
wait_until 15 "the provider has no session left" isp_idle 0
snapshot before # another resolved: its unit has another invocation

note "a polkit that hangs: root need not ask it"
expect 0 pppctl up two
service_signal polkit STOP
pppctl up isp &
waiting=$!
expect 0 pppctl list
between "an answer meanwhile, ms" "$took_ms" 0 10000
equal "State of two" "$(property two State)" up
started=$(now_ms)
wait "$waiting" || fail "pppctl up: exit status $?"
note "up after $(($(now_ms) - started)) ms"
service_signal polkit CONT
expect 0 pppctl down isp two
wait_until 15 "the provider has no session left" isp_idle 0
wait_until 15 "the other provider has no session left" isp_idle 1
settled before
