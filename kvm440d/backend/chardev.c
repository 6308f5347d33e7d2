/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output goes to the ring on whatever thread the device runs on; the log and the readers are served
 * on the loop's thread, each from its own position in the stream. A position is a count of bytes
 * since the beginning, so that "how far behind" is a subtraction.
 *
 * The lock guards the ring, the list of readers and who writes; no system call that can block is
 * made under it. What a reader has sent and been sent is the loop thread's.
 */
#include "backend/chardev.h"

#include "backend/logfile.h"
#include "backend/loop.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define RING_DEFAULT (1u << 20)
#define RING_MIN     (4u << 10)
#define RING_MAX     (64u << 20)
#define CHUNK	     (16u << 10) /* copied out of the ring at a time */
#define TURN	     (4 * CHUNK) /* given to one reader before the next has its turn */
#define PACE_NS	     1000000u	 /* output of a busy guest is gathered this long */

struct reader {
	struct reader *next;
	struct chardev *dev;
	struct loop_source *source;
	int fd;
	uint32_t owner;
	bool is_socket, read_only, shut_ends;
	bool shut;    /* the other side sends nothing any more */
	bool blocked; /* waits for EPOLLOUT */
	uint64_t pos;
	uint64_t limit; /* end of file there; UINT64_MAX: never. Guarded by the lock */
	/* What is to be said to it; guarded by the lock. */
	bool displaced, restored;
	char notice[96];
	size_t notice_len, notice_done;
};

struct chardev {
	struct loop *loop;
	pthread_mutex_t lock;
	pthread_cond_t sink_idle;

	uint8_t *ring;
	size_t size;
	uint64_t head; /* bytes ever printed */
	uint64_t mark; /* position; may have left the ring */

	/* Guarded by log_lock, taken before lock; whether there is one can be seen under lock
	 * alone. */
	pthread_mutex_t log_lock;
	struct logfile *log;
	uint64_t log_pos;

	struct reader *readers; /* in the order in which they came */
	struct reader *writer;
	unsigned int n_readers;

	struct loop_source *flush_event, *flush_timer, *feed_event;
	bool scheduled;
	uint64_t last_flush;

	size_t (*can_take)(void *self);
	void (*input)(void *self, const uint8_t *buf, size_t len);
	void *sink;
	bool in_sink, drop_typed;
	uint8_t typed[4096]; /* from the writer, not yet taken by the device: the loop thread's */
	size_t n_typed;

	void (*idle)(void *self);
	void *self;
};

static void on_flush(void *self);
static void on_flush_timer(void *self);
static void on_feed(void *self);

/* The ring. */

/* Copies [pos, pos + len), which must be in the ring. Locked. */
static void ring_copy(const struct chardev *c, uint64_t pos, uint8_t *buf, size_t len)
{
	size_t at = (size_t)(pos & (c->size - 1));
	size_t first = len < c->size - at ? len : c->size - at;

	memcpy(buf, c->ring + at, first);
	memcpy(buf + first, c->ring, len - first);
}

static uint64_t ring_oldest(const struct chardev *c)
{
	return c->head > c->size ? c->head - c->size : 0;
}

void chardev_output(struct chardev *c, const uint8_t *buf, size_t len)
{
	size_t at, first;
	bool wake;

	pthread_mutex_lock(&c->lock);
	if (len > c->size) {
		c->head += len - c->size;
		buf += len - c->size;
		len = c->size;
	}
	at = (size_t)(c->head & (c->size - 1));
	first = len < c->size - at ? len : c->size - at;
	memcpy(c->ring + at, buf, first);
	memcpy(c->ring, buf + first, len - first);
	c->head += len;
	wake = !c->scheduled && (c->readers || c->log);
	if (wake)
		c->scheduled = true;
	pthread_mutex_unlock(&c->lock);
	if (wake)
		loop_event_set(c->flush_event);
}

void chardev_mark(struct chardev *c)
{
	pthread_mutex_lock(&c->lock);
	c->mark = c->head;
	pthread_mutex_unlock(&c->lock);
}

