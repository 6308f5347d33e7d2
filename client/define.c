/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "define.h"

#include "bus.h"

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

/* Sets a key; *changed becomes true when that changed something. Takes the value over. */
static int set(struct json_object *o, const char *key, struct json_object *value, bool *changed)
{
	struct json_object *old;

	if (!value)
		return fail_memory();
	if (json_object_object_get_ex(o, key, &old) && json_object_equal(old, value)) {
		json_object_put(value);
		return 0;
	}
	if (json_object_object_add(o, key, value) < 0) {
		json_object_put(value);
		return fail_memory();
	}
	*changed = true;
	return 0;
}

/* The object under key, made if need be; NULL after a complaint. */
static struct json_object *sub_object(struct json_object *o, const char *key)
{
	struct json_object *sub;

	if (json_object_object_get_ex(o, key, &sub)) {
		if (json_object_is_type(sub, json_type_object))
			return sub;
		fail(EXIT_DEFINITION, "the definition's \"%s\" is no object", key);
		return NULL;
	}
	sub = json_object_new_object();
	if (!sub || json_object_object_add(o, key, sub) < 0) {
		json_object_put(sub);
		fail_memory();
		return NULL;
	}
	return sub;
}

/* Makes the path under key of "boot" absolute, counted from dir (NULL: the working directory). */
static int make_absolute(struct json_object *o, const char *key, const char *dir, bool *changed)
{
	struct json_object *boot = boot_of(o);
	const char *path = string_of(boot, key);
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
	r = set(boot, key, json_object_new_string(absolute), changed);
	free(absolute);
	return r;
}

static int apply_stop_timeout(struct json_object *o, const struct args *a, bool *changed)
{
	const char *text = args_value(a, "stop-timeout");
	uint64_t usec;

	if (!text)
		return 0;
	if (parse_duration(text, &usec) < 0 || usec == NO_TIMEOUT)
		return fail(EXIT_USAGE, "--stop-timeout: '%s' is no time; write it as 30s or 5min",
			    text);
	return set(o, "stop_timeout", json_object_new_uint64((usec + 999999) / 1000000), changed);
}

static int apply_console(struct json_object *o, const struct args *a, bool *changed)
{
	const char *ring = args_value(a, "console-ring");
	struct json_object *console;
	int r = 0;

	if (!ring && !args_has(a, "console-log"))
		return 0;
	console = sub_object(o, "console");
	if (!console)
		return EXIT_DEFINITION;
	if (ring)
		r = set(console, "ring", json_object_new_string(ring), changed);
	if (r == 0 && args_has(a, "console-log"))
		r = set(console, "log", json_object_new_boolean(true), changed);
	return r;
}

/* Options over what the file says. */
static int apply(struct json_object *o, const struct args *a, const char *name, bool autostart,
		 bool *changed)
{
	static const struct {
		const char *option, *key;
		bool boot;
	} strings[] = {
		{ "board", "board", false },	   { "engine", "engine", false },
		{ "memory", "memory", false },	   { "on-reboot", "on_reboot", false },
		{ "on-panic", "on_panic", false }, { "kernel", "kernel", true },
		{ "initrd", "initrd", true },	   { "append", "cmdline", true },
	};
	struct json_object *in;
	int r = 0;

	if (name)
		r = set(o, "name", json_object_new_string(name), changed);
	for (size_t i = 0; r == 0 && i < ELEMENTS(strings); i++) {
		const char *value = args_value(a, strings[i].option);

		if (!value)
			continue;
		in = strings[i].boot ? sub_object(o, "boot") : o;
		if (!in)
			return EXIT_DEFINITION;
		if (strcmp(strings[i].option, "initrd") == 0 && !*value) {
			json_object_object_del(in, "initrd");
			*changed = true;
			continue;
		}
		r = set(in, strings[i].key, json_object_new_string(value), changed);
	}
	if (r == 0)
		r = apply_stop_timeout(o, a, changed);
	if (r == 0)
		r = apply_console(o, a, changed);
	if (r == 0 && autostart)
		r = set(o, "autostart", json_object_new_boolean(true), changed);
	return r;
}

/* Paths in the document: those of the file from its directory, those of options from here. */
static int absolute_paths(struct json_object *o, const struct args *a, const char *file,
			  bool *changed)
{
	static const char *const keys[] = { "kernel", "initrd" };
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
	for (size_t i = 0; r == 0 && i < ELEMENTS(keys); i++)
		r = make_absolute(o, keys[i], args_has(a, keys[i]) ? NULL : dir, changed);
	return r;
}

int definition_make(struct definition *ret, const struct args *a, const char *name, bool autostart)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	_cleanup_(json_putp)
	struct json_object *o = NULL;
	const char *file = args_value(a, "file");
	bool changed = false;
	int r;

	if (file) {
		r = read_document(file, &d.text);
		if (r != 0)
			return r;
		d.verbatim = true;
		o = parse(d.text);
		if (!o) {
			/* No JSON: it goes as it is, and comes back with the line. */
			*ret = d;
			d = (struct definition){ 0 };
			return 0;
		}
	} else if (!args_has(a, "kernel")) {
		return fail(EXIT_USAGE, "--kernel=FILE is missing, or --file with a definition");
	} else {
		o = json_object_new_object();
		if (!o)
			return fail_memory();
		changed = true;
	}
	r = apply(o, a, name, autostart, &changed);
	if (r == 0)
		r = absolute_paths(o, a, file, &changed);
	if (r != 0)
		return r;
	if (changed) {
		const char *text = json_object_to_json_string_ext(
			o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

		free(d.text);
		d.verbatim = false;
		d.text = text ? strdup(text) : NULL;
		if (!d.text)
			return fail_memory();
	}
	r = look(&d, o);
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

/*
 * The daemon calls the document "definition" and says the line. Where the line is one of a document
 * that we made up, it helps nobody.
 */
static int complain(const struct definition *d, const char *source, const sd_bus_error *error,
		    int r)
{
	static const char daemons_name[] = "definition:";
	const char *text = error->message;
	size_t skip = sizeof(daemons_name) - 1;

	if (!text || strncmp(text, daemons_name, skip) != 0)
		return call_complain(error, r, source);
	text += skip;
	if (d->verbatim)
		return fail(status_of_error(error, r), "%s:%s", source, text);
	skip = strspn(text, "0123456789");
	if (text[skip] == ':')
		text += skip + 1;
	text += strspn(text, " ");
	return fail(status_of_error(error, r), "%s: %s", source, text);
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
	return r < 0 ? fail_reply(r) : call_send(c, call, source, NULL);
}
