# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Where the packages of a Debian release come from. Sourced.

# suite_sources SUITE: puts arguments for mmdebstrap into the array `sources`: the machine's own files where they name SUITE
# (a mirror nearby); else their lines with SUITE in the place of the machine's release, as far as there is one; else
# nothing, and mmdebstrap takes its default.
suite_sources() {
	local suite=$1 file own uri name component scratch
	sources=()
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.list /etc/apt/sources.list.d/debian.sources; do
		if [ -e "$file" ] && grep -qE "^[^#]*\b$suite\b" "$file"; then
			sources+=("$file")
		fi
	done
	[ "${#sources[@]}" = 0 ] || return 0
	# shellcheck source=/dev/null
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	scratch=$(mktemp -d)
	# shellcheck disable=SC2016 # apt's own variables
	while read -r uri name component; do
		case $name in "${own:-none}" | "$own"-*) name=$suite${name#"$own"} ;; *) continue ;; esac
		if /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root download-file "${uri%/}/dists/$name/InRelease" \
			"$scratch/$name" >/dev/null 2>&1 && grep -q '^Origin: Debian$' "$scratch/$name"; then
			sources+=("deb $uri $name $component")
		fi
	done < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u)
	rm -rf "$scratch"
	case ${sources[*]} in *" $suite "*) ;; *) sources=() ;; esac
}
