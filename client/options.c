/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

/* Values of getopt_long() for options without a letter: their index in the table plus this. */
#define LONG_BASE 256

const struct option_spec global_options[] = {
	{ "address", 0, "ADDRESS", WORDS_NONE,
	  "Talk to the bus at this D-Bus address instead of the system bus" },
	{ "json", 'j', NULL, WORDS_NONE, "Print JSON" },
	{ "no-ask-password", 0, NULL, WORDS_NONE, "Never ask for authentication" },
	{ "quiet", 'q', NULL, WORDS_NONE, "Print errors only" },
	{ "timeout", 't', "TIME", WORDS_NONE,
	  "Give up after this time (\"30s\", \"5min\"; default: wait as long as it takes)" },
	{ "help", 'h', NULL, WORDS_NONE, "Show help, of the verb if there is one" },
	{ "version", 0, NULL, WORDS_NONE, "Show the version" },
	{ 0 },
};

static size_t count(const struct option_spec *table)
{
	size_t n = 0;

	while (table && table[n].name)
		n++;
	return n;
}

bool args_has(const struct args *a, const char *name)
{
	return args_value(a, name) != NULL;
}

const char *args_value(const struct args *a, const char *name)
{
	const struct option_spec *o;

	for (o = a->verb->options; o && o->name && strcmp(o->name, name) != 0; o++)
		;
	assert(o && o->name);
	for (int i = a->n_given; i-- > 0;)
		if (strcmp(a->given[i].name, name) == 0)
			return a->given[i].value;
	return NULL;
}

const struct verb *verb_find(const struct verb *table, const char *word)
{
	const struct verb *found = NULL;
	char candidates[256] = "";
	size_t used = 0, len = strlen(word);
	unsigned int n = 0;

	for (const struct verb *v = table; v->name; v++) {
		if (strcmp(v->name, word) == 0)
			return v;
		if (v->hidden || len == 0 || strncmp(v->name, word, len) != 0)
			continue;
		found = v;
		n++;
		used += (size_t)snprintf(candidates + used, sizeof(candidates) - used, "%s%s",
					 n > 1 ? ", " : "", v->name);
		assert(used < sizeof(candidates));
	}
	if (n == 1)
		return found;
	if (n > 1)
		fail(EXIT_USAGE, "'%s' could be any of: %s", word, candidates);
	else
		fail(EXIT_USAGE, "'%s' is no verb; 'kvm440ctl help' lists them", word);
	return NULL;
}

static int apply_global(struct client *c, const struct option_spec *o, const char *value,
			bool *ret_help, bool *ret_version)
{
	if (strcmp(o->name, "address") == 0) {
		c->address = value;
	} else if (strcmp(o->name, "json") == 0) {
		c->json = true;
	} else if (strcmp(o->name, "no-ask-password") == 0) {
		c->ask_password = false;
	} else if (strcmp(o->name, "quiet") == 0) {
		c->quiet = true;
	} else if (strcmp(o->name, "timeout") == 0) {
		if (parse_duration(value, &c->timeout) < 0)
			return fail(EXIT_USAGE,
				    "--timeout: '%s' is no time; write it as 30s, 5min or 500ms",
				    value);
	} else if (strcmp(o->name, "help") == 0) {
		*ret_help = true;
	} else {
		assert(strcmp(o->name, "version") == 0);
		*ret_version = true;
	}
	return 0;
}

/* The tables for getopt_long() made of the verb's options followed by the global ones. */
struct getopt_tables {
	const struct option_spec *spec[MAX_OPTIONS];
	struct option longs[MAX_OPTIONS + 1];
	char letters[2 * MAX_OPTIONS + 3];
	size_t n, n_verb;
};

static void tables_add(struct getopt_tables *t, const struct option_spec *table)
{
	size_t at = strlen(t->letters);

	for (size_t i = 0, n = count(table); i < n; i++, t->n++) {
		assert(t->n < MAX_OPTIONS);
		t->spec[t->n] = &table[i];
		t->longs[t->n] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].arg ? required_argument : no_argument,
			.val = LONG_BASE + (int)t->n,
		};
		if (table[i].letter) {
			t->letters[at++] = table[i].letter;
			if (table[i].arg)
				t->letters[at++] = ':';
		}
	}
}

