/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Stands in when there is no memory for the error itself. */
static struct error out_of_memory = { ENOMEM, (char *)"out of memory" };

int(error_set)(struct error **err, int errnum, const char *format, ...)
{
	struct error *e;
	va_list ap;
	int r;

	if (!err || *err)
		return -errnum;
	e = calloc(1, sizeof(*e));
	if (!e) {
		*err = &out_of_memory;
		return -errnum;
	}
	e->errnum = errnum;
	va_start(ap, format);
	r = vasprintf(&e->message, format, ap);
	va_end(ap);
	if (r < 0) {
		free(e);
		e = &out_of_memory;
	}
	*err = e;
	return -errnum;
}

int error_prefix(struct error **err, const char *format, ...)
{
	char *prefix, *message;
	va_list ap;
	int r;

	if (!err || !*err)
		return -EIO;
	if (*err == &out_of_memory)
		return -ENOMEM;
	va_start(ap, format);
	r = vasprintf(&prefix, format, ap);
	va_end(ap);
	if (r < 0)
		return -(*err)->errnum;
	if (asprintf(&message, "%s: %s", prefix, (*err)->message) >= 0) {
		free((*err)->message);
		(*err)->message = message;
	}
	free(prefix);
	return -(*err)->errnum;
}

const char *error_message(const struct error *err)
{
	return err && err->message ? err->message : "unknown error";
}

struct error *error_free(struct error *err)
{
	if (err && err != &out_of_memory) {
		free(err->message);
		free(err);
	}
	return NULL;
}

void error_freep(struct error **err)
{
	*err = error_free(*err);
}
