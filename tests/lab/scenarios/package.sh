# SPDX-License-Identifier: LGPL-2.1-or-later
# The Debian package: installed it runs and dials; upgraded, downgraded and reinstalled it keeps the link, without a packet
# lost; removed with a link up it leaves a machine without links; purged it leaves nothing; and all of that again.
# shellcheck shell=bash
# product: no
# packages: yes
# needs: 512M 600s

isp 0
product_gone() {
	! product_answers
}
links_gone() {
	[ -z "$(links_up)" ]
}
# tables_are NAME: as settled, but for files and processes: those below /etc stay until the purge.
tables_are() {
	snapshot now
	diff -ru --exclude=files --exclude=contents --exclude=processes "$work/$1" "$work/now" >"$work/difference"
}
snapshot fresh
files_remember fresh

note "installed: enabled, started, on the bus, and known to the journal"
package_install old
equal "the package" "$(package_state)" "installed 0.1.0"
equal "enabled" "$(systemctl is-enabled ppp-manager.service)" enabled
equal "active" "$(systemctl is-active ppp-manager.service)" active
equal "units that failed" "$(systemctl --failed --no-legend | wc -l)" 0
wait_until 10 "the daemon owns its name" product_answers
contains "the version of the program" "$(pppctl --version)" 0.1.0
contains "the catalog" "$(journalctl --list-catalog)" fa9f7b902ece4c109af4982d642191cd
for unit in ppp-redial-all.timer ppp-manager-wait-online.service; do
	equal "$unit" "$(systemctl is-enabled $unit || true)" disabled
done
profile_add isp wan0
expect 0 pppctl up isp
expect 0 ping -c 2 -W 5 10.64.0.80

note "upgraded, downgraded, reinstalled: the link does not notice"
link_remember isp
systemctl --quiet enable --now ppp-redial-all.timer
for name in new old old; do
	package_install "$name"
	link_kept 15
	equal "a timer that was started" "$(systemctl is-active ppp-redial-all.timer || true)" active
done
systemctl --quiet disable --now ppp-redial-all.timer
equal "the package" "$(package_state)" "installed 0.1.0"
equal "descriptors in the store" "$(systemctl show -P NFileDescriptorStore ppp-manager.service)" 3
link_kept_all
expect 0 pppctl redial isp
expect 0 ping -c 2 -W 5 10.64.0.80

note "what an administrator has stopped and disabled stays so over an upgrade"
expect 0 pppctl down isp
systemctl --quiet disable --now ppp-manager.service
package_install new
equal "active" "$(systemctl is-active ppp-manager.service || true)" inactive
equal "enabled" "$(systemctl is-enabled ppp-manager.service || true)" disabled
systemctl --quiet enable --now ppp-manager.service
wait_until 10 "the daemon owns its name" product_answers

note "removed with a link up: no link, no daemon, settings stay"
expect 0 pppctl up isp
engine=$(property isp EnginePid)
expect 0 dpkg --remove ppp-manager
equal "what dpkg complains of" "$errors" ""
wait_until 15 "the daemon is gone" product_gone
wait_until 15 "the link is gone" links_gone
wait_until 15 "pppd is gone" process_gone "$engine"
wait_until 15 "the provider has no session left" isp_idle 0
contains "what the provider saw" "$(cat /lab/out/isp0.log)" "rcvd [LCP TermReq"
wait_until 60 "routes, addresses and name servers are as they were" tables_are fresh
equal "what is left below /run" "$(find /run -path '*ppp-manager*' ! -path '/run/systemd/units/*')" ""
equal "our processes" "$(pgrep -fa 'ppp-manager|pppctl' || true)" ""
equal "the profile" "$(jq -r .type /etc/ppp-manager/connections/isp.json)" pppoe
[ -e /etc/ppp-manager/secrets/isp.json ] || fail "the password is gone"

note "installed again: it dials as before"
package_install new
wait_until 10 "the daemon owns its name" product_answers
expect 0 pppctl up isp
expect 0 ping -c 2 -W 5 10.64.0.80

note "purged with a link up, and with timers and units of the link enabled"
systemctl --quiet enable --now ppp-redial@isp.timer ppp-redial-all.timer ppp-link@isp.service ppp-manager-wait-online.service
expect 0 pppctl schedule isp 04:00
expect 0 dpkg --purge ppp-manager
equal "what dpkg complains of" "$errors" ""
wait_until 15 "the provider has no session left" isp_idle 0
equal "units of ours that run" "$(systemctl list-units --all --no-legend --plain 'ppp-*' | grep -v 'not-found' || true)" ""
settled fresh
files_settled fresh

note "and once more from the start"
package_install old
wait_until 10 "the daemon owns its name" product_answers
profile_add isp wan0
expect 0 pppctl up isp
expect 0 ping -c 2 -W 5 10.64.0.80
expect 0 dpkg --purge ppp-manager
wait_until 15 "the provider has no session left" isp_idle 0
settled fresh
files_settled fresh
