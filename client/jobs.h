/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that begin a job, and waiting for its end. */
#ifndef CLIENT_JOBS_H
#define CLIENT_JOBS_H

#include "client.h"
#include "names.h"

struct job_request {
	enum method method; /* of Manager1: takes name, [timeout], flags; returns a job */
	const char *verb;   /* "started": for "guest 'web' was not started" */
	bool has_timeout;   /* the method takes a timeout */
	uint64_t timeout;   /* microseconds; 0: the definition's */
	bool no_block;	    /* only begin it */
};

/*
 * Does it to every guest of the NULL-terminated list, all at a time, and waits for all. Complains
 * for each that failed; returns the first status that is not 0.
 */
int jobs_run(struct client *c, const struct job_request *request, char *const *names);
int job_run(struct client *c, const struct job_request *request, const char *name);

#endif