static const struct option_spec *tables_spec(const struct getopt_tables *t, int val, size_t *ret_i)
{
	for (size_t i = 0; i < t->n; i++)
		if (val == LONG_BASE + (int)i ||
		    (t->spec[i]->letter && val == t->spec[i]->letter)) {
			*ret_i = i;
			return t->spec[i];
		}
	return NULL;
}

/* Says what getopt_long() did not like. */
static int complain(int argc, char **argv, int val)
{
	if (val == ':')
		return fail(EXIT_USAGE, "%s needs a value", argv[optind - 1]);
	if (optopt > 0 && optopt < LONG_BASE)
		return fail(EXIT_USAGE, "there is no option -%c here", optopt);
	if (optopt >= LONG_BASE)
		return fail(EXIT_USAGE, "%s takes no value", argv[optind - 1]);
	return fail(EXIT_USAGE, "%s: no such option here, or not enough of its name",
		    optind > 0 && optind <= argc ? argv[optind - 1] : "?");
}

int args_parse(struct args *a, struct client *c, const char *parent, const struct verb *verb,
	       int argc, char **argv, bool *ret_help)
{
	struct getopt_tables t = { .letters = ":" };
	const struct option_spec *o;
	bool version = false;
	size_t i;
	int val, r;

	*a = (struct args){ .verb = verb };
	*ret_help = false;
	tables_add(&t, verb->options);
	t.n_verb = t.n;
	tables_add(&t, global_options);
	opterr = 0;
	optind = 0; /* glibc: start over, also with its permutation */
	while ((val = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
		o = tables_spec(&t, val, &i);
		if (!o)
			return complain(argc, argv, val);
		if (i >= t.n_verb) {
			r = apply_global(c, o, optarg, ret_help, &version);
			if (r != 0)
				return r;
			continue;
		}
		if (a->n_given == MAX_OPTIONS)
			return fail(EXIT_USAGE, "more than %d options", MAX_OPTIONS);
		a->given[a->n_given].name = o->name;
		a->given[a->n_given++].value = o->arg ? optarg : "";
	}
	if (*ret_help)
		return 0;
	if (version)
		return fail(EXIT_USAGE, "--version goes without a verb");
	a->names = argv + optind;
	a->n = argc - optind;
	if (a->n < verb->min_args)
		return fail(EXIT_USAGE, "something is missing: kvm440ctl %s%s%s %s",
			    parent ? parent : "", parent ? " " : "", verb->name, verb->args);
	if (verb->max_args >= 0 && a->n > verb->max_args)
		return fail(EXIT_USAGE, "'%s' is too much: kvm440ctl %s%s%s %s",
			    a->names[verb->max_args], parent ? parent : "", parent ? " " : "",
			    verb->name, verb->args);
	return 0;
}

int args_parse_global(struct client *c, int argc, char **argv, int *ret_index, bool *ret_help,
		      bool *ret_version)
{
	struct getopt_tables t = { .letters = "+:" };
	const struct option_spec *o;
	size_t i;
	int val, r;

	*ret_help = *ret_version = false;
	tables_add(&t, global_options);
	opterr = 0;
	optind = 0;
	while ((val = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
		o = tables_spec(&t, val, &i);
		if (!o)
			return complain(argc, argv, val);
		r = apply_global(c, o, optarg, ret_help, ret_version);
		if (r != 0)
			return r;
	}
	*ret_index = optind;
	return 0;
}

int parse_duration(const char *text, uint64_t *ret_usec)
{
	static const struct {
		const char *name;
		double usec;
	} units[] = {
		{ "", 1e6 },   { "s", 1e6 },	{ "sec", 1e6 },	 { "ms", 1e3 },	   { "us", 1 },
		{ "m", 60e6 }, { "min", 60e6 }, { "h", 3600e6 }, { "d", 86400e6 },
	};
	size_t digits = strspn(text, "0123456789.");
	char number[32], *end;
	double value;

	if (strcmp(text, "infinity") == 0) {
		*ret_usec = NO_TIMEOUT;
		return 0;
	}
	if (digits == 0 || digits >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, digits);
	number[digits] = '\0';
	value = strtod(number, &end);
	if (*end)
		return -EINVAL;
	for (size_t i = 0; i < ELEMENTS(units); i++)
		if (strcmp(text + digits, units[i].name) == 0) {
			value *= units[i].usec;
			if (value >= 1e18)
				return -ERANGE;
			*ret_usec = (uint64_t)(value + 0.5);
			return 0;
		}
	return -EINVAL;
}
