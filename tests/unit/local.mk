# SPDX-License-Identifier: GPL-2.0-or-later
#
# A unit test is tests/unit/test-NAME.c and one line in a list here.

check_LIBRARIES += tests/unit/libtest440.a
tests_unit_libtest440_a_SOURCES = tests/unit/test.c tests/unit/test.h tests/unit/core-machine.h \
	tests/unit/asm440.h tests/unit/guest-runner.h tests/unit/insn-tests.def tests/unit/interp-machine.h \
	tests/unit/without.h

# What all programs without an LDADD of their own (the unit tests) link.
LDADD = tests/unit/libtest440.a $(KVM440_LIBS)

# Tests of kmod/core alone; ./check also runs these big-endian.
CORE_TESTS = \
	tests/unit/test-core-debug \
	tests/unit/test-core-decode \
	tests/unit/test-core-disasm \
	tests/unit/test-core-emulate \
	tests/unit/test-core-interrupt \
	tests/unit/test-core-loadstore \
	tests/unit/test-core-save \
	tests/unit/test-core-spr \
	tests/unit/test-core-timer \
	tests/unit/test-core-tlb

# Tests of what is below the bus.
BELOW_BUS_TESTS = \
	tests/unit/test-board \
	tests/unit/test-bus \
	tests/unit/test-chardev \
	tests/unit/test-console \
	tests/unit/test-count \
	tests/unit/test-engine \
	tests/unit/test-error \
	tests/unit/test-fdt \
	tests/unit/test-fpu \
	tests/unit/test-guest \
	tests/unit/test-guest-def \
	tests/unit/test-guest-leaks \
	tests/unit/test-gunzip \
	tests/unit/test-host \
	tests/unit/test-interp \
	tests/unit/test-interp-garbage \
	tests/unit/test-interp-twice \
	tests/unit/test-interp-insn \
	tests/unit/test-interp-time \
	tests/unit/test-load \
	tests/unit/test-loop \
	tests/unit/test-uart \
	tests/unit/test-uic \
	tests/unit/test-vcpu

# It has a host of its own: engine/kvm sees what these say.
tests_unit_test_engine_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=uname,--wrap=open,--wrap=open64,--wrap=ioctl

# Tests of the manager and of D-Bus. Each needs its own:
#	tests_unit_test_NAME_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
#	tests_unit_test_NAME_LDADD = tests/unit/libtest440.a $(BUS440_LIBS)
BUS_TESTS = \
	tests/unit/test-client \
	tests/unit/test-conf \
	tests/unit/test-job \
	tests/unit/test-manager \
	tests/unit/test-store
tests_unit_test_client_CPPFLAGS = $(client_kvm440ctl_CPPFLAGS)
tests_unit_test_client_LDADD = tests/unit/libtest440.a client/libclient440.a $(JSONC_LIBS) $(SYSTEMD_LIBS)
tests_unit_test_conf_LDADD = tests/unit/libtest440.a $(BUS440_LIBS)
tests_unit_test_job_LDADD = tests/unit/libtest440.a $(BUS440_LIBS)
tests_unit_test_manager_SOURCES = tests/unit/test-manager.c tests/unit/fake-guest.c tests/unit/fake-guest.h
tests_unit_test_manager_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_test_manager_LDADD = tests/unit/libtest440.a $(BUS440_LIBS)
tests_unit_test_store_LDADD = tests/unit/libtest440.a $(BUS440_LIBS)

check_PROGRAMS += $(CORE_TESTS) $(BELOW_BUS_TESTS)
if ENABLE_BUS
check_PROGRAMS += $(BUS_TESTS)
endif
EXTRA_DIST += tests/unit/guest-def
