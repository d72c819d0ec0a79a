# SPDX-License-Identifier: LGPL-2.1-or-later
# Hooks with a real pppd: what they are told against what Debian's own pppd tells the same script, routes that wait for
# ip-pre-up.d, each told once over kill -9, restart and stop, a hook that hangs, one that fails, one that may not be run.
# shellcheck shell=bash
# needs: 512M 400s

told=$work/told
events() { cut -d' ' -f1 "$told" 2>/dev/null | tr '\n' ' '; }
events_are() { [ "$(events)" = "$1" ]; }
names_of() { sed 's/=.*//' "$1" | grep -vxE 'PWD|SHLVL|_|OLDPWD|CONNECT_TIME|BYTES_SENT|BYTES_RCVD|DNS2' | sort; }
# value_of FILE NAME
value_of() { sed -n "s/^$2=//p" "$1"; }

# hook FOLDER NAME COMMANDS: notes "FOLDER IFACE" and its environment, then does more.
hook() {
	local folder=$1 name=$2
	shift 2
	mkdir -p "$folder"
	{
		printf '#!/bin/sh\n'
		printf 'env >%s/env.%s\n' "$work" "${folder##*/}"
		printf 'printf "%%s\\n" "$@" >%s/arguments.%s\n' "$work" "${folder##*/}"
		printf 'cat /proc/self/mountinfo >%s/mounts\n' "$work"
		printf '%s\n' "$@"
	} >"$folder/$name"
	chmod 755 "$folder/$name"
}

isp 0
isp 1

note "what Debian's pppd tells a hook"
for folder in ip-pre-up.d ip-up.d ip-down.d ipv6-up.d ipv6-down.d; do
	hook "/etc/ppp/$folder" lab "printf '%s %s\\n' $folder \"\$1\" >>$told"
done
quoted=${isp_password//\\/\\\\}
printf 'user %s\npassword "%s"\n' "$isp_user" "${quoted//\"/\\\"}" >/etc/ppp/peers/bare
printf '%s\n' 'plugin pppoe.so' nic-wan1 usepeerdns noauth nodefaultroute noipdefault +ipv6 >>/etc/ppp/peers/bare
chmod 600 /etc/ppp/peers/bare
told_up() { [ -s "$work/arguments.ip-up.d" ] && [ -s "$told" ] && grep -q '^ip-up.d' "$told"; }
told_down() { grep -q '^ip-down.d' "$told"; }
cp -L /etc/resolv.conf "$work/resolv.conf"
expect 0 pon bare
wait_until 60 "pppd has run its hooks" told_up
cp "$work/env.ip-up.d" "$work/bare.env"
cp "$work/arguments.ip-up.d" "$work/bare.arguments"
expect 0 poff bare
wait_until 60 "pppd has run its last hook" told_down
cp "$work/env.ip-down.d" "$work/bare.down"
bare_gone() { [ -z "$(links_up)" ]; }
wait_until 30 "pppd is gone" bare_gone
wait_until 60 "its session is gone at the provider" isp_idle 1
cat "$work/bare.arguments" "$work/bare.env"
rm /etc/ppp/peers/bare "$told"

note "what the daemon tells it"
product_start
mkdir -p /etc/ppp-manager/dispatcher.d
hook /etc/ppp-manager/dispatcher.d lab "printf 'dispatcher/%s %s\\n' \"\$1\" \"\$3\" >>$told"
# before the routes: the address is there, no route of ours is
hook /etc/ppp/ip-pre-up.d lab "printf 'ip-pre-up.d %s\\n' \"\$1\" >>$told" \
	"ip -4 -o address show dev \"\$1\" >$work/pre.address" "ip -4 route show dev \"\$1\" >$work/pre.routes" \
	"ip -4 route show default >$work/pre.default"
profile_write isp "$(profile_json wan0 '.hooks = true')"
snapshot before

# the provider has one server and gives it twice, which pppd shows as DNS2; which family comes first, nobody knows
ending="ip-down.d ipv6-down.d dispatcher/down "
begun() { grep -q '^ip-up.d' "$told" && grep -q '^ipv6-up.d' "$told" && grep -q '^dispatcher' "$told"; }
ended() { grep -q '^dispatcher/down' "$told"; }
expect 0 pppctl up isp
note "up after $took_ms ms"
wait_until 30 "the hooks were told" begun
note "told: $(events)"
case $(events) in
*ip-pre-up.d*\ ip-up.d*) ;;
*) fail "the order of the events" ;;
esac
interface=$(property isp Interface)
contains "the address before the routes" "$(cat "$work/pre.address")" "$(property isp LocalAddress)"
equal "the default routes before the routes" "$(grep -c "dev $interface" "$work/pre.default" || true)" 0
lacks "the routes of the link before the routes" "$(cat "$work/pre.routes")" default
contains "the default routes now" "$(default_routes)" "$interface"

