/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table that dispatch, usage, completion and kvm440ctl(1) are made from. */
#include "verbs.h"

#include "define.h"

/* clang-format off */
#define NO_BLOCK { "no-block", 0, NULL, WORDS_NONE, "Begin it and do not wait until it is done" }

static const struct option_spec job_options[] = { NO_BLOCK, { 0 } };

static const struct option_spec create_options[] = {
	DEFINE_OPTIONS,
	{ "autostart", 0, NULL, WORDS_NONE, "Start it whenever the daemon starts" },
	{ "start", 's', NULL, WORDS_NONE, "Start it now, too" },
	{ 0 },
};

static const struct option_spec run_options[] = {
	DEFINE_OPTIONS,
	{ "name", 'n', "NAME", WORDS_NONE, "Call it this (default: run- and a number)" },
	{ "after", 0, "TEXT", WORDS_NONE,
	  "Read stdin, if it is no terminal, when the guest has shown this text" },
	{ "eof", 0, "WHAT", WORDS_EOF,
	  "At the end of stdin: ignore (the default), detach, or send a ^D" },
	{ "escape", 'e', "KEY", WORDS_NONE, "The key that leaves (\"^A\", \"none\"; default: ^])" },
	{ 0 },
};

static const struct option_spec console_options[] = {
	{ "read-only", 'r', NULL, WORDS_NONE, "Send the guest nothing" },
	{ "force", 0, NULL, WORDS_NONE, "Take the keyboard from whoever has it" },
	{ "no-replay", 0, NULL, WORDS_NONE, "Begin with what is printed from now on" },
	{ "after", 0, "TEXT", WORDS_NONE,
	  "Read stdin, if it is no terminal, when the guest has shown this text since it was started or reset "
	  "last; begin there" },
	{ "eof", 0, "WHAT", WORDS_EOF,
	  "At the end of stdin: ignore (the default), detach, or send a ^D" },
	{ "escape", 'e', "KEY", WORDS_NONE, "The key that leaves (\"^A\", \"none\"; default: ^])" },
	{ 0 },
};

static const struct option_spec log_options[] = {
	{ "follow", 'f', NULL, WORDS_NONE, "Go on with what is printed from now on" },
	{ "lines", 'n', "COUNT", WORDS_NONE, "The last lines only" },
	{ 0 },
};

static const struct option_spec remove_options[] = {
	{ "force", 'f', NULL, WORDS_NONE, "Kill it first if it runs" },
	{ 0 },
};

static const struct option_spec start_options[] = {
	NO_BLOCK,
	{ "foreground", 0, NULL, WORDS_NONE,
	  "Stay until the guest ends and exit as wait does, but 0 if it was killed; for units" },
	{ 0 },
};

static const struct option_spec stop_options[] = {
	NO_BLOCK,
	{ "grace", 'g', "TIME", WORDS_NONE, "Kill it after this time instead of the definition's" },
	{ 0 },
};

static const struct option_spec wait_options[] = {
	{ "state", 's', "STATE", WORDS_STATE, "Until it is in this state (default: until it ends)" },
	{ "text", 0, "TEXT", WORDS_NONE, "Until its console shows this text, or has shown it since the last start or reset" },
	{ 0 },
};

static const struct option_spec import_options[] = {
	{ "name", 'n', "NAME", WORDS_NONE, "Call the image this (default: the file's name)" },
	{ 0 },
};

static const struct verb image_verbs[] = {
	{ "import", verb_image_import, "Keep a copy of a kernel or an initrd for guests to use",
	  "FILE", 1, 1, WORDS_FILE, import_options, NULL, false },
	{ "list", verb_image_list, "List the images", "", 0, 0, WORDS_NONE, NULL, NULL, false },
	{ "remove", verb_image_remove, "Remove images", "NAME...", 1, -1, WORDS_IMAGE, NULL, NULL,
	  false },
	{ 0 },
};

const struct verb verbs[] = {
	{ "create", verb_create, "Define a guest", "[NAME]", 0, 1, WORDS_NONE, create_options, NULL, false },
	{ "start", verb_start, "Start guests", "NAME...", 1, -1, WORDS_GUEST, start_options, NULL, false },
	{ "stop", verb_stop, "Ask guests to stop, and kill those that do not in time", "NAME...", 1, -1,
	  WORDS_GUEST, stop_options, NULL, false },
	{ "kill", verb_kill, "End guests at once", "NAME...", 1, -1, WORDS_GUEST, job_options, NULL, false },
	{ "reboot", verb_reboot, "Reset guests", "NAME...", 1, -1, WORDS_GUEST, job_options, NULL, false },
	{ "pause", verb_pause, "Let guests stand still", "NAME...", 1, -1, WORDS_GUEST, job_options, NULL,
	  false },
	{ "resume", verb_resume, "Let paused guests go on", "NAME...", 1, -1, WORDS_GUEST, job_options,
	  NULL, false },
	{ "remove", verb_remove, "Remove guests and the copies of their boot files", "NAME...", 1, -1,
	  WORDS_GUEST, remove_options, NULL, false },
	{ "list", verb_list, "List all guests", "", 0, 0, WORDS_NONE, NULL, NULL, false },
	{ "status", verb_status, "Show how a guest is, and what it printed last", "[NAME]", 0, 1,
	  WORDS_GUEST, NULL, NULL, false },
	{ "show", verb_show, "Print a guest's definition", "NAME", 1, 1, WORDS_GUEST, NULL, NULL, false },
	{ "edit", verb_edit, "Change a guest's definition in an editor", "NAME", 1, 1, WORDS_GUEST, NULL,
	  NULL, false },
	{ "refresh", verb_refresh, "Copy the boot files of stopped guests anew", "NAME...", 1, -1, WORDS_GUEST,
	  NULL, NULL, false },
	{ "log", verb_log, "Print what a guest's console has shown", "NAME", 1, 1, WORDS_GUEST, log_options,
	  NULL, false },
	{ "console", verb_console, "Use a guest's console", "NAME", 1, 1, WORDS_GUEST, console_options,
	  NULL, false },
	{ "wait", verb_wait, "Wait for a guest", "NAME", 1, 1, WORDS_GUEST, wait_options, NULL, false },
	{ "run", verb_run, "Create a guest, start it, use its console, remove it at its end", "", 0, 0,
	  WORDS_NONE, run_options, NULL, false },
	{ "monitor", verb_monitor, "Print what happens as it happens", "[NAME...]", 0, -1, WORDS_GUEST,
	  NULL, NULL, false },
	{ "dump", verb_dump, "Print a guest's registers, TLB and counters as JSON", "NAME", 1, 1,
	  WORDS_GUEST, NULL, NULL, false },
	{ "image", NULL, "Manage kernels and initrds that are kept for guests", "VERB ...", 1, -1,
	  WORDS_VERB, NULL, image_verbs, false },
	{ "help", verb_help, "Show help, of a verb if one is named", "[VERB...]", 0, 2, WORDS_VERB, NULL,
	  NULL, false },
	{ "__complete", verb_complete, "Candidates for the last word", "[WORD...]", 0, -1, WORDS_NONE, NULL,
	  NULL, true },
	{ "__manual", verb_manual, "Parts of kvm440ctl(1)", "PART", 1, 1, WORDS_NONE, NULL, NULL, true },
	{ 0 },
};
/* clang-format on */
