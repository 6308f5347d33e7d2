# SPDX-License-Identifier: GPL-2.0-or-later
# Built by tests/random/run.
EXTRA_PROGRAMS += tests/random/random440
tests_random_random440_SOURCES = \
	tests/random/batch.h \
	tests/random/gen.c \
	tests/random/gen.h \
	tests/random/random440.c
tests_random_random440_LDADD = $(KVM440_LIBS)
CLEANFILES += tests/random/random440
EXTRA_DIST += tests/random/guest/main.c tests/random/run
