/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include "tests/unit/test.h"

static void conflicts(void)
{
	static const struct {
		enum job_verb present, wanted;
		enum job_conflict want;
	} rows[] = {
		{ JOB_START, JOB_KILL, JOB_REPLACE },  { JOB_STOP, JOB_KILL, JOB_REPLACE },
		{ JOB_REBOOT, JOB_KILL, JOB_REPLACE }, { JOB_KILL, JOB_KILL, JOB_MERGE },
		{ JOB_START, JOB_STOP, JOB_REPLACE },  { JOB_STOP, JOB_STOP, JOB_MERGE },
		{ JOB_PAUSE, JOB_STOP, JOB_REPLACE },  { JOB_KILL, JOB_STOP, JOB_REFUSE },
		{ JOB_STOP, JOB_START, JOB_REFUSE },   { JOB_START, JOB_START, JOB_REFUSE },
		{ JOB_STOP, JOB_PAUSE, JOB_REFUSE },   { JOB_PAUSE, JOB_RESUME, JOB_REFUSE },
		{ JOB_KILL, JOB_REBOOT, JOB_REFUSE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("%s while %s", job_verb_name(rows[i].wanted),
			     job_verb_name(rows[i].present));
		CHECK_EQ(job_conflict(rows[i].present, rows[i].wanted), rows[i].want);
	}
}

static void judgements(void)
{
	static const struct {
		enum job_verb verb;
		bool forced;
		enum guest_state state;
		enum guest_cause cause;
		enum job_result want;
	} rows[] = {
		{ JOB_START, false, GUEST_STARTING, GUEST_CAUSE_START, JOB_PENDING },
		{ JOB_START, false, GUEST_RUNNING, GUEST_CAUSE_START, JOB_DONE },
		{ JOB_START, false, GUEST_HALTED, GUEST_CAUSE_GUEST_HALT, JOB_DONE },
		{ JOB_START, false, GUEST_CRASHED, GUEST_CAUSE_START_FAILED, JOB_FAILED },
		{ JOB_START, false, GUEST_STOPPED, GUEST_CAUSE_KILL, JOB_FAILED },
		{ JOB_STOP, false, GUEST_STOPPING, GUEST_CAUSE_STOP, JOB_PENDING },
		{ JOB_STOP, false, GUEST_RUNNING, GUEST_CAUSE_GUEST_REBOOT, JOB_PENDING },
		{ JOB_STOP, false, GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF, JOB_DONE },
		{ JOB_STOP, true, GUEST_STOPPED, GUEST_CAUSE_KILL, JOB_FORCED },
		{ JOB_STOP, false, GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP, JOB_FAILED },
		{ JOB_KILL, false, GUEST_RUNNING, GUEST_CAUSE_START, JOB_PENDING },
		{ JOB_KILL, false, GUEST_STOPPED, GUEST_CAUSE_KILL, JOB_DONE },
		{ JOB_KILL, false, GUEST_CRASHED, GUEST_CAUSE_ENGINE_ERROR, JOB_DONE },
		{ JOB_REBOOT, false, GUEST_RUNNING, GUEST_CAUSE_GUEST_REBOOT, JOB_PENDING },
		{ JOB_REBOOT, false, GUEST_RUNNING, GUEST_CAUSE_REBOOT, JOB_DONE },
		{ JOB_REBOOT, false, GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF, JOB_FAILED },
		{ JOB_PAUSE, false, GUEST_RUNNING, GUEST_CAUSE_REBOOT, JOB_PENDING },
		{ JOB_PAUSE, false, GUEST_PAUSED, GUEST_CAUSE_PAUSE, JOB_DONE },
		{ JOB_PAUSE, false, GUEST_HALTED, GUEST_CAUSE_GUEST_HALT, JOB_FAILED },
		{ JOB_PAUSE, false, GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP, JOB_FAILED },
		{ JOB_RESUME, false, GUEST_PAUSED, GUEST_CAUSE_PAUSE, JOB_PENDING },
		{ JOB_RESUME, false, GUEST_RUNNING, GUEST_CAUSE_RESUME, JOB_DONE },
		{ JOB_RESUME, false, GUEST_STOPPED, GUEST_CAUSE_KILL, JOB_FAILED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct job job = { .verb = rows[i].verb, .forced = rows[i].forced };

		test_context("%s, state %d, cause %d", job_verb_name(rows[i].verb),
			     (int)rows[i].state, (int)rows[i].cause);
		CHECK_STR(job_result_name(job_judge(&job, rows[i].state, rows[i].cause)),
			  job_result_name(rows[i].want));
	}
}

static void keeps_its_facts(void)
{
	struct job *job;

	REQUIRE_EQ(job_new(&job, 7, JOB_PAUSE, "web"), 0);
	CHECK_EQ(job->id, 7);
	CHECK_STR(job->guest, "web");
	CHECK(job->started_usec > 0);
	CHECK(job_free(job) == NULL);
}

static const struct test_case cases[] = {
	TEST_CASE(conflicts),
	TEST_CASE(judgements),
	TEST_CASE(keeps_its_facts),
};

TEST_MAIN(cases)
