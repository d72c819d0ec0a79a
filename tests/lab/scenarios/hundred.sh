# SPDX-License-Identifier: LGPL-2.1-or-later
# A hundred connections started in one moment on one processor all come up; beside them, in the same run and against the
# same concentrator, a hundred bare pppd.
# shellcheck shell=bash
# needs: 1024M 900s

isp_cable 0
concentrator 0 --no-ipv6
product_start
profiles_many 100
snapshot before

expect 0 pppctl up --all
note "100 connections up after $took_ms ms"
ours=$took_ms
equal "the states" "$(states_many)" "100 up"
equal "interfaces with an address" "$(addresses_many)" 100
equal "default routes of ours" "$(ip -4 route show default proto 80 | wc -l)" 100
journal_of_product >"$work/journal"
equal "failed attempts" "$(grep -c 'up → \|connecting → waiting' "$work/journal" || true)" 0
systemctl show -P MemoryCurrent ppp-manager.service >"$work/memory"
note "the daemon: $(awk '/^Pss:/ { print $2 " kB PSS" }' "/proc/$(product_pid)/smaps_rollup")"

expect 0 pppctl down --all
note "100 down after $took_ms ms"
wait_until 60 "no session is left" addresses_are 0
settled before

start=$(now_ms)
bare_many 100
wait_until 120 "100 bare pppd are up, or those that did not come up have given up" bare_many_done 100
bare=$(($(now_ms) - start))
note "bare pppd: $(addresses_many) of 100 up after $bare ms"
came=$(addresses_many)
bare_many_end
note "| 100 at once | up | ms |"
note "| ppp-manager | 100 | $ours |"
note "| bare pppd   | $came | $bare |"
