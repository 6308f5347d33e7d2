# SPDX-License-Identifier: GPL-2.0-or-later

# One guest: definition, assembly, threads, states. Part of "kvm440d run" as well.
libkvm440_a_SOURCES += \
	kvm440d/guest-def.c \
	kvm440d/guest-def.h \
	kvm440d/guest-dump.c \
	kvm440d/guest-internal.h \
	kvm440d/guest-io.c \
	kvm440d/guest-machine.c \
	kvm440d/guest-machine.h \
	kvm440d/guest-report.c \
	kvm440d/guest-run.c \
	kvm440d/guest-schema.c \
	kvm440d/guest-schema.h \
	kvm440d/guest.c \
	kvm440d/guest.h

# The schema of definitions, as a string constant.
AM_CPPFLAGS += -I$(top_builddir)/kvm440d
BUILT_SOURCES += kvm440d/guest-schema.inc
CLEANFILES += kvm440d/guest-schema.inc
kvm440d/guest-schema.inc: $(top_srcdir)/config/guest.schema.json
	$(AM_V_GEN)$(MKDIR_P) kvm440d && \
	sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $(top_srcdir)/config/guest.schema.json >$@.tmp && \
	mv $@.tmp $@
kvm440d/guest-schema.$(OBJEXT): kvm440d/guest-schema.inc

# The program.
sbin_PROGRAMS += kvm440d/kvm440d
kvm440d_kvm440d_SOURCES += \
	kvm440d/main.c \
	kvm440d/run-console.c \
	kvm440d/run-console.h \
	kvm440d/run.c \
	kvm440d/run.h

# Many guests: manager, jobs, state directory.
if ENABLE_BUS
kvm440d_kvm440d_SOURCES += \
	kvm440d/daemon.c \
	kvm440d/daemon.h
libbus440_a_SOURCES += \
	kvm440d/conf.c \
	kvm440d/conf.h \
	kvm440d/job.c \
	kvm440d/job.h \
	kvm440d/mailbox.c \
	kvm440d/mailbox.h \
	kvm440d/manager-error.c \
	kvm440d/manager-error.h \
	kvm440d/manager-internal.h \
	kvm440d/manager-run.c \
	kvm440d/manager.c \
	kvm440d/manager.h \
	kvm440d/store-file.c \
	kvm440d/store-file.h \
	kvm440d/store.c \
	kvm440d/store.h \
	kvm440d/workers.c \
	kvm440d/workers.h
endif
EXTRA_DIST += kvm440d/conf.def
