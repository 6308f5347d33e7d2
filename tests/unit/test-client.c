/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of kvm440ctl that need no daemon: command lines, definitions, tables, what is looked
 * for. */
#include "define.h"
#include "json-text.h"
#include "options.h"
#include "relay.h"
#include "snapshot.h"
#include "table.h"
#include "test.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>

static void prints_nothing_that_acts(void)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "plain 'text'", "plain 'text'" },
		{ "a\nb\tc", "a\\nb\\x09c" },
		{ "\033[31m\177", "\\x1b[31m\\x7f" },
		{ "na\303\257ve \342\202\254", "na\303\257ve \342\202\254" },
		{ "\302\233 \302\240", "\\xc2\\x9b \302\240" },
		{ "\233 \377", "\\x9b \\xff" },
		{ "\342\202", "\\xe2\\x82" },
		{ "\303", "\\xc3" },
		{ "\340\200\200", "\\xe0\\x80\\x80" },
		{ "\355\240\200", "\\xed\\xa0\\x80" },
		{ "\360\237\230\200\364\220\200\200", "\360\237\230\200\\xf4\\x90\\x80\\x80" },
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char *text = printable(rows[i][0]);

		test_context("row %zu", i);
		CHECK_STR(text, rows[i][1]);
		free(text);
	}
}

