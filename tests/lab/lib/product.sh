# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# ppp-manager as a person and as a program on the bus meets it. busctl is always told not to start anything.

bus() {
	busctl --system --auto-start=no "$@"
}

# product_start: as after a boot; returns when the daemon is ready.
product_start() {
	systemctl start ppp-manager.service
	wait_until 10 "the daemon owns its name" bus status org.ppp.Manager
}

product_pid() {
	systemctl show -P MainPID ppp-manager.service
}

# profile_add NAME INTERFACE [ADD-OPTION...]: as an administrator does it.
profile_add() {
	local name=$1 interface=$2
	shift 2
	printf '%s\n' "$isp_password" |
		pppctl add "$name" --type pppoe --interface "$interface" --user "$isp_user" --password-stdin "$@" >"$work/output"
}

# profile_write NAME JSON [PASSWORD]: the files themselves, and a reload. JSON: whatever the file shall hold.
profile_write() {
	local name=$1 json=$2 password=${3-$isp_password}
	install -d -m 755 /etc/ppp-manager/connections
	install -d -m 700 /etc/ppp-manager/secrets
	printf '%s\n' "$json" >"/etc/ppp-manager/connections/$name.json"
	(
		umask 077
		jq -n --arg password "$password" '{password: $password}' >"/etc/ppp-manager/secrets/$name.json"
	)
	pppctl reload
}

# profile_json INTERFACE [JQ-FILTER]: the plain profile, changed by the filter.
profile_json() {
	jq -n --arg interface "$1" --arg user "$isp_user" \
		'{type: "pppoe", pppoe: {interface: $interface}, auth: {user: $user}}'" | ${2:-.}"
}

# connection NAME: its object path (the names used in scenarios need no escaping but for '_' and '-').
connection() {
	bus --json=short call org.ppp.Manager /org/ppp/Manager org.ppp.Manager GetConnection s "$1" | jq -r '.data[0]'
}

# property NAME PROPERTY: its value; arrays and dictionaries as JSON.
property() {
	bus --json=short get-property org.ppp.Manager "$(connection "$1")" org.ppp.Connection "$2" |
		jq -r '.data | if type == "array" or type == "object" then tojson else . end'
}

manager_property() {
	bus --json=short get-property org.ppp.Manager /org/ppp/Manager org.ppp.Manager "$1" | jq -r .data
}

property_is() {
	[ "$(property "$1" "$2")" = "$3" ]
}

# wait_property NAME PROPERTY VALUE SECONDS
wait_property() {
	local name=$1 property=$2 value=$3 limit=$4 object
	object=$(connection "$name")
	wait_until "$limit" "$property of $name is $value" property_of_object_is "$object" "$property" "$value"
}

property_of_object_is() {
	[ "$(bus --json=short get-property org.ppp.Manager "$1" org.ppp.Connection "$2" | jq -r .data)" = "$3" ]
}

# wait_state NAME STATE SECONDS
wait_state() {
	wait_property "$1" State "$2" "$3"
}

# states_start NAME / states NAME: the StateChanged signals of the connection in between, "new old reason" a line.
states_start() {
	busctl monitor --json=short --match="type='signal',interface='org.ppp.Connection',member='StateChanged',path='$(connection "$1")'" \
		>"$work/states" 2>"$work/states.errors" &
	states_pid=$!
	wait_until 10 "the monitor listens" grep -q Monitoring "$work/states.errors"
}

states() {
	jq -r 'select(.member == "StateChanged") | .payload.data[0:3] | join(" ")' "$work/states"
}

states_stop() {
	kill "$states_pid"
	wait "$states_pid" || true
}

# links_up: the ppp interfaces of the machine, one name a line.
links_up() {
	ip -j link show type ppp | jq -r '.[].ifname'
}

# default_routes: the main table's, as "device metric protocol", best first.
default_routes() {
	ip -j -4 route show default | jq -r 'sort_by(.metric // 0)[] | "\(.dev) \(.metric // 0) \(.protocol)"'
}

# journal_of_product: all lines of the unit, its scopes and pppd since the scenario began.
journal_of_product() {
	journalctl --since "@$scenario_start" --no-pager -o cat _SYSTEMD_UNIT=ppp-manager.service + \
		UNIT=ppp-manager.service + SYSLOG_IDENTIFIER=pppd + SYSLOG_IDENTIFIER=ppp-managerd
}
