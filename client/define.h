/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a definition from a file and options, and handing it over with its boot files opened. */
#ifndef CLIENT_DEFINE_H
#define CLIENT_DEFINE_H

#include "client.h"
#include "options.h"

/* The options of create and run that become keys of the definition. */
/* clang-format off */
#define DEFINE_OPTIONS                                                                             \
	{ "file", 'f', "FILE", WORDS_FILE,                                                         \
	  "Take the definition from this JSON file (\"-\": stdin); other options change it" },     \
	{ "kernel", 'k', "FILE", WORDS_FILE,                                                       \
	  "Boot this kernel (ELF, uImage or raw; \"image:NAME\" for an imported one)" },           \
	{ "initrd", 'i', "FILE", WORDS_FILE, "Hand it this initial RAM disk (\"\": none)" },       \
	{ "append", 'a', "CMDLINE", WORDS_NONE, "The kernel's command line" },                     \
	{ "memory", 'm', "SIZE", WORDS_NONE, "Size of its RAM: \"256M\", 16M to 1G" },             \
	{ "board", 0, "BOARD", WORDS_BOARD, "The board to be" },                                   \
	{ "engine", 0, "ENGINE", WORDS_ENGINE, "What executes it" },                               \
	{ "on-reboot", 0, "ACTION", WORDS_ACTION, "When it reboots: restart or stop" },            \
	{ "on-panic", 0, "ACTION", WORDS_ACTION, "When its kernel panics: restart or stop" },      \
	{ "stop-timeout", 0, "TIME", WORDS_NONE,                                                   \
	  "Kill it when a stop takes longer than this" },                                          \
	{ "console-ring", 0, "SIZE", WORDS_NONE, "How much console output to remember" },          \
	{ "console-log", 0, NULL, WORDS_NONE, "Keep console output in a file, too" }
/* clang-format on */

/* A definition ready to be sent. */
struct definition {
	char *name;	       /* as it stands in the document, NULL: none */
	char *text;	       /* the document */
	char *kernel, *initrd; /* what is said there, NULL: nothing */
	bool verbatim;	       /* the lines are those of a file, and their numbers mean something */
	/* Members whose value is an option's (what to call it) and not the file's. */
	struct {
		const char *path, *option;
	} given[16];
	size_t n_given;
};

void definition_free(struct definition *d);
void definition_freep(struct definition *d);

/*
 * From the options above; name (NULL: the file's) replaces the file's. Relative paths of boot files
 * become absolute: those in a file count from that file's directory. autostart false leaves the
 * file's word. What changes in a file's document leaves its lines where they are, so that line
 * numbers in the daemon's complaints are the file's. Status.
 */
int definition_make(struct definition *ret, const struct args *a, const char *name, bool autostart);
/* From a document as it is. A document that is no JSON is taken too: the daemon says what is wrong.
 */
int definition_from_text(struct definition *ret, const char *text);

/* Whether a boot file is a path, and no image. */
bool definition_has_files(const struct definition *d);
/* Appends "a{sh}" with the boot files that are paths, opened; old (NULL: none): leave out its. */
int definition_append_files(const struct definition *d, const struct definition *old,
			    sd_bus_message *call);
/* CreateGuest. source is the document's name in complaints. */
int definition_create(struct client *c, const struct definition *d, const char *source);
/* CheckDefinition: asks the daemon what it thinks of it. Complaints read "web.json:3: memory: ..."
 * for what a file says, "--memory: ..." for what an option says. */
int definition_check(struct client *c, const struct definition *d, const char *source);

#endif
