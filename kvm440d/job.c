/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util/cleanup.h"

const char *job_verb_name(enum job_verb v)
{
	static const char *const names[] = {
		[JOB_START] = "start",	 [JOB_STOP] = "stop",	[JOB_KILL] = "kill",
		[JOB_REBOOT] = "reboot", [JOB_PAUSE] = "pause", [JOB_RESUME] = "resume",
	};

	return names[v];
}

const char *job_result_name(enum job_result r)
{
	static const char *const names[] = {
		[JOB_PENDING] = "pending", [JOB_DONE] = "done",		[JOB_FORCED] = "forced",
		[JOB_FAILED] = "failed",   [JOB_CANCELED] = "canceled", [JOB_TIMEOUT] = "timeout",
	};

	return names[r];
}

int job_new(struct job **ret, uint32_t id, enum job_verb verb, const char *guest)
{
	struct job *job = calloc(1, sizeof(*job));
	struct timespec now;

	if (!job || !(job->guest = strdup(guest))) {
		job_free(job);
		return -ENOMEM;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	job->id = id;
	job->verb = verb;
	job->started_usec = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	*ret = job;
	return 0;
}

struct job *job_free(struct job *job)
{
	if (!job)
		return NULL;
	free(job->guest);
	free(job);
	return NULL;
}

enum job_conflict job_conflict(enum job_verb present, enum job_verb wanted)
{
	if (wanted == JOB_KILL)
		return present == JOB_KILL ? JOB_MERGE : JOB_REPLACE;
	if (wanted == JOB_STOP && present != JOB_KILL)
		return present == JOB_STOP ? JOB_MERGE : JOB_REPLACE;
	return JOB_REFUSE;
}

enum job_result job_judge(const struct job *job, enum guest_state state, enum guest_cause cause)
{
	bool ended = !guest_state_has_machine(state);

	switch (job->verb) {
	case JOB_START:
		if (ended)
			return JOB_FAILED;
		return state == GUEST_STARTING ? JOB_PENDING : JOB_DONE;
	case JOB_STOP:
		if (state == GUEST_CRASHED)
			return JOB_FAILED;
		if (state == GUEST_STOPPED)
			return job->forced ? JOB_FORCED : JOB_DONE;
		return JOB_PENDING;
	case JOB_KILL: return ended ? JOB_DONE : JOB_PENDING;
	case JOB_REBOOT:
		if (ended)
			return JOB_FAILED;
		return state == GUEST_RUNNING && cause == GUEST_CAUSE_REBOOT ? JOB_DONE
									     : JOB_PENDING;
	case JOB_PAUSE:
		if (state == GUEST_PAUSED)
			return JOB_DONE;
		return ended || state == GUEST_HALTED ? JOB_FAILED : JOB_PENDING;
	case JOB_RESUME:
		if (ended)
			return JOB_FAILED;
		return state == GUEST_PAUSED ? JOB_PENDING : JOB_DONE;
	default: return JOB_FAILED;
	}
}
