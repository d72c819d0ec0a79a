# SPDX-License-Identifier: LGPL-2.1-or-later
# Many links dialled in one moment, on one processor: how many come up, and when the last one has. MANY="100 300".
# shellcheck shell=bash
# needs: 3072M 3000s

# The processor time of the daemon so far, ms.
busy_ms() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' "/proc/$daemon/stat"; }

isp_cable 0
concentrator 0 --no-ipv6
product_start
daemon=$(product_pid) # systemd itself does not answer for a while in what follows

for many in ${MANY:-100 300}; do
	profiles_many "$many"
	busy=$(busy_ms)
	start=$(now_us)
	expect 0 pppctl up --all
	sample "$many at once, the last one is up" ppp-manager "$(ms "$start" "$(now_us)")" ms
	sample "$many at once, of them up" ppp-manager "$(addresses_many)" links
	sample "$many at once, of the processor the daemon itself used" ppp-manager "$(($(busy_ms) - busy))" ms
	equal "the states" "$(states_many)" "$many up"
	busy=$(busy_ms)
	start=$(now_us)
	expect 0 pppctl down --all
	sample "$many down" ppp-manager "$(ms "$start" "$(now_us)")" ms
	sample "$many down, of the processor the daemon itself used" ppp-manager "$(($(busy_ms) - busy))" ms
	wait_until 120 "no session is left" addresses_are 0

	start=$(now_us)
	bare_many "$many"
	wait_until 600 "$many bare pppd are up, or those that did not come up have given up" bare_many_done "$many"
	sample "$many at once, the last one is up" pppd "$(ms "$start" "$(now_us)")" ms
	sample "$many at once, of them up" pppd "$(addresses_many)" links
	start=$(now_us)
	bare_many_end
	sample "$many down" pppd "$(ms "$start" "$(now_us)")" ms
	wait_until 120 "no session is left" addresses_are 0
done
