/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "request-args.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

static int take_file(struct request *q, const char *key, int fd, int fds[STORE_FILES])
{
	static const char *const keys[] = { [STORE_KERNEL] = "kernel", [STORE_INITRD] = "initrd" };

	for (unsigned int i = 0; i < STORE_FILES; i++) {
		if (strcmp(key, keys[i]) != 0)
			continue;
		if (fds[i] >= 0)
			return error_set(&q->err, MANAGER_InvalidArgument,
					 "files: '%s' was passed twice", key);
		/* The message keeps its own. */
		fds[i] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return fds[i] < 0 ? error_set(&q->err, errno, "files: %s: %m", key) : 0;
	}
	return error_set(&q->err, MANAGER_InvalidArgument,
			 "files: '%.64s' is neither 'kernel' nor 'initrd'", key);
}

int read_files_and_flags(struct request *q, int fds[STORE_FILES], uint64_t known,
			 uint64_t *ret_flags)
{
	const char *key;
	int fd, r;

	r = sd_bus_message_enter_container(q->m, 'a', "{sh}");
	while (r >= 0 && (r = sd_bus_message_read(q->m, "{sh}", &key, &fd)) > 0)
		r = take_file(q, key, fd, fds);
	if (r >= 0)
		r = sd_bus_message_exit_container(q->m);
	if (r >= 0)
		r = sd_bus_message_read(q->m, "t", ret_flags);
	if (r >= 0)
		r = request_check_flags(q, *ret_flags, known);
	for (unsigned int i = 0; r < 0 && i < STORE_FILES; i++)
		closep(&fds[i]);
	return r;
}

int read_name_and_flags(struct request *q, const char **ret_name)
{
	uint64_t flags;
	int r = sd_bus_message_read(q->m, "st", ret_name, &flags);

	return r < 0 ? r : request_check_flags(q, flags, 0);
}

int read_flags(struct request *q)
{
	uint64_t flags;
	int r = sd_bus_message_read(q->m, "t", &flags);

	return r < 0 ? r : request_check_flags(q, flags, 0);
}

int request_job(struct request *q, const char *name, enum job_verb verb, uint64_t timeout_usec)
{
	_cleanup_(freep)
	char *path = NULL;
	const struct job *job;
	int r;

	r = manager_request(q->bus->manager, name, verb, timeout_usec, &job, &q->err);
	if (r >= 0)
		r = path_of_job(job->id, &path);
	return r < 0 ? r : sd_bus_reply_method_return(q->m, "o", path);
}

int remove_guest(struct request *q, const char *name)
{
	int r = manager_remove(q->bus->manager, name, on_done, q, &q->err);

	return r < 0 ? r : REQUEST_LATER;
}

static void finish(struct request *q, int r, const struct error *err)
{
	if (r < 0 && err)
		error_set(&q->err, err->errnum, "%s", err->message);
	request_done(q, r);
}

static void on_dump(void *data, int r, const char *json, const struct error *err)
{
	struct request *q = data;

	if (r >= 0 && q->bus)
		r = sd_bus_reply_method_return(q->m, "s", json);
	finish(q, r, err);
}

int dump_guest(struct request *q, const char *name)
{
	int r = manager_dump(q->bus->manager, name, on_dump, q, &q->err);

	return r < 0 ? r : REQUEST_LATER;
}

void on_done(void *data, const char *name, int r, const struct error *err)
{
	struct request *q = data;

	(void)name;
	if (r >= 0 && q->bus)
		r = sd_bus_reply_method_return(q->m, "");
	finish(q, r, err);
}

void on_guest_made(void *data, const char *name, int r, const struct error *err)
{
	_cleanup_(freep)
	char *path = NULL;
	struct request *q = data;

	if (r >= 0 && q->bus) {
		r = path_of_guest(name, &path);
		if (r >= 0)
			r = sd_bus_reply_method_return(q->m, "o", path);
	}
	finish(q, r, err);
}
