/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "table.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

int verb_image_import(struct client *c, struct args *a)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	_cleanup_(closep)
	int fd = -1;
	const char *path = a->names[0], *name = args_value(a, "name"), *slash;
	struct stat st;
	int r;

	if (!name) {
		slash = strrchr(path, '/');
		name = slash ? slash + 1 : path;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(EXIT_DEFINITION, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(EXIT_DEFINITION, "%s: is %s", path,
			    S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
	r = call_manager(c, &call, METHOD_Manager1_ImportImage);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "sht", name, fd, UINT64_C(0));
	if (r < 0)
		return fail(EXIT_DEFINITION, "image '%s': such a name cannot be", name);
	return call_send(c, call, name, NULL);
}

struct image {
	char *name;
	uint64_t bytes, modified;
};

static const struct column image_columns[] = {
	{ "NAME", "name", COLUMN_TEXT, offsetof(struct image, name) },
	{ "SIZE", "bytes", COLUMN_BYTES, offsetof(struct image, bytes) },
	{ "IMPORTED", "modified_usec", COLUMN_TIME, offsetof(struct image, modified) },
	{ 0 },
};

static int read_images(sd_bus_message *m, struct image **list, size_t *n)
{
	struct image *longer, one;
	const char *name;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(stt)");
	while (r >= 0 &&
	       (r = sd_bus_message_read(m, "(stt)", &name, &one.bytes, &one.modified)) > 0) {
		longer = reallocarray(*list, *n + 1, sizeof(**list));
		if (!longer)
			return -ENOMEM;
		*list = longer;
		one.name = strdup(name);
		if (!one.name)
			return -ENOMEM;
		longer[(*n)++] = one;
	}
	return r;
}

int verb_image_list(struct client *c, struct args *a)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	struct image *list = NULL;
	size_t n = 0;
	int r;

	(void)a;
	r = call_manager(c, &call, METHOD_Manager1_ListImages);
	if (r == 0)
		r = call_send(c, call, NULL, &reply);
	if (r != 0)
		return r;
	r = read_images(reply, &list, &n);
	r = r < 0 ? fail_reply(r) : table_print(c, image_columns, list, n, sizeof(*list));
	while (n > 0)
		free(list[--n].name);
	free(list);
	return r;
}

int verb_image_remove(struct client *c, struct args *a)
{
	int r, status = 0;

	for (int i = 0; i < a->n; i++) {
		_cleanup_(sd_bus_message_unrefp)
		sd_bus_message *call = NULL;
		char what[300];

		snprintf(what, sizeof(what), "image '%s'", a->names[i]);
		r = call_manager(c, &call, METHOD_Manager1_RemoveImage);
		if (r == 0 && sd_bus_message_append(call, "st", a->names[i], UINT64_C(0)) < 0)
			r = fail(EXIT_DEFINITION, "%s: such a name cannot be", what);
		if (r == 0)
			r = call_send(c, call, what, NULL);
		if (status == 0)
			status = r;
	}
	return status;
}
