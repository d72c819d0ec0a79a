# SPDX-License-Identifier: LGPL-2.1-or-later
# Random steps over five connections of all three types and four providers, from a printed seed; after each, when things
# have settled, the bus must say what is, everything must have an owner, and what is wanted and possible must be up.
# CHAOS_SEED=N repeats a walk, CHAOS_STEPS=N is its length.
# shellcheck shell=bash
# needs: 768M 900s
# full: CHAOS_STEPS=300

chaos_seed=${CHAOS_SEED:-$([ -n "${CHAOS_STEPS:-}" ] && echo $((EPOCHSECONDS % 32768)) || echo 1)}
chaos_steps=${CHAOS_STEPS:-8}
note "seed $chaos_seed, $chaos_steps steps"
RANDOM=$chaos_seed
chaos_start
snapshot before

for ((step = 1; step <= chaos_steps; step++)); do
	chaos_step "$step"
	if [ $((RANDOM % 4)) != 0 ]; then # sometimes the next step comes before things have settled
		chaos_settle
	fi
	if [ $((step % 50)) = 0 ]; then
		chaos_no_secret
		note "$step steps: $(jq -c '[.[].State]' "$work/objects")"
	fi
done

chaos_now="the end"
for name in "${names[@]}"; do
	step_plug_cable "$name"
	step_server_back "$name"
	step_right_password "$name"
	step_up "$name" || true
done
chaos_settle
chaos_no_secret
note "all up after $chaos_steps steps: $(cut -d' ' -f2 <<<"$(printf '%s\n' "${chaos_trail[@]}")" | sort | uniq -c | awk '{ printf "%s %s, ", $2, $1 }')"
expect 0 pppctl down --all
for n in 0 1; do
	wait_until 30 "provider $n has no session left" isp_idle "$n"
done
wait_until 30 "the tunnel server has no session left" lns_idle 2
equal "the line's settings" "$(line_settings 0)" "$chaos_line"
for name in "${names[@]}"; do # a walk may have edited them
	chaos_write "$name" 100
done
settled before
