/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest-schema.h"

#include "guest-def.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/json-lines.h"
#include "util/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <json-c/json.h>

const char guest_schema_text[] =
#include "guest-schema.inc"
	;

/* What is being checked: a value, the schema for it, and where it stands. */
struct check {
	const struct json_lines *lines;
	struct error **err;
	const char *path;
	struct json_object *schema;
	struct json_object *value;
};

#define complain(c, ...) json_lines_error((c)->lines, (c)->err, EINVAL, (c)->path, __VA_ARGS__)

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *found = NULL;

	json_object_object_get_ex(o, key, &found);
	return found;
}

static const char *get_text(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return v ? json_object_get_string(v) : NULL;
}

int guest_schema_size(const char *text, uint64_t *ret)
{
	static const char units[] = "KMGTP";
	const char *p = text, *unit;
	uint64_t n = 0;

	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++) {
		if (__builtin_mul_overflow(n, 10u, &n) ||
		    __builtin_add_overflow(n, (unsigned int)(*p - '0'), &n))
			return -ERANGE;
	}
	if (*p) {
		unit = strchr(units, *p);
		if (!unit || p[1])
			return -EINVAL;
		if (n > UINT64_MAX >> (10 * (unit - units + 1)))
			return -ERANGE;
		n <<= 10 * (unit - units + 1);
	}
	*ret = n;
	return 0;
}

static int check_size(const struct check *c)
{
	const char *text = json_object_get_string(c->value);
	const char *min = get_text(c->schema, "minimumSize");
	const char *max = get_text(c->schema, "maximumSize");
	const char *step = get_text(c->schema, "multipleOfSize");
	uint64_t size = 0, bound;
	int r;

	r = guest_schema_size(text, &size);
	if (r == -EINVAL)
		return complain(
			c,
			"'%.40s' is not a size: a number of bytes, or a number with K, M or G "
			"behind it, such as 256M",
			text);
	if (r == -ERANGE)
		size = UINT64_MAX;
	if (min && guest_schema_size(min, &bound) == 0 && size < bound)
		return complain(c, "%s is too little, at least %s", text, min);
	if (max && guest_schema_size(max, &bound) == 0 && size > bound)
		return complain(c, "%.40s is too much, at most %s", text, max);
	if (step && guest_schema_size(step, &bound) == 0 && size % bound)
		return complain(c, "%s is not a multiple of %s", text, step);
	return 0;
}

static int check_name(const struct check *c)
{
	_cleanup_(error_freep)
	struct error *why = NULL;

	if (guest_name_check("a guest's", json_object_get_string(c->value), &why) < 0)
		return complain(c, "%s", error_message(why));
	return 0;
}

/* Text of one line. */
static int check_line(const struct check *c)
{
	const char *p;

	for (p = json_object_get_string(c->value); *p; p++)
		if (iscntrl((unsigned char)*p))
			return complain(c, "contains a control character (0x%02x)",
					(unsigned char)*p);
	return 0;
}

static const struct {
	const char *name;
	int (*check)(const struct check *c);
} formats[] = {
	{ "size", check_size },
	{ "guest-name", check_name },
	{ "line", check_line },
};

/* An escape can write what is no text: a NUL, half of a surrogate pair. */
static int check_text(const struct check *c)
{
	const char *text = json_object_get_string(c->value);
	size_t len = (size_t)json_object_get_string_len(c->value), n;

	for (; len; text += n, len -= n) {
		n = text_character(text, len);
		if (!n)
			return complain(c, "contains an escape that stands for no character");
	}
	return 0;
}

static int check_string(const struct check *c)
{
	const char *format = get_text(c->schema, "format");
	struct json_object *bound;
	int64_t len = json_object_get_string_len(c->value);
	size_t i;

	if (check_text(c) < 0)
		return -EINVAL;
	bound = get(c->schema, "minLength");
	if (bound && len < json_object_get_int64(bound))
		return complain(c, "must not be empty");
	bound = get(c->schema, "maxLength");
	if (bound && len > json_object_get_int64(bound))
		return complain(c, "%" PRId64 " characters are too many, at most %" PRId64, len,
				json_object_get_int64(bound));
	for (i = 0; format && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, format) == 0)
			return formats[i].check(c);
	return 0;
}

static int check_integer(const struct check *c)
{
	struct json_object *min = get(c->schema, "minimum"), *max = get(c->schema, "maximum");
	int64_t n = json_object_get_int64(c->value); /* saturates */

	if (min && n < json_object_get_int64(min))
		return complain(c, "%" PRId64 " is too little, at least %" PRId64, n,
				json_object_get_int64(min));
	if (max && n > json_object_get_int64(max))
		return complain(c, "%" PRId64 " is too much, at most %" PRId64, n,
				json_object_get_int64(max));
	return 0;
}

