# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	docs/architecture.md \
	docs/kvm-api.md \
	docs/plan.md \
	docs/kvm440-guest.5.in \
	docs/kvm440ctl.1.in \
	docs/kvm440d.8.in \
	docs/kvm440d.conf.5.in

if ENABLE_BUS
# Pages with parts that come from the tables of the programs.
nodist_man_MANS += docs/kvm440ctl.1 docs/kvm440d.8 docs/kvm440-guest.5 \
	docs/kvm440d.conf.5
CLEANFILES += docs/kvm440ctl.1 docs/kvm440d.8 docs/kvm440-guest.5 docs/kvm440d.conf.5

docs/kvm440ctl.1: client/kvm440ctl$(EXEEXT) $(srcdir)/docs/kvm440ctl.1.in
	$(AM_V_GEN)$(MKDIR_P) docs && for part in verbs options exits; do \
		$(TEST_WRAPPER) ./client/kvm440ctl$(EXEEXT) __manual $$part >docs/kvm440ctl.$$part || exit 1; \
	done && sed -e '/^@VERBS@$$/{r docs/kvm440ctl.verbs' -e 'd;}' \
		-e '/^@OPTIONS@$$/{r docs/kvm440ctl.options' -e 'd;}' \
		-e '/^@EXITS@$$/{r docs/kvm440ctl.exits' -e 'd;}' \
		$(srcdir)/docs/kvm440ctl.1.in >$@.tmp && mv $@.tmp $@
CLEANFILES += docs/kvm440ctl.verbs docs/kvm440ctl.options docs/kvm440ctl.exits

noinst_PROGRAMS += docs/schema-doc
docs_schema_doc_SOURCES = docs/schema-doc.c docs/roff.h
docs_schema_doc_LDADD = $(JSONC_LIBS)
docs/kvm440-guest.5: docs/schema-doc$(EXEEXT) $(srcdir)/config/guest.schema.json \
		$(srcdir)/docs/kvm440-guest.5.in
	$(AM_V_GEN)$(TEST_WRAPPER) ./docs/schema-doc$(EXEEXT) $(srcdir)/config/guest.schema.json \
		>docs/kvm440-guest.keys && sed -e '/^@KEYS@$$/{r docs/kvm440-guest.keys' -e 'd;}' \
		-e 's,[@]pkgdatadir[@],$(pkgdatadir),g' $(srcdir)/docs/kvm440-guest.5.in >$@.tmp && \
		mv $@.tmp $@
CLEANFILES += docs/kvm440-guest.keys

docs/kvm440d.conf.5: config/conf-doc$(EXEEXT) $(srcdir)/docs/kvm440d.conf.5.in
	$(AM_V_GEN)$(MKDIR_P) docs && $(TEST_WRAPPER) ./config/conf-doc$(EXEEXT) man >docs/kvm440d.conf.keys && \
	sed -e '/^@KEYS@$$/{r docs/kvm440d.conf.keys' -e 'd;}' -e 's,[@]sysconfdir[@],$(sysconfdir),g' \
		$(srcdir)/docs/kvm440d.conf.5.in >$@.tmp && mv $@.tmp $@
CLEANFILES += docs/kvm440d.conf.keys

docs/kvm440d.8: $(srcdir)/docs/kvm440d.8.in Makefile
	$(FILL_IN) $(srcdir)/docs/kvm440d.8.in >$@.tmp && mv $@.tmp $@
endif
