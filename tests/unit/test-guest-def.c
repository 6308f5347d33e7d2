/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents are in tests/unit/guest-def/: NAME.json, and in errors.expected a line "NAME.json:..."
 * with what must be said about it. A document that has no line there is good, and NAME.expected is
 * the document as it must come out.
 */
#include "guest-def.h"
#include "guest-schema.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

static char *read_file(const char *name, size_t *ret_len)
{
	const char *top = getenv("top_srcdir");
	char path[1000], *text;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/unit/guest-def/%s", top ? top : ".", name);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	text = malloc(1 << 16);
	n = fread(text, 1, (1 << 16) - 1, f);
	text[n] = '\0';
	fclose(f);
	if (ret_len)
		*ret_len = n;
	return text;
}

/* The line of errors.expected about this document; the caller's. */
static char *expected_error(const char *errors, const char *name)
{
	size_t len = strlen(name);
	const char *p, *end;

	for (p = errors; *p; p = end + 1) {
		end = strchr(p, '\n');
		if (!end)
			break;
		if (strncmp(p, name, len) == 0 && p[len] == ':')
			return strndup(p, (size_t)(end - p));
	}
	return NULL;
}

static void check_document(const char *errors, const char *name)
{
	_cleanup_(freep)
	char *text = NULL, *want_error = NULL, *want = NULL;
	_cleanup_(guest_def_freep)
	struct guest_def *def = NULL;
	_cleanup_(error_freep)
	struct error *err = NULL;
	char expected[300];
	size_t len = 0;
	int r;

	test_context("%s", name);
	text = read_file(name, &len);
	want_error = expected_error(errors, name);
	r = guest_def_parse(&def, text, len, name, &err);
	CHECK_EQ(r < 0, want_error != NULL);
	CHECK_STR(err ? error_message(err) : NULL, want_error);
	if (r < 0) {
		CHECK(def == NULL);
		return;
	}
	snprintf(expected, sizeof(expected), "%.*s.expected", (int)strlen(name) - 5, name);
	want = read_file(expected, NULL);
	if (want)
		want[strlen(want) - 1] = '\0'; /* the newline at its end */
	CHECK_STR(def->json, want);
}

static void documents(void)
{
	const char *top = getenv("top_srcdir");
	_cleanup_(freep)
	char *errors = read_file("errors.expected", NULL);
	struct dirent **names;
	char path[1000];
	int i, n, seen = 0;
	size_t len;

	REQUIRE(errors != NULL);
	snprintf(path, sizeof(path), "%s/tests/unit/guest-def", top ? top : ".");
	n = scandir(path, &names, NULL, alphasort);
	REQUIRE(n > 0);
	for (i = 0; i < n; i++) {
		len = strlen(names[i]->d_name);
		if (len > 5 && strcmp(names[i]->d_name + len - 5, ".json") == 0) {
			check_document(errors, names[i]->d_name);
			seen++;
		}
		free(names[i]);
	}
	free(names);
	CHECK(seen >= 58);
}

static void engines_of_this_host(void)
{
	static const char text[] = "{\"name\":\"web\",\"boot\":{\"kernel\":\"k\"},\n"
				   "\"engine\":\"jit\"}";
	static const struct guest_def_change change = { "engine", "kvm", "--engine" };
	static const struct guest_def_change good = { "engine", "interp", "--engine" };
	struct guest_def *def = NULL;
	struct error *err = NULL;

	CHECK_EQ(guest_def_parse_runnable(&def, text, strlen(text), "t", NULL, 0, &err), -ENODEV);
	CHECK_STR(error_message(err),
		  "t:2: engine: this host has no engine 'jit'; it has: auto, interp");
	err = error_free(err);
	CHECK(!def);
	CHECK_EQ(guest_def_parse_runnable(&def, text, strlen(text), "t", &change, 1, &err),
		 -ENODEV);
	/* Why depends on what this host's /dev/kvm is, if it has one. */
	CHECK_HAS(error_message(err), "--engine: engine: this host has no engine 'kvm': ");
	err = error_free(err);
	CHECK_EQ(guest_def_parse_runnable(&def, text, strlen(text), "t", &good, 1, &err), 0);
	guest_def_freep(&def);
	/* It may be a definition for another one. */
	CHECK_EQ(guest_def_parse(&def, text, strlen(text), "t", &err), 0);
	CHECK_STR(def ? def->engine : NULL, "jit");
	guest_def_freep(&def);
}

static struct guest_def *parse(const char *text)
{
	struct guest_def *def = NULL;
	struct error *err = NULL;

	if (guest_def_parse(&def, text, strlen(text), "t", &err) < 0)
		test_note("%s", error_message(err));
	error_freep(&err);
	return def;
}

