/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include "table.h"
#include "verbs.h"

static void print_options(FILE *f, const char *title, const struct option_spec *options)
{
	char left[64];

	if (!options || !options->name)
		return;
	fprintf(f, "\n%s:\n", title);
	for (const struct option_spec *o = options; o->name; o++) {
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
			 o->arg ? "=" : "", o->arg ? o->arg : "");
		fprintf(f, "  %-26s %s\n", left, o->help);
	}
}

static void print_verbs(FILE *f, const struct verb *table)
{
	char left[64];

	for (const struct verb *v = table; v->name; v++) {
		if (v->hidden)
			continue;
		snprintf(left, sizeof(left), "%s %s", v->name, v->args);
		fprintf(f, "  %-18s %s\n", left, v->help);
	}
}

void help_all(FILE *f)
{
	fprintf(f, "Usage: kvm440ctl [OPTION...] VERB [ARGUMENT...]\n"
		   "Run PowerPC 440 virtual machines.\n\nVerbs (a beginning is enough):\n");
	print_verbs(f, verbs);
	print_options(f, "Options for every verb", global_options);
	fprintf(f, "\n'kvm440ctl help VERB' says more; see kvm440ctl(1) for all of it.\n");
}

void help_verb(FILE *f, const char *parent, const struct verb *v)
{
	fprintf(f, "Usage: kvm440ctl %s%s%s%s%s%s\n%s.\n", parent ? parent : "", parent ? " " : "",
		v->name, v->options ? " [OPTION...]" : "", *v->args ? " " : "", v->args, v->help);
	if (v->verbs) {
		fprintf(f, "\nVerbs:\n");
		print_verbs(f, v->verbs);
	}
	print_options(f, "Options", v->options);
	print_options(f, "Options for every verb", global_options);
}

int verb_help(struct client *c, struct args *a)
{
	const struct verb *v, *sub;

	(void)c;
	if (a->n == 0) {
		help_all(stdout);
		return finish_output();
	}
	v = verb_find(verbs, a->names[0]);
	if (!v)
		return EXIT_USAGE;
	if (a->n == 1) {
		help_verb(stdout, NULL, v);
		return finish_output();
	}
	if (!v->verbs)
		return fail(EXIT_USAGE, "'%s' has no verbs of its own", v->name);
	sub = verb_find(v->verbs, a->names[1]);
	if (!sub)
		return EXIT_USAGE;
	help_verb(stdout, v->name, sub);
	return finish_output();
}
