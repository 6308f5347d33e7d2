# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# TAP for suites written in bash; sourced. The plan comes last, from tap_done.

tap_count=0
tap_failures=0

ok() { printf 'ok %d - %s\n' $((++tap_count)) "$1"; }

not_ok() {
	tap_failures=$((tap_failures + 1))
	printf 'not ok %d - %s\n' $((++tap_count)) "$1"
}

# skip NAME REASON
skip() { printf 'ok %d - %s # SKIP %s\n' $((++tap_count)) "$1" "$2"; }

# note: lines of diagnosis, from the arguments or from stdin.
note() {
	if [ $# -gt 0 ]; then
		printf '# %s\n' "$*"
	else
		sed 's/^/# /'
	fi
}

# try NAME COMMAND...: a test that passes when the command succeeds; its output is shown when not.
try() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		ok "$name"
	else
		note "$* failed with status $?:"
		tail -n 60 <<<"$out" | note
		not_ok "$name"
	fi
}

# tap_make_check DIR [MAKE-ARGUMENT...]: the results of "make check" there, a test each.
tap_make_check() {
	local dir=$1 log status=0 trs name line before=$tap_count
	shift
	log=$(mktemp)
	find "$dir" -name '*.trs' -delete
	make -C "$dir" -k -j "$(nproc)" check "$@" >"$log" 2>&1 || status=$?
	while read -r trs; do
		name=$(basename "${trs%.trs}")
		! grep -qE '^:test-result: (FAIL|ERROR|XPASS)' "$trs" ||
			grep -vE '^(ok [0-9]|PASS: |# [^ ]*tests/unit/[^ :]*: )' "${trs%.trs}.log" | tail -n 60 | note
		# The driver leaves a line a test in the log, beside the test's own.
		while read -r line; do
			case $line in
			'PASS: '*) ok "$name: ${line#* }" ;;
			'SKIP: '*' # SKIP '*) skip "$name: $(cut -d' ' -f2- <<<"${line%% # SKIP*}")" "${line#*# SKIP }" ;;
			*) not_ok "$name: $line" ;;
			esac
		done < <(sed -nE "s#^(PASS|FAIL|SKIP|ERROR|XPASS|XFAIL): [^ ]*($name)(\.sh)? #\1: #p" "${trs%.trs}.log")
	done < <(find "$dir" -name '*.trs' | LC_ALL=C sort)
	if [ "$status" != 0 ] && [ "$tap_failures" = 0 ] || [ "$tap_count" = "$before" ]; then
		tail -n 60 "$log" | note
		not_ok "make check in $dir (status $status)"
	fi
	rm -f "$log"
}

tap_done() {
	printf '1..%d\n' "$tap_count"
	[ "$tap_failures" = 0 ]
}
