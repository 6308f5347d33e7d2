# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	kvm440d/bus/interface.def \
	kvm440d/manager-error.def

if ENABLE_BUS
libbus440_a_SOURCES += \
	kvm440d/bus/names.h

# org.kvm440(5) is made from the interface's one source.
noinst_PROGRAMS += kvm440d/bus/interface-doc
kvm440d_bus_interface_doc_SOURCES = kvm440d/bus/interface-doc.c
kvm440d_bus_interface_doc_LDADD =

docs/org.kvm440.5: kvm440d/bus/interface-doc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && $(TEST_WRAPPER) ./kvm440d/bus/interface-doc$(EXEEXT) man >$@.tmp && mv $@.tmp $@
nodist_man_MANS += docs/org.kvm440.5
CLEANFILES += docs/org.kvm440.5
endif
