/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guests do, and what can be asked of them. */
#include "guest-runner.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>

#include <json-c/json.h>

static void runs_and_powers_off(void)
{
	struct guest_info info;
	char buf[10];

	start(PROGRAM(hello), "");
	expect_start();
	CHECK_STR(expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF), "");
	guest_get_info(guest, &info);
	CHECK_EQ(info.state, GUEST_STOPPED);
	CHECK_STR(info.engine, "interp");
	CHECK(info.stats.instructions >= 15);
	CHECK_EQ(info.stats.exits[ENGINE_EXIT_MMIO], 3);
	CHECK(info.started_usec > 0);
	CHECK(info.cpu_ns > 0);
	guest_reap(guest);
	/* Still known after the machine is gone. */
	guest_get_info(guest, &info);
	CHECK_EQ(info.stats.exits[ENGINE_EXIT_MMIO], 3);
	CHECK(info.cpu_ns > 0);
	CHECK_EQ(printed(buf, sizeof(buf)), 2);
	CHECK_MEM(buf, "Hi", 2);
	/* And once more, into the same console. */
	CHECK_EQ(start_now(NULL), 0);
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	CHECK_EQ(printed(buf, sizeof(buf)), 4);
	end();
}

static void reset_restarts_or_stops(void)
{
	struct guest_info info;
	int i;

	start(PROGRAM(resets), ",\"on_reboot\":\"restart\"");
	expect_start();
	for (i = 0; i < 6; i++)
		expect(GUEST_RUNNING, GUEST_CAUSE_GUEST_REBOOT);
	CHECK_HAS(notes.messages, "it resets itself over and over");
	guest_get_info(guest, &info);
	CHECK(info.reboots >= 4);
	/* Killed while it waits for a restart that it has to pay for by time. */
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	end();
	start(PROGRAM(resets), ",\"on_reboot\":\"stop\"");
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_REBOOT);
	end();
}

static void panic_restarts_or_stops(void)
{
	start(PROGRAM(panics), ",\"on_panic\":\"restart\"");
	expect_start();
	expect(GUEST_RUNNING, GUEST_CAUSE_GUEST_PANIC);
	end();
	start(PROGRAM(panics), ",\"on_panic\":\"stop\"");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_GUEST_PANIC), "kernel panicked");
	end();
}

static void watchdog_resets(void)
{
	start(PROGRAM(watchdog), ",\"on_reboot\":\"restart\"");
	expect_start();
	expect(GUEST_RUNNING, GUEST_CAUSE_WATCHDOG);
	end();
	start(PROGRAM(watchdog), ",\"on_reboot\":\"stop\"");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_WATCHDOG),
		  "the watchdog reset the guest at pc 0x");
	end();
}

static void checkstop_crashes(void)
{
	start(PROGRAM(checkstop), "");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP), "checkstop at pc 0xef700000");
	end();
}

static void messages_are_limited(void)
{
	struct timespec until = patience();
	int r = 0;

	start(PROGRAM(nowhere), "");
	expect_start();
	pthread_mutex_lock(&notes.lock);
	while (notes.n_messages < 5 && r == 0)
		r = pthread_cond_timedwait(&notes.more, &notes.lock, &until);
	pthread_mutex_unlock(&notes.lock);
	CHECK_EQ(r, 0);
	/* Many more than five, which can be told from what was executed. */
	for (;;) {
		struct guest_info info;

		guest_get_info(guest, &info);
		if (info.stats.exits[ENGINE_EXIT_MMIO] > 1000)
			break;
	}
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	CHECK_HAS(notes.messages,
		  "no device at real address 0x0ef700000: 4 bytes read at pc 0x00000034");
	CHECK_HAS(notes.messages, "more accesses to where no device is, not listed");
	/* Five a period of ten seconds, and one for the rest of each. */
	CHECK(notes.n_messages < 50);
	end();
}

