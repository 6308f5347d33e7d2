/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "util/error.h"
#include "util/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/test.h"

static void sets_code_and_sentence(void)
{
	struct error *err = NULL;

	CHECK_EQ(error_set(&err, EBUSY, "disk '%s': locked by guest '%s'", "a.img", "web"), -EBUSY);
	REQUIRE(err != NULL);
	CHECK_EQ(err->errnum, EBUSY);
	CHECK_STR(error_message(err), "disk 'a.img': locked by guest 'web'");
	CHECK(error_free(err) == NULL);
}

static void first_error_stays(void)
{
	struct error *err = NULL;

	error_set(&err, ENOENT, "first");
	CHECK_EQ(error_set(&err, EPERM, "second"), -EPERM);
	REQUIRE(err != NULL);
	CHECK_EQ(err->errnum, ENOENT);
	CHECK_STR(error_message(err), "first");
	error_freep(&err);
	CHECK(err == NULL);
}

static void prefix_goes_in_front(void)
{
	struct error *err = NULL;

	error_set(&err, ENOSPC, "no space");
	CHECK_EQ(error_prefix(&err, "writing %d of %d", 1, 2), -ENOSPC);
	CHECK_STR(error_message(err), "writing 1 of 2: no space");
	error_freep(&err);
}

static void caller_may_want_no_sentence(void)
{
	struct error *none = NULL;

	CHECK_EQ(error_set(NULL, EINVAL, "unseen"), -EINVAL);
	CHECK(error_prefix(NULL, "unseen") < 0);
	CHECK(error_prefix(&none, "unseen") < 0);
	CHECK(none == NULL);
	CHECK(error_message(NULL) != NULL);
	CHECK(error_free(NULL) == NULL);
}

static void control_characters_go(void)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "plain 'text'", "plain 'text'" },
		{ "a\nb\tc\r", "a?b?c?" },
		{ "\033[31m\177", "?[31m?" },
		{ "na\303\257ve \342\202\254 \360\237\230\200",
		  "na\303\257ve \342\202\254 \360\237\230\200" },
		{ "\302\233 \302\240", "?? \302\240" },
		{ "\233 \377 \300\200", "? ? ??" },
		{ "\342\202", "??" },
		{ "\303", "?" },
		{ "\355\240\200", "???" },			   /* U+D800 */
		{ "\340\202\200", "???" },			   /* overlong */
		{ "\364\220\200\200", "????" },			   /* above U+10FFFF */
		{ "\357\277\277\357\277\275", "???\357\277\275" }, /* U+FFFF, U+FFFD */
		{ "\357\267\220 \370\200\200\200", "??? ????" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s", rows[i][0]);
		text_one_line(text);
		test_context("row %zu", i);
		CHECK_STR(text, rows[i][1]);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(control_characters_go),	TEST_CASE(sets_code_and_sentence),
	TEST_CASE(first_error_stays),		TEST_CASE(prefix_goes_in_front),
	TEST_CASE(caller_may_want_no_sentence),
};

TEST_MAIN(cases)
