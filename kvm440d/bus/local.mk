# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	kvm440d/bus/interface.def \
	kvm440d/manager-error.def

if ENABLE_BUS
libbus440_a_SOURCES += \
	kvm440d/bus/bus.c \
	kvm440d/bus/bus.h \
	kvm440d/bus/guest-object.c \
	kvm440d/bus/internal.h \
	kvm440d/bus/manager-object.c \
	kvm440d/bus/names.h \
	kvm440d/bus/request-args.c \
	kvm440d/bus/request-args.h \
	kvm440d/bus/request.c \
	kvm440d/bus/vtable.c

# org.kvm440(5) is made from the interface's one source.
noinst_PROGRAMS += kvm440d/bus/interface-doc
kvm440d_bus_interface_doc_SOURCES = kvm440d/bus/interface-doc.c docs/roff.h
kvm440d_bus_interface_doc_LDADD =

docs/org.kvm440.5: kvm440d/bus/interface-doc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && $(TEST_WRAPPER) ./kvm440d/bus/interface-doc$(EXEEXT) man >$@.tmp && mv $@.tmp $@
nodist_man_MANS += docs/org.kvm440.5
CLEANFILES += docs/org.kvm440.5
endif
