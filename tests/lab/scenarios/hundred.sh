# SPDX-License-Identifier: LGPL-2.1-or-later
# A hundred connections started in one moment on one processor all come up (forty in the short run); beside them, in the
# same run and against the same concentrator, as many bare pppd. MANY=N is their number.
# shellcheck shell=bash
# needs: 1024M 900s
# more: yes
# full: MANY=100

many=${MANY:-40}

isp_cable 0
concentrator 0 --no-ipv6
product_start
profiles_many "$many"
snapshot before

expect 0 pppctl up --all
note "$many connections up after $took_ms ms"
ours=$took_ms
equal "the states" "$(states_many)" "$many up"
equal "interfaces with an address" "$(addresses_many)" "$many"
equal "default routes of ours" "$(ip -4 route show default proto 80 | wc -l)" "$many"
journal_of_product >"$work/journal"
equal "failed attempts" "$(grep -c 'up → \|connecting → waiting' "$work/journal" || true)" 0
systemctl show -P MemoryCurrent ppp-manager.service >"$work/memory"
note "the daemon: $(awk '/^Pss:/ { print $2 " kB PSS" }' "/proc/$(product_pid)/smaps_rollup")"

expect 0 pppctl down --all
note "$many down after $took_ms ms"
wait_until 60 "no session is left" addresses_are 0
settled before

start=$(now_ms)
bare_many "$many"
wait_until 120 "$many bare pppd are up, or those that did not come up have given up" bare_many_done "$many"
bare=$(($(now_ms) - start))
note "bare pppd: $(addresses_many) of $many up after $bare ms"
came=$(addresses_many)
bare_many_end
note "| $many at once | up | ms |"
note "| ppp-manager | $many | $ours |"
note "| bare pppd   | $came | $bare |"
