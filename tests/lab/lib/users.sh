# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# People without a session: polkit sees them as neither active nor local.

# user_add NAME [GROUP]
user_add() {
	useradd --no-create-home --shell /bin/sh ${2:+--groups "$2"} "$1"
}

# as NAME COMMAND...
as() {
	local name=$1
	shift
	setpriv --reuid "$name" --regid "$name" --init-groups --inh-caps=-all env HOME=/ USER="$name" "$@"
}
