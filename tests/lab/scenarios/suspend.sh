# SPDX-License-Identifier: LGPL-2.1-or-later
# The machine sleeps: links hang up in order before it, while logind holds the sleep back for them, and are dialled when
# it wakes. logind is the real one; only what it starts for the sleep itself is replaced, by a note of what the machine
# and the wire look like at that moment and a sleep that lasts until it is told to end.
# shellcheck shell=bash
# needs: 512M 300s

mkfifo /run/lab-wake
cat >/srv/sleep <<'SLEEP'
#!/bin/sh
ip -o link show type ppp >/srv/links-at-sleep
cp /lab/out/isp0-pppoe.log /srv/wire-at-sleep
echo begun >>/srv/sleeps
read -r _ </run/lab-wake
SLEEP
chmod +x /srv/sleep
mkdir -p /etc/systemd/system/systemd-suspend.service.d
printf '[Service]\nExecStart=\nExecStart=/srv/sleep\n' >/etc/systemd/system/systemd-suspend.service.d/lab.conf
systemctl daemon-reload

sleeps() { [ "$(wc -l </srv/sleeps)" = "$1" ]; }
awake() { systemctl show -P ActiveState systemd-suspend.service | grep_all -x inactive; }
inhibitors() { systemd-inhibit --list --no-legend --no-pager | grep -c "ppp-manager.*sleep.*delay" || true; }
inhibitors_are() { [ "$(inhibitors)" = "$1" ]; }
padis() { concentrator_log 0 | grep -c "PADI" || true; }
no_padi_more() { [ "$(padis)" = "$padis" ]; }
wake() {
	echo wake >/run/lab-wake
	wait_until 15 "the sleep is over" awake
}

isp_cable 0
concentrator 0
product_start
profile_add isp wan0
profile_add later wan0
profile_add nowhere wan7
expect 5 pppctl up nowhere
equal "the state without the interface" "$(property nowhere State) $(property nowhere Phase)" "waiting device"
expect 0 pppctl up isp
first=$(property isp EnginePid)
wait_until 10 "logind knows our inhibitor" inhibitors_are 1

note "to sleep"
states_start isp
: >/srv/sleeps
start=$(now_ms)
systemctl suspend
wait_until 15 "the sleep has begun" sleeps 1
note "it began after $(($(now_ms) - start)) ms"
equal "the links at that moment" "$(cat /srv/links-at-sleep)" ""
contains "the wire at that moment" "$(cat /srv/wire-at-sleep)" "LCP Terminate-Request"
contains "the wire at that moment" "$(grep ' rx ' /srv/wire-at-sleep)" "PADT"
wait_until 10 "the engine is gone" process_gone "$first"
equal "inhibitors while asleep" "$(inhibitors)" 0
equal "the state" "$(property isp State) $(property isp Phase) $(property isp Reason)" "waiting device suspend"
equal NextAttempt "$(property isp NextAttempt)" 0
equal Wanted "$(property isp Wanted)" true
contains "what a person sees" "$(pppctl status isp)" "the machine sleeps; dials when it wakes"

note "asleep: an order is taken, nothing is dialled"
padis=$(padis)
expect 0 pppctl up --no-wait later
equal "the state of the other" "$(property later State) $(property later Reason)" "waiting suspend"
hold 2 "no PADI in the sleep" no_padi_more
note "a daemon that starts now knows that the machine sleeps"
expect 0 systemctl restart ppp-manager.service
wait_until 10 "the new daemon owns the name" product_answers
equal "the state" "$(property isp State) $(property isp Reason)" "waiting suspend"
equal "the state of the other" "$(property later State) $(property later Reason)" "waiting suspend"
hold 2 "no PADI in the sleep" no_padi_more

note "awake"
wake
wait_state isp up 15
note "up after $waited_ms ms more"
wait_state later up 15
[ "$(property isp EnginePid)" != "$first" ] || fail "the old engine"
wait_until 10 "the inhibitor is taken again" inhibitors_are 1
equal "the state without the interface" "$(property nowhere State) $(property nowhere Phase)" "waiting device"
equal "its reason" "$(property nowhere Reason)" device-missing
contains "the states" "$(states | tr '\n' ',')" "disconnecting up suspend,waiting disconnecting suspend,"
states_stop

note "a peer that answers nothing does not hold the machine"
concentrator_stop 0
start=$(now_ms)
systemctl suspend
wait_until 15 "the sleep has begun" sleeps 2
note "it began after $(($(now_ms) - start)) ms"
lacks "logind's journal" "$(journalctl -u systemd-logind --no-pager -o cat)" "Delay lock is active"
concentrator 0
wake
wait_state isp up 30
wait_state later up 30

note "logind restarts"
expect 0 systemctl restart systemd-logind.service
wait_until 15 "the new logind knows our inhibitor" inhibitors_are 1
equal "the state" "$(property isp State)" up
systemctl suspend
wait_until 15 "the sleep has begun" sleeps 3
wake
wait_state isp up 15
lacks "the journal" "$(journal_of_product)" "does not delay"
