#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes configure and Makefile.in from configure.ac and Makefile.am.
set -eu
cd "$(dirname "$0")"
if ! command -v autoreconf >/dev/null; then
	echo "autogen.sh: autoreconf is missing (Debian packages: autoconf automake)" >&2
	exit 1
fi
exec autoreconf --force --install
