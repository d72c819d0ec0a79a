# SPDX-License-Identifier: LGPL-2.1-or-later
# What two ends of a cable agree on: fixed addresses on both sides, ends that wait for the other to speak, compression of
# headers.
# shellcheck shell=bash
# needs: 512M 300s

cable_plug 0
product_start
# ends JQ-FILTER FAR-OPTION...: our profile, and another far end.
ends() {
	local filter=$1
	shift
	if systemctl --quiet is-active isp-far0.service; then
		far_stop 0
	fi
	far_end 0 noauth "$@"
	: >/lab/out/far0.log
	profile_cable cable 0 ".ipv6.enabled = false | $filter"
}
# asked_for OPTION: whether our LCP requests ask the far end for it.
asked_for() {
	grep -q "rcvd \[LCP ConfReq .*<$1" /lab/out/far0.log
}

note "fixed addresses on both sides"
ends '.ipv4 = {local: "192.168.15.3", peer: "192.168.11.4"}' 192.168.11.4:192.168.15.3
expect 0 pppctl up cable
equal "our address" "$(property cable LocalAddress)" 192.168.15.3
equal "the peer's address" "$(property cable PeerAddress)" 192.168.11.4
expect 0 ping -n -c 2 -W 5 192.168.11.4
expect 0 pppctl down cable

note "the far end wants another one for us: taken, unless the profile says otherwise"
ends '.ipv4 = {local: "192.168.15.3"}' 192.168.11.4:192.168.15.7
expect 0 pppctl up cable
equal "our address" "$(property cable LocalAddress)" 192.168.15.7
expect 0 pppctl down cable
ends '.ipv4 = {local: "192.168.15.3", "accept-local": false} | .ppp.restart = {ipcp: 1}' 192.168.11.4:192.168.15.7
expect 5 pppctl up cable
note "$errors"
equal Reason "$(property cable Reason)" negotiation-failed
expect 0 pppctl down cable

note "we wait for the far end to speak"
far_manner=persist
ends '.ppp.silent = true'
expect 0 pppctl up cable
expect 0 ping -n -c 1 -W 5 10.80.0.80
expect 0 pppctl down cable

note "both wait"
far_manner=silent
ends '.ppp.silent = true | .ppp.restart = {lcp: 1}'
expect 5 pppctl up cable
note "$errors"
equal Reason "$(property cable Reason)" lcp-timeout
expect 0 pppctl down cable

note "passive: we speak first, and are answered"
ends '.ppp.passive = true'
expect 0 pppctl up cable
expect 0 pppctl down cable
for option in pcomp accomp "asyncmap 0x0"; do
	asked_for "$option" || fail "we did not ask for $option"
done
grep -q "rcvd \[IPCP ConfReq .*<compress VJ" /lab/out/far0.log || fail "we did not ask for the compression of TCP headers"

note "no compression of any header"
ends '.ppp += {pcomp: false, accomp: false, vj: false}'
expect 0 pppctl up cable
expect 0 ping -n -c 1 -W 5 10.80.0.80
expect 0 pppctl down cable
for option in pcomp accomp; do
	! asked_for "$option" || fail "we asked for $option"
done
! grep -q "rcvd \[IPCP ConfReq .*<compress VJ" /lab/out/far0.log || fail "we asked for the compression of TCP headers"
