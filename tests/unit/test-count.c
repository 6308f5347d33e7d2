/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters that one thread advances and another reads: in one piece and by halves. */
#include "tests/unit/test.h"

#include "util/count.h"

#include <pthread.h>

/* A torn value of a multiple of this is no multiple; one step in 16 carries into the upper half. */
#define STEP UINT64_C(0x10000001)
/* Different values that are read before it is enough. */
#define SEEN 300000

static struct {
	count64 own;
	struct count_halves halves;
	bool enough;
} shared;

static void adds(void)
{
	static const uint64_t steps[] = { 0,	      1,	   0xfffffffe,	  1, 1,
					  0xffffffff, 0x100000000, 0x123456789ab, 5 };
	struct count_halves halves = { 0 };
	count64 own = { 0 };
	uint64_t sum = 0;

	for (unsigned int i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		sum += steps[i];
		count_add(&own, steps[i]);
		count_halves_add(&halves, steps[i]);
		test_context("step %u", i);
		CHECK_EQ(count_read(&own), sum);
		CHECK_EQ(count_halves_read(&halves), sum);
	}
}

static void *count_up(void *arg)
{
	while (!__atomic_load_n(&shared.enough, __ATOMIC_ACQUIRE)) {
		count_add(&shared.own, STEP);
		count_halves_add(&shared.halves, STEP);
	}
	return arg;
}

/* What is read while it is counted is a value that it had, and never an older one than before. */
static void reads_while_counting(void)
{
	uint64_t own = 0, halves = 0, bad = 0;
	pthread_t thread;

	REQUIRE_EQ(pthread_create(&thread, NULL, count_up, NULL), 0);
	for (unsigned int seen = 0; seen < SEEN;) {
		uint64_t a = count_read(&shared.own), b = count_halves_read(&shared.halves);

		seen += b != halves;
		bad += a % STEP != 0 || a < own;
		bad += b % STEP != 0 || b < halves;
		own = a;
		halves = b;
	}
	__atomic_store_n(&shared.enough, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	CHECK_EQ(bad, 0);
	CHECK_EQ(count_read(&shared.own), count_halves_read(&shared.halves));
}

static const struct test_case cases[] = {
	TEST_CASE(adds),
	TEST_CASE(reads_while_counting),
};

TEST_MAIN(cases)