static void durations(void)
{
	static const struct {
		const char *text;
		int r;
		uint64_t usec;
	} rows[] = {
		{ "0", 0, 0 },
		{ "90", 0, 90000000 },
		{ "90s", 0, 90000000 },
		{ "1.5s", 0, 1500000 },
		{ "500ms", 0, 500000 },
		{ "7us", 0, 7 },
		{ "5min", 0, 300000000 },
		{ "5m", 0, 300000000 },
		{ "2h", 0, 7200000000 },
		{ "1d", 0, 86400000000 },
		{ "infinity", 0, NO_TIMEOUT },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "1.2.3", -EINVAL, 0 },
		{ ".", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1e3s", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },
		{ "10weeks", -EINVAL, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "1111111111111111111111111111111111111111", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		uint64_t usec = 0;

		test_context("'%s'", rows[i].text);
		CHECK_EQ(parse_duration(rows[i].text, &usec), rows[i].r);
		CHECK_EQ(usec, rows[i].usec);
	}
}

static void verb_prefixes(void)
{
	/* Every verb by its name, and by each beginning that no other has. */
	for (const struct verb *v = verbs; v->name; v++) {
		char word[32];

		for (size_t n = 1; n <= strlen(v->name); n++) {
			const struct verb *found;
			int others = 0, exact = 0;

			snprintf(word, sizeof(word), "%.*s", (int)n, v->name);
			for (const struct verb *u = verbs; u->name; u++) {
				if (u != v && !u->hidden && strncmp(u->name, word, n) == 0)
					others++;
				if (u != v && strcmp(u->name, word) == 0)
					exact++;
			}
			test_context("'%s'", word);
			found = verb_find(verbs, word);
			if (n == strlen(v->name) || (others == 0 && !v->hidden))
				CHECK(found == v);
			else if (!exact && others > 0 && !v->hidden)
				CHECK(found == NULL);
		}
	}
	CHECK(verb_find(verbs, "") == NULL);
	CHECK(verb_find(verbs, "listen") == NULL);
	CHECK(verb_find(verbs, "_") == NULL);
}

/* A table of verbs that could not be used, or could not be explained, is a mistake of ours. */
static void table_of_verbs(void)
{
	for (const struct verb *v = verbs; v->name; v++) {
		test_context("%s", v->name);
		CHECK(v->run || v->verbs);
		CHECK(v->help && *v->help && v->help[strlen(v->help) - 1] != '.');
		CHECK(v->args != NULL);
		CHECK(v->max_args < 0 || v->min_args <= v->max_args);
		for (const struct option_spec *o = v->options; o && o->name; o++) {
			test_context("%s --%s", v->name, o->name);
			CHECK(o->help && *o->help);
			for (const struct option_spec *g = global_options; g->name; g++) {
				CHECK(strcmp(o->name, g->name) != 0);
				CHECK(!o->letter || o->letter != g->letter);
			}
			for (const struct option_spec *p = o + 1; p->name; p++) {
				CHECK(strcmp(o->name, p->name) != 0);
				CHECK(!o->letter || o->letter != p->letter);
			}
		}
	}
}

static int parse(struct args *a, struct client *c, const char *verb, ...)
{
	static char *argv[16];
	const char *word;
	va_list ap;
	int argc = 0;
	bool help;

	*c = (struct client){ .timeout = NO_TIMEOUT };
	argv[argc++] = (char *)verb;
	va_start(ap, verb);
	while ((word = va_arg(ap, const char *)))
		argv[argc++] = (char *)word;
	va_end(ap);
	argv[argc] = NULL;
	return args_parse(a, c, NULL, verb_find(verbs, verb), argc, argv, &help);
}

static void command_lines(void)
{
	struct client c;
	struct args a;

	/* Options behind arguments, global ones too, abbreviated, and with and without "=". */
	REQUIRE_EQ(parse(&a, &c, "stop", "web", "--gr=5s", "db", "--json", "-t", "9", (char *)NULL),
		   0);
	CHECK_EQ(a.n, 2);
	CHECK_STR(a.names[0], "web");
	CHECK_STR(a.names[1], "db");
	CHECK_STR(a.names[2], NULL);
	CHECK_STR(args_value(&a, "grace"), "5s");
	CHECK(!args_has(&a, "no-block"));
	CHECK(c.json);
	CHECK_EQ(c.timeout, 9000000);

	/* What follows "--" is no option; the last of two counts. */
	REQUIRE_EQ(parse(&a, &c, "stop", "-g1", "-g", "2", "--", "--json", (char *)NULL), 0);
	CHECK_STR(a.names[0], "--json");
	CHECK_STR(args_value(&a, "grace"), "2");
	CHECK(!c.json);

	CHECK_EQ(parse(&a, &c, "stop", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "--grace", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "web", "--nonsense", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "web", "-x", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "web", "--json=yes", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "web", "--timeout=soon", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "stop", "web", "--version", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "show", "web", "db", (char *)NULL), EXIT_USAGE);
	CHECK_EQ(parse(&a, &c, "list", "web", (char *)NULL), EXIT_USAGE);
}

static void escapes(void)
{
	char buf[4];

	CHECK_EQ(parse_escape("none"), -1);
	CHECK_EQ(parse_escape("^]"), 0x1d);
	CHECK_EQ(parse_escape("^A"), 1);
	CHECK_EQ(parse_escape("^a"), 1);
	CHECK_EQ(parse_escape("^?"), 0x7f);
	CHECK_EQ(parse_escape("~"), '~');
	CHECK_EQ(parse_escape(""), -EINVAL);
	CHECK_EQ(parse_escape("^1"), -EINVAL);
	CHECK_EQ(parse_escape("ab"), -EINVAL);
	CHECK_STR(escape_name(0x1d, buf), "^]");
	CHECK_STR(escape_name(1, buf), "^A");
	CHECK_STR(escape_name('~', buf), "~");
	CHECK_STR(escape_name(0x7f, buf), "^?");
}

/* The automaton against strstr(), fed in pieces of every length, on texts that repeat themselves.
 */
static void matches(void)
{
	static const char *const texts[] = { "a", "ab", "aab", "abab", "ababb", "aaaa", "login:" };
	static const char *const streams[] = {
		"",	     "a",	   "b",	   "aaab",     "abababb",    "ababab",
		"aaabaaaab", "aabaabaaab", "bbbb", "x login:", "logilogin:", "loginlogin",
	};
	struct matcher m;

	for (size_t i = 0; i < ELEMENTS(texts); i++)
		for (size_t k = 0; k < ELEMENTS(streams); k++)
			for (size_t piece = 1; piece < 5; piece++) {
				const size_t n = strlen(streams[k]);
				bool found = false;

				test_context("'%s' in '%s' by %zu", texts[i], streams[k], piece);
				REQUIRE_EQ(matcher_init(&m, texts[i]), 0);
				for (size_t at = 0; at < n; at += piece)
					found = matcher_feed(&m, streams[k] + at,
							     n - at < piece ? n - at : piece);
				CHECK_EQ(found, strstr(streams[k], texts[i]) != NULL);
			}
	CHECK_EQ(matcher_init(&m, ""), -EINVAL);
}

static void longest_match(void)
{
	struct matcher m;
	char text[300], stream[600];

	memset(text, 'a', sizeof(text));
	text[255] = '\0';
	memset(stream, 'a', sizeof(stream));
	REQUIRE_EQ(matcher_init(&m, text), 0);
	CHECK(!matcher_feed(&m, stream, 254));
	CHECK(matcher_feed(&m, stream, 1));
	text[255] = 'a';
	text[256] = '\0';
	CHECK_EQ(matcher_init(&m, text), -EINVAL);
}

static void lines(void)
{
	const char *text = "one\ntwo\n\nfour";

	CHECK_EQ(last_lines(text, strlen(text), 1), 9);
	CHECK_EQ(last_lines(text, strlen(text), 2), 8);
	CHECK_EQ(last_lines(text, strlen(text), 3), 4);
	CHECK_EQ(last_lines(text, strlen(text), 4), 0);
	CHECK_EQ(last_lines(text, strlen(text), 99), 0);
	CHECK_EQ(last_lines("one\ntwo\n", 8, 1), 4);
	CHECK_EQ(last_lines("", 0, 5), 0);
	CHECK_EQ(last_lines("\n", 1, 1), 0);
}

struct row {
	char *text;
	uint64_t number;
	bool flag;
};

#define ROW(title, key, type, member)                                                              \
	{                                                                                          \
		title, key, COLUMN_##type, offsetof(struct row, member)                            \
	}

static void values(void)
{
	static const struct {
		uint64_t n;
		const char *text;
	} sizes[] = {
		{ 0, "0B" },	      { 1023, "1023B" },
		{ 4096, "4K" },	      { 16777216, "16M" },
		{ 1073741824, "1G" }, { 1100, "1100B" },
		{ 197384, "192.8K" }, { 5000000, "4.8M" },
		{ 1536, "1536B" },    { UINT64_MAX, "16.0E" },
	};
	static const struct column size = ROW("SIZE", "size", BYTES, number);
	static const struct column text = ROW("TEXT", "text", TEXT, text);
	static const struct column when = ROW("TIME", "time", TIME, number);
	struct row row = { .text = (char *)"a\033[2Jb\nc" };
	char buf[64];

	for (size_t i = 0; i < ELEMENTS(sizes); i++) {
		row.number = sizes[i].n;
		format_column(&size, &row, buf, sizeof(buf));
		CHECK_STR(buf, sizes[i].text);
	}
	/* What came from elsewhere cannot write to the terminal. */
	format_column(&text, &row, buf, sizeof(buf));
	CHECK_STR(buf, "a\\x1b[2Jb\\nc");
	row.text = (char *)"";
	format_column(&text, &row, buf, sizeof(buf));
	CHECK_STR(buf, "-");
	row.number = 0;
	format_column(&when, &row, buf, sizeof(buf));
	CHECK_STR(buf, "-");
}

static void as_json(void)
{
	static const struct column columns[] = {
		ROW("TEXT", "text", TEXT, text),
		ROW(NULL, "number", COUNT, number),
		ROW("FLAG", "flag", BOOL, flag),
		{ 0 },
	};
	const struct row row = { (char *)"a\"\n/\033", UINT64_MAX, true };
	struct json_object *o = table_json(columns, &row);

	REQUIRE(o != NULL);
	CHECK_STR(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
							    JSON_C_TO_STRING_NOSLASHESCAPE),
		  "{\"text\":\"a\\\"\\n/\\u001b\",\"number\":18446744073709551615,\"flag\":true}");
	json_object_put(o);
}

