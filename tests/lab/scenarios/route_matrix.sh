# SPDX-License-Identifier: LGPL-2.1-or-later
# Every policy against every kind of default route that may be there before, ended in every way: all routes and rules of
# both families are as before, each time. In short the diagonal, with MATRIX=whole all cases.
# shellcheck shell=bash
# needs: 512M 1500s
# full: MATRIX=whole

isp_cable 0
isp_options 0 extra="lcp-echo-interval 2 lcp-echo-failure 3"
isp_pppoe 0
isp_dns 0
rivals_router
product_start

print_matrix() {
	local policy rivals way
	printf '%-8s %-12s' policy rivals
	printf ' %-18s' "${matrix_ways[@]}"
	echo
	for policy in "${matrix_policies[@]}"; do
		for rivals in "${matrix_rivals[@]}"; do
			printf '%-8s %-12s' "$policy" "$rivals"
			for way in "${matrix_ways[@]}"; do printf ' %-18s' "${verdict[$policy/$rivals/$way]:-.}"; done
			echo
		done
	done
}

# one_case POLICY RIVALS WAY
one_case() {
	local policy=$1 rivals=$2 way=$3 interface ours
	rivals_put "$rivals"
	tables_to "$work/tables.before"
	expect 0 pppctl up isp
	interface=$(property isp Interface)
	ours=$(ip route get 203.0.113.1 2>/dev/null | grep -c " dev $interface " || true)
	equal "the way to the world is ours" "$ours" "$([ "$policy" = never ] && echo 0 || echo 1)"
	equal DefaultRoute "$(property isp DefaultRoute)" "$([ "$policy" = never ] && echo false || echo true)"
	if [ "$rivals" = advertised ]; then
		# the router withdraws and repeats its first advertisement when it sees the cable
		wait_until 30 "the advertised route stands beside ours" advertised_there
	fi
	way_take "$way" isp
	tables_back "$work/tables.before" "$policy, $rivals, $way"
	note "$policy, $rivals, $way: equal, after $waited_ms ms"
	verdict[$policy/$rivals/$way]=equal
	way_mend "$way" isp
	rivals_clear
}

declare -A verdict
cases=0
for p in "${!matrix_policies[@]}"; do
	policy=${matrix_policies[p]}
	profile_write isp "$(profile_json wan0 ".reconnect.enabled = false | .ipv6.enabled = false
		| .ppp = {\"lcp-echo-interval\": 1, \"lcp-echo-failure\": 3} | .ipv4[\"default-route\"] = \"$policy\"
		| .ipv6[\"default-route\"] = \"$policy\"")"
	for r in "${!matrix_rivals[@]}"; do
		for w in "${!matrix_ways[@]}"; do
			if [ "${MATRIX:-}" = whole ] || [ "$(((r + 2 * p) % ${#matrix_ways[@]}))" = "$w" ]; then
				one_case "$policy" "${matrix_rivals[r]}" "${matrix_ways[w]}"
				cases=$((cases + 1))
			fi
		done
	done
done
note "$cases cases"
print_matrix
