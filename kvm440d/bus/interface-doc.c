/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints interface.def: "man" as org.kvm440(5), "list" as one line a row for scripts, fields parted
 *by tabs: interface NAME PATH
 *	method INTERFACE MEMBER IN OUT ACTION		(an empty signature or no action is "-")
 *	signal INTERFACE MEMBER SIGNATURE
 *	property INTERFACE MEMBER SIGNATURE CHANGE
 *	action NAME
 *	error NAME
 *	result WORD
 * It is run at build time and installed nowhere.
 */
#include "docs/roff.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum row_kind {
	ROW_INTERFACE,
	ROW_METHOD,
	ROW_SIGNAL,
	ROW_PROPERTY,
	ROW_ACTION,
	ROW_ERROR,
	ROW_RESULT
};

struct row {
	enum row_kind kind;
	const char *interface; /* id, for members */
	const char *name;      /* member, or full name */
	const char *in, *in_names, *out, *out_names;
	const char
		*action; /* id of a method's action; path of an interface; change of a property */
	const char *doc;
};

static const struct row rows[] = {
#define INTERFACE(id, name, path, doc) { ROW_INTERFACE, #id, name, "", "", "", "", path, doc },
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	{ ROW_METHOD, #interface, #member, in, in_names, out, out_names, #action, doc },
#define SIGNAL(interface, member, sig, names, doc)                                                 \
	{ ROW_SIGNAL, #interface, #member, sig, names, "", "", "", doc },
#define PROPERTY(interface, member, sig, change, doc)                                              \
	{ ROW_PROPERTY, #interface, #member, sig, "", "", "", #change, doc },
#define ACTION(id, name, doc) { ROW_ACTION, #id, name, "", "", "", "", "", doc },
#define ERROR(id, doc)	      { ROW_ERROR, "", "org.kvm440.Error." #id, "", "", "", "", "", doc },
#define RESULT(name, doc)     { ROW_RESULT, "", name, "", "", "", "", "", doc },
#include "interface.def"
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *action_name(const char *id)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == ROW_ACTION && strcmp(rows[i].interface, id) == 0)
			return rows[i].name;
	return NULL;
}

static const char *interface_name(const char *id)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == ROW_INTERFACE && strcmp(rows[i].interface, id) == 0)
			return rows[i].name;
	return id;
}

static const char *or_dash(const char *s)
{
	return s && *s ? s : "-";
}

static void list(void)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *r = &rows[i];

		switch (r->kind) {
		case ROW_INTERFACE: printf("interface\t%s\t%s\n", r->name, r->action); break;
		case ROW_METHOD:
			printf("method\t%s\t%s\t%s\t%s\t%s\n", interface_name(r->interface),
			       r->name, or_dash(r->in), or_dash(r->out),
			       or_dash(action_name(r->action)));
			break;
		case ROW_SIGNAL:
			printf("signal\t%s\t%s\t%s\n", interface_name(r->interface), r->name,
			       or_dash(r->in));
			break;
		case ROW_PROPERTY:
			printf("property\t%s\t%s\t%s\t%s\n", interface_name(r->interface), r->name,
			       r->in, r->action);
			break;
		case ROW_ACTION:
			if (r->name)
				printf("action\t%s\n", r->name);
			break;
		case ROW_ERROR: printf("error\t%s\n", r->name); break;
		case ROW_RESULT: printf("result\t%s\n", r->name); break;
		}
	}
}

/* A line of text. */
static void roff(const char *text)
{
	roff_print(text);
	putchar('\n');
}

/* The length of the first complete type of a signature that is known to be valid. */
static size_t type_length(const char *sig)
{
	int depth = 0;
	size_t n = 0;

	do {
		char c = sig[n++];

		if (c == 'a')
			continue;
		if (c == '(' || c == '{')
			depth++;
		else if (c == ')' || c == '}')
			depth--;
		if (depth == 0)
			break;
	} while (sig[n]);
	return n;
}

