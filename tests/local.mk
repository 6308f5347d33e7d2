# SPDX-License-Identifier: GPL-2.0-or-later
# The suites (tests/README.md): a directory each, shipped whole.
EXTRA_DIST += tests/isa
