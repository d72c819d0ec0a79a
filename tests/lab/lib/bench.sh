# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Measuring: a sample is a line of the log that tests/bench/table reads.

# sample ROW WHO VALUE UNIT: one measured value. Rows are told apart by their text; who: ppp-manager, pppd, NetworkManager.
sample() {
	printf 'SAMPLE\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4"
}

now_us() {
	echo "${EPOCHREALTIME/[.,]/}"
}

# addresses_start [OPTION-OF-ip]: from now on the kernel's word of each new IPv4 address is kept for address_at.
addresses_start() {
	mkfifo "$work/addresses"
	exec {addresses}<>"$work/addresses"
	ip -4 -o "$@" monitor address >"$work/addresses" 2>/dev/null &
	addresses_pid=$!
	addresses_forget
}

addresses_stop() {
	kill "$addresses_pid"
	wait "$addresses_pid" || true
	exec {addresses}>&-
	rm "$work/addresses"
}

# addresses_forget: all that was heard so far, and what is on its way: up to a mark.
addresses_forget() {
	local mark=198.18.$((RANDOM % 256)).$((RANDOM % 256)) line=''
	until [[ $line == *"inet $mark/"* ]]; do
		ip address replace "$mark/32" dev lo
		read -r -t 1 -u "$addresses" line || true
	done
	ip address del "$mark/32" dev lo
}

# address_at PREFIX SECONDS: when the next address that begins so came to a ppp interface, µs of CLOCK_REALTIME, in
# $address_us; no process is started meanwhile. Not within that time: 1.
address_at() {
	local prefix=$1 limit=$2 line start=${EPOCHREALTIME/[.,]/}
	while [ $((${EPOCHREALTIME/[.,]/} - start)) -lt $((limit * 1000000)) ]; do
		read -r -t 1 -u "$addresses" line || continue
		case $line in
		Deleted*) ;;
		*" ppp"*" inet $prefix"*)
			address_us=${EPOCHREALTIME/[.,]/}
			return 0
			;;
		esac
	done
	return 1
}

# ms SINCE UNTIL: both in µs; one decimal.
ms() {
	local us=$(($2 - $1)) sign=''
	[ "$us" -ge 0 ] || sign=- us=$((-us))
	printf '%s%d.%d' "$sign" $((us / 1000)) $((us % 1000 / 100))
}
