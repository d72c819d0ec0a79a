# SPDX-License-Identifier: LGPL-2.1-or-later
# The forced reconnect by the clock: timers that really fire, of the profile and of the installed unit, with old and new
# address and the time without a link; units that build on a link that is up; the wait for all links at boot.
# shellcheck shell=bash
# needs: 512M 600s

isp 0
product_start
profile_write isp "// my line
$(profile_json wan0 '.ipv6.enabled = false')"
units=/run/systemd/system

events() {
	bus --json=short call org.ppp.Manager "$(connection isp)" org.ppp.Connection GetTimeline u 0 |
		jq -c --arg what "$1" '.data[0][] | select(.[1] == $what) | .[2] | map_values(.data)'
}
redials() { events redialled | wc -l; }
redialled_times() { [ "$(redials)" = "$1" ] && property_is isp State up; }
timer_property() { systemctl show -P "$1" ppp-redial-at@isp.timer; }
timer_is() { [ "$(timer_property ActiveState)" = "$1" ]; }
unit_is() { [ "$(systemctl show -P ActiveState "$1")" = "$2" ]; }
detail() { property isp Details | jq -r --arg key "$1" '.[$key].data // empty'; }

note "who builds on the link"
cat >$units/vpn.service <<'END'
[Unit]
BindsTo=ppp-link@isp.service
After=ppp-link@isp.service
[Service]
ExecStart=sleep infinity
[Install]
WantedBy=ppp-link@isp.service
END
cat >$units/mail.service <<'END'
[Unit]
Wants=ppp-link@isp.service
After=ppp-link@isp.service
[Service]
ExecStart=sleep infinity
END
systemctl daemon-reload
systemctl --runtime --quiet enable vpn.service
systemctl --no-block start ppp-link@isp.service mail.service
wait_until 20 "the link is waited for" unit_is ppp-link@isp.service activating
hold 2 "nobody dials it" property_is isp State down
unit_is mail.service inactive || fail "mail.service did not wait"
unit_is vpn.service inactive || fail "vpn.service did not wait"
contains "what systemd shows" "$(systemctl show -P StatusText ppp-link@isp.service)" "isp is down"
expect 0 pppctl up isp
wait_until 20 "the link is one for systemd" unit_is ppp-link@isp.service active
wait_until 20 "vpn.service follows" unit_is vpn.service active
wait_until 20 "mail.service follows" unit_is mail.service active
note "$(systemctl show -P StatusText ppp-link@isp.service)"
mail=$(systemctl show -P MainPID mail.service)
vpn=$(systemctl show -P MainPID vpn.service)

note "a daemon that restarts changes nothing of that"
watcher=$(systemctl show -P MainPID ppp-link@isp.service)
systemctl restart ppp-manager.service
wait_until 15 "the daemon owns its name" product_answers
wait_state isp up 15
hold 2 "the unit stays" unit_is ppp-link@isp.service active
equal "the watcher" "$(systemctl show -P MainPID ppp-link@isp.service)" "$watcher"
equal "vpn.service" "$(systemctl show -P MainPID vpn.service)" "$vpn"

note "the time of the profile"
# Without a chance of 15 minutes, which nobody waits for here; and systemd forgets a time that is over when the clock is set.
mkdir -p $units/ppp-redial-at@.timer.d
printf '[Timer]\nRandomizedDelaySec=0\n' >$units/ppp-redial-at@.timer.d/soon.conf
systemctl daemon-reload
next_is_known() { [ -n "$(detail next-redial)" ]; }
expect 0 pppctl schedule isp 04:00
wait_until 30 "systemd has the timer" next_is_known
expect 0 pppctl schedule isp 04:00 # once more: it waits for systemd for 3 s, and on a busy machine that takes longer
note "$output"
contains "what is said" "$output" "every day at 04:00 local time"
contains "what is said" "$output" "the next time at "
contains "the profile" "$(head -n 1 /etc/ppp-manager/connections/isp.json)" "// my line"
equal NeedsRedial "$(property isp NeedsRedial)" false
timer_is active || fail "there is no timer"
contains "OnCalendar" "$(timer_property TimersCalendar)" "*-*-* 04:00:00"
equal "the next time on the bus" "$(($(detail next-redial) / 1000000))" \
	"$(date -d "$(timer_property NextElapseUSecRealtime)" +%s)"
started=$(timer_property ActiveEnterTimestampMonotonic)
systemctl restart ppp-manager.service
wait_until 15 "the daemon owns its name" product_answers
wait_until 15 "the timer is found again" next_is_known
kill -KILL "$(product_pid)"
wait_until 15 "the timer is found again after a kill" next_is_known
equal "the timer is the same" "$(timer_property ActiveEnterTimestampMonotonic)" "$started"

