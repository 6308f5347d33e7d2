/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "define.h"

#include "bus.h"
#include "json-text.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DOCUMENT (1u << 20) /* bytes; the daemon takes no more */
#define IMAGE_PREFIX "image:"

void definition_free(struct definition *d)
{
	free(d->name);
	free(d->text);
	free(d->kernel);
	free(d->initrd);
	*d = (struct definition){ 0 };
}

void definition_freep(struct definition *d)
{
	definition_free(d);
}

static void json_putp(struct json_object **o)
{
	json_object_put(*o);
}

/* A definition while it is made: its text, and what that says. */
struct draft {
	struct definition *d;
	struct json_object *o;
};

/* Reads a whole file, "-" for stdin. Caller frees. */
static int read_document(const char *path, char **ret)
{
	_cleanup_(fclosep)
	FILE *f = NULL;
	_cleanup_(freep)
	char *text = NULL;
	bool is_stdin = strcmp(path, "-") == 0;
	size_t n;

	f = is_stdin ? fdopen(dup(STDIN_FILENO), "re") : fopen(path, "re");
	if (!f)
		return fail(EXIT_DEFINITION, "%s: %s", path, strerror(errno));
	text = malloc(MAX_DOCUMENT + 2);
	if (!text)
		return fail_memory();
	errno = 0;
	n = fread(text, 1, MAX_DOCUMENT + 1, f);
	if (ferror(f))
		return fail(EXIT_DEFINITION, "%s: %s", path, strerror(errno));
	if (n > MAX_DOCUMENT)
		return fail(EXIT_DEFINITION, "%s: larger than a definition may be (1 MB)", path);
	text[n] = '\0';
	if (strlen(text) != n)
		return fail(EXIT_DEFINITION, "%s: has a zero byte in it", path);
	*ret = text;
	text = NULL;
	return 0;
}

/* Parses; NULL when it is no JSON object. */
static struct json_object *parse(const char *text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o = NULL;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tokener);
	return o;
}

static const char *string_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return NULL;
	return json_object_get_string(v);
}

static struct json_object *boot_of(struct json_object *o)
{
	struct json_object *boot = NULL;

	json_object_object_get_ex(o, "boot", &boot);
	return boot;
}

static int copy(char **ret, const char *text)
{
	if (!text)
		return 0;
	*ret = strdup(text);
	return *ret ? 0 : fail_memory();
}

/* Fills in what stands in the document beside its text. */
static int look(struct definition *d, struct json_object *o)
{
	struct json_object *boot = boot_of(o);
	int r;

	r = copy(&d->name, string_of(o, "name"));
	if (r == 0)
		r = copy(&d->kernel, string_of(boot, "kernel"));
	if (r == 0)
		r = copy(&d->initrd, string_of(boot, "initrd"));
	return r;
}

int definition_from_text(struct definition *ret, const char *text)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	_cleanup_(json_putp)
	struct json_object *o = parse(text);
	int r;

	d.verbatim = true;
	r = copy(&d.text, text);
	if (r == 0 && o)
		r = look(&d, o);
	if (r != 0)
		return r;
	*ret = d;
	d = (struct definition){ 0 };
	return 0;
}

/* The object that has the last name of path: NULL when something else stands there. */
static struct json_object *parent_of(struct draft *t, const char *path, const char **ret_name)
{
	const char *dot = strchr(path, '.');
	_cleanup_(freep)
	char *name = dot ? strndup(path, (size_t)(dot - path)) : NULL;
	struct json_object *sub = NULL;

	*ret_name = dot ? dot + 1 : path;
	if (!dot)
		return t->o;
	if (name && !json_object_object_get_ex(t->o, name, &sub)) {
		sub = json_object_new_object();
		if (sub && json_object_object_add(t->o, name, sub) < 0) {
			json_object_put(sub);
			sub = NULL;
		}
	}
	return json_object_is_type(sub, json_type_object) ? sub : NULL;
}

/*
 * Sets a member, with value NULL takes it out. Takes the value over. option: which says so; NULL:
 * it is the file's own. Where the document has no place for it the daemon says what is wrong with
 * that.
 */
static int set(struct draft *t, const char *path, struct json_object *value, const char *option)
{
	struct definition *d = t->d;
	const char *name;
	struct json_object *parent = parent_of(t, path, &name);
	int r;

	r = value ? json_text_set(
			    &d->text, path,
			    json_object_to_json_string_ext(
				    value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE))
		  : json_text_remove(&d->text, path);
	if (r == 0 && option && d->n_given < ELEMENTS(d->given)) {
		d->given[d->n_given].path = path;
		d->given[d->n_given++].option = option;
	}
	if (r == 0 && parent && value)
		r = json_object_object_add(parent, name, json_object_get(value)) < 0 ? -ENOMEM : 0;
	else if (r == 0 && parent)
		json_object_object_del(parent, name);
	json_object_put(value);
	return r == -ENOMEM ? fail_memory() : 0;
}