/* Where a reader begins. Locked. */
static uint64_t first_pos(const struct chardev *c, unsigned int flags)
{
	uint64_t oldest = ring_oldest(c);

	if (!(flags & (CHARDEV_REPLAY | CHARDEV_SNAPSHOT)))
		return c->head;
	return flags & CHARDEV_SINCE_MARK && c->mark > oldest ? c->mark : oldest;
}

/* The log. */

static void log_flush(struct chardev *c)
{
	uint8_t buf[CHUNK];
	uint64_t missed;
	size_t n;

	pthread_mutex_lock(&c->log_lock);
	while (c->log) {
		pthread_mutex_lock(&c->lock);
		missed = c->log_pos < ring_oldest(c) ? ring_oldest(c) - c->log_pos : 0;
		c->log_pos += missed;
		n = c->head - c->log_pos < CHUNK ? (size_t)(c->head - c->log_pos) : CHUNK;
		ring_copy(c, c->log_pos, buf, n);
		pthread_mutex_unlock(&c->lock);
		if (missed)
			logfile_lost(c->log, missed);
		if (!n)
			break;
		logfile_write(c->log, buf, n); /* counts and notes what fails */
		pthread_mutex_lock(&c->lock);
		c->log_pos += n;
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_unlock(&c->log_lock);
}

int chardev_set_log(struct chardev *c, const char *path, struct error **err)
{
	struct logfile *log = NULL, *old;
	int r = path ? logfile_new(&log, path, err) : 0;

	if (r < 0)
		return r;
	log_flush(c);
	pthread_mutex_lock(&c->log_lock);
	pthread_mutex_lock(&c->lock);
	old = c->log;
	if (!old)
		c->log_pos = c->head;
	c->log = log;
	pthread_mutex_unlock(&c->lock);
	pthread_mutex_unlock(&c->log_lock);
	logfile_free(old);
	return 0;
}

/* Readers. */

/* Whether the device's side would take what this one types; the loop's thread. */
static void watch_reader(struct reader *r)
{
	struct chardev *c = r->dev;
	uint32_t events = r->blocked ? EPOLLOUT : 0;

	pthread_mutex_lock(&c->lock);
	if (!r->shut && (c->writer != r || c->n_typed < sizeof(c->typed)))
		events |= EPOLLIN;
	/* Seen even when the device does not take what was typed before. */
	if (r->shut_ends && r->limit == UINT64_MAX)
		events |= EPOLLRDHUP;
	pthread_mutex_unlock(&c->lock);
	if (r->source)
		loop_source_set_events(r->source, events);
}

__attribute__((format(printf, 2, 3))) static void notice(struct reader *r, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(r->notice, sizeof(r->notice), format, ap);
	va_end(ap);
	r->notice_len = (size_t)n < sizeof(r->notice) ? (size_t)n : sizeof(r->notice) - 1;
	r->notice_done = 0;
}

/* The first in line becomes the writer. Locked. */
static void hand_over(struct chardev *c)
{
	struct reader *r;

	c->writer = NULL;
	for (r = c->readers; r; r = r->next) {
		if (!r->read_only && !r->shut && r->limit == UINT64_MAX) {
			c->writer = r;
			r->restored = true;
			loop_event_set(c->flush_event);
			loop_event_set(c->feed_event);
			break;
		}
	}
}

static void reader_detach(struct reader *r)
{
	struct chardev *c = r->dev;
	struct reader **p;
	bool last;

	pthread_mutex_lock(&c->lock);
	for (p = &c->readers; *p != r; p = &(*p)->next)
		;
	*p = r->next;
	c->n_readers--;
	if (c->writer == r)
		hand_over(c);
	last = !c->readers;
	pthread_mutex_unlock(&c->lock);
	loop_source_free(r->source);
	close(r->fd);
	free(r);
	if (last && c->idle)
		c->idle(c->self);
}

/* The count sent, 0 when the other side takes no more, or -errno. */
static ssize_t reader_send(struct reader *r, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = r->is_socket ? send(r->fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT)
				 : write(r->fd, buf, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
	return n;
}

/* Locked. */
static void next_notice(struct reader *r)
{
	uint64_t oldest = ring_oldest(r->dev);

	if (r->displaced) {
		notice(r, "\r\n[kvm440: somebody else took over the input]\r\n");
		r->displaced = false;
	} else if (r->restored) {
		notice(r, "\r\n[kvm440: your input goes to the guest again]\r\n");
		r->restored = false;
	} else if (r->pos < oldest) {
		notice(r, "\r\n[kvm440: %" PRIu64 " bytes of console output are lost here]\r\n",
		       oldest - r->pos);
		r->pos = oldest;
	}
}

/* Next piece of r's view: a notice, or bytes of the ring. 0 when there is none; *ret_end: and
 * never. */
static size_t reader_next(struct reader *r, uint8_t *buf, bool *ret_end)
{
	struct chardev *c = r->dev;
	uint64_t end;
	size_t n = 0;

	*ret_end = false;
	pthread_mutex_lock(&c->lock);
	if (r->notice_done == r->notice_len)
		next_notice(r);
	if (r->notice_done < r->notice_len) {
		n = r->notice_len - r->notice_done;
		memcpy(buf, r->notice + r->notice_done, n);
	} else {
		/* What a reader has seen is in the log. */
		end = c->log ? c->log_pos : c->head;
		if (end > r->limit)
			end = r->limit;
		if (r->pos < end)
			n = end - r->pos < CHUNK ? (size_t)(end - r->pos) : CHUNK;
		ring_copy(c, r->pos, buf, n);
		*ret_end = r->pos >= r->limit;
	}
	pthread_mutex_unlock(&c->lock);
	return n;
}

/* Gives r what it takes, up to TURN bytes. Whether more could be given at once; -EPIPE: detach it.
 */
static int reader_flush(struct reader *r)
{
	uint8_t buf[CHUNK];
	size_t n, given = 0;
	ssize_t sent;
	bool end;

	if (r->blocked)
		return 0;
	while ((n = reader_next(r, buf, &end))) {
		if (given >= TURN)
			return 1;
		sent = reader_send(r, buf, n);
		if (sent < 0)
			return -EPIPE;
		if (r->notice_done < r->notice_len)
			r->notice_done += (size_t)sent;
		else
			r->pos += (uint64_t)sent;
		given += (size_t)sent;
		if ((size_t)sent < n) {
			r->blocked = true;
			watch_reader(r);
			return 0;
		}
	}
	return end ? -EPIPE : 0;
}

static void flush(struct chardev *c)
{
	struct reader *r, *next;
	bool more = false;
	int n;

	pthread_mutex_lock(&c->lock);
	c->scheduled = false;
	r = c->readers;
	pthread_mutex_unlock(&c->lock);
	c->last_flush = loop_now();
	log_flush(c);
	for (; r; r = next) {
		n = reader_flush(r);
		more |= n > 0;
		/* Only this thread removes readers, but others append. */
		pthread_mutex_lock(&c->lock);
		next = r->next;
		pthread_mutex_unlock(&c->lock);
		if (n < 0)
			reader_detach(r);
	}
	if (more)
		loop_event_set(c->flush_event);
}

static void on_flush(void *self)
{
	struct chardev *c = self;
	uint64_t due = c->last_flush + PACE_NS;

	if (loop_now() < due)
		loop_timer_arm(c->flush_timer, due);
	else
		flush(c);
}

static void on_flush_timer(void *self)
{
	flush(self);
}

/* Input. */

/* Gives the device what it takes of what was typed. */
static void feed(struct chardev *c)
{
	size_t (*can_take)(void *self);
	void (*input)(void *self, const uint8_t *buf, size_t len);
	void *sink;
	size_t n;

	for (;;) {
		pthread_mutex_lock(&c->lock);
		can_take = c->can_take;
		input = c->input;
		sink = c->sink;
		if (!can_take || c->drop_typed)
			c->n_typed = 0;
		c->drop_typed = false;
		c->in_sink = c->n_typed > 0;
		pthread_mutex_unlock(&c->lock);
		if (!c->n_typed)
			break;
		n = can_take(sink);
		if (n > c->n_typed)
			n = c->n_typed;
		if (n)
			input(sink, c->typed, n);
		c->n_typed -= n;
		memmove(c->typed, c->typed + n, c->n_typed);
		pthread_mutex_lock(&c->lock);
		c->in_sink = false;
		pthread_cond_broadcast(&c->sink_idle);
		pthread_mutex_unlock(&c->lock);
		if (!n)
			break;
	}
}

static void on_feed(void *self)
{
	struct chardev *c = self;
	struct reader *writer;

	feed(c);
	pthread_mutex_lock(&c->lock);
	writer = c->writer;
	pthread_mutex_unlock(&c->lock);
	if (writer)
		watch_reader(writer);
}

void chardev_ready(struct chardev *c)
{
	loop_event_set(c->feed_event);
}

void chardev_set_sink(struct chardev *c, size_t (*can_take)(void *self),
		      void (*input)(void *self, const uint8_t *buf, size_t len), void *self)
{
	pthread_mutex_lock(&c->lock);
	c->can_take = can_take && input ? can_take : NULL;
	c->input = input;
	c->sink = self;
	c->drop_typed |= !c->can_take;
	while (c->in_sink)
		pthread_cond_wait(&c->sink_idle, &c->lock);
	pthread_mutex_unlock(&c->lock);
	loop_event_set(c->feed_event);
}

/* What r sends: the writer's goes to the device, others' nowhere. Whether r is still there. */
static bool reader_receive(struct reader *r)
{
	struct chardev *c = r->dev;
	uint8_t rest[1024];
	bool writes;
	ssize_t n;

	pthread_mutex_lock(&c->lock);
	writes = c->writer == r;
	pthread_mutex_unlock(&c->lock);
	if (writes && c->n_typed == sizeof(c->typed))
		return true; /* became the writer after all */
	n = writes ? read(r->fd, c->typed + c->n_typed, sizeof(c->typed) - c->n_typed)
		   : read(r->fd, rest, sizeof(rest));
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (writes)
		c->n_typed += (size_t)n;
	if (!n) {
		pthread_mutex_lock(&c->lock);
		r->shut = true;
		if (c->writer == r)
			hand_over(c);
		pthread_mutex_unlock(&c->lock);
	}
	return true;
}

/* Nothing comes from r any more, and that shall end it. */
static void reader_end(struct reader *r)
{
	struct chardev *c = r->dev;

	pthread_mutex_lock(&c->lock);
	if (r->limit > c->head)
		r->limit = c->head;
	pthread_mutex_unlock(&c->lock);
	loop_event_set(c->flush_event);
}

static void on_reader(void *self, int fd, uint32_t events)
{
	struct reader *r = self;
	struct chardev *c = r->dev;
	bool gone = false;

	(void)fd;
	if (events & (EPOLLIN | EPOLLHUP))
		gone = !reader_receive(r);
	feed(c);
	if (events & EPOLLRDHUP)
		reader_end(r);
	if (events & EPOLLOUT) {
		r->blocked = false;
		loop_event_set(c->flush_event);
	}
	/* With the other side closed there is nobody to read on either. */
	if (gone || (events & (EPOLLHUP | EPOLLERR)))
		reader_detach(r);
	else
		watch_reader(r);
}

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

/* Puts r in the list and gives it its place. Locked. */
static int reader_link(struct chardev *c, struct reader *r, unsigned int flags, struct error **err)
{
	struct reader **p;
	int n;

	if (!r->read_only && c->writer && !(flags & CHARDEV_FORCE))
		return error_set(err, EBUSY, "somebody else writes to this console");
	n = loop_add_io(c->loop, r->fd, EPOLLIN, on_reader, r, &r->source, err);
	if (n < 0)
		return n;
	r->pos = first_pos(c, flags);
	r->limit = flags & CHARDEV_SNAPSHOT ? c->head : UINT64_MAX;
	/* A writer goes before those from whom it took the place: they come again in that order. */
	p = &c->readers;
	if (r->read_only)
		while (*p)
			p = &(*p)->next;
	r->next = *p;
	*p = r;
	c->n_readers++;
	if (!r->read_only) {
		if (c->writer)
			c->writer->displaced = true;
		c->writer = r;
	}
	c->scheduled = true;
	return 0;
}

int chardev_attach(struct chardev *c, int fd, unsigned int flags, uint32_t owner,
		   struct error **err)
{
	_cleanup_(closep)
	int owned = fd;
	struct reader *r;
	struct stat st;
	int n;

	if (flags & ~(unsigned int)(CHARDEV_READ_ONLY | CHARDEV_REPLAY | CHARDEV_FORCE |
				    CHARDEV_SNAPSHOT | CHARDEV_SHUT_ENDS | CHARDEV_SINCE_MARK))
		return error_set(err, EINVAL, "unknown console flags 0x%x", flags);
	if (fstat(fd, &st) < 0 || set_nonblocking(fd) < 0)
		return error_set(err, errno, "console client: %s", strerror(errno));
	r = calloc(1, sizeof(*r));
	if (!r)
		return error_set(err, ENOMEM, "out of memory");
	r->dev = c;
	r->fd = fd;
	r->owner = owner;
	r->is_socket = S_ISSOCK(st.st_mode);
	r->read_only = flags & (CHARDEV_READ_ONLY | CHARDEV_SNAPSHOT);
	r->shut_ends = flags & CHARDEV_SHUT_ENDS;
	pthread_mutex_lock(&c->lock);
	n = reader_link(c, r, flags, err);
	pthread_mutex_unlock(&c->lock);
	if (n < 0) {
		free(r);
		return n;
	}
	TAKE_FD(owned);
	loop_event_set(c->flush_event);
	return 0;
}

void chardev_finish(struct chardev *c)
{
	struct reader *r;

	pthread_mutex_lock(&c->lock);
	for (r = c->readers; r; r = r->next)
		if (r->limit > c->head)
			r->limit = c->head;
	pthread_mutex_unlock(&c->lock);
	loop_event_set(c->flush_event);
}

unsigned int chardev_readers(struct chardev *c)
{
	unsigned int n;

	pthread_mutex_lock(&c->lock);
	n = c->n_readers;
	pthread_mutex_unlock(&c->lock);
	return n;
}

unsigned int chardev_readers_of(struct chardev *c, uint32_t owner)
{
	unsigned int n = 0;

	pthread_mutex_lock(&c->lock);
	for (const struct reader *r = c->readers; r; r = r->next)
		n += r->owner == owner;
	pthread_mutex_unlock(&c->lock);
	return n;
}

/* Life. */

static int ring_init(struct chardev *c, size_t size, struct error **err)
{
	if (!size)
		size = RING_DEFAULT;
	if (size < RING_MIN || size > RING_MAX)
		return error_set(err, EINVAL,
				 "a console ring of %zu bytes: 4 KB to 64 MB are possible", size);
	for (c->size = RING_MIN; c->size < size;)
		c->size *= 2;
	c->ring = calloc(1, c->size);
	return c->ring ? 0
		       : error_set(err, ENOMEM, "no memory for a console ring of %zu bytes",
				   c->size);
}

int chardev_new(struct chardev **ret, struct loop *loop, const struct chardev_config *config,
		struct error **err)
{
	struct chardev *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return error_set(err, ENOMEM, "out of memory");
	c->loop = loop;
	c->idle = config->idle;
	c->self = config->self;
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->log_lock, NULL);
	pthread_cond_init(&c->sink_idle, NULL);
	r = ring_init(c, config->ring_size, err);
	if (r >= 0)
		r = loop_add_event(loop, on_flush, c, &c->flush_event, err);
	if (r >= 0)
		r = loop_add_timer(loop, on_flush_timer, c, &c->flush_timer, err);
	if (r >= 0)
		r = loop_add_event(loop, on_feed, c, &c->feed_event, err);
	if (r >= 0 && config->log_path)
		r = chardev_set_log(c, config->log_path, err);
	if (r < 0)
		c = chardev_free(c);
	else
		*ret = c;
	return r;
}

struct chardev *chardev_free(struct chardev *c)
{
	struct reader *r;

	if (!c)
		return NULL;
	c->flush_event = loop_source_free(c->flush_event);
	c->flush_timer = loop_source_free(c->flush_timer);
	c->feed_event = loop_source_free(c->feed_event);
	if (c->ring)
		log_flush(c);
	while ((r = c->readers)) {
		c->readers = r->next;
		r->source = loop_source_free(r->source);
		while (reader_flush(r) > 0)
			;
		close(r->fd);
		free(r);
	}
	logfile_free(c->log);
	free(c->ring);
	pthread_cond_destroy(&c->sink_idle);
	pthread_mutex_destroy(&c->log_lock);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return NULL;
}