note "that time comes"
before=$(property isp LocalAddress)
count=$(redials)
date --set "$(date -d "$(timer_property NextElapseUSecRealtime) - 2 seconds" '+%Y-%m-%d %H:%M:%S')"
wait_until 60 "the timer has redialled" redialled_times $((count + 1))
event=$(events redialled | tail -n 1)
note "timeline: $event"
equal origin "$(jq -r .origin <<<"$event")" timer
equal previous "$(jq -r .previous <<<"$event")" "$before"
equal local "$(jq -r .local <<<"$event")" "$(property isp LocalAddress)"
[ "$(property isp LocalAddress)" != "$before" ] || fail "still the address $before"
between "ms without a link" $(($(jq '."down-us"' <<<"$event") / 1000)) 1 60000
journalctl --sync
line=$(journalctl -b -o cat MESSAGE_ID=5d0c41a8f0a54e2a9f1be7c3d2864b97 | tail -n 1)
note "journal: $line"
contains "the journal" "$line" "redialled by timer: $before → $(property isp LocalAddress), without a link for "
equal "PPP_ORIGIN" "$(journalctl -b -o json MESSAGE_ID=5d0c41a8f0a54e2a9f1be7c3d2864b97 | tail -n 1 | jq -r .PPP_ORIGIN)" timer
tomorrow() { [ "$(($(detail next-redial) / 1000000))" -gt "$(($(date +%s) + 80000))" ]; }
wait_until 15 "the next one is tomorrow" tomorrow
equal "the redial's unit" "$(systemctl show -P Result ppp-redial-at@isp.service)" success

note "who built on the link: vpn.service was restarted, mail.service left alone"
another_vpn() { unit_is vpn.service active && [ "$(systemctl show -P MainPID vpn.service)" != "$vpn" ]; }
wait_until 20 "vpn.service came back" another_vpn
equal "mail.service" "$(systemctl show -P MainPID mail.service)" "$mail"

note "another time, and one that somebody stops"
expect 0 pppctl schedule isp 05:30
wait_until 30 "systemd has the other timer" next_is_known
contains "OnCalendar" "$(timer_property TimersCalendar)" "*-*-* 05:30:00"
systemctl stop ppp-redial-at@isp.timer
stopped_is_said() { detail trouble | grep_all 'was stopped'; }
wait_until 15 "a stopped timer is shown" stopped_is_said
expect 0 pppctl reload
wait_until 15 "a reload starts it" timer_is active
expect 0 pppctl schedule isp --off
wait_until 15 "no time, no timer" unit_gone ppp-redial-at@isp.timer
expect 0 pppctl schedule isp 04:00
systemctl stop ppp-manager.service
wait_until 15 "no service, no timer" unit_gone ppp-redial-at@isp.timer
wait_until 20 "nor a link for systemd" unit_is ppp-link@isp.service activating
wait_until 20 "nor what is bound to it" unit_is vpn.service inactive
expect 0 systemctl start ppp-redial@isp.service
product_answers && fail "the timer's service started the daemon"
product_start
wait_until 15 "the next start has it" timer_is active
expect 0 pppctl schedule isp --off

note "the installed timer, of an hour by a drop-in"
expect 0 pppctl up isp
mkdir -p $units/ppp-redial@isp.timer.d
printf '[Timer]\nOnCalendar=\nOnActiveSec=1s\nRandomizedDelaySec=0\n' >$units/ppp-redial@isp.timer.d/soon.conf
systemctl daemon-reload
count=$(redials)
systemctl --runtime --quiet enable --now ppp-redial@isp.timer
wait_until 60 "the timer has redialled" redialled_times $((count + 1))
note "timeline: $(events redialled | tail -n 1)"
systemctl --runtime --quiet disable --now ppp-redial@isp.timer
count=$(redials)
expect 0 systemctl start ppp-redial-all.service
redialled_times $((count + 1)) || fail "ppp-redial-all did not redial"
equal "the origin" "$(events redialled | tail -n 1 | jq -r .origin)" timer
expect 0 pppctl down isp
expect 0 systemctl start ppp-redial@isp.service
property_is isp State down || fail "a redial has dialled what was down"

note "the wait for links at boot"
expect 0 systemctl start ppp-manager-wait-online.service
systemctl stop ppp-manager-wait-online.service
profile_write isp "$(profile_json wan0 '.ipv6.enabled = false | .autoconnect = true')"
isp_kill 0
expect 0 pppctl up --no-wait isp
expect 6 pppctl wait-online --timeout 1
note "$errors"
systemctl --no-block start ppp-manager-wait-online.service
wait_until 20 "it waits" unit_is ppp-manager-wait-online.service activating
hold 2 "it waits" unit_is ppp-manager-wait-online.service activating
isp_pppoe 0
wait_until 90 "the wait is over" unit_is ppp-manager-wait-online.service active
property_is isp State up || fail "isp is not up"

systemctl stop mail.service vpn.service ppp-link@isp.service
property_is isp State up || fail "the stop of ppp-link has hung up"
