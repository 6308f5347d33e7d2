/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unit test program is a table of cases and one line:
 *
 *	static void adds(void)
 *	{
 *		CHECK_EQ(add(1, 2), 3);
 *	}
 *
 *	static const struct test_case cases[] = {
 *		TEST_CASE(adds),
 *	};
 *
 *	TEST_MAIN(cases)
 *
 * It prints TAP on stdout and exits 0 when all cases passed. A CHECK that fails prints file, line
 *and both values, fails its case and goes on; a REQUIRE that fails ends its case there (by longjmp:
 *what the case had allocated stays so). Each macro evaluates its arguments once. A case that makes
 *no check fails. Arguments name the cases to run, "-l" lists them.
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

/* clang-format off */
#define TEST_CASE(fn) { #fn, fn }
/* clang-format on */

#define TEST_MAIN(cases)                                                                           \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return test_main(argc, argv, cases, sizeof(cases) / sizeof((cases)[0]));           \
	}

/* Truth. */
#define CHECK(cond) ((void)test_true(TEST_HERE, !!(cond), #cond))
#define REQUIRE(cond)                                                                              \
	((cond) ? (void)test_true(TEST_HERE, true, #cond) : test_false_fatal(TEST_HERE, #cond))

/* Integers, compared as 64-bit patterns: 0xffffffff is not -1. */
#define CHECK_EQ(got, want)                                                                        \
	((void)test_int(TEST_HERE, (uint64_t)(got), (uint64_t)(want), #got, #want, false))
#define REQUIRE_EQ(got, want)                                                                      \
	((void)test_int(TEST_HERE, (uint64_t)(got), (uint64_t)(want), #got, #want, true))

/* Strings; NULL equals NULL alone. */
#define CHECK_STR(got, want)   ((void)test_str(TEST_HERE, (got), (want), #got, false))
#define REQUIRE_STR(got, want) ((void)test_str(TEST_HERE, (got), (want), #got, true))

/* @part occurs in @text; for sentences of errors. */
#define CHECK_HAS(text, part)	((void)test_has(TEST_HERE, (text), (part), #text, false))
#define REQUIRE_HAS(text, part) ((void)test_has(TEST_HERE, (text), (part), #text, true))

/* @len bytes. */
#define CHECK_MEM(got, want, len)   ((void)test_mem(TEST_HERE, (got), (want), (len), #got, false))
#define REQUIRE_MEM(got, want, len) ((void)test_mem(TEST_HERE, (got), (want), (len), #got, true))

/*
 * Says which row of a table, which seed, which input the following checks are about; printed with a
 * failure. Holds until the next call or the end of the case; cut at 200 characters.
 */
__attribute__((format(printf, 1, 2))) void test_context(const char *fmt, ...);

/* Ends the case as skipped; the reason is printed. Only for what the machine lacks. */
__attribute__((noreturn, format(printf, 1, 2))) void test_skip(const char *fmt, ...);

/* A line of diagnosis in the TAP stream. */
__attribute__((format(printf, 1, 2))) void test_note(const char *fmt, ...);

/* What the macros call. Each returns whether the check passed. */
struct test_here {
	const char *file;
	int line;
};
#define TEST_HERE ((struct test_here){ __FILE__, __LINE__ })
bool test_true(struct test_here here, bool ok, const char *text);
/* Apart, so that a static analyser sees what holds after a REQUIRE. */
__attribute__((noreturn)) void test_false_fatal(struct test_here here, const char *text);
bool test_int(struct test_here here, uint64_t got, uint64_t want, const char *got_text,
	      const char *want_text, bool fatal);
bool test_str(struct test_here here, const char *got, const char *want, const char *text,
	      bool fatal);
bool test_has(struct test_here here, const char *got, const char *part, const char *text,
	      bool fatal);
bool test_mem(struct test_here here, const void *got, const void *want, size_t len,
	      const char *text, bool fatal);
/* A program may define it: what is done before the first case. */
__attribute__((weak)) void test_begin(void);
int test_main(int argc, char **argv, const struct test_case *cases, size_t n_cases);

#endif
