# SPDX-License-Identifier: LGPL-2.1-or-later
# Secrets that break careless programs arrive byte by byte: by `pppctl set-secret`, kept, given to pppd, and proved by PAP
# (to a server that compares bytes), CHAP and MS-CHAPv2; and as what the peer has to prove.
# shellcheck shell=bash
# needs: 512M 600s
# more: yes
# full: SECRETS=12

isp 0
isp_cable 1
product_start
profile_write isp "$(profile_json wan0)" unused
profile_write bytes "$(profile_json wan1)" unused

# 255 bytes, the most there may be: one of each that has a meaning somewhere, then filled up.
long="\"'\\#\$\`%s *?[]{}()<>|&;~!@:,="
while [ "${#long}" -lt 255 ]; do long+=x; done
[ "$(printf '%s' "$long" | wc -c)" = 255 ] || fail "not 255 bytes"
# shellcheck disable=SC1003,SC2016 # they are what they look like
secrets=( # the first four stand for all in the short run
	'back\slash\\ \n \" # no "comment" '\''x\'
	'pässwörd €uro 密码 '
	'$(id) `id` %s%n ${HOME} ; rm -rf /'
	"$long"
	' '
	'two  spaces'
	'"double" and '\''single'\'' quotes'
	'# not a comment #'
	$'tab\tand \x01 control'
	'{"password": "json"}'
	'-starts-like-an-option'
	'@home'
)
secrets=("${secrets[@]:0:${SECRETS:-4}}")

store() {
	printf '%s\n' "$2" | pppctl set-secret "$1" --password-stdin >/dev/null
}

for secret in "${secrets[@]}"; do
	shown=$(printf '%s' "$secret" | tr -c '[:print:]' '?' | cut -c1-40)
	isp_password=$secret concentrator 1 --auth pap
	store bytes "$secret"
	expect 0 pppctl up bytes
	expect 0 pppctl down bytes
	store bytes "${secret}x" 2>/dev/null || store bytes "${secret%?}"
	expect 5 pppctl up bytes
	equal "Reason: PAP, one byte more" "$(property bytes Reason)" auth-failed
	expect 0 pppctl down bytes
	concentrator_stop 1
	for method in chap mschap-v2; do
		isp_options 0 auth="$method" password="$secret"
		store isp "$secret"
		expect 0 pppctl up isp
		expect 0 pppctl down isp
	done
	note "[$shown] by PAP, CHAP and MS-CHAPv2"
done

note "and the peer proves them"
profile_write isp "$(profile_json wan0 'del(.auth.user) | .auth.require = ["chap"]')" unused
profile_write bytes "$(profile_json wan0 'del(.auth.user) | .auth.require = ["pap"]')" unused
for secret in "${secrets[@]}"; do
	isp_options 0 auth=none password="$secret" extra="name $isp_user"
	for name in isp bytes; do
		printf '%s\n' "$secret" | pppctl set-secret "$name" --peer-password-stdin >/dev/null
		expect 0 pppctl up "$name"
		expect 0 pppctl down "$name"
	done
done

note "what no secret may be"
expect 2 pppctl set-secret isp --password-stdin < <(printf '%sx\n' "$long")
expect 2 pppctl set-secret isp --password-stdin < <(printf 'two\nlines\n')
expect 2 pppctl set-secret isp --peer-password-stdin < <(printf '\n')
printf '%s\n' 'rm -rf' >"$work/needle"
equal "processes with a secret in arguments or environment" \
	"$(grep -lsaF -f "$work/needle" /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true)" ""
journal_lacks "a secret" -f "$work/needle"
