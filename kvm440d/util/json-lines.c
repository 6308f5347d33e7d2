/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json-c decides what is JSON; the scan after it only walks the same text for its keys. It is
 * written so that a text which json-c takes and it does not is an error, not a walk into the woods.
 */
#include "util/json-lines.h"

#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <json-c/json.h>

struct entry {
	char *path;
	unsigned int line;
	const char *source; /* instead of a line */
};

struct json_lines {
	char *source;
	struct entry *entries;
	size_t n, room;
};

struct scan {
	struct json_lines *lines;
	const char *p, *end;
	unsigned int line;
	struct error **err;
};

struct json_lines *json_lines_free(struct json_lines *lines)
{
	if (!lines)
		return NULL;
	while (lines->n)
		free(lines->entries[--lines->n].path);
	free(lines->entries);
	free(lines->source);
	free(lines);
	return NULL;
}

void json_lines_freep(struct json_lines **lines)
{
	*lines = json_lines_free(*lines);
}

static struct entry *find(const struct json_lines *lines, const char *path)
{
	size_t i;

	for (i = 0; i < lines->n; i++)
		if (strcmp(lines->entries[i].path, path) == 0)
			return &lines->entries[i];
	return NULL;
}

int json_lines_error(const struct json_lines *lines, struct error **err, int errnum,
		     const char *path, const char *format, ...)
{
	_cleanup_(freep)
	char *text = NULL, *above = strdup(path);
	const struct entry *e = NULL;
	const char *colon = *path ? ": " : "";
	va_list ap;
	char *dot;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text || !above)
		return error_set(err, ENOMEM, "out of memory");
	/* A key that is missing is reported where the object stands in which it is missing. */
	while (!(e = find(lines, above)) && *above) {
		dot = strrchr(above, '.');
		*(dot ? dot : above) = '\0';
	}
	if (e && e->source)
		return error_set(err, errnum, "%s: %s%s%s", e->source, path, colon, text);
	return error_set(err, errnum, "%s:%u: %s%s%s", lines->source, e ? e->line : 1, path, colon,
			 text);
}

static int syntax(struct scan *s, const char *what)
{
	return error_set(s->err, EINVAL, "%s:%u: not JSON: %s", s->lines->source, s->line, what);
}

/* Takes over path. */
static int add(struct json_lines *lines, char *path, unsigned int line, const char *source,
	       struct error **err)
{
	_cleanup_(freep)
	char *owned = path;
	struct entry *more;
	size_t room;

	if (!path)
		return error_set(err, ENOMEM, "out of memory");
	if (lines->n >= JSON_KEYS_MAX)
		return error_set(err, E2BIG, "%s:%u: more than %d keys", lines->source, line,
				 JSON_KEYS_MAX);
	if (lines->n == lines->room) {
		room = lines->room ? 2 * lines->room : 32;
		more = reallocarray(lines->entries, room, sizeof(*more));
		if (!more)
			return error_set(err, ENOMEM, "out of memory");
		lines->entries = more;
		lines->room = room;
	}
	lines->entries[lines->n++] = (struct entry){ TAKE_PTR(owned), line, source };
	return 0;
}

int json_lines_override(struct json_lines *lines, const char *path, const char *source,
			struct error **err)
{
	struct entry *e = find(lines, path);

	if (!e)
		return add(lines, strdup(path), 0, source, err);
	e->source = source;
	return 0;
}

static char blank(struct scan *s)
{
	for (; s->p < s->end; s->p++) {
		if (*s->p == '\n')
			s->line++;
		else if (*s->p != ' ' && *s->p != '\t' && *s->p != '\r')
			return *s->p;
	}
	return '\0';
}

