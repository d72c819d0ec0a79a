# SPDX-License-Identifier: LGPL-2.1-or-later
# What tests/run and tests/demo share: the packages they need, and the build. Sourced.
# shellcheck shell=bash
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=lab/packages
. "$top/tests/lab/packages"

# install_missing PACKAGE...: by apt, only what is not there. systemd-resolved is refused: on a machine its installation
# replaces /etc/resolv.conf; it belongs into the lab's root file system.
install_missing() {
	local package missing=()
	for package in "$@"; do
		[ "$package" != systemd-resolved ] || { echo "systemd-resolved is never installed on this machine" >&2; return 1; }
		if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
			missing+=("$package")
		fi
	done
	[ "${#missing[@]}" != 0 ] || return 0
	echo "== installing: ${missing[*]}"
	if [ "$(id -u)" != 0 ]; then
		echo "these packages are missing, and installing them needs root: ${missing[*]}" >&2
		return 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update
	apt-get -qq --yes --no-install-recommends install "${missing[@]}" >/dev/null
}

# Where it is built: on this machine, or, with a suite, inside a root file system of that release (tests/suite/enter).
inside=() in_suite=''

# build PRESET [TARGET...]: configures where needed and builds all, or these; the folder is build/PRESET, or build/SUITE-PRESET.
build() {
	local preset=$1 folder=$top/build/$in_suite$1
	shift
	"${inside[@]}" cmake -S "$top" -B "$folder" --preset "$preset" --log-level=WARNING >/dev/null
	nice "${inside[@]}" cmake --build "$folder" ${1:+--target "$@"}
}