static void fields_and_defaults(void)
{
	_cleanup_(guest_def_freep)
	struct guest_def *def = NULL;

	def = parse("{\"name\":\"web\",\"memory\":\"64M\",\"boot\":{\"kernel\":\"/k\"}}");
	REQUIRE(def != NULL);
	CHECK_STR(def->name, "web");
	CHECK_STR(def->board, "bamboo");
	CHECK_STR(def->engine, "auto");
	CHECK_EQ(def->memory, 64u << 20);
	CHECK_STR(def->kernel, "/k");
	CHECK_STR(def->initrd, NULL);
	CHECK_STR(def->cmdline, "");
	CHECK_EQ(def->on_reboot, GUEST_ACTION_RESTART);
	CHECK_EQ(def->on_panic, GUEST_ACTION_STOP);
	CHECK(!def->autostart);
	CHECK_EQ(def->console_ring, 1u << 20);
	CHECK(!def->console_log);
	CHECK_EQ(def->stop_timeout, 30);
	def = guest_def_free(def);
	def = parse(
		"{\"name\":\"web\",\"memory\":\"1G\",\"boot\":{\"kernel\":\"k\",\"initrd\":\"i\","
		"\"cmdline\":\"a b\"},\"on_reboot\":\"stop\",\"on_panic\":\"restart\","
		"\"autostart\":true,\"console\":{\"ring\":\"8192\",\"log\":true},"
		"\"stop_timeout\":7,\"engine\":\"interp\",\"board\":\"bamboo\"}");
	REQUIRE(def != NULL);
	CHECK_STR(def->engine, "interp");
	CHECK_EQ(def->memory, 1u << 30);
	CHECK_STR(def->initrd, "i");
	CHECK_STR(def->cmdline, "a b");
	CHECK_EQ(def->on_reboot, GUEST_ACTION_STOP);
	CHECK_EQ(def->on_panic, GUEST_ACTION_RESTART);
	CHECK(def->autostart);
	CHECK_EQ(def->console_ring, 8192);
	CHECK(def->console_log);
	CHECK_EQ(def->stop_timeout, 7);
}

static void canonical_form_stays_itself(void)
{
	_cleanup_(guest_def_freep)
	struct guest_def *a = NULL, *b = NULL;

	a = parse("{\"boot\":{\"cmdline\":\"x=\\\"\\u00e9/\",\"kernel\":\"/k\"},\"memory\":\"64M\","
		  "\"name\":\"web\"}");
	REQUIRE(a != NULL);
	b = parse(a->json);
	REQUIRE(b != NULL);
	CHECK_STR(b->json, a->json);
	CHECK_STR(b->cmdline, "x=\"\xc3\xa9/");
}

static void names(void)
{
	static const struct {
		const char *name, *want; /* NULL: good */
	} t[] = {
		{ "web", NULL },
		{ "0", NULL },
		{ "A.b_c-d", NULL },
		{ "a..b", NULL },
		{ "", "must not be empty" },
		{ "..", "begins with a letter or a digit, not with '.'" },
		{ ".", "begins with a letter or a digit, not with '.'" },
		{ ".web", "begins with a letter or a digit, not with '.'" },
		{ "-web", "begins with a letter or a digit, not with '-'" },
		{ "_web", "begins with a letter or a digit, not with '_'" },
		{ "/", "'/' is not possible" },
		{ "a/b", "'/' is not possible" },
		{ "../etc", "not with '.'" },
		{ "web\n", "the byte 0x0a is not possible" },
		{ "a b", "the byte 0x20 is not possible" },
		{ "\xc3\xa9t", "the byte 0xc3 is not possible" },
		{ "web%", "'%' is not possible" },
	};
	char name[301];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		_cleanup_(error_freep)
		struct error *err = NULL;

		test_context("'%s'", t[i].name);
		CHECK_EQ(guest_name_check("a guest's", t[i].name, &err), t[i].want ? -EINVAL : 0);
		if (t[i].want)
			CHECK_HAS(error_message(err), t[i].want);
	}
	for (i = 63; i <= 300; i++) {
		_cleanup_(error_freep)
		struct error *err = NULL;

		test_context("%zu characters", i);
		memset(name, 'a', i);
		name[i] = '\0';
		CHECK_EQ(guest_name_check("an image's", name, &err), i > 64 ? -EINVAL : 0);
		if (i == 300)
			CHECK_HAS(error_message(err), "at most 64 characters, not 300");
	}
}

static void sizes(void)
{
	static const struct {
		const char *text;
		uint64_t want;
		int r;
	} t[] = {
		{ "0", 0, 0 },
		{ "1", 1, 0 },
		{ "3K", 3072, 0 },
		{ "256M", 256u << 20, 0 },
		{ "4G", 1ull << 32, 0 },
		{ "9T", 9ull << 40, 0 },
		{ "16383P", 16383ull << 50, 0 },
		{ "16384P", 0, -ERANGE },
		{ "18446744073709551615", UINT64_MAX, 0 },
		{ "18446744073709551616", 0, -ERANGE },
		{ "", 0, -EINVAL },
		{ "M", 0, -EINVAL },
		{ "1m", 0, -EINVAL },
		{ "1MB", 0, -EINVAL },
		{ " 1M", 0, -EINVAL },
		{ "+1M", 0, -EINVAL },
		{ "0x10", 0, -EINVAL },
		{ "1.5G", 0, -EINVAL },
	};
	uint64_t got;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("'%s'", t[i].text);
		got = 0;
		CHECK_EQ(guest_schema_size(t[i].text, &got), t[i].r);
		CHECK_EQ(got, t[i].want);
	}
}

