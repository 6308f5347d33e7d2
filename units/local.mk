# SPDX-License-Identifier: GPL-2.0-or-later
UNIT_TEMPLATES = units/kvm440d.service.in units/kvm440-guest@.service.in
EXTRA_DIST += $(UNIT_TEMPLATES)
if ENABLE_BUS
systemdsystemunit_DATA = units/kvm440d.service units/kvm440-guest@.service
units/kvm440d.service: $(srcdir)/units/kvm440d.service.in Makefile
	$(FILL_IN) '$(srcdir)/units/kvm440d.service.in' >$@.tmp && mv $@.tmp $@
units/kvm440-guest@.service: $(srcdir)/units/kvm440-guest@.service.in Makefile
	$(FILL_IN) '$(srcdir)/units/kvm440-guest@.service.in' >'$@.tmp' && mv '$@.tmp' '$@'
CLEANFILES += $(systemdsystemunit_DATA)
endif