/* Makes the path of a boot file absolute, counted from dir (NULL: the working directory). */
static int make_absolute(struct draft *t, const char *member, const char *dir)
{
	const char *path = string_of(boot_of(t->o), strchr(member, '.') + 1);
	char cwd[PATH_MAX], *absolute;
	int r;

	if (!path || *path == '/' || *path == '\0' ||
	    strncmp(path, IMAGE_PREFIX, sizeof(IMAGE_PREFIX) - 1) == 0)
		return 0;
	if (!dir || *dir != '/') {
		if (!getcwd(cwd, sizeof(cwd)))
			return fail(EXIT_FAILED, "the working directory: %s", strerror(errno));
	} else {
		cwd[0] = '\0';
	}
	r = asprintf(&absolute, "%s%s%s/%s", cwd, dir && *cwd ? "/" : "", dir ? dir : "", path);
	if (r < 0)
		return fail_memory();
	r = set(t, member, json_object_new_string(absolute), NULL);
	free(absolute);
	return r;
}

static int apply_stop_timeout(struct draft *t, const struct args *a)
{
	const char *text = args_value(a, "stop-timeout");
	uint64_t usec;

	if (!text)
		return 0;
	if (parse_duration(text, &usec) < 0 || usec == NO_TIMEOUT)
		return fail(EXIT_USAGE, "--stop-timeout: '%s' is no time; write it as 30s or 5min",
			    text);
	return set(t, "stop_timeout", json_object_new_uint64((usec + 999999) / 1000000),
		   "--stop-timeout");
}

/* Options over what the file says. */
static int apply(struct draft *t, const struct args *a, const char *name, bool autostart)
{
	static const struct {
		const char *option, *path;
	} strings[] = {
		{ "--board", "board" },
		{ "--engine", "engine" },
		{ "--memory", "memory" },
		{ "--on-reboot", "on_reboot" },
		{ "--on-panic", "on_panic" },
		{ "--kernel", "boot.kernel" },
		{ "--initrd", "boot.initrd" },
		{ "--append", "boot.cmdline" },
		{ "--console-ring", "console.ring" },
	};
	int r = 0;

	if (name)
		r = set(t, "name", json_object_new_string(name), "the name");
	for (size_t i = 0; r == 0 && i < ELEMENTS(strings); i++) {
		const char *value = args_value(a, strings[i].option + 2);
		bool none = value && !*value && strcmp(strings[i].option, "--initrd") == 0;

		if (value)
			r = set(t, strings[i].path, none ? NULL : json_object_new_string(value),
				strings[i].option);
	}
	if (r == 0)
		r = apply_stop_timeout(t, a);
	if (r == 0 && args_has(a, "console-log"))
		r = set(t, "console.log", json_object_new_boolean(true), "--console-log");
	if (r == 0 && autostart)
		r = set(t, "autostart", json_object_new_boolean(true), "--autostart");
	return r;
}

/* Paths in the document: those of the file from its directory, those of options from here. */
static int absolute_paths(struct draft *t, const struct args *a, const char *file)
{
	static const char *const members[] = { "boot.kernel", "boot.initrd" };
	_cleanup_(freep)
	char *path = NULL;
	char *dir = NULL;
	int r = 0;

	if (file && strcmp(file, "-") != 0) {
		path = strdup(file);
		if (!path)
			return fail_memory();
		dir = dirname(path);
		if (strcmp(dir, ".") == 0)
			dir = NULL;
	}
	for (size_t i = 0; r == 0 && i < ELEMENTS(members); i++)
		r = make_absolute(t, members[i],
				  args_has(a, strchr(members[i], '.') + 1) ? NULL : dir);
	return r;
}

int definition_make(struct definition *ret, const struct args *a, const char *name, bool autostart)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	_cleanup_(json_putp)
	struct json_object *o = NULL;
	const char *file = args_value(a, "file");
	int r;

	if (file)
		r = read_document(file, &d.text);
	else if (!args_has(a, "kernel"))
		return fail(EXIT_USAGE, "--kernel=FILE is missing, or --file with a definition");
	else
		r = copy(&d.text, "{}");
	if (r != 0)
		return r;
	d.verbatim = file != NULL;
	o = parse(d.text);
	/* No JSON: it goes as it is, and comes back with the line. */
	if (o) {
		struct draft t = { &d, o };

		r = apply(&t, a, name, autostart);
		if (r == 0)
			r = absolute_paths(&t, a, file);
		if (r == 0)
			r = look(&d, o);
	}
	if (r != 0)
		return r;
	*ret = d;
	d = (struct definition){ 0 };
	return 0;
}

