# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The lab has no udev, without which networkd and NetworkManager leave a link alone ("pending", "unmanaged").

# links_without_udev UNIT: tells that service so. Up to systemd 252 a read-only /sys does it; later ones want the mark
# that udev leaves behind a link that it is done with, also for links that are still to come.
links_without_udev() {
	local n
	mkdir -p "/etc/systemd/system/$1.d" /run/udev/data
	printf '[Service]\nReadOnlyPaths=/sys\n' >"/etc/systemd/system/$1.d/lab.conf"
	for n in {1..64}; do
		printf 'I:1000000\nV:1\n' >"/run/udev/data/n$n"
	done
}
