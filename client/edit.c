/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "define.h"
#include "guests.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void unlinkp(char **path)
{
	if (*path)
		unlink(*path);
	free(*path);
}

/* Writes the definition to a new file that ends in .json, for the editor's sake. */
static int write_temporary(const char *text, char **ret_path)
{
	const char *dir = getenv("TMPDIR");
	_cleanup_(unlinkp)
	char *path = NULL;
	size_t n = strlen(text);
	FILE *f;
	int fd;

	if (asprintf(&path, "%s/kvm440-XXXXXX.json", dir && *dir == '/' ? dir : "/tmp") < 0) {
		path = NULL;
		return fail_memory();
	}
	fd = mkostemps(path, 5, O_CLOEXEC);
	if (fd < 0) {
		int r = fail(EXIT_FAILED, "%s: %s", path, strerror(errno));

		free(path);
		path = NULL;
		return r;
	}
	f = fdopen(fd, "w");
	if (!f) {
		close(fd);
		return fail_memory();
	}
	fputs(text, f);
	if (n > 0 && text[n - 1] != '\n')
		fputc('\n', f);
	if (fclose(f) != 0)
		return fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
	*ret_path = path;
	path = NULL;
	return 0;
}

/* Whether an editor of ours would have somebody to edit. */
static bool has_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

/*
 * What the caller chose runs in any case, as git does it: without a terminal it is a script's own
 * command. Without that choice there must be a terminal, as for systemctl edit; NULL after a
 * complaint.
 */
static const char *choose_editor(void)
{
	const char *editor = getenv("VISUAL");

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (editor && *editor)
		return editor;
	if (has_terminal())
		return access("/usr/bin/editor", X_OK) == 0 ? "/usr/bin/editor" : "vi";
	fail(EXIT_FAILED,
	     "there is no terminal to edit on: set $VISUAL or $EDITOR to a command that "
	     "changes the file it is given, such as \"sed -i s/16M/32M/\"");
	return NULL;
}

/* The editor may be a command line: the shell runs it, with the path as a parameter. */
static int run_editor(const char *editor, const char *path)
{
	char *command;
	pid_t pid;
	int status;

	if (asprintf(&command, "%s \"$1\"", editor) < 0)
		return fail_memory();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
		_exit(127);
	}
	free(command);
	if (pid < 0)
		return fail(EXIT_FAILED, "cannot run '%s': %s", editor, strerror(errno));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail(EXIT_FAILED, "'%s': %s", editor, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fail(EXIT_FAILED, "'%s' failed; nothing was changed", editor);
	return 0;
}

static int read_back(const char *path, struct definition *ret)
{
	_cleanup_(fclosep)
	FILE *f = fopen(path, "re");
	_cleanup_(freep)
	char *text = NULL;
	size_t size = 0;

	if (!f)
		return fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
	errno = 0;
	if (getdelim(&text, &size, '\0', f) < 0) {
		if (errno != 0)
			return fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
		return definition_from_text(ret, "");
	}
	return definition_from_text(ret, text);
}

/* Whether the person wants another try. */
static bool ask_again(void)
{
	char line[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fputs("Edit again? [Y/n] ", stderr);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	return *line != 'n' && *line != 'N';
}

static int update(struct client *c, const char *name, const struct definition *d,
		  const struct definition *old)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	int r;

	r = definition_check(c, d, name);
	if (r == 0)
		r = call_guest(c, &call, name, METHOD_Guest1_Update);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "s", d->text);
	if (r < 0)
		return fail(EXIT_DEFINITION, "%s: is not UTF-8 text", name);
	r = definition_append_files(d, old, call);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "t", UINT64_C(0));
	return r < 0 ? fail_reply(r) : call_send(c, call, name, NULL);
}

static int edit(struct client *c, const char *name, const char *editor, const char *path,
		const struct definition *old)
{
	int r;

	for (;;) {
		_cleanup_(definition_freep)
		struct definition d = { 0 };

		r = run_editor(editor, path);
		if (r == 0)
			r = read_back(path, &d);
		if (r != 0)
			return r;
		if (strncmp(d.text, old->text, strlen(old->text)) == 0 &&
		    strspn(d.text + strlen(old->text), "\n") ==
			    strlen(d.text + strlen(old->text))) {
			note(c, "guest '%s': nothing was changed", name);
			return 0;
		}
		/* What was written is not lost to a mistake, nor to a guest that was started
		 * meanwhile. */
		r = update(c, name, &d, old);
		if (r == 0 || !ask_again())
			return r;
	}
}

int verb_edit(struct client *c, struct args *a)
{
	_cleanup_(definition_freep)
	struct definition old = { 0 };
	_cleanup_(unlinkp)
	char *path = NULL;
	const char *editor;
	struct guest_info g;
	int r;

	r = guest_get(c, a->names[0], &g);
	if (r != 0)
		return r;
	editor = choose_editor();
	if (!editor) {
		guest_info_free(&g);
		return EXIT_FAILED;
	}
	r = definition_from_text(&old, g.definition);
	guest_info_free(&g);
	if (r == 0)
		r = write_temporary(old.text, &path);
	return r == 0 ? edit(c, a->names[0], editor, path, &old) : r;
}
