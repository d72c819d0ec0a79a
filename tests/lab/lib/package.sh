# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Our Debian package as dpkg and apt meet it: /lab/packages has old.deb, and new.deb, which is the same with a higher version.

# package_install NAME: by dpkg, whose words are in $output; nothing that a maintainer script says is an error.
package_install() {
	expect 0 dpkg --install "/lab/packages/$1.deb"
	equal "what dpkg complains of" "$(grep -vE 'downgrading|^Created symlink|disabled or a static unit not running' <<<"$errors" || true)" ""
}

package_state() {
	dpkg-query --show --showformat='${db:Status-Status} ${Version}\n' ppp-manager 2>/dev/null || true
}

# files_remember NAME: all files that a package could have left, beside those of a snapshot. What dpkg, apt and the journal
# keep for themselves is left out, and the catalog's database, which is made anew by systemd's trigger.
files_remember() {
	find /usr /var /opt /root /home /srv -xdev \( -path /var/lib/dpkg -o -path '/var/log/*' -o -path /var/cache -o -path /var/lib/apt \
		-o -path /var/lib/systemd/catalog -o -path /var/tmp -o -path '/var/lib/systemd/timesync' -o -path '/srv/isp*' \) -prune \
		-o -printf '%y %m %U:%G %p %l\n' | sort >"$work/files.$1"
}

# files_settled NAME: the files are the same again, and dpkg remembers nothing.
files_settled() {
	files_remember now
	equal "files that came or went" "$(diff "$work/files.$1" "$work/files.now" || true)" ""
	equal "what dpkg remembers" "$(package_state)$(find /var/lib/dpkg/info -name 'ppp-manager*')" ""
}

# dummy_package NAME VERSION: an empty package, in $work/NAME.deb.
dummy_package() {
	local folder=$work/$1.folder
	mkdir -p "$folder/DEBIAN"
	printf '%s\n' "Package: $1" "Version: $2" "Architecture: all" "Maintainer: nobody <nobody@lab.invalid>" \
		"Description: stands in" >"$folder/DEBIAN/control"
	dpkg-deb --build --root-owner-group "$folder" "$work/$1.deb" >/dev/null
}
