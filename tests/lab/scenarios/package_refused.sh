# SPDX-License-Identifier: LGPL-2.1-or-later
# pppd takes no plugin that was built for another version of it: apt does not install our package beside another ppp, and
# does not take our ppp away from under it unasked.
# shellcheck shell=bash
# product: no
# packages: yes
# needs: 512M 300s

installed=$(dpkg-query --show --showformat='${Version}' ppp)
note "with ppp $installed apt would install it"
expect 0 apt-get --simulate install /lab/packages/old.deb
contains "apt's plan" "$output" "Inst ppp-manager"

note "and with any other it does not"
# (which has a word of its own on the version of ppp)
expect 0 dpkg --purge network-manager
upstream=${installed%%-*}
for version in "$upstream.1-1" "${upstream%.*}.$((${upstream##*.} + 1))-1" 9.0-1 2.4.7-1; do
	cp -a /var/lib/dpkg/status "$work/status"
	sed -i "/^Package: ppp$/,/^$/s/^Version: .*/Version: $version/" /var/lib/dpkg/status
	expect 100 apt-get --simulate install /lab/packages/old.deb
	contains "apt's reason with $version" "$output$errors" "ppp-manager : Depends: ppp ("
	expect 1 dpkg --install /lab/packages/old.deb
	contains "dpkg's reason with $version" "$errors" "ppp-manager depends on ppp ("
	equal "what dpkg made of it" "$(package_state)" "unpacked 0.1.0"
	equal "the service" "$(systemctl is-active ppp-manager.service || true)" inactive
	expect 0 dpkg --purge ppp-manager
	cp -a "$work/status" /var/lib/dpkg/status
done

note "nor is ppp exchanged beside it without its removal"
package_install old
dummy_package ppp 9.0-1
expect 100 apt-get --simulate --no-remove install --yes "$work/ppp.deb"
contains "apt's reason" "$output$errors" ppp-manager
