# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Completion of pppctl for bash. What fits is asked of pppctl itself, which takes it from its table of verbs; it never
# starts the daemon.

_pppctl() {
	local line=${COMP_LINE:0:COMP_POINT} typed head word rest
	local -a words
	# Not COMP_WORDS: readline cuts words at '=', ':' and '@', too.
	read -r -a words <<<"$line"
	typed=''
	case $line in
	*[[:space:]]) ;;
	*) typed=${words[-1]} && unset 'words[-1]' ;;
	esac
	# What stands before the last of those characters stays on the line; readline replaces the rest.
	head=${typed%"${typed##*[=:@]}"}
	case $COMP_WORDBREAKS in
	*=*) ;;
	*) head='' ;;
	esac
	COMPREPLY=()
	while IFS=$'\t' read -r word rest; do
		if [ "$word" = :files ]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r word; do
				COMPREPLY+=("$word")
			done < <(compgen -f -- "${typed##*=}")
		else
			COMPREPLY+=("${word#"$head"}")
		fi
	done < <("${words[0]:-pppctl}" __complete "${words[@]:1}" "$typed" 2>/dev/null)
}

complete -F _pppctl pppctl
