/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of kvm440ctl(1) that the tables know, as mdoc. docs/kvm440ctl.1.in has the rest. */
#include "docs/roff.h"
#include "help.h"
#include "table.h"
#include "verbs.h"

#include <string.h>

static void print_options(const struct option_spec *options)
{
	if (!options || !options->name)
		return;
	puts(".Bl -tag -width indent");
	for (const struct option_spec *o = options; o->name; o++) {
		printf(".It ");
		if (o->letter)
			printf("Fl %c , ", o->letter);
		printf("Fl Fl %s", o->name);
		if (o->arg)
			printf(" Ns = Ns Ar %s", o->arg);
		putchar('\n');
		roff_print(o->help);
		puts(".");
	}
	puts(".El");
}

/* "NAME..." and "[VERB...]" as mdoc. */
static void print_args(const char *args)
{
	char word[32];
	size_t n = strcspn(args, ". ]");
	bool optional = *args == '[';

	if (!*args)
		return;
	snprintf(word, sizeof(word), "%.*s", (int)(n - optional), args + optional);
	printf(" %sAr %s%s", optional ? "Op " : "", word, strstr(args, "...") ? " ..." : "");
}

static void print_verbs(const char *parent, const struct verb *table)
{
	for (const struct verb *v = table; v->name; v++) {
		if (v->hidden)
			continue;
		if (v->verbs) {
			print_verbs(v->name, v->verbs);
			continue;
		}
		printf(".It Cm %s%s%s", parent ? parent : "", parent ? " " : "", v->name);
		print_args(v->args);
		putchar('\n');
		roff_print(v->help);
		puts(".");
		print_options(v->options);
	}
}

static void print_exits(void)
{
	static const struct {
		int status;
		const char *text;
	} exits[] = {
#define EXIT(symbol, status, text) { status, text },
#include "exits.def"
#undef EXIT
	};

	puts(".Bl -tag -width indent");
	for (size_t i = 0; i < ELEMENTS(exits); i++) {
		printf(".It %d\n", exits[i].status);
		roff_print(exits[i].text);
		putchar('\n');
	}
	puts(".El");
}

int verb_manual(struct client *c, struct args *a)
{
	const char *part = a->names[0];

	(void)c;
	if (strcmp(part, "verbs") == 0) {
		puts(".Bl -tag -width indent");
		print_verbs(NULL, verbs);
		puts(".El");
	} else if (strcmp(part, "options") == 0) {
		print_options(global_options);
	} else if (strcmp(part, "exits") == 0) {
		print_exits();
	} else {
		return fail(EXIT_USAGE, "the manual has no part '%s'", part);
	}
	return finish_output();
}
