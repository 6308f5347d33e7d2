# SPDX-License-Identifier: GPL-2.0-or-later

# One guest: definition, assembly, threads, states. Part of "kvm440d run" as well.
libkvm440_a_SOURCES += \
	kvm440d/guest-def.c \
	kvm440d/guest-def.h \
	kvm440d/guest-schema.c \
	kvm440d/guest-schema.h

# The schema of definitions, as a string constant.
AM_CPPFLAGS += -I$(top_builddir)/kvm440d
BUILT_SOURCES += kvm440d/guest-schema.inc
CLEANFILES += kvm440d/guest-schema.inc
kvm440d/guest-schema.inc: $(top_srcdir)/config/guest.schema.json
	$(AM_V_GEN)$(MKDIR_P) kvm440d && \
	sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $(top_srcdir)/config/guest.schema.json >$@.tmp && \
	mv $@.tmp $@
kvm440d/guest-schema.$(OBJEXT): kvm440d/guest-schema.inc

# With its main: sbin_PROGRAMS += kvm440d/kvm440d
kvm440d_kvm440d_SOURCES +=

# Many guests: manager, jobs, state directory.
if ENABLE_BUS
libbus440_a_SOURCES +=
endif