/* A directory of its own with a file in it; the path of the file. */
static const char *document(const char *text)
{
	static char path[64];
	char dir[] = "/tmp/test-client-XXXXXX";
	FILE *f;

	REQUIRE(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/guest.json", dir);
	f = fopen(path, "w");
	REQUIRE(f != NULL);
	fputs(text, f);
	fclose(f);
	return path;
}

static void remove_document(const char *path)
{
	char dir[64];

	unlink(path);
	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	rmdir(dir);
}

static const char *at(struct json_object *o, const char *object, const char *key)
{
	struct json_object *v = o;

	if (object && !json_object_object_get_ex(o, object, &v))
		return NULL;
	return json_object_object_get_ex(v, key, &v) ? json_object_get_string(v) : NULL;
}

static void from_options(void)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	struct json_object *o;
	struct client c;
	struct args a;
	char here[4096], want[4200];

	REQUIRE(getcwd(here, sizeof(here)) != NULL);
	REQUIRE_EQ(parse(&a, &c, "create", "web", "--kernel=vm/linux", "-i", "image:rd", "--append",
			 "a \"b\"", "-m64M", "--stop-timeout=1500ms", "--console-log",
			 "--on-panic=restart", (char *)NULL),
		   0);
	REQUIRE_EQ(definition_make(&d, &a, a.names[0], true), 0);
	CHECK_STR(d.name, "web");
	snprintf(want, sizeof(want), "%s/vm/linux", here);
	CHECK_STR(d.kernel, want);
	CHECK_STR(d.initrd, "image:rd");
	CHECK(!d.verbatim);
	o = json_tokener_parse(d.text);
	REQUIRE(o != NULL);
	CHECK_STR(at(o, "boot", "kernel"), want);
	CHECK_STR(at(o, "boot", "cmdline"), "a \"b\"");
	CHECK_STR(at(o, NULL, "memory"), "64M");
	CHECK_STR(at(o, NULL, "stop_timeout"), "2");
	CHECK_STR(at(o, NULL, "on_panic"), "restart");
	CHECK_STR(at(o, NULL, "autostart"), "true");
	CHECK_STR(at(o, "console", "log"), "true");
	CHECK_STR(at(o, NULL, "engine"), NULL);
	json_object_put(o);
}

