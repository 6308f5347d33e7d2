/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: options described by a table, verbs in a table, and the parser of both. Usage,
 * completion and the man page are made from the same tables (help.c).
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include "client.h"

/* What a value may be, for completion. */
enum words {
	WORDS_NONE,
	WORDS_FILE,
	WORDS_GUEST,
	WORDS_IMAGE,
	WORDS_STATE,
	WORDS_ENGINE,
	WORDS_BOARD,
	WORDS_ACTION,
	WORDS_EOF,
	WORDS_VERB,
};

struct option_spec {
	const char *name; /* long name without dashes; NULL ends a table */
	char letter;	  /* short name, 0: none */
	const char *arg;  /* name of its value, NULL: takes none */
	enum words words;
	const char *help;
};

struct args;

struct verb {
	const char *name; /* NULL ends a table */
	int (*run)(struct client *c, struct args *a);
	const char *help;		   /* one line, without a period */
	const char *args;		   /* "NAME...", "" for none */
	int min_args, max_args;		   /* of positional arguments; max -1: any number */
	enum words words;		   /* what they are */
	const struct option_spec *options; /* NULL: none */
	const struct verb *verbs;	   /* instead of run: verbs of its own */
	bool hidden;
};

#define MAX_OPTIONS 48

/* A parsed command line. */
struct args {
	const struct verb *verb;
	char **names; /* positional arguments, NULL-terminated */
	int n;
	struct {
		const char *name, *value; /* value "" for an option without one */
	} given[MAX_OPTIONS];
	int n_given;
};

extern const struct option_spec global_options[]; /* may stand before and after the verb */
extern const struct verb verbs[];

/* Whether an option was given; the name must be in the verb's table. */
bool args_has(const struct args *a, const char *name);
/* Its value, the last one given; NULL when it was not. */
const char *args_value(const struct args *a, const char *name);

/*
 * The verb that word names: the whole name, or a beginning that no other verb has. NULL after a
 * complaint that lists the candidates; hidden verbs only by their whole name.
 */
const struct verb *verb_find(const struct verb *table, const char *word);

/*
 * Parses options and arguments of a verb (argv[0] is its name, @parent the verb's whose verb it is,
 * or NULL), storing global options in *c. argv
 * is permuted. 0, or EXIT_USAGE after a complaint; *ret_help: --help was given, nothing else was
 * checked.
 */
int args_parse(struct args *a, struct client *c, const char *parent, const struct verb *verb,
	       int argc, char **argv, bool *ret_help);
/*
 * Parses global options up to the first word that is none; *ret_index is its index in argv. The
 * special ones are answered in *ret_help and *ret_version.
 */
int args_parse_global(struct client *c, int argc, char **argv, int *ret_index, bool *ret_help,
		      bool *ret_version);

/*
 * "90", "90s", "5min", "500ms", "2h", "1.5s": microseconds. "infinity" is NO_TIMEOUT. 0 or -EINVAL,
 * -ERANGE.
 */
int parse_duration(const char *text, uint64_t *ret_usec);

#endif