/* Opens a boot file for the daemon. Never waits for a FIFO; the daemon looks at the content. */
static int open_boot_file(const char *what, const char *path, int *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		int e = errno;

		closep(&fd);
		return fail(EXIT_DEFINITION, "%s '%s': %s", what, path, strerror(e));
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return fail(EXIT_DEFINITION, "%s '%s': is %s", what, path,
			    S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
	}
	*ret = fd;
	return 0;
}

static bool is_path(const char *value)
{
	return value && *value && strncmp(value, IMAGE_PREFIX, sizeof(IMAGE_PREFIX) - 1) != 0;
}

bool definition_has_files(const struct definition *d)
{
	return is_path(d->kernel) || is_path(d->initrd);
}

static int append_file(sd_bus_message *call, const char *key, const char *path, const char *old)
{
	_cleanup_(closep)
	int fd = -1;
	int r;

	if (!is_path(path))
		return 0;
	if (old && strcmp(old, path) == 0)
		return 0;
	r = open_boot_file(key, path, &fd);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "{sh}", key, fd);
	return r < 0 ? fail(EXIT_FAILED, "%s '%s': %s", key, path, strerror(-r)) : 0;
}

int definition_append_files(const struct definition *d, const struct definition *old,
			    sd_bus_message *call)
{
	int r;

	r = sd_bus_message_open_container(call, 'a', "{sh}");
	if (r < 0)
		return fail(EXIT_FAILED, "boot files: %s", strerror(-r));
	r = append_file(call, "kernel", d->kernel, old ? old->kernel : NULL);
	if (r == 0)
		r = append_file(call, "initrd", d->initrd, old ? old->initrd : NULL);
	if (r != 0)
		return r;
	r = sd_bus_message_close_container(call);
	return r < 0 ? fail(EXIT_FAILED, "boot files: %s", strerror(-r)) : 0;
}

/* Documents are text for the bus: it takes UTF-8 only. */
static int append_text(sd_bus_message *call, const struct definition *d, const char *source)
{
	int r = sd_bus_message_append(call, "s", d->text);

	return r < 0 ? fail(EXIT_DEFINITION, "%s: is not UTF-8 text", source) : 0;
}

/* The option that said what is there; NULL: none. */
static const char *given_by(const struct definition *d, const char *member, size_t len)
{
	for (size_t i = 0; i < d->n_given; i++)
		if (strlen(d->given[i].path) == len && memcmp(d->given[i].path, member, len) == 0)
			return d->given[i].option;
	return NULL;
}

/*
 * The daemon calls the document "definition" and says line and member, or the member alone. Said
 * here is who said it: an option, or a line of the file. A line of a document that we made up helps
 * nobody.
 */
static int complain(const struct definition *d, const char *source, const sd_bus_error *error,
		    int r)
{
	static const char daemons_name[] = "definition:";
	const char *text = error->message, *option;
	int status = status_of_error(error, r);
	_cleanup_(freep)
	char *member = NULL;
	size_t skip = sizeof(daemons_name) - 1, line = 0, len;

	if (status != EXIT_DEFINITION && status != EXIT_NOT_FOUND)
		text = NULL;
	if (text && strncmp(text, daemons_name, skip) == 0) {
		text += skip;
		line = strtoul(text, NULL, 10);
		skip = strspn(text, "0123456789");
		text += text[skip] == ':' ? skip + 1 : 0;
		text += strspn(text, " ");
	}
	len = text ? strcspn(text, ": ") : 0;
	if (len == 0 || text[len] != ':')
		len = 0;
	if (!text || (len == 0 && line == 0))
		return call_complain(error, r, source);
	option = given_by(d, text, len);
	if (option)
		return fail(status, "%s: %s", option, text + len + 1 + strspn(text + len + 1, " "));
	member = strndup(text, len);
	if (line == 0 && member)
		line = json_text_line(d->text, member);
	if (d->verbatim && line > 0)
		return fail(status, "%s:%zu: %s", source, line, text);
	return fail(status, "%s: %s", source, text);
}

int definition_check(struct client *c, const struct definition *d, const char *source)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	_cleanup_(sd_bus_error_free)
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = call_manager(c, &call, METHOD_Manager1_CheckDefinition);
	if (r == 0)
		r = append_text(call, d, source);
	if (r != 0)
		return r;
	r = call_try(c, call, &error, NULL);
	return r < 0 ? complain(d, source, &error, r) : 0;
}

int definition_create(struct client *c, const struct definition *d, const char *source)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	_cleanup_(sd_bus_error_free)
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	/* First the words, so that a wrong one is not hidden by a missing file. */
	r = definition_check(c, d, source);
	if (r == 0)
		r = call_manager(c, &call, METHOD_Manager1_CreateGuest);
	if (r == 0)
		r = append_text(call, d, source);
	if (r == 0)
		r = definition_append_files(d, NULL, call);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "t", UINT64_C(0));
	if (r < 0)
		return fail_reply(r);
	r = call_try(c, call, &error, NULL);
	return r < 0 ? complain(d, source, &error, r) : 0;
}
