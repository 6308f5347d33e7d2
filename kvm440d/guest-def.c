/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest-def.h"

#include "engine/engine.h"
#include "guest-schema.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/json-lines.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#define TEXT_MAX     (1u << 20)
#define NAME_MAX_LEN 64

static void objectp(struct json_object **o)
{
	json_object_put(*o);
}

struct guest_def *guest_def_free(struct guest_def *def)
{
	if (!def)
		return NULL;
	free(def->name);
	free(def->board);
	free(def->engine);
	free(def->kernel);
	free(def->initrd);
	free(def->cmdline);
	free(def->json);
	free(def);
	return NULL;
}

void guest_def_freep(struct guest_def **def)
{
	*def = guest_def_free(*def);
}

int guest_name_check(const char *whose, const char *name, struct error **err)
{
	size_t len = strlen(name);
	const char *p;

	if (!len)
		return error_set(err, EINVAL, "%s name must not be empty", whose);
	if (len > NAME_MAX_LEN)
		return error_set(err, EINVAL, "%s name has at most %d characters, not %zu", whose,
				 NAME_MAX_LEN, len);
	if (!isalnum((unsigned char)*name) && strchr("._-", *name))
		return error_set(err, EINVAL,
				 "%s name begins with a letter or a digit, not with '%c'", whose,
				 *name);
	for (p = name; *p; p++) {
		if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= 'a' && *p <= 'z') || strchr("._-", *p))
			continue;
		if (*p > 0x20 && *p < 0x7f)
			return error_set(err, EINVAL,
					 "%s name consists of letters, digits, '.', '_' and '-': "
					 "'%c' is not possible",
					 whose, *p);
		return error_set(err, EINVAL,
				 "%s name consists of letters, digits, '.', '_' and '-': "
				 "the byte 0x%02x is not possible",
				 whose, (unsigned char)*p);
	}
	return 0;
}

/* The value at "a.b", which the schema's check has seen; NULL where an optional key is absent. */
static struct json_object *at(struct json_object *doc, const char *path)
{
	const char *dot = strchr(path, '.');
	struct json_object *o = NULL;
	char key[32];

	if (!dot) {
		json_object_object_get_ex(doc, path, &o);
		return o;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
	return json_object_object_get_ex(doc, key, &o) ? at(o, dot + 1) : NULL;
}

static int take_string(char **ret, struct json_object *doc, const char *path)
{
	struct json_object *o = at(doc, path);

	if (!o)
		return 0;
	*ret = strdup(json_object_get_string(o));
	return *ret ? 0 : -ENOMEM;
}

static enum guest_action take_action(struct json_object *doc, const char *path)
{
	const char *word = json_object_get_string(at(doc, path));

	return word && strcmp(word, "restart") == 0 ? GUEST_ACTION_RESTART : GUEST_ACTION_STOP;
}

static uint64_t take_size(struct json_object *doc, const char *path)
{
	uint64_t size = 0;

	guest_schema_size(json_object_get_string(at(doc, path)), &size);
	return size;
}

/* @doc is complete and checked. */
static int take(struct guest_def *def, struct json_object *doc)
{
	const struct {
		char **to;
		const char *path;
	} strings[] = {
		{ &def->name, "name" },		 { &def->board, "board" },
		{ &def->engine, "engine" },	 { &def->kernel, "boot.kernel" },
		{ &def->initrd, "boot.initrd" }, { &def->cmdline, "boot.cmdline" },
	};
	size_t i;
	int r = 0;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]) && r >= 0; i++)
		r = take_string(strings[i].to, doc, strings[i].path);
	def->memory = take_size(doc, "memory");
	def->on_reboot = take_action(doc, "on_reboot");
	def->on_panic = take_action(doc, "on_panic");
	def->autostart = json_object_get_boolean(at(doc, "autostart"));
	def->console_ring = take_size(doc, "console.ring");
	def->console_log = json_object_get_boolean(at(doc, "console.log"));
	def->stop_timeout = (uint32_t)json_object_get_int(at(doc, "stop_timeout"));
	def->json = strdup(json_object_to_json_string_ext(
		doc, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE));
	return r < 0 || !def->json ? -ENOMEM : 0;
}

static int change(struct json_object *doc, struct json_lines *lines,
		  const struct guest_def_change *c, struct error **err)
{
	const char *dot = strchr(c->key, '.'), *leaf = c->key;
	struct json_object *into = doc, *sub;
	char key[32];

	if (dot) {
		snprintf(key, sizeof(key), "%.*s", (int)(dot - c->key), c->key);
		leaf = dot + 1;
		if (!json_object_object_get_ex(doc, key, &sub)) {
			sub = json_object_new_object();
			json_object_object_add(doc, key, sub);
		}
		/* Of another type: left for the check, which knows the line. */
		if (!json_object_is_type(sub, json_type_object))
			return 0;
		into = sub;
	}
	json_object_object_add(into, leaf, json_object_new_string(c->value));
	return json_lines_override(lines, c->key, c->source, err);
}

static int check_engine(const struct guest_def *def, const struct json_lines *lines,
			struct error **err)
{
	_cleanup_(error_freep)
	struct error *why = NULL;

	if (engine_find(def->engine, NULL, &why))
		return 0;
	return json_lines_error(lines, err, ENODEV, "engine", "%s", error_message(why));
}

static int parse(struct guest_def **ret, const char *text, size_t len, const char *source,
		 const struct guest_def_change *changes, size_t n_changes, bool runnable,
		 struct error **err)
{
	_cleanup_(objectp)
	struct json_object *doc = NULL, *full = NULL;
	_cleanup_(json_lines_freep)
	struct json_lines *lines = NULL;
	_cleanup_(guest_def_freep)
	struct guest_def *def = NULL;
	size_t i;
	int r;

	if (len > TEXT_MAX)
		return error_set(err, E2BIG,
				 "%s: a definition of %zu bytes, at most %u are possible", source,
				 len, TEXT_MAX);
	r = json_lines_parse(&doc, &lines, text, len, source, err);
	for (i = 0; i < n_changes && r >= 0; i++)
		r = change(doc, lines, &changes[i], err);
	if (r >= 0)
		r = guest_schema_check(&full, doc, lines, err);
	if (r < 0)
		return r;
	def = calloc(1, sizeof(*def));
	if (!def || take(def, full) < 0)
		return error_set(err, ENOMEM, "out of memory");
	if (runnable)
		r = check_engine(def, lines, err);
	if (r >= 0)
		*ret = TAKE_PTR(def);
	return r;
}

int guest_def_parse_runnable(struct guest_def **ret, const char *text, size_t len,
			     const char *source, const struct guest_def_change *changes,
			     size_t n_changes, struct error **err)
{
	return parse(ret, text, len, source, changes, n_changes, true, err);
}

int guest_def_parse_changed(struct guest_def **ret, const char *text, size_t len,
			    const char *source, const struct guest_def_change *changes,
			    size_t n_changes, struct error **err)
{
	return parse(ret, text, len, source, changes, n_changes, false, err);
}

int guest_def_parse(struct guest_def **ret, const char *text, size_t len, const char *source,
		    struct error **err)
{
	return parse(ret, text, len, source, NULL, 0, false, err);
}