static void from_file(void)
{
	static const char whole[] = "{ \"name\": \"web\",\n\n \"boot\": { \"kernel\": \"/k\" } }\n";
	struct definition d = { 0 };
	const char *path = document(whole);
	struct client c;
	struct args a;

	/* Nothing to change: not a byte changes. */
	REQUIRE_EQ(parse(&a, &c, "create", "web", "-f", path, (char *)NULL), 0);
	REQUIRE_EQ(definition_make(&d, &a, a.names[0], false), 0);
	CHECK_STR(d.text, whole);
	CHECK(d.verbatim);
	CHECK_STR(d.kernel, "/k");
	definition_free(&d);

	/* Another name and a key of its own. */
	REQUIRE_EQ(parse(&a, &c, "create", "db", "-f", path, "--memory=32M", "--initrd=/i",
			 (char *)NULL),
		   0);
	REQUIRE_EQ(definition_make(&d, &a, a.names[0], false), 0);
	CHECK_STR(d.name, "db");
	CHECK_STR(d.initrd, "/i");
	CHECK_STR(d.text, "{\"memory\": \"32M\",  \"name\": \"db\",\n\n"
			  " \"boot\": {\"initrd\": \"/i\",  \"kernel\": \"/k\" } }\n");
	CHECK(d.verbatim);
	CHECK_EQ(d.n_given, 3);
	definition_free(&d);
	remove_document(path);
}

