# SPDX-License-Identifier: LGPL-2.1-or-later
# Passwords that nobody stored: a user's agent in a session gives one, pppctl asks at a terminal, a credential is loaded.
# shellcheck shell=bash
# needs: 512M 420s

isp_password=Zq7unGuessable9xKw
isp 0
product_start
profile_write isp "$(profile_json wan0 '.autoconnect = false')" unused
rm /etc/ppp-manager/secrets/isp.json
printf '%s\n' "$isp_password" >"$work/needle"

hidden() {
	equal "processes with the password in arguments or environment" \
		"$(grep -lsaF -f "$work/needle" /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true)" ""
	journal_lacks "the password" -f "$work/needle"
	equal "files of ours with the password" "$(grep -rlaFs -f "$work/needle" /etc/ppp-manager /run/ppp-manager || true)" ""
	lacks "what the bus shows" "$(bus --json=short call org.ppp.Manager /org/ppp org.freedesktop.DBus.ObjectManager GetManagedObjects)" \
		"$isp_password"
}

note "nobody is there to be asked"
expect 5 pppctl up isp
contains "pppctl's errors" "$errors" secrets-missing

note "an agent in a user's session; root wants the link"
user_add dora dip
install -m 755 /lab/peers/secret_agent /usr/local/bin/
mkfifo "$work/answers"
chmod 711 "$work"
systemd-run --quiet --unit=lab-agent --property=User=dora --property=PAMName=login --property=StandardInput=file:"$work/answers" \
	/usr/local/bin/secret_agent give &
exec {answers}>"$work/answers"
agent_asked() {
	journalctl --identifier=secret_agent --output=cat | grep_all "^$1"
}
wait_until 120 "the agent has registered" agent_asked ready
dora_is_active() {
	[ "$(loginctl show-user dora --property=State --value)" = active ]
}
wait_until 60 "dora's session is active" dora_is_active
pppctl up isp --no-wait
wait_until 60 "the agent is asked" agent_asked "asked password $isp_user"
equal Phase "$(property isp Phase)" secrets
printf 'not this one\n' >&"$answers"
wait_until 60 "the agent is asked again" agent_asked "asked password $isp_user auth-failed: "
note "the daemon is killed while it asks: its next life asks again"
first=$(journalctl --identifier=secret_agent --output=cat | grep -c '^asked')
before=$(product_pid)
kill -KILL "$before"
another_life() {
	[ "$(product_pid)" != "$before" ] && [ "$(product_pid)" != 0 ] && product_answers
}
wait_until 20 "another daemon is there" another_life
asked_more() {
	[ "$(journalctl --identifier=secret_agent --output=cat | grep -c '^asked')" -gt "$first" ]
}
printf 'for the one that died\n' >&"$answers" # it waited for this answer
wait_until 30 "the agent is asked by the next daemon" asked_more
printf '%s\n' "$isp_password" >&"$answers"
wait_state isp up 30
hidden
expect 0 pppctl down isp
systemctl stop lab-agent.service
exec {answers}>&-

note "pppctl at a terminal"
# The password comes in by a pipe, into a terminal of script(1)'s making.
(
	sleep_until_asked() {
		grep -q 'Password of' "$work/terminal"
	}
	: >"$work/terminal"
	wait_until 20 "pppctl asks" sleep_until_asked
	cat "$work/needle"
) | script --quiet --flush --return --command 'pppctl up isp --ask' "$work/terminal" >"$work/shown" ||
	fail "pppctl up --ask: $(cat "$work/shown")"
equal State "$(property isp State)" up
lacks "the terminal" "$(cat "$work/terminal")" "$isp_password"
hidden
expect 0 pppctl down isp

note "a credential"
install -m 600 "$work/needle" /root/isp.password
mkdir -p /run/systemd/system/ppp-manager.service.d
printf '[Service]\nLoadCredential=isp.password:/root/isp.password\n' >/run/systemd/system/ppp-manager.service.d/credential.conf
systemctl daemon-reload
systemctl restart ppp-manager.service
wait_until 10 "the daemon owns its name" product_answers
expect 0 pppctl up isp
hidden
expect 0 pppctl down isp

note "a store that is open to others"
profile_write isp "$(profile_json wan0 '.autoconnect = false')"
rm /run/systemd/system/ppp-manager.service.d/credential.conf
systemctl daemon-reload
systemctl restart ppp-manager.service
wait_until 10 "the daemon owns its name" product_answers
chmod 644 /etc/ppp-manager/secrets/isp.json
expect 5 pppctl up isp
contains "pppctl's errors" "$errors" "/etc/ppp-manager/secrets/isp.json has mode 0644"
