/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TAP harness of the unit tests; see test.h. */
#include "tests/unit/test.h"

#include <ctype.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_BYTES 32

/* Of the case that runs. */
static struct {
	jmp_buf end;
	unsigned int checks;
	unsigned int failures;
	bool skipped;
	char reason[200];
	char context[200];
} current;

void test_note(const char *fmt, ...)
{
	va_list ap;

	fputs("# ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void test_context(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(current.context, sizeof(current.context), fmt, ap);
	va_end(ap);
}

void test_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(current.reason, sizeof(current.reason), fmt, ap);
	va_end(ap);
	current.skipped = true;
	longjmp(current.end, 1);
}

/* Counts a check; when it failed, prints the line that all failures begin with. */
static bool passed(struct test_here here, bool ok)
{
	current.checks++;
	if (ok)
		return true;
	current.failures++;
	printf("# %s:%d:", here.file, here.line);
	if (current.context[0] != '\0')
		printf(" [%s]", current.context);
	return false;
}

static bool end_of_check(bool ok, bool fatal)
{
	if (!ok && fatal)
		longjmp(current.end, 1);
	return ok;
}

/* Prints @text as a C string; a TAP line must not be broken by what is in it. */
static void print_quoted(const char *text)
{
	if (text == NULL) {
		fputs("NULL", stdout);
		return;
	}
	putchar('"');
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (*p == '\n')
			fputs("\\n", stdout);
		else if (*p == '"' || *p == '\\')
			printf("\\%c", *p);
		else if (isprint(*p))
			putchar(*p);
		else
			printf("\\%03o", *p);
	}
	putchar('"');
}

bool test_true(struct test_here here, bool ok, const char *text)
{
	if (!passed(here, ok))
		printf(" not true: %s\n", text);
	return ok;
}

void test_false_fatal(struct test_here here, const char *text)
{
	test_true(here, false, text);
	longjmp(current.end, 1);
}

bool test_int(struct test_here here, uint64_t got, uint64_t want, const char *got_text,
	      const char *want_text, bool fatal)
{
	bool ok = got == want;

	if (!passed(here, ok))
		printf(" %s is 0x%" PRIx64 " (%" PRId64 "), not %s = 0x%" PRIx64 " (%" PRId64 ")\n",
		       got_text, got, (int64_t)got, want_text, want, (int64_t)want);
	return end_of_check(ok, fatal);
}

bool test_str(struct test_here here, const char *got, const char *want, const char *text,
	      bool fatal)
{
	bool ok = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);

	if (!passed(here, ok)) {
		printf(" %s is ", text);
		print_quoted(got);
		fputs(", not ", stdout);
		print_quoted(want);
		putchar('\n');
	}
	return end_of_check(ok, fatal);
}

bool test_has(struct test_here here, const char *got, const char *part, const char *text,
	      bool fatal)
{
	bool ok = got != NULL && strstr(got, part) != NULL;

	if (!passed(here, ok)) {
		printf(" %s is ", text);
		print_quoted(got);
		fputs(", which has no ", stdout);
		print_quoted(part);
		putchar('\n');
	}
	return end_of_check(ok, fatal);
}

/* Up to SHOWN_BYTES bytes from @start, in hex. */
static void print_bytes(const char *label, const unsigned char *bytes, size_t start, size_t len)
{
	printf("#   %s", label);
	for (size_t i = start; i < len && i < start + SHOWN_BYTES; i++)
		printf(" %02x", bytes[i]);
	putchar('\n');
}

bool test_mem(struct test_here here, const void *got, const void *want, size_t len,
	      const char *text, bool fatal)
{
	const unsigned char *g = got, *w = want;
	size_t at = 0;

	while (at < len && g[at] == w[at])
		at++;
	if (!passed(here, at == len)) {
		printf(" %s differs first at byte %zu of %zu:\n", text, at, len);
		print_bytes("is  ", g, at, len);
		print_bytes("not ", w, at, len);
	}
	return end_of_check(at == len, fatal);
}

/* Returns whether the case passed or was skipped. */
static bool run_case(const struct test_case *c, size_t number)
{
	memset(&current, 0, sizeof(current));
	if (setjmp(current.end) == 0)
		c->run();
	if (current.skipped && current.failures == 0) {
		printf("ok %zu - %s # SKIP %s\n", number, c->name, current.reason);
		return true;
	}
	if (current.checks == 0)
		test_note("%s made no check", c->name);
	if (current.checks == 0 || current.failures > 0) {
		printf("not ok %zu - %s\n", number, c->name);
		return false;
	}
	printf("ok %zu - %s\n", number, c->name);
	return true;
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc < 2;
}

int test_main(int argc, char **argv, const struct test_case *cases, size_t n_cases)
{
	size_t n_wanted = 0, number = 0;
	bool ok = true;

	/* So that the lines before a crash are not lost in a pipe. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (argc == 2 && strcmp(argv[1], "-l") == 0) {
		for (size_t i = 0; i < n_cases; i++)
			puts(cases[i].name);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < n_cases; i++)
		n_wanted += wanted(cases[i].name, argc, argv);
	if (n_wanted == 0) {
		fprintf(stderr, "%s: no such case; -l lists them\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (test_begin)
		test_begin();
	printf("1..%zu\n", n_wanted);
	for (size_t i = 0; i < n_cases; i++)
		if (wanted(cases[i].name, argc, argv) && !run_case(&cases[i], ++number))
			ok = false;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
