# SPDX-License-Identifier: GPL-2.0-or-later
dist_pkgdata_DATA += config/guest.schema.json

# What has directories in it is made from a .in file, here and in units/.
FILL_IN = $(AM_V_GEN)$(MKDIR_P) $(@D) && sed \
	-e 's,[@]bindir[@],$(bindir),g' \
	-e 's,[@]sbindir[@],$(sbindir),g' \
	-e 's,[@]sysconfdir[@],$(sysconfdir),g' \
	-e 's,[@]localstatedir[@],$(localstatedir),g'

EXTRA_DIST += \
	config/kvm440ctl.bash \
	config/logrotate.conf.in \
	config/sysusers.conf.in \
	config/tmpfiles.conf.in

if ENABLE_BUS
dist_dbussystemservice_DATA = config/org.kvm440.service
dist_polkitaction_DATA = config/org.kvm440.policy

# The D-Bus policy lists every method of the interface.
noinst_PROGRAMS += config/policy
config_policy_SOURCES = config/policy.c
config_policy_LDADD =
config/org.kvm440.conf: config/policy$(EXEEXT)
	$(AM_V_GEN)$(TEST_WRAPPER) ./config/policy$(EXEEXT) >$@.tmp && mv $@.tmp $@
dbuspolicy_DATA = config/org.kvm440.conf
CLEANFILES += config/org.kvm440.conf

config/sysusers.conf: $(srcdir)/config/sysusers.conf.in Makefile
	$(FILL_IN) $(srcdir)/config/sysusers.conf.in >$@.tmp && mv $@.tmp $@
config/tmpfiles.conf: $(srcdir)/config/tmpfiles.conf.in Makefile
	$(FILL_IN) $(srcdir)/config/tmpfiles.conf.in >$@.tmp && mv $@.tmp $@
config/logrotate.conf: $(srcdir)/config/logrotate.conf.in Makefile
	$(FILL_IN) $(srcdir)/config/logrotate.conf.in >$@.tmp && mv $@.tmp $@
# The sample of kvm440d.conf and its page come from the daemon's table of keys.
noinst_PROGRAMS += config/conf-doc
config_conf_doc_SOURCES = config/conf-doc.c
config_conf_doc_LDADD =
config/kvm440d.conf: config/conf-doc$(EXEEXT)
	$(AM_V_GEN)$(TEST_WRAPPER) ./config/conf-doc$(EXEEXT) sample >$@.tmp && mv $@.tmp $@
CLEANFILES += config/kvm440d.conf

noinst_DATA = config/sysusers.conf config/tmpfiles.conf config/logrotate.conf config/kvm440d.conf
CLEANFILES += config/sysusers.conf config/tmpfiles.conf config/logrotate.conf

# These have another name where they go; and a configuration that somebody has changed stays.
CONF = $(DESTDIR)$(sysconfdir)/kvm440/kvm440d.conf
LOGROTATE = $(DESTDIR)$(sysconfdir)/logrotate.d/kvm440
install-config:
	$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/kvm440' '$(DESTDIR)$(sysconfdir)/logrotate.d'
	test -e '$(CONF)' || $(INSTALL_DATA) config/kvm440d.conf '$(CONF)'
	test -e '$(LOGROTATE)' || $(INSTALL_DATA) config/logrotate.conf '$(LOGROTATE)'
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)' '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) config/sysusers.conf '$(DESTDIR)$(sysusersdir)/kvm440.conf'
	$(INSTALL_DATA) config/tmpfiles.conf '$(DESTDIR)$(tmpfilesdir)/kvm440.conf'
	$(INSTALL_DATA) $(srcdir)/config/kvm440ctl.bash '$(DESTDIR)$(bashcompletiondir)/kvm440ctl'
uninstall-config:
	! cmp -s config/kvm440d.conf '$(CONF)' || rm -f '$(CONF)'
	! cmp -s config/logrotate.conf '$(LOGROTATE)' || rm -f '$(LOGROTATE)'
	rm -f '$(DESTDIR)$(sysusersdir)/kvm440.conf' '$(DESTDIR)$(tmpfilesdir)/kvm440.conf' \
		'$(DESTDIR)$(bashcompletiondir)/kvm440ctl'
INSTALL_HOOKS += install-config
UNINSTALL_HOOKS += uninstall-config
endif
