/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The definition of a guest: a JSON document, checked against config/guest.schema.json (which is
 * compiled in), with errors that name the key and the line.
 */
#ifndef KVM440_GUEST_DEF_H
#define KVM440_GUEST_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum guest_action { GUEST_ACTION_STOP, GUEST_ACTION_RESTART };

struct guest_def {
	char *name;	 /* [A-Za-z0-9][A-Za-z0-9_.-]{0,63}, not "." or ".." */
	char *board;	 /* "bamboo" */
	char *engine;	 /* "auto", "interp", ... */
	uint64_t memory; /* bytes */
	char *kernel;	 /* as written in the document; required */
	char *initrd;	 /* or NULL */
	char *cmdline;	 /* "" when absent */
	enum guest_action on_reboot, on_panic;
	bool autostart;
	uint64_t console_ring; /* bytes */
	bool console_log;      /* keep the console in a file of the log directory */
	uint32_t stop_timeout; /* seconds until a graceful stop becomes a kill */
	char *json; /* the document, complete with defaults, keys in the schema's order, indented */
};

/*
 * Parses and checks a document of @len bytes (1 MB at the most). @source is its name in messages
 * ("web.json"): "web.json:3: memory: must be ...". The result is complete: defaults are filled in.
 */
int guest_def_parse(struct guest_def **ret, const char *text, size_t len, const char *source,
		    struct error **err);
/*
 * The same, with keys of the document set before it is checked: from a command line. @text may be
 * "{}".
 * @source of a change stands in messages in place of file and line ("--memory").
 */
struct guest_def_change {
	const char *key; /* "memory", "boot.kernel": of type string */
	const char *value;
	const char *source;
};
int guest_def_parse_changed(struct guest_def **ret, const char *text, size_t len,
			    const char *source, const struct guest_def_change *changes,
			    size_t n_changes, struct error **err);
/* The same, with -ENODEV when this host does not have the engine. */
int guest_def_parse_runnable(struct guest_def **ret, const char *text, size_t len,
			     const char *source, const struct guest_def_change *changes,
			     size_t n_changes, struct error **err);
struct guest_def *guest_def_free(struct guest_def *def);
void guest_def_freep(struct guest_def **def);
/* Whether a string can be a guest's name, or an image's: that is @whose ("a guest's") in the
 * sentence which says what is wrong with it. */
int guest_name_check(const char *whose, const char *name, struct error **err);

#endif