static void paths_of_a_file(void)
{
	struct definition d = { 0 };
	const char *path =
		document("{\"name\":\"web\",\"boot\":{\"kernel\":\"k\",\"initrd\":\"i\"}}");
	char want[80], here[4096], absolute[4200];
	struct client c;
	struct args a;

	/* The file's count from its directory, an option's from ours. */
	REQUIRE_EQ(parse(&a, &c, "create", "-f", path, "--initrd=i", (char *)NULL), 0);
	REQUIRE_EQ(definition_make(&d, &a, a.names[0], false), 0);
	CHECK_STR(d.name, "web");
	snprintf(want, sizeof(want), "%.*s/k", (int)(strrchr(path, '/') - path), path);
	CHECK_STR(d.kernel, want);
	REQUIRE(getcwd(here, sizeof(here)) != NULL);
	snprintf(absolute, sizeof(absolute), "%s/i", here);
	CHECK_STR(d.initrd, absolute);
	definition_free(&d);
	remove_document(path);
}

static void bad_files(void)
{
	struct definition d = { 0 };
	const char *path = document("{ \"name\": \"web\", ");
	struct client c;
	struct args a;

	/* No JSON goes to the daemon as it is: it knows the line. */
	REQUIRE_EQ(parse(&a, &c, "create", "-f", path, (char *)NULL), 0);
	REQUIRE_EQ(definition_make(&d, &a, NULL, false), 0);
	CHECK_STR(d.text, "{ \"name\": \"web\", ");
	CHECK(d.verbatim);
	CHECK_STR(d.name, NULL);
	definition_free(&d);
	remove_document(path);

	REQUIRE_EQ(parse(&a, &c, "create", "-f", path, (char *)NULL), 0);
	CHECK_EQ(definition_make(&d, &a, NULL, false), EXIT_DEFINITION);
	REQUIRE_EQ(parse(&a, &c, "create", "-f", "/tmp", (char *)NULL), 0);
	CHECK_EQ(definition_make(&d, &a, NULL, false), EXIT_DEFINITION);
	REQUIRE_EQ(parse(&a, &c, "create", "-f", "/dev/zero", (char *)NULL), 0);
	CHECK_EQ(definition_make(&d, &a, NULL, false), EXIT_DEFINITION);

	path = document("{\"boot\": 5}");
	REQUIRE_EQ(parse(&a, &c, "create", "x", "-f", path, "--kernel=/k", (char *)NULL), 0);
	REQUIRE_EQ(definition_make(&d, &a, "x", false), 0);
	/* Nor does what has no place for an option: it says which line that is. */
	CHECK_STR(d.text, "{\"name\": \"x\", \"boot\": 5}");
	CHECK_EQ(d.n_given, 1);
	definition_free(&d);
	remove_document(path);
}

