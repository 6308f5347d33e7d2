/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A job: something that is being done to a guest, and the rules of when it is over. */
#ifndef KVM440_JOB_H
#define KVM440_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "guest.h"

enum job_verb { JOB_START, JOB_STOP, JOB_KILL, JOB_REBOOT, JOB_PAUSE, JOB_RESUME, JOB_VERBS };

enum job_result {
	JOB_PENDING, /* not over */
	JOB_DONE,
	JOB_FORCED,
	JOB_FAILED,
	JOB_CANCELED,
	JOB_TIMEOUT,
	JOB_RESULTS
};

struct job {
	uint32_t id; /* from 1 */
	enum job_verb verb;
	char *guest;		/* name */
	uint64_t started_usec;	/* CLOCK_REALTIME */
	uint64_t deadline_usec; /* CLOCK_MONOTONIC */
	uint64_t timeout_usec;	/* what the deadline was made from */
	bool forced;		/* a stop that had to kill */
	enum guest_state found; /* the guest's when the job was made */
};

/* What a new request does to the guest's present job. */
enum job_conflict {
	JOB_REPLACE, /* the present one is canceled */
	JOB_MERGE,   /* the present one is what was asked for */
	JOB_REFUSE,
};

const char *job_verb_name(enum job_verb v);	/* "start" */
const char *job_result_name(enum job_result r); /* "done" */

int job_new(struct job **ret, uint32_t id, enum job_verb verb, const char *guest);
struct job *job_free(struct job *job);

enum job_conflict job_conflict(enum job_verb present, enum job_verb wanted);
/* What a change of the guest's state means for the job. */
enum job_result job_judge(const struct job *job, enum guest_state state, enum guest_cause cause);

/* Whether a guest in that state has threads and memory. */
static inline bool guest_state_has_machine(enum guest_state s)
{
	return s != GUEST_STOPPED && s != GUEST_CRASHED;
}

#endif