note "the arguments and the variables"
cat "$work/arguments.ip-up.d" "$work/env.ip-up.d"
equal "the device" "$(sed -n 2p "$work/arguments.ip-up.d")" wan0
equal "how many arguments" "$(wc -l <"$work/arguments.ip-up.d")" "$(wc -l <"$work/bare.arguments")"
equal "the speed" "$(sed -n 3p "$work/arguments.ip-up.d")" "$(sed -n 3p "$work/bare.arguments")"
equal "the peer" "$(sed -n 5p "$work/arguments.ip-up.d")" 10.64.0.1
missing=$(comm -23 <(names_of "$work/bare.env") <(names_of "$work/env.ip-up.d"))
equal "variables of pppd that are missing" "$missing" USEPEERDNS
note "variables of ours beside pppd's: $(comm -13 <(names_of "$work/bare.env") <(names_of "$work/env.ip-up.d") | tr '\n' ' ')"
for name in ORIG_UID PPPLOGNAME IPREMOTE; do
	wanted=$(value_of "$work/bare.env" "$name")
	[ "$name" != IPREMOTE ] || wanted=10.64.0.1
	equal "$name" "$(value_of "$work/env.ip-up.d" "$name")" "$wanted"
done
equal DNS1 "$(value_of "$work/env.ip-up.d" DNS1)" 10.64.0.53
lacks "the daemon's own mounts" "$(cat "$work/mounts")" " /etc/ppp "
equal "what the dispatcher was told" "$(value_of "$work/env.dispatcher.d" PPP_LOCAL_ADDRESS)" "$(property isp LocalAddress)"
expect 0 diff "$work/resolv.conf" /etc/resolv.conf

note "kill -9 and restart tell nobody anything"
another_daemon() { [ "$(product_pid)" != "$old" ] && [ "$(product_pid)" != 0 ]; }
before_events=$(events)
old=$(product_pid)
kill -KILL "$old"
wait_until 15 "another daemon" another_daemon
wait_until 15 "it answers" product_answers
wait_state isp up 15
expect 0 systemctl restart ppp-manager.service
wait_state isp up 15
hold 1 "nobody is told anything" events_are "$before_events"

note "down"
expect 0 pppctl down isp
wait_until 60 "the hooks were told" ended
contains "the events" "$(events)" "$ending"
contains "the reason" "$(cat "$work/env.dispatcher.d")" PPP_REASON=user-request
for name in CONNECT_TIME BYTES_SENT BYTES_RCVD; do
	contains "pppd's variables" "$(cat "$work/bare.down")" "$name="
	between "$name" "$(value_of "$work/env.ip-down.d" "$name")" 0 100000000
done
wait_until 15 "the provider has no session left" isp_idle 0
settled before

note "the engine is killed while no daemon lives"
rm "$told"
expect 0 pppctl up isp
wait_until 30 "the hooks were told" begun
engine=$(property isp EnginePid)
rm "$told"
systemctl kill --signal=STOP ppp-manager.service
kill -KILL "$engine"
wait_until 10 "the engine is gone" process_gone "$engine"
systemctl kill --signal=KILL ppp-manager.service
wait_until 30 "the end was told" ended
note "told: $(events)"
contains "the events" "$(events)" "ip-down.d"
wait_state isp up 60
expect 0 pppctl down isp
ends_are_even() { [ "$(grep -c '^dispatcher/down' "$told")" = "$(grep -c '^ip-down.d' "$told")" ]; }
wait_until 60 "as many ends of the one kind as of the other" ends_are_even

note "a service that is stopped tells the end"
rm -f "$told"
expect 0 pppctl up isp
wait_until 30 "the hooks were told" begun
expect 0 systemctl stop ppp-manager.service
wait_until 60 "the end was told" ended
contains "the events" "$(events)" "$ending"
product_start
expect 0 pppctl down isp

note "hooks that hang, fail, or may not be run"
rm -f "$told"
hook /etc/ppp/ip-up.d 10fails 'echo no such table >&2' 'exit 3'
hook /etc/ppp/ip-up.d 20foreign "touch $work/was-run"
chmod 775 /etc/ppp/ip-up.d/20foreign
hook /etc/ppp/ip-up.d 30.skipped "touch $work/was-run"
hook /etc/ppp/ip-down.d 10hangs 'exec sleep 1000'
trouble_has() { pppctl status isp | grep_all -F -- "$1"; }
expect 0 pppctl up isp
wait_until 30 "the failure is shown" trouble_has "no such table"
wait_until 30 "the refusal is shown" trouble_has "20foreign can be written by others"
[ ! -e "$work/was-run" ] || fail "a hook was run that must not be"
wait_until 10 "it is in the journal" journal_has "/etc/ppp/ip-up.d/10fails: ended with status 3: no such table"
expect 0 systemctl stop ppp-manager.service
note "a stop with a hanging hook took $took_ms ms"
between "the time of the stop" "$took_ms" 0 29000
equal "what systemd says of the stop" "$(systemctl show -P Result ppp-manager.service)" success
rm /etc/ppp/ip-down.d/10hangs /etc/ppp/ip-up.d/10fails /etc/ppp/ip-up.d/20foreign /etc/ppp/ip-up.d/30.skipped
ended_all() { [ "$(systemctl list-units --all --plain --no-legend 'ppp-manager-hooks-*' | wc -l)" = 0 ]; }
wait_until 60 "no hook is left" ended_all
product_start
wait_until 60 "what was due is told" ended
expect 0 pppctl down isp
settled before