static void changes_from_a_command_line(void)
{
	const struct guest_def_change good[] = {
		{ "name", "run", "run" },
		{ "memory", "32M", "--memory" },
		{ "boot.kernel", "/k", "--kernel" },
	};
	const struct guest_def_change bad[] = {
		{ "name", "run", "run" },
		{ "memory", "9T", "--memory" },
	};
	const char *text = "{\"name\":\"x\",\n\"memory\":\"1G\",\n\"boot\":7}";
	struct guest_def *def = NULL;
	struct error *err = NULL;

	CHECK_EQ(guest_def_parse_changed(&def, "{}", 2, "command line", good, 3, &err), 0);
	REQUIRE(def != NULL);
	CHECK_EQ(def->memory, 32u << 20);
	CHECK_STR(def->kernel, "/k");
	def = guest_def_free(def);
	CHECK(guest_def_parse_changed(&def, "{}", 2, "command line", good, 2, &err) < 0);
	CHECK_STR(error_message(err), "command line:1: boot: this key is missing");
	error_freep(&err);
	CHECK(guest_def_parse_changed(&def, text, strlen(text), "f", bad, 2, &err) < 0);
	CHECK_STR(error_message(err), "--memory: memory: 9T is too much, at most 1G");
	error_freep(&err);
	CHECK(guest_def_parse_changed(&def, text, strlen(text), "f", good, 3, &err) < 0);
	CHECK_STR(error_message(err), "f:3: boot: must be an object, not an integer");
	error_freep(&err);
}

static void bounds_of_a_document(void)
{
	char *text = malloc(3 << 20), *p;
	struct guest_def *def = NULL;
	struct error *err = NULL;
	int i;

	memset(text, ' ', 3 << 20);
	CHECK_EQ(guest_def_parse(&def, text, (1 << 20) + 1, "t", &err), -E2BIG);
	error_freep(&err);
	p = text;
	*p++ = '{';
	for (i = 0; i < 2000; i++)
		p += sprintf(p, "%s\n\"k%d\":1", i ? "," : "", i);
	*p++ = '}';
	CHECK_EQ(guest_def_parse(&def, text, (size_t)(p - text), "t", &err), -E2BIG);
	CHECK_HAS(error_message(err), "more than 1000 keys");
	error_freep(&err);
	CHECK(def == NULL);
	free(text);
}

static uint32_t seed;

static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

/* A good document with a few bytes changed, cut, doubled: good or an error, and no third. */
static void mutations(void)
{
	static const char pieces[] = "{}[]\",:\\u0000 tfn\n/*019-.eE'\xff\xc3";
	_cleanup_(freep)
	char *full = read_file("full.json", NULL);
	char text[2000];
	size_t len, at, n;
	int i, k, good = 0;

	REQUIRE(full != NULL);
	seed = 440;
	for (i = 0; i < 30000; i++) {
		_cleanup_(guest_def_freep)
		struct guest_def *def = NULL;
		_cleanup_(error_freep)
		struct error *err = NULL;
		int r;

		len = strlen(full);
		memcpy(text, full, len);
		for (k = (int)any(4); k >= 0; k--) {
			at = any((uint32_t)len);
			n = any(20);
			switch (any(4)) {
			case 0: text[at] = pieces[any(sizeof(pieces) - 1)]; break;
			case 1:
				len = len - at > n ? len - n : at + 1;
				memmove(text + at, text + at + n, len - at);
				break;
			case 2:
				memmove(text + at + n, text + at, len - at);
				len += n;
				break;
			default: text[at] = (char)any(256); break;
			}
		}
		test_context("mutation %d", i);
		r = guest_def_parse(&def, text, len, "t", &err);
		if (r < 0 ? !err || def : !def || err)
			CHECK(false);
		good += r >= 0;
	}
	CHECK(good > 100 && good < 29900);
}

static const struct test_case cases[] = {
	TEST_CASE(documents),
	TEST_CASE(engines_of_this_host),
	TEST_CASE(fields_and_defaults),
	TEST_CASE(canonical_form_stays_itself),
	TEST_CASE(names),
	TEST_CASE(sizes),
	TEST_CASE(changes_from_a_command_line),
	TEST_CASE(bounds_of_a_document),
	TEST_CASE(mutations),
};

TEST_MAIN(cases)
