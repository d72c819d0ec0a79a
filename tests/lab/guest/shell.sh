# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The "scenario" of run --shell: a provider, a profile where the product is there, and a prompt on the console.

isp 0
if [ -x /usr/bin/pppctl ]; then
	profile_add isp wan0
fi
stty -F /dev/tty0 sane
{
	echo
	echo "The lab. Provider 0 is at the other end of wan0 (user $isp_user); its logs are in /lab/out."
	if [ -x /usr/bin/pppctl ]; then
		echo "There is a connection 'isp': pppctl up isp, pppctl status, ping 10.64.0.80, resolvectl query www.isp0.test"
	fi
	echo "The helpers of tests/lab/lib are loaded (isp 1, snapshot NAME, same_machine A B, ...). exit ends the lab."
	echo
} >/dev/tty0
set +eEu
trap - ERR
cat >"$work/rc" <<'RC'
for helper in /lab/lib/*.sh; do . "$helper"; done
PS1='lab# '
RC
export TERM=${TERM:-linux}
setsid --ctty --wait bash --rcfile "$work/rc" -i </dev/tty0 >/dev/tty0 2>&1
exit 0
