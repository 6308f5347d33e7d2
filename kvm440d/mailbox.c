/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "util/cleanup.h"
#include "util/error.h"

struct mailbox {
	pthread_mutex_t lock;
	struct letter *first, **last;
	int fd;
	sd_event_source *source;
};

static void open_all(struct mailbox *m)
{
	struct letter *l, *next;

	pthread_mutex_lock(&m->lock);
	l = m->first;
	m->first = NULL;
	m->last = &m->first;
	pthread_mutex_unlock(&m->lock);
	for (; l; l = next) {
		next = l->next;
		l->open(l);
	}
}

static int on_mail(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	uint64_t count;

	(void)source;
	(void)events;
	/* Before the list is taken: a letter that comes later rings again. */
	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	open_all(userdata);
	return 0;
}

int mailbox_new(struct mailbox **ret, sd_event *event, struct error **err)
{
	struct mailbox *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return error_set(err, ENOMEM, "out of memory");
	pthread_mutex_init(&m->lock, NULL);
	m->last = &m->first;
	m->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = m->fd < 0 ? -errno : sd_event_add_io(event, &m->source, m->fd, EPOLLIN, on_mail, m);
	if (r < 0) {
		mailbox_free(m);
		return error_set(err, -r, "cannot watch an eventfd: %s", strerror(-r));
	}
	*ret = m;
	return 0;
}

struct mailbox *mailbox_free(struct mailbox *m)
{
	if (!m)
		return NULL;
	while (m->first)
		open_all(m);
	sd_event_source_unref(m->source);
	closep(&m->fd);
	pthread_mutex_destroy(&m->lock);
	free(m);
	return NULL;
}

void mailbox_post(struct mailbox *m, struct letter *letter)
{
	const uint64_t one = 1;

	letter->next = NULL;
	pthread_mutex_lock(&m->lock);
	*m->last = letter;
	m->last = &letter->next;
	/*
	 * EAGAIN means the counter is at its limit: then the loop is awake anyway. Under the lock,
	 * because whoever opens the last letter may free the mailbox.
	 */
	while (write(m->fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	pthread_mutex_unlock(&m->lock);
}