static int check_enum(const struct check *c)
{
	struct json_object *list = get(c->schema, "enum");
	char known[200] = "";
	size_t i, n = list ? json_object_array_length(list) : 0, len;

	for (i = 0; i < n; i++) {
		if (json_object_equal(json_object_array_get_idx(list, i), c->value))
			return 0;
		len = strlen(known);
		snprintf(known + len, sizeof(known) - len, "%s%s", i ? " or " : "",
			 json_object_to_json_string(json_object_array_get_idx(list, i)));
	}
	if (!n)
		return 0;
	return complain(c, "must be %s, not %.80s", known, json_object_to_json_string(c->value));
}

static const struct {
	const char *name, *article;
	enum json_type type;
} types[] = {
	{ "string", "a string", json_type_string },
	{ "integer", "an integer", json_type_int },
	{ "boolean", "true or false", json_type_boolean },
	{ "object", "an object", json_type_object },
	{ "array", "an array", json_type_array },
	{ "number", "a fraction", json_type_double },
	{ "null", "null", json_type_null },
};

static const char *type_article(enum json_type type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return types[i].article;
	return "nothing";
}

static int check_type(const struct check *c)
{
	const char *want = get_text(c->schema, "type");
	enum json_type have = json_object_get_type(c->value);
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, want) == 0 && types[i].type != have)
			return complain(c, "must be %s, not %s", types[i].article,
					have == json_type_boolean ? "a truth value"
								  : type_article(have));
	return 0;
}

static char *join(const char *path, const char *key)
{
	char *full;

	return asprintf(&full, "%s%s%s", path, *path ? "." : "", key) < 0 ? NULL : full;
}

static int check_unknown(const struct check *c, struct json_object *properties)
{
	char known[400] = "";
	size_t len;

	json_object_object_foreach (c->value, key, value) {
		_cleanup_(freep)
		char *path = NULL;

		(void)value;
		if (get(properties, key))
			continue;
		json_object_object_foreach (properties, name, sub) {
			(void)sub;
			len = strlen(known);
			snprintf(known + len, sizeof(known) - len, "%s%s", len ? ", " : "", name);
		}
		path = join(c->path, key);
		return json_lines_error(c->lines, c->err, EINVAL, path ? path : "",
					"unknown key (known here: %s)", known);
	}
	return 0;
}

static int check_required(const struct check *c)
{
	struct json_object *list = get(c->schema, "required");
	size_t i, n = list ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		const char *key = json_object_get_string(json_object_array_get_idx(list, i));
		_cleanup_(freep)
		char *path = NULL;

		if (json_object_object_get_ex(c->value, key, NULL))
			continue;
		path = join(c->path, key);
		return json_lines_error(c->lines, c->err, EINVAL, path ? path : "",
					"this key is missing");
	}
	return 0;
}

static int check_value(struct json_object **ret, const struct check *c);

static int check_object(struct json_object **ret, const struct check *c)
{
	struct json_object *properties = get(c->schema, "properties"), *out, *checked;
	struct check sub = *c;
	int r;

	r = check_unknown(c, properties);
	if (r >= 0)
		r = check_required(c);
	if (r < 0)
		return r;
	out = json_object_new_object();
	json_object_object_foreach (properties, key, schema) {
		_cleanup_(freep)
		char *path = join(c->path, key);

		sub.path = path ? path : "";
		sub.schema = schema;
		if (!json_object_object_get_ex(c->value, key, &sub.value)) {
			sub.value = get(schema, "default");
			if (!sub.value)
				continue;
		}
		checked = NULL;
		r = check_value(&checked, &sub);
		if (r < 0) {
			json_object_put(out);
			return r;
		}
		json_object_object_add(out, key, checked);
	}
	*ret = out;
	return 0;
}

static int check_value(struct json_object **ret, const struct check *c)
{
	int r = check_type(c);

	if (r >= 0)
		r = check_enum(c);
	if (r < 0)
		return r;
	switch (json_object_get_type(c->value)) {
	case json_type_object: return check_object(ret, c);
	case json_type_string: r = check_string(c); break;
	case json_type_int: r = check_integer(c); break;
	default: break;
	}
	if (r >= 0)
		*ret = json_object_get(c->value);
	return r;
}

int guest_schema_check(struct json_object **ret, struct json_object *doc,
		       const struct json_lines *lines, struct error **err)
{
	struct check c = { .lines = lines, .err = err, .path = "", .value = doc };
	int r;

	c.schema = json_tokener_parse(guest_schema_text);
	if (!c.schema)
		return error_set(err, EINVAL, "the built-in schema of guest definitions is broken");
	r = check_value(ret, &c);
	json_object_put(c.schema);
	return r;
}
