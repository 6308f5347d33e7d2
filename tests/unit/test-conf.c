/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/error.h"

static int parse(struct config *c, const char *text, struct error **err)
{
	return config_parse(c, text, strlen(text), "test.conf", err);
}

static void empty_is_the_defaults(void)
{
	struct config c, d;

	config_init(&d);
	REQUIRE_EQ(parse(&c, "", NULL), 0);
	CHECK_MEM(&c, &d, sizeof(c));
	REQUIRE_EQ(parse(&c, "\n# a comment\n   \t\n", NULL), 0);
	CHECK_MEM(&c, &d, sizeof(c));
	CHECK_EQ(d.max_guests, 256);
}

static void reads_every_type(void)
{
	struct config c;

	REQUIRE_EQ(parse(&c,
			 "max_guests = 3 # few\n\tmax_file_size=2M\nautostart = no\n"
			 "shutdown_timeout = 0",
			 NULL),
		   0);
	CHECK_EQ(c.max_guests, 3);
	CHECK_EQ(c.max_file_size, 2 * 1024 * 1024);
	CHECK_EQ(c.autostart, 0);
	CHECK_EQ(c.shutdown_timeout, 0);
}

static void refuses(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "max_guests", "test.conf:1: must be 'key = value', not 'max_guests'" },
		{ "\nmax_gusts = 3", "test.conf:2: max_gusts: there is no such key" },
		{ "max_guests =", "test.conf:1: max_guests: must be a number, not ''" },
		{ "max_guests = -1", "test.conf:1: max_guests: must be a number, not '-1'" },
		{ "max_guests = 3 4", "test.conf:1: max_guests: must be a number, not '3 4'" },
		{ "max_guests = 3K", "test.conf:1: max_guests: must be a number, not '3K'" },
		{ "max_guests = 0", "test.conf:1: max_guests: must be 1 to 4096, not 0" },
		{ "max_guests = 99999999999999999999", "must be a number" },
		{ "max_file_size = 17179869184G", "must be a number of bytes, K, M or G" },
		{ "max_file_size = 3X", "must be a number of bytes, K, M or G, not '3X'" },
		{ "autostart = maybe", "autostart: must be yes or no, not 'maybe'" },
		{ "= 3", "test.conf:1: : there is no such key" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(error_freep)
		struct error *err = NULL;
		struct config c = { .max_guests = 77 };

		test_context("%s", rows[i].text);
		CHECK_EQ(parse(&c, rows[i].text, &err), -EINVAL);
		CHECK_HAS(error_message(err), rows[i].message);
		CHECK_EQ(c.max_guests, 77);
	}
}

static void refuses_binary_and_long_lines(void)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	static const char zero[] = "max_guests = 3\0\n";
	static char text[4096];
	struct config c;

	CHECK_EQ(config_parse(&c, zero, sizeof(zero) - 1, "zero", &err), -EINVAL);
	CHECK_HAS(error_message(err), "zero:1: not a line of text");
	memset(text, '#', sizeof(text));
	CHECK_EQ(config_parse(&c, text, sizeof(text), "long", NULL), -EINVAL);
}

static void loads_files(void)
{
	char path[] = "/tmp/test-config-XXXXXX";
	struct error *err = NULL;
	struct config c;
	int fd = mkstemp(path);

	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, "max_images = 5\n", 15), 15);
	close(fd);
	CHECK_EQ(config_load(&c, path, &err), 0);
	CHECK_EQ(c.max_images, 5);
	unlink(path);
	CHECK_EQ(config_load(&c, path, &err), -ENOENT);
	CHECK_HAS(error_message(err), "No such file");
	err = error_free(err);
	CHECK(config_load(&c, "/tmp", &err) < 0);
	CHECK_HAS(error_message(err), "/tmp: ");
	error_free(err);
}

static const struct test_case cases[] = {
	TEST_CASE(empty_is_the_defaults),	  TEST_CASE(reads_every_type), TEST_CASE(refuses),
	TEST_CASE(refuses_binary_and_long_lines), TEST_CASE(loads_files),
};

TEST_MAIN(cases)