static void text_keeps_its_lines(void)
{
	static const struct {
		const char *text, *path, *value, *want;
		int r;
	} rows[] = {
		{ "{}", "a", "1", "{\"a\": 1}", 0 },
		{ " {\n} ", "a.b", "\"x\"", " {\"a\": { \"b\": \"x\" }\n} ", 0 },
		{ "{\"b\":2}", "a", "1", "{\"a\": 1, \"b\":2}", 0 },
		{ "{\"a\" :\n5 ,\"b\":6}", "a", "1", "{\"a\" :\n1 ,\"b\":6}", 0 },
		{ "{\"a\":[1,\n{\"a\":\"]\\\"\"},\n2],\n\"b\":3}", "a", "1",
		  "{\"a\":1\n\n,\n\"b\":3}", 0 },
		{ "{\"x\":{\"a\":0},\"a\":true}", "a", "1", "{\"x\":{\"a\":0},\"a\":1}", 0 },
		{ "{\"x\":\"a\",\"y\":\"\\\"a\\\":\"}", "a", "1",
		  "{\"a\": 1, \"x\":\"a\",\"y\":\"\\\"a\\\":\"}", 0 },
		{ "{\"\\u0061\":2}", "a", "1", "{\"\\u0061\":1}", 0 },
		{ "{\"a\":{\n\"b\":1}}", "a.b", "2", "{\"a\":{\n\"b\":2}}", 0 },
		{ "{\"a\":{\n\"c\":1}}", "a.b", "2", "{\"a\":{\"b\": 2, \n\"c\":1}}", 0 },
		{ "{\"a\":1,\"a\":2}", "a", "3", "{\"a\":1,\"a\":2}", -EEXIST },
		{ "{\"a\":{},\"a\":{}}", "a.b", "3", "{\"a\":{},\"a\":{}}", -EEXIST },
		{ "{\"a\":\"{\"}", "a.b", "3", "{\"a\":\"{\"}", -ENOTDIR },
		{ "{\"a\":1}", "a", NULL, "{}", 0 },
		{ "{\"a\":1}", "b", NULL, "{\"a\":1}", 0 },
		{ "{\"a\":1}", "b.a", NULL, "{\"a\":1}", 0 },
		{ "{ \"a\" : 1,\n\"b\":2}", "a", NULL, "{ \n\"b\":2}", 0 },
		{ "{\"b\":2 ,\n\"a\":\n1\n}", "a", NULL, "{\"b\":2 \n\n\n}", 0 },
		{ "{\"a\":1,\"a\":2}", "a", NULL, "{\"a\":1,\"a\":2}", -EEXIST },
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char *text = strdup(rows[i].text);

		test_context("row %zu", i);
		CHECK_EQ(rows[i].value ? json_text_set(&text, rows[i].path, rows[i].value)
				       : json_text_remove(&text, rows[i].path),
			 rows[i].r);
		CHECK_STR(text, rows[i].want);
		free(text);
	}
}

static void lines_of_members(void)
{
	static const char text[] = "{\n\"a\":\n[1,\n2],\"b\":{\n\"c\":3}\n,\"d\":4}";

	CHECK_EQ(json_text_line(text, "a"), 3);
	CHECK_EQ(json_text_line(text, "b"), 4);
	CHECK_EQ(json_text_line(text, "b.c"), 5);
	CHECK_EQ(json_text_line(text, "d"), 6);
	CHECK_EQ(json_text_line(text, "e"), 0);
	CHECK_EQ(json_text_line(text, "b.e"), 0);
	CHECK_EQ(json_text_line(text, "d.e"), 0);
	CHECK_EQ(json_text_line("[1]", "a"), 0);
	CHECK_EQ(json_text_line("", "a"), 0);
}

/* What is no JSON is not noticed, but not read past its end either: a sanitizer would tell. */
static void text_that_is_cut(void)
{
	static const char whole[] =
		"{\"a\\\"\": {\"b\\u0041\": [{}, \"x\\\\\"], \"c\": {\"d\": 1}}, \"c\": 2}";

	for (size_t n = 1; n < sizeof(whole); n++) {
		char *text = strndup(whole, n);

		(void)json_text_line(text, "c");
		(void)json_text_line(text, "c.d");
		(void)json_text_set(&text, "c", "5");
		(void)json_text_set(&text, "c.d", "5");
		(void)json_text_remove(&text, "c");
		(void)json_text_remove(&text, "c.d");
		CHECK(text != NULL && *text == '{');
		free(text);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(prints_nothing_that_acts),
	TEST_CASE(durations),
	TEST_CASE(verb_prefixes),
	TEST_CASE(table_of_verbs),
	TEST_CASE(command_lines),
	TEST_CASE(escapes),
	TEST_CASE(matches),
	TEST_CASE(longest_match),
	TEST_CASE(lines),
	TEST_CASE(values),
	TEST_CASE(as_json),
	TEST_CASE(from_options),
	TEST_CASE(from_file),
	TEST_CASE(paths_of_a_file),
	TEST_CASE(bad_files),
	TEST_CASE(text_keeps_its_lines),
	TEST_CASE(lines_of_members),
	TEST_CASE(text_that_is_cut),
};

TEST_MAIN(cases)