/* Skips the string at p, the value at @path or a key in it. */
static int string(struct scan *s, const char *path)
{
	const char *p = s->p;

	if (p >= s->end || *p != '"')
		return syntax(s, "a string was expected");
	for (p++; p < s->end && *p != '"'; p++) {
		if (*p == '\n')
			return syntax(s, "a string goes over the end of the line");
		if (*p != '\\')
			continue;
		if (s->end - p >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return error_set(s->err, EINVAL,
					 "%s:%u: %s%sa string with a zero byte in it",
					 s->lines->source, s->line, path, *path ? ": " : "");
		p++;
	}
	if (p >= s->end)
		return syntax(s, "a string does not end");
	s->p = p + 1;
	return 0;
}

/* The string at p, a key of the object at @path, with its escapes resolved by json-c; NULL and an
 * error. */
static char *key(struct scan *s, const char *path)
{
	struct json_tokener *tok;
	struct json_object *o = NULL;
	const char *begin = s->p;
	char *text = NULL;

	if (string(s, path) < 0)
		return NULL;
	tok = json_tokener_new();
	if (tok)
		o = json_tokener_parse_ex(tok, begin, (int)(s->p - begin));
	if (json_object_is_type(o, json_type_string))
		text = strdup(json_object_get_string(o));
	json_object_put(o);
	if (tok)
		json_tokener_free(tok);
	if (!text)
		syntax(s, "bad key");
	return text;
}

static int value(struct scan *s, const char *path, int depth);

static int member(struct scan *s, const char *path, int depth)
{
	_cleanup_(freep)
	char *name = NULL, *full = NULL;
	const struct entry *twin;
	int r;

	blank(s);
	name = key(s, path);
	if (!name)
		return -EINVAL;
	if (asprintf(&full, "%s%s%s", path, *path ? "." : "", name) < 0) {
		full = NULL;
		return error_set(s->err, ENOMEM, "out of memory");
	}
	if (blank(s) != ':')
		return syntax(s, "':' was expected");
	s->p++;
	blank(s);
	twin = find(s->lines, full);
	if (twin)
		return error_set(s->err, EINVAL, "%s:%u: %s: given twice, first in line %u",
				 s->lines->source, s->line, full, twin->line);
	r = add(s->lines, strdup(full), s->line, NULL, s->err);
	return r < 0 ? r : value(s, full, depth);
}

static int element(struct scan *s, const char *path, int depth, unsigned int index)
{
	_cleanup_(freep)
	char *full = NULL;

	if (asprintf(&full, "%s[%u]", path, index) < 0) {
		full = NULL;
		return error_set(s->err, ENOMEM, "out of memory");
	}
	return value(s, full, depth);
}

/* The members of an object or array, up to and with its end. */
static int members(struct scan *s, const char *path, int depth, char close)
{
	unsigned int index = 0;
	int r;

	s->p++;
	if (blank(s) == close) {
		s->p++;
		return 0;
	}
	for (;;) {
		r = close == '}' ? member(s, path, depth) : element(s, path, depth, index++);
		if (r < 0)
			return r;
		if (blank(s) != ',')
			break;
		s->p++;
	}
	if (blank(s) != close)
		return syntax(s, "',' or an end was expected");
	s->p++;
	return 0;
}

static int value(struct scan *s, const char *path, int depth)
{
	const char *begin;
	char c = blank(s);

	if (depth > JSON_DEPTH_MAX)
		return syntax(s, "nested too deeply");
	if (c == '{' || c == '[')
		return members(s, path, depth + 1, c == '{' ? '}' : ']');
	if (c == '"')
		return string(s, path);
	for (begin = s->p; s->p < s->end && !strchr(",]} \t\r\n", *s->p); s->p++)
		if (strchr("{[\"':/", *s->p))
			return syntax(s, "unexpected character");
	return s->p > begin ? 0 : syntax(s, "a value is missing");
}

static unsigned int line_at(const char *text, size_t offset)
{
	unsigned int line = 1;

	while (offset-- > 0)
		line += *text++ == '\n';
	return line;
}

static int parse(struct json_object **ret, const char *text, size_t len, const char *source,
		 struct error **err)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	enum json_tokener_error why;
	struct json_object *o;
	size_t at;

	if (!tok)
		return error_set(err, ENOMEM, "out of memory");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, text, (int)len);
	why = json_tokener_get_error(tok);
	at = json_tokener_get_parse_end(tok);
	json_tokener_free(tok);
	if (why == json_tokener_success) {
		*ret = o;
		return 0;
	}
	json_object_put(o);
	if (at > len)
		at = len;
	if (why == json_tokener_continue)
		return error_set(err, EINVAL, "%s:%u: not JSON: it ends too early", source,
				 line_at(text, len));
	return error_set(err, EINVAL, "%s:%u: not JSON: %s", source, line_at(text, at),
			 json_tokener_error_desc(why));
}

int json_lines_parse(struct json_object **ret, struct json_lines **ret_lines, const char *text,
		     size_t len, const char *source, struct error **err)
{
	_cleanup_(json_lines_freep)
	struct json_lines *lines = calloc(1, sizeof(*lines));
	struct scan s = { lines, text, text + len, 1, err };
	struct json_object *o = NULL;
	const char *zero;
	int r;

	if (!lines || !(lines->source = strdup(source)))
		return error_set(err, ENOMEM, "out of memory");
	zero = memchr(text, '\0', len);
	if (zero)
		return error_set(err, EINVAL, "%s:%u: a zero byte", source,
				 line_at(text, (size_t)(zero - text)));
	/* json-c takes white space after the end for more data. */
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (!len)
		return error_set(err, EINVAL, "%s:1: the document is empty", source);
	if (blank(&s) != '{')
		return error_set(err, EINVAL, "%s:%u: not a JSON object", source, s.line);
	r = parse(&o, text, len, source, err);
	if (r < 0)
		return r;
	r = add(lines, strdup(""), s.line, NULL, err);
	if (r >= 0)
		r = value(&s, "", 0);
	if (r >= 0 && blank(&s))
		r = syntax(&s, "something stands after the end");
	if (r < 0) {
		json_object_put(o);
		return r;
	}
	*ret = o;
	*ret_lines = TAKE_PTR(lines);
	return 0;
}
