# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# What every lint shares; sourced. A lint prints "FILE:LINE: what is wrong", a line each, and ends with 1 where it printed
# any. LINT_TOP names another tree to look at (tests/lint/selftest).
set -u
lint=$(cd "$(dirname "$0")" && pwd)
top=${LINT_TOP:-$(cd "$lint/../.." && pwd)}
cd "$top" || exit 1

# All files of the tree that git does not ignore, committed or not; without git, all files but those below build/.
tree() {
	if [ -e .git ]; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard
	else
		find . -path ./build -prune -o -type f -print | sed 's#^\./##'
	fi | sort -u | while IFS= read -r file; do
		if [ -f "$file" ]; then printf '%s\n' "$file"; fi
	done
}

# The files of the tree whose name matches the extended regular expression.
named() {
	tree | grep -E "$1"
}

# Scripts, by name or by their first line.
scripts() {
	tree | while IFS= read -r file; do
		case $file in
			*.sh) printf '%s\n' "$file" ;;
			*) if head -c 64 "$file" | head -n 1 | grep -qaE '^#! ?/bin/(ba)?sh'; then printf '%s\n' "$file"; fi ;;
		esac
	done
}

# The program is missing: skipped with the reason, but an error where the lints are required (CI).
need() {
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "$1 is missing (package $2)"
		if [ "${CI:-}" = true ] || [ "${LINT_REQUIRED:-0}" = 1 ]; then exit 1; fi
		exit 77
	fi
}

# Passes what it reads on and remembers whether there was anything: `… | verdict` is the last line of a lint.
verdict() {
	awk '{ print } END { exit NR > 0 }'
}
