/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon: store, manager and bus around one event loop, from start to SIGTERM. */
#ifndef KVM440_DAEMON_H
#define KVM440_DAEMON_H

#include <stdbool.h>

struct daemon_options {
	const char *address; /* of the bus */
	const char *state_dir;
	const char *log_dir;  /* of console logs */
	const char *config;   /* path */
	bool config_required; /* its absence is an error */
	bool journal;	      /* stderr is the journal: lines begin with their priority */
};

/* Runs until SIGTERM or SIGINT; returns the process's exit status. */
int daemon_run(const struct daemon_options *options);

#endif