/* "s name, t flags" */
static void arguments(const char *sig, const char *names)
{
	const char *comma = "";

	while (*sig) {
		size_t n = type_length(sig);

		printf("%s%.*s %s", comma, (int)n, sig, *names ? names : "value");
		comma = ", ";
		sig += n;
		if (*names)
			names += strlen(names) + 1;
	}
}

static void man_member(const struct row *r)
{
	const char *action;

	fputs(".TP\n.B ", stdout);
	switch (r->kind) {
	case ROW_METHOD:
		printf("%s\\fR(", r->name);
		arguments(r->in, r->in_names);
		fputs(") -> (", stdout);
		arguments(r->out, r->out_names);
		puts(")");
		roff(r->doc);
		action = action_name(r->action);
		if (action)
			printf("Needs\n.IR %s .\n", action);
		break;
	case ROW_SIGNAL:
		printf("%s\\fR(", r->name);
		arguments(r->in, r->in_names);
		puts(")");
		roff(r->doc);
		break;
	default:
		printf("%s\\fR, %s\n", r->name, r->in);
		roff(r->doc);
		if (strcmp(r->action, "EMITS") == 0)
			puts("Changes are signalled.");
		else if (strcmp(r->action, "CONST") == 0)
			puts("Never changes.");
		else
			puts("Signalled as invalidated, without the value.");
	}
}

static void man_members(const struct row *interface, enum row_kind kind, const char *title)
{
	bool any = false;

	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].kind != kind || strcmp(rows[i].interface, interface->interface) != 0)
			continue;
		if (!any)
			printf(".SS %s of %s\n", title, interface->interface);
		any = true;
		man_member(&rows[i]);
	}
}

static void man_words(enum row_kind kind, const char *title)
{
	printf(".SH %s\n", title);
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].kind != kind)
			continue;
		printf(".TP\n.B %s\n", rows[i].name ? rows[i].name : "(none)");
		roff(rows[i].doc);
	}
}

static void man(void)
{
	puts(".\\\" Made from kvm440d/bus/interface.def; do not edit.");
	puts(".TH ORG.KVM440 5 \"\" \"kvm440 " VERSION "\" \"File formats\"");
	puts(".SH NAME\norg.kvm440 \\- D\\-Bus interface of kvm440d");
	puts(".SH DESCRIPTION\n.BR kvm440d (8)\nowns the name");
	puts(".B org.kvm440\non the system bus.");
	puts("Types are written as in the D\\-Bus specification.");
	puts("A bit of a flags argument that is not described here is an error");
	puts("(org.kvm440.Error.InvalidArgument).");
	puts("Who may call a method is decided by polkit; root and the user that the daemon");
	puts("runs as always may. Where there is no polkit, others may read:");
	puts("call the methods that need nothing or org.kvm440.inspect.");
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].kind != ROW_INTERFACE)
			continue;
		printf(".SH %s\nAt\n.BR %s .\n", rows[i].name, rows[i].action);
		roff(rows[i].doc);
		man_members(&rows[i], ROW_METHOD, "Methods");
		man_members(&rows[i], ROW_SIGNAL, "Signals");
		man_members(&rows[i], ROW_PROPERTY, "Properties");
	}
	man_words(ROW_RESULT, "JOB RESULTS");
	man_words(ROW_ERROR, "ERRORS");
	puts("Beside these, org.freedesktop.DBus.Error.AccessDenied and");
	puts("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired tell what polkit");
	puts("decided.");
	man_words(ROW_ACTION, "POLKIT ACTIONS");
	puts("polkit rules can look at the details");
	puts(".I guest\n(name, if the call is about one) and\n.I method\n(name of the method).");
	puts(".SH SEE ALSO\n.BR kvm440d (8),\n.BR kvm440ctl (1),\n.BR busctl (1)");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "man") == 0) {
		man();
	} else if (argc == 2 && strcmp(argv[1], "list") == 0) {
		list();
	} else {
		fputs("usage: interface-doc man|list\n", stderr);
		return 2;
	}
	return fflush(stdout) != 0 || ferror(stdout);
}
