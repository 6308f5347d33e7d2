/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the keys of a definition as mdoc, from config/guest.schema.json: the middle of
 * kvm440-guest(5). The schema is ours; still, what is not as expected ends this with a message.
 */
#include "docs/roff.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static const char *get_string(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return v ? json_object_get_string(v) : NULL;
}

/* A key whose value, as JSON has it, is worth a sentence. */
static void print_fact(struct json_object *o, const char *key, const char *before)
{
	struct json_object *v = get(o, key);

	if (!v || json_object_is_type(v, json_type_object))
		return;
	printf("%s ", before);
	roff_print(json_object_is_type(v, json_type_string) && !*json_object_get_string(v)
			   ? "empty"
			   : json_object_get_string(v));
	puts(".");
}

static int is_required(struct json_object *parent, const char *name)
{
	struct json_object *list = get(parent, "required");

	for (size_t i = 0; list && i < json_object_array_length(list); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), name) == 0)
			return 1;
	return 0;
}

static void print_enum(struct json_object *o)
{
	struct json_object *list = get(o, "enum");
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		printf("%s\n.Qq ", i == 0 ? "One of" : "");
		roff_print(json_object_get_string(json_object_array_get_idx(list, i)));
		fputs(i + 1 < n ? " ," : " .\n", stdout);
	}
}

static void print_keys(struct json_object *parent, const char *prefix)
{
	struct json_object *properties = get(parent, "properties");
	char path[128];

	if (!properties)
		return;
	json_object_object_foreach (properties, name, o) {
		const char *type = get_string(o, "type"),
			   *description = get_string(o, "description");

		if (!type || !description) {
			fprintf(stderr, "%s%s: no type or no description\n", prefix, name);
			exit(1);
		}
		printf(".It Cm %s%s Pq %s%s\n", prefix, name, type,
		       is_required(parent, name) ? ", required" : "");
		roff_print(description);
		puts(".");
		print_enum(o);
		print_fact(o, "minimumSize", "At least");
		print_fact(o, "minimum", "At least");
		print_fact(o, "maximumSize", "At most");
		print_fact(o, "maximum", "At most");
		print_fact(o, "multipleOfSize", "A multiple of");
		print_fact(o, "maxLength", "Characters, at most:");
		print_fact(o, "default", "Default:");
		snprintf(path, sizeof(path), "%s%s.", prefix, name);
		print_keys(o, path);
	}
}

int main(int argc, char **argv)
{
	struct json_object *schema = argc == 2 ? json_object_from_file(argv[1]) : NULL;

	if (!schema) {
		fprintf(stderr, "%s\n",
			argc == 2 ? json_util_get_last_err() : "usage: schema-doc FILE");
		return 1;
	}
	puts(".Bl -tag -width indent");
	print_keys(schema, "");
	puts(".El");
	json_object_put(schema);
	return fflush(stdout) != 0 || ferror(stdout);
}
