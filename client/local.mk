# SPDX-License-Identifier: GPL-2.0-or-later
if ENABLE_BUS
bin_PROGRAMS += client/kvm440ctl
client_kvm440ctl_SOURCES += client/kvm440ctl.c
client_kvm440ctl_LDADD += client/libclient440.a $(JSONC_LIBS) $(SYSTEMD_LIBS)

# All but main(), so that unit tests can link it.
noinst_LIBRARIES += client/libclient440.a
client_libclient440_a_CPPFLAGS = $(client_kvm440ctl_CPPFLAGS)
client_libclient440_a_SOURCES = \
	client/agent.c client/agent.h \
	client/attach.c client/attach.h \
	client/bus.c client/bus.h \
	client/client.c client/client.h \
	client/columns.c client/columns.h \
	client/define.c client/define.h \
	client/exits.def \
	client/guests.c client/guests.h \
	client/help.c client/help.h \
	client/jobs.c client/jobs.h \
	client/json-text.c client/json-text.h \
	client/matcher.c \
	client/names.h \
	client/options.c client/options.h \
	client/relay.c client/relay.h \
	client/remove.h \
	client/snapshot.c client/snapshot.h \
	client/table.c client/table.h \
	client/terminal.c client/terminal.h \
	client/verbs.c client/verbs.h \
	client/complete.c \
	client/console.c \
	client/create.c \
	client/dump.c \
	client/edit.c \
	client/image.c \
	client/kill.c \
	client/list.c \
	client/log.c \
	client/manual.c \
	docs/roff.h \
	client/monitor.c \
	client/pause.c \
	client/reboot.c \
	client/refresh.c \
	client/remove.c \
	client/resume.c \
	client/run.c \
	client/show.c \
	client/start.c \
	client/status.c \
	client/stop.c \
	client/wait.c
endif
