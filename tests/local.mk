# SPDX-License-Identifier: GPL-2.0-or-later
# The suites (tests/README.md): a directory each, shipped whole.
EXTRA_DIST += \
	tests/README.md \
	tests/.clang-tidy \
	tests/tap.sh \
	tests/boot \
	tests/bus \
	tests/client \
	tests/cross \
	tests/dist \
	tests/isa \
	tests/kmod \
	tests/lint \
	tests/rows \
	tests/sanitizers \
	tests/system \
	tests/tools \
	tests/unit/run
