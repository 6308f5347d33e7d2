/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "help.h"
#include "options.h"
#include "table.h"

#include <locale.h>
#include <signal.h>

/* Finds the verb that argv begins with, or one of its own verbs; *skip counts the words. */
static const struct verb *find(int argc, char **argv, const char **ret_parent, int *skip)
{
	const struct verb *v = verb_find(verbs, argv[0]);

	*ret_parent = NULL;
	*skip = 0;
	if (!v || !v->verbs)
		return v;
	if (argc < 2 || argv[1][0] == '-')
		return v;
	*ret_parent = v->name;
	*skip = 1;
	return verb_find(v->verbs, argv[1]);
}

static int dispatch(struct client *c, int argc, char **argv)
{
	const struct verb *v;
	const char *parent;
	struct args args;
	bool help;
	int r, skip;

	v = find(argc, argv, &parent, &skip);
	if (!v)
		return EXIT_USAGE;
	r = args_parse(&args, c, parent, v, argc - skip, argv + skip, &help);
	if (r != 0)
		return r;
	if (help) {
		help_verb(stdout, parent, v);
		return finish_output();
	}
	if (!v->run)
		return fail(EXIT_USAGE, "'kvm440ctl help %s' lists what it can do", v->name);
	return v->run(c, &args);
}

int main(int argc, char **argv)
{
	struct client c = { .timeout = NO_TIMEOUT, .ask_password = true };
	bool help, version;
	int r, index;

	setlocale(LC_TIME, "");
	/* A reader that goes away is an error of a write, not an end without a word. */
	signal(SIGPIPE, SIG_IGN);
	r = args_parse_global(&c, argc, argv, &index, &help, &version);
	if (r != 0)
		return r;
	if (help) {
		help_all(stdout);
		return finish_output();
	}
	if (version) {
		printf("kvm440ctl %s\n", PACKAGE_VERSION);
		return finish_output();
	}
	if (index == argc) {
		help_all(stderr);
		return EXIT_USAGE;
	}
	r = dispatch(&c, argc - index, argv + index);
	client_close(&c);
	return r;
}