static void halted_guest_waits_to_be_looked_at(void)
{
	_cleanup_(freep)
	char *json = NULL;
	struct guest_info info;

	start(PROGRAM(halts), "");
	expect_start();
	CHECK_HAS(expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT), "branches to itself");
	CHECK_EQ(guest_dump(guest, &json, NULL), 0);
	CHECK_HAS(json, "\"state\": \"halted\"");
	CHECK_EQ(guest_request_pause(guest, NULL), -EBUSY);
	CHECK_EQ(guest_request_reboot(guest, NULL), 0);
	expect(GUEST_RUNNING, GUEST_CAUSE_REBOOT);
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	guest_get_info(guest, &info);
	CHECK_EQ(info.reboots, 1);
	/* To a guest that is to stop, halting is stopping. */
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	expect(GUEST_STOPPING, GUEST_CAUSE_STOP);
	kill_and_end();
}

static void stop_waits_for_the_guest(void)
{
	start(PROGRAM(spins), "");
	expect_start();
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	expect(GUEST_STOPPING, GUEST_CAUSE_STOP);
	CHECK_EQ(guest_request_pause(guest, NULL), -EBUSY);
	kill_and_end();
}

/* The member at "a.b" of a dump; the caller's, as text. */
static char *member(const char *json, const char *a, const char *b)
{
	struct json_object *o = json_tokener_parse(json), *p = NULL;
	char *text = NULL;

	if (json_object_object_get_ex(o, a, &p) && (!b || json_object_object_get_ex(p, b, &p)))
		text = strdup(json_object_get_string(p));
	json_object_put(o);
	return text;
}

static char *dumped(const char *a, const char *b)
{
	_cleanup_(freep)
	char *json = NULL;

	if (guest_dump(guest, &json, NULL) < 0)
		return NULL;
	return member(json, a, b);
}

static void pause_stops_the_clock(void)
{
	_cleanup_(freep)
	char *before = NULL, *same = NULL, *later = NULL;
	int i;

	start(PROGRAM(spins), "");
	expect_start();
	wait_for_output(1);
	CHECK_EQ(guest_request_resume(guest, NULL), -EBUSY);
	for (i = 0; i < 20; i++) {
		CHECK_EQ(guest_request_pause(guest, NULL), 0);
		expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
		free(before);
		free(same);
		before = dumped("timers", "timebase");
		same = dumped("timers", "timebase");
		CHECK_STR(same, before);
		CHECK_EQ(guest_request_resume(guest, NULL), 0);
		expect(GUEST_RUNNING, GUEST_CAUSE_RESUME);
		do {
			free(later);
			later = dumped("timers", "timebase");
			REQUIRE(later && before && strcmp(later, before) >= 0);
		} while (strcmp(later, before) == 0);
	}
	/* Killed while paused. */
	CHECK_EQ(guest_request_pause(guest, NULL), 0);
	expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
	kill_and_end();
}

static void dump_says_what_there_is(void)
{
	_cleanup_(freep)
	char *json = NULL, *pc = NULL, *tlb = NULL, *name = NULL, *instructions = NULL;

	start(PROGRAM(halts), "");
	expect_start();
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	REQUIRE_EQ(guest_dump(guest, &json, NULL), 0);
	name = member(json, "name", NULL);
	CHECK_STR(name, "test");
	pc = member(json, "registers", "pc");
	CHECK_STR(pc, "0x00000034");
	tlb = member(json, "tlb", NULL);
	REQUIRE(tlb != NULL);
	CHECK_STR(tlb, "[ { \"index\": 0, \"ea\": \"0x00000000\", \"size\": \"256M\", "
		       "\"ra\": \"0x000000000\", "
		       "\"ts\": 0, \"tid\": 0, \"attributes\": \"-----\", \"user\": \"---\", "
		       "\"supervisor\": \"rwx\" }, "
		       "{ \"index\": 1, \"ea\": \"0xef000000\", \"size\": \"16M\", "
		       "\"ra\": \"0x0ef000000\", "
		       "\"ts\": 0, \"tid\": 0, \"attributes\": \"-I-G-\", \"user\": \"---\", "
		       "\"supervisor\": \"rwx\" } ]");
	instructions = member(json, "statistics", "instructions");
	CHECK_STR(instructions, "14");
	kill_and_end();
}

