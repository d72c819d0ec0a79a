# SPDX-License-Identifier: LGPL-2.1-or-later
# pppctl -H: the links of a machine behind ssh, here the same one behind its own sshd, and each way that can fail.
# shellcheck shell=bash
# needs: 512M 300s

isp 0
product_start
profile_add isp wan0
user_add eve

note "a login by key, for root and for eve"
install -d -m 755 /etc/ssh/lab
install -d -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /etc/ssh/lab/keys
chmod 644 /etc/ssh/lab/keys
ssh-keygen -q -A
printf 'Host localhost\n\tStrictHostKeyChecking accept-new\n\tLogLevel ERROR\n' >/root/.ssh/config
cat >/etc/ssh/lab/sshd_config <<-'END'
	Port 22
	ListenAddress 127.0.0.1
	PermitRootLogin prohibit-password
	AuthorizedKeysFile /etc/ssh/lab/keys
	UsePAM yes
END
install -d -m 755 /run/sshd
systemd-run --quiet --unit=lab-sshd /usr/sbin/sshd -D -f /etc/ssh/lab/sshd_config
answers_ssh() {
	ssh root@localhost true 2>/dev/null
}
wait_until 30 "sshd lets root in" answers_ssh

# The bus of this machine is out of reach for what follows: whatever comes, comes through ssh.
away() {
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent "$@"
}

note "the verbs, over there"
expect 0 away pppctl -H root@localhost list
contains "the list" "$output" isp
expect 0 away pppctl -H root@localhost up isp
contains "what up says" "$output" "10.64.0.1"
equal State "$(property isp State)" up
expect 0 away pppctl -H root@localhost status isp
contains "the page" "$output" ppp0
expect 0 away pppctl --json -H root@localhost:22 status isp
equal "state as JSON" "$(jq -r .state <<<"$output")" up
expect 0 away pppctl -H root@localhost top --batch -n 1 --interval 0.5
contains "a sample" "$output" "isp  up  ppp0  received"
expect 0 away pppctl down isp -H root@localhost
equal State "$(property isp State)" down

note "what eve may not here, she may not there"
expect 0 away pppctl -H eve@localhost list
expect 4 away pppctl -H eve@localhost up isp
contains "the complaint" "$errors" "eve@localhost"
contains "the advice" "$errors" "pppctl -H root@localhost"

note "a profile is edited over there"
expect 0 away env EDITOR="sed -i 's/\"pppoe\": *{/\"priority\": 7, &/'" pppctl -H root@localhost edit isp
contains "the profile" "$(pppctl show isp)" '"priority": 7'

note "the wizard, for a line over there"
expect 0 away pppctl -H root@localhost remove isp
terminal_start env DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent pppctl -H root@localhost add --interface wan0
terminal_answer "User name that the provider gave: " "$isp_user"
terminal_answer "Password of $isp_user: " "$isp_password"
terminal_answer "at every boot and keep it up? [Y/n]" n
terminal_end 0
equal State "$(property isp State)" up
equal AutoConnect "$(property isp AutoConnect)" false
expect 0 pppctl down isp

note "no daemon there"
systemctl stop ppp-manager.service
expect 7 away pppctl -H root@localhost list
contains "the complaint" "$errors" "at root@localhost: ppp-managerd is not running"
contains "the advice" "$errors" "systemctl -H root@localhost enable --now ppp-manager.service"

note "nobody there who lets us in, nobody there at all"
expect 7 away pppctl -H nobody-of-ours@localhost list
contains "the complaint" "$errors" "cannot be reached over ssh"
systemctl stop lab-sshd.service
expect 7 away pppctl -H root@localhost list
contains "ssh's own words" "$errors" "refused"
contains "the complaint" "$errors" "cannot be reached over ssh"
expect 2 away pppctl -H -oProxyCommand=x list
