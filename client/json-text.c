/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json-text.h"

#include "client.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

/* Parts of the text: from the key's quote, and the value. */
struct member {
	const char *key;
	const char *begin, *end;
};

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Past the string that begins here. */
static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* Past the value that begins here. */
static const char *skip_value(const char *p)
{
	unsigned int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		else if (depth == 0)
			return p + strcspn(p, ",]} \t\r\n");
		if (*p)
			p++;
	} while (*p && depth > 0);
	return p;
}

/* The member at or after *p, which is within an object; false: there is no more. *p moves on. */
static bool next_member(const char **p, struct member *ret)
{
	const char *q = *p + strspn(*p, ", \t\r\n");

	if (*q != '"')
		return false;
	ret->key = q;
	q = skip_blanks(skip_string(q));
	if (*q != ':')
		return false;
	ret->begin = skip_blanks(q + 1);
	ret->end = *p = skip_value(ret->begin);
	return true;
}

/* The key may be written with escapes. */
static bool has_name(const struct member *m, const char *name, size_t len)
{
	size_t n = (size_t)(skip_string(m->key) - m->key);
	_cleanup_(freep)
	char *quoted = strndup(m->key, n);
	struct json_object *o = quoted ? json_tokener_parse(quoted) : NULL;
	const char *key = json_object_get_string(o);
	bool r = key && strlen(key) == len && memcmp(key, name, len) == 0;

	json_object_put(o);
	return r;
}

/* How many members of that name the object has that begins here, and the last of them. */
static unsigned int find(const char *object, const char *name, size_t len, struct member *ret)
{
	const char *p = object + 1;
	unsigned int n = 0;
	struct member m;

	while (next_member(&p, &m))
		if (has_name(&m, name, len)) {
			*ret = m;
			n++;
		}
	return n;
}

/* Replaces the bytes from begin to end by these, and by the line breaks that were among them. */
static int replace(char **text, const char *begin, const char *end, const char *by)
{
	size_t before = (size_t)(begin - *text), breaks = 0;
	char *changed, *to;

	for (const char *p = begin; p < end; p++)
		breaks += *p == '\n';
	changed = malloc(strlen(*text) + strlen(by) + breaks + 1);
	if (!changed)
		return -ENOMEM;
	to = mempcpy(changed, *text, before);
	to = stpcpy(to, by);
	to = (char *)memset(to, '\n', breaks) + breaks;
	strcpy(to, end);
	free(*text);
	*text = changed;
	return 0;
}

/* Puts a member first in the object that begins there. */
static int insert(char **text, const char *object, size_t len, const char *name, const char *value)
{
	bool empty = *skip_blanks(object + 1) == '}';
	_cleanup_(freep)
	char *member = NULL;

	if (asprintf(&member, "\"%.*s\": %s%s", (int)len, name, value, empty ? "" : ", ") < 0) {
		member = NULL;
		return -ENOMEM;
	}
	return replace(text, object + 1, object + 1, member);
}

/*
 * The object in which the last name of the path is to be looked for, and that name. NULL with
 * *ret_r: -ENOTDIR, -EEXIST; -ENOENT when it is not there.
 */
static const char *object_of(const char *text, const char *path, const char **ret_name, int *ret_r)
{
	const char *object = skip_blanks(text), *dot = strchr(path, '.');
	struct member around;
	unsigned int n;

	*ret_r = 0;
	*ret_name = dot ? dot + 1 : path;
	if (!dot)
		return object;
	n = find(object, path, (size_t)(dot - path), &around);
	*ret_r = n == 0 ? -ENOENT : n > 1 ? -EEXIST : *around.begin != '{' ? -ENOTDIR : 0;
	return *ret_r == 0 ? around.begin : NULL;
}

int json_text_set(char **text, const char *path, const char *value)
{
	_cleanup_(freep)
	char *sub = NULL;
	const char *name, *object;
	struct member m;
	unsigned int n;
	int r;

	object = object_of(*text, path, &name, &r);
	if (r == -ENOENT) {
		if (asprintf(&sub, "{ \"%s\": %s }", name, value) < 0) {
			sub = NULL;
			return -ENOMEM;
		}
		return insert(text, skip_blanks(*text), (size_t)(name - path) - 1, path, sub);
	}
	if (r < 0)
		return r;
	n = find(object, name, strlen(name), &m);
	if (n > 1)
		return -EEXIST;
	return n ? replace(text, m.begin, m.end, value)
		 : insert(text, object, strlen(name), name, value);
}

int json_text_remove(char **text, const char *path)
{
	const char *name, *object, *end, *begin;
	struct member m;
	unsigned int n;
	int r;

	object = object_of(*text, path, &name, &r);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	n = find(object, name, strlen(name), &m);
	if (n != 1)
		return n ? -EEXIST : 0;
	/* With the comma behind it, or for the last one with that before. */
	begin = m.key;
	end = skip_blanks(m.end);
	if (*end == ',') {
		end++;
	} else {
		end = m.end;
		while (begin > object + 1 && strchr(" \t\r\n", begin[-1]))
			begin--;
		begin -= begin[-1] == ',';
	}
	return replace(text, begin, end, "");
}

size_t json_text_line(const char *text, const char *path)
{
	const char *name, *object;
	struct member m;
	size_t line = 1;
	int r;

	object = *skip_blanks(text) == '{' ? object_of(text, path, &name, &r) : NULL;
	if (!object || !find(object, name, strlen(name), &m))
		return 0;
	for (const char *p = text; p < m.begin; p++)
		line += *p == '\n';
	return line;
}
