# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # top is the sourcing script's
#
# What the scripts of the tree share; sourced, after "set -eu". Progress goes to stderr, results to
# stdout.

# Each line of progress is told from the output of what it runs by its "== ".
say() { printf '== %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Where what takes long to build is kept between runs, outside every tree.
cache_dir() { printf '%s/kvm440\n' "${XDG_CACHE_HOME:-${HOME:?}/.cache}"; }

jobs() { nproc; }

# run_logged LOG COMMAND...: the output goes to LOG alone, and its end to the person on failure.
run_logged() {
	local log=$1 status=0
	shift
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" != 0 ]; then
		tail -n 40 "$log" >&2
		say "failed with status $status: $*"
	fi
	return "$status"
}

# as_owner COMMAND...: under sudo, runs the command as the person who called sudo when the tree is
# theirs, so that nothing of root's is left in the tree or in their cache; otherwise runs it as is.
# The words in front of the command are in the array owner.
owner=(env)
if [ "$(id -u)" = 0 ] && [ "${SUDO_UID:-0}" != 0 ] && [ "$(stat -c %u "$top")" = "$SUDO_UID" ]; then
	owner=(setpriv --reuid "$SUDO_UID" --regid "$SUDO_GID" --init-groups
		env "HOME=$(getent passwd "$SUDO_UID" | cut -d: -f6)")
fi
as_owner() { "${owner[@]}" "$@"; }

# content_key: a short name for what is on stdin.
content_key() { sha256sum | cut -c1-16; }

# installed_version PACKAGE: fails when it is not installed.
installed_version() {
	dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed //p' | grep .
}

# The cache is written by one process at a time (the others wait), and each entry appears whole:
# built in a directory beside it, renamed at the end. A build that was killed leaves a directory
# that the next one removes. Entries that nothing used for a month go.
cache_lock() {
	cache=$(cache_dir)
	mkdir -p "$cache"
	exec {cache_fd}>"$cache/lock"
	if ! flock -n "$cache_fd"; then
		say "waiting for another build that writes to $cache"
		flock "$cache_fd"
	fi
	rm -rf "$cache"/tmp.*
	find "$cache" -mindepth 1 -maxdepth 1 -type d -name '*-????????????????' -mtime +30 -exec rm -rf {} +
}

cache_unlock() { exec {cache_fd}>&-; }

# cache_entry NAME-KEY FUNCTION WHAT: the path of the entry on stdout. When it is missing, says WHAT,
# and FUNCTION builds it: it is called in an empty directory, and what it leaves in the
# subdirectory "out" becomes the entry.
cache_entry() {
	local entry=$cache/$1 tmp status
	if [ -d "$entry" ]; then
		touch "$entry"
	else
		say "$3"
		tmp=$(mktemp -d "$cache/tmp.XXXXXXXX")
		mkdir "$tmp/out"
		SECONDS=0
		# Not in a condition: there, "set -e" would mean nothing.
		set +e
		(set -e; cd "$tmp"; "$2" >&2)
		status=$?
		set -e
		if [ "$status" != 0 ]; then
			mkdir -p "$cache/log"
			find "$tmp" -maxdepth 1 -name '*.log' -exec cp {} "$cache/log/" \;
			rm -rf "$tmp"
			die "$1 could not be built; its logs, if any, are in $cache/log"
		fi
		chmod 755 "$tmp/out"
		mv -T "$tmp/out" "$entry"
		rm -rf "$tmp"
		say "done in $SECONDS s"
	fi
	printf '%s\n' "$entry"
}

# options_hold FRAGMENT CONFIG: every option of the fragment must stand in the result as asked for.
options_hold() {
	local line bad=0
	while IFS= read -r line; do
		case $line in
		CONFIG_*) grep -qxF "$line" "$2" ;;
		*) ! grep -q "^$(cut -d' ' -f2 <<<"$line")=" "$2" ;;
		esac || { say "the configuration did not take: $line"; bad=1; }
	done < <(grep -E '^(CONFIG_|# CONFIG_.* is not set)' "$1")
	return "$bad"
}

# source_version PACKAGE: the version of the source package that the candidate of the binary
# PACKAGE is built from, as apt knows it without a network.
source_version() {
	local record version
	record=$(apt-cache show --no-all-versions "$1" 2>/dev/null) || true
	version=$(sed -n 's/^Source:.*(\(.*\))$/\1/p' <<<"$record" | head -n1)
	[ -n "$version" ] || version=$(sed -n 's/^Version: //p' <<<"$record" | head -n1)
	[ -n "$version" ] || die "apt knows no package $1: run apt-get update"
	printf '%s\n' "$version"
}

# fetch_source SOURCE VERSION [or-another]: unpacks Debian's source package into ./SOURCE. With or-another, another version
# that the archive lists will do when it does not deliver this one. The deb-src entries are made from the machine's own
# Debian entries, in a directory of ours: the machine's apt configuration is left alone, and root is not needed.
fetch_source() {
	local apt=$cache/apt version
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
		sed -n 's|^\([^ ]*\) \([^ ]*\) Debian main$|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \1 \2 main|p' |
		sort -u >"$apt/sources.list"
	[ -s "$apt/sources.list" ] || die "apt has no Debian archive to fetch sources from: run apt-get update"
	cat >"$apt/apt.conf" <<-END
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "$apt/parts";
		Dir::State::lists "$apt/lists";
		Dir::Cache "$apt/cache";
		APT::Sandbox::User "root";
	END
	: >apt.log
	download() { APT_CONFIG=$apt/apt.conf apt-get -qq source --download-only "$1=$2" >>apt.log 2>&1; }
	version=$2
	if ! download "$1" "$version"; then
		APT_CONFIG=$apt/apt.conf apt-get -qq update >>apt.log 2>&1 || { cat apt.log >&2; return 1; }
		if ! download "$1" "$version"; then
			[ "${3-}" = or-another ] || { tail -n 8 apt.log >&2; return 1; }
			for version in $(APT_CONFIG=$apt/apt.conf apt-cache showsrc "$1" | sed -n 's/^Version: //p') none; do
				! download "$1" "$version" || break
			done
			[ "$version" != none ] || { tail -n 8 apt.log >&2; return 1; }
			say "the archive does not deliver $1 $2: taking $version"
		fi
	fi
	# apt has checked the files against the signed index.
	dpkg-source --no-check -x "$1_${version#*:}.dsc" "$1" >>apt.log 2>&1 || { tail -n 8 apt.log >&2; return 1; }
}