static void dump_says_what_is_pending(void)
{
	_cleanup_(freep)
	char *pending = NULL;

	start(PROGRAM(interrupts), "");
	expect_start();
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	pending = dumped("pending", NULL);
	CHECK_STR(pending, "external");
	kill_and_end();
}

static void idle_guest_can_be_woken_and_killed(void)
{
	_cleanup_(freep)
	char *msr = NULL;

	start(PROGRAM(waits), "");
	expect_start();
	wait_for_output(1);
	while (!msr || strcmp(msr, "WE") != 0) {
		free(msr);
		msr = dumped("registers", "msr_bits");
		REQUIRE(msr != NULL);
	}
	CHECK_EQ(guest_request_pause(guest, NULL), 0);
	expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
	CHECK_EQ(guest_request_resume(guest, NULL), 0);
	expect(GUEST_RUNNING, GUEST_CAUSE_RESUME);
	kill_and_end();
}

static void requests_to_a_stopped_guest_are_refused(void)
{
	char *json = NULL;
	struct error *err = NULL;

	make(PROGRAM(spins), "");
	CHECK_EQ(guest_request_stop(guest, &err), -ESRCH);
	CHECK_STR(error_message(err), "guest 'test' is not running: it is stopped");
	error_freep(&err);
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), -ESRCH);
	CHECK_EQ(guest_request_reboot(guest, NULL), -ESRCH);
	CHECK_EQ(guest_request_pause(guest, NULL), -ESRCH);
	CHECK_EQ(guest_request_resume(guest, NULL), -ESRCH);
	CHECK_EQ(guest_dump(guest, &json, &err), -ESRCH);
	CHECK_HAS(error_message(err), "has no machine to look at: it is stopped");
	error_freep(&err);
	guest_reap(guest);
	CHECK_EQ(start_now(NULL), 0);
	CHECK_EQ(start_now(&err), -EALREADY);
	CHECK_STR(error_message(err), "guest 'test' is running already");
	error_freep(&err);
	expect_start();
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), -ESRCH);
	/* Ended and not yet reaped: the machine is gone all the same. */
	CHECK_EQ(guest_dump(guest, &json, &err), -ESRCH);
	CHECK_HAS(error_message(err), "has no machine to look at: it is stopped");
	error_freep(&err);
	guest_reap(guest);
	guest_reap(guest);
	CHECK_EQ(guest_dump(guest, &json, NULL), -ESRCH);
	CHECK_EQ(notes.n, 3);
	end();
}

static void names(void)
{
	int i;

	for (i = 0; i < GUEST_STATES; i++)
		CHECK(guest_state_name((enum guest_state)i) != NULL);
	for (i = 0; i < GUEST_CAUSES; i++)
		CHECK(guest_cause_name((enum guest_cause)i) != NULL);
	for (i = 0; i < ENGINE_EXIT_KINDS; i++)
		CHECK(guest_exit_name((enum engine_exit_kind)i) != NULL);
	CHECK_STR(guest_state_name(GUEST_STATES), "unknown");
	CHECK_STR(guest_cause_name(GUEST_CAUSES), "unknown");
}

static const struct test_case cases[] = {
	TEST_CASE(names),
	TEST_CASE(runs_and_powers_off),
	TEST_CASE(reset_restarts_or_stops),
	TEST_CASE(panic_restarts_or_stops),
	TEST_CASE(watchdog_resets),
	TEST_CASE(checkstop_crashes),
	TEST_CASE(messages_are_limited),
	TEST_CASE(halted_guest_waits_to_be_looked_at),
	TEST_CASE(stop_waits_for_the_guest),
	TEST_CASE(pause_stops_the_clock),
	TEST_CASE(dump_says_what_there_is),
	TEST_CASE(dump_says_what_is_pending),
	TEST_CASE(idle_guest_can_be_woken_and_killed),
	TEST_CASE(requests_to_a_stopped_guest_are_refused),
};

TEST_MAIN(cases)
