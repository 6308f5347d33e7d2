/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "backend/chardev.h"
#include "backend/loop.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#define PATIENCE_MS 10000 /* how long a test waits for what must come */

static struct loop *loop;
static struct chardev *dev;
static pthread_t thread;

static void *run_loop(void *arg)
{
	(void)arg;
	loop_run(loop);
	return NULL;
}

static void start(size_t ring, const char *log)
{
	struct chardev_config config = { .ring_size = ring, .log_path = log };

	REQUIRE_EQ(loop_new(&loop, NULL), 0);
	REQUIRE_EQ(chardev_new(&dev, loop, &config, NULL), 0);
	REQUIRE_EQ(pthread_create(&thread, NULL, run_loop, NULL), 0);
}

static void stop(void)
{
	loop_quit(loop);
	pthread_join(thread, NULL);
	dev = chardev_free(dev);
	loop = loop_free(loop);
}

static void print(const char *text)
{
	chardev_output(dev, (const uint8_t *)text, strlen(text));
}

/* Our end of a new reader. */
static int attach(unsigned int flags)
{
	int fds[2];

	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	REQUIRE_EQ(chardev_attach(dev, fds[0], flags, 0, NULL), 0);
	return fds[1];
}

/* Reads until text was seen at the end; whether it was. */
static bool expect(int fd, char *buf, size_t size, const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0, want = strlen(text);
	ssize_t n;

	while (len < size - 1) {
		buf[len] = '\0';
		if (len >= want && strcmp(buf + len - want, text) == 0)
			return true;
		if (poll(&p, 1, PATIENCE_MS) <= 0)
			return false;
		n = read(fd, buf + len, 1);
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return false;
}

static bool at_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	return poll(&p, 1, PATIENCE_MS) > 0 && read(fd, &byte, 1) == 0;
}

/* What a snapshot has, up to its end of file. */
static size_t snapshot(char *buf, size_t size)
{
	int fd = attach(CHARDEV_SNAPSHOT);
	ssize_t n = recv(fd, buf, size, MSG_WAITALL);

	CHECK(at_end(fd));
	close(fd);
	return n < 0 ? 0 : (size_t)n;
}

static void ring_keeps_the_newest_bytes(void)
{
	char buf[5000];
	int i;

	start(4096, NULL);
	print("first");
	CHECK_EQ(snapshot(buf, sizeof(buf)), 5);
	CHECK_MEM(buf, "first", 5);
	for (i = 0; i < 1000; i++)
		print("0123456");
	print("end");
	CHECK_EQ(snapshot(buf, sizeof(buf)), 4096);
	CHECK_MEM(buf + 4096 - 10, "0123456end", 10);
	/* More at once than it holds. */
	memset(buf, 'x', sizeof(buf));
	buf[4999] = 'y';
	chardev_output(dev, (const uint8_t *)buf, sizeof(buf));
	CHECK_EQ(snapshot(buf, sizeof(buf)), 4096);
	CHECK_EQ(buf[4095], 'y');
	CHECK_EQ(buf[0], 'x');
	stop();
}

static void sizes_are_checked(void)
{
	struct chardev_config config = { .ring_size = 100 };
	struct error *err = NULL;

	REQUIRE_EQ(loop_new(&loop, NULL), 0);
	dev = NULL;
	CHECK_EQ(chardev_new(&dev, loop, &config, &err), -EINVAL);
	CHECK_HAS(error_message(err), "100 bytes");
	error_freep(&err);
	config.ring_size = (size_t)1 << 30;
	CHECK_EQ(chardev_new(&dev, loop, &config, NULL), -EINVAL);
	CHECK(dev == NULL);
	loop = loop_free(loop);
}

static void readers_get_what_they_asked_for(void)
{
	char buf[200];
	int replay, fresh, snap;

	start(0, NULL);
	print("early ");
	replay = attach(CHARDEV_REPLAY);
	fresh = attach(CHARDEV_READ_ONLY);
	snap = attach(CHARDEV_SNAPSHOT);
	print("late.");
	CHECK(expect(replay, buf, sizeof(buf), "."));
	CHECK_STR(buf, "early late.");
	CHECK(expect(fresh, buf, sizeof(buf), "."));
	CHECK_STR(buf, "late.");
	CHECK(expect(snap, buf, sizeof(buf), "early "));
	CHECK(at_end(snap));
	CHECK_EQ(chardev_readers(dev), 2);
	chardev_finish(dev);
	CHECK(at_end(replay));
	CHECK(at_end(fresh));
	stop();
	close(replay);
	close(fresh);
	close(snap);
}

static void replay_since_the_mark(void)
{
	char buf[5000];
	int fd;

	start(4096, NULL);
	print("before ");
	fd = attach(CHARDEV_READ_ONLY | CHARDEV_REPLAY | CHARDEV_SINCE_MARK);
	CHECK(expect(fd, buf, sizeof(buf), "before "));
	chardev_mark(dev);
	close(fd);
	print("after.");
	fd = attach(CHARDEV_READ_ONLY | CHARDEV_REPLAY | CHARDEV_SINCE_MARK);
	CHECK(expect(fd, buf, sizeof(buf), "."));
	CHECK_STR(buf, "after.");
	close(fd);
	fd = attach(CHARDEV_SNAPSHOT | CHARDEV_SINCE_MARK);
	CHECK(expect(fd, buf, sizeof(buf), "."));
	CHECK_STR(buf, "after.");
	CHECK(at_end(fd));
	close(fd);
	CHECK_EQ(snapshot(buf, sizeof(buf)), 13);
	/* Without REPLAY it means nothing. */
	fd = attach(CHARDEV_READ_ONLY | CHARDEV_SINCE_MARK);
	print("!");
	CHECK(expect(fd, buf, sizeof(buf), "!"));
	CHECK_STR(buf, "!");
	close(fd);
	/* The mark has left the ring. */
	memset(buf, 'x', sizeof(buf));
	chardev_output(dev, (const uint8_t *)buf, sizeof(buf));
	print("z");
	fd = attach(CHARDEV_SNAPSHOT | CHARDEV_SINCE_MARK);
	CHECK_EQ(recv(fd, buf, sizeof(buf), MSG_WAITALL), 4096);
	CHECK(buf[0] == 'x' && buf[4095] == 'z');
	close(fd);
	stop();
}

static void bad_attachments_are_refused_and_closed(void)
{
	struct error *err = NULL;
	int fds[2], writer;
	char byte;

	start(0, NULL);
	writer = attach(0);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	CHECK_EQ(chardev_attach(dev, fds[0], 0, 0, &err), -EBUSY);
	CHECK_HAS(error_message(err), "writes to this console");
	error_freep(&err);
	CHECK_EQ(read(fds[1], &byte, 1), 0);
	close(fds[1]);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	CHECK_EQ(chardev_attach(dev, fds[0], 0x40, 0, NULL), -EINVAL);
	CHECK_EQ(read(fds[1], &byte, 1), 0);
	close(fds[1]);
	CHECK(chardev_attach(dev, -1, CHARDEV_READ_ONLY, 0, NULL) < 0);
	CHECK_EQ(chardev_readers(dev), 1);
	CHECK_EQ(chardev_readers_of(dev, 0), 1);
	CHECK_EQ(chardev_readers_of(dev, 7), 0);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	CHECK_EQ(chardev_attach(dev, fds[0], CHARDEV_READ_ONLY, 7, NULL), 0);
	CHECK_EQ(chardev_readers_of(dev, 0), 1);
	CHECK_EQ(chardev_readers_of(dev, 7), 1);
	close(fds[1]);
	stop();
	close(writer);
}

/* A device that takes input in portions and notes it. */
struct device {
	pthread_mutex_t lock;
	size_t room, n;
	char got[10000];
};

static size_t can_take(void *self)
{
	struct device *d = self;
	size_t room;

	pthread_mutex_lock(&d->lock);
	room = d->room;
	pthread_mutex_unlock(&d->lock);
	return room;
}

/* Echoes, so that the test sees when something arrived. */
static void input(void *self, const uint8_t *buf, size_t len)
{
	struct device *d = self;

	pthread_mutex_lock(&d->lock);
	memcpy(d->got + d->n, buf, len);
	d->n += len;
	d->room -= len;
	pthread_mutex_unlock(&d->lock);
	chardev_output(dev, buf, len);
}

static void make_room(struct device *d, size_t room)
{
	pthread_mutex_lock(&d->lock);
	d->room = room;
	pthread_mutex_unlock(&d->lock);
	chardev_ready(dev);
}

static void input_waits_for_room(void)
{
	struct device d = { .lock = PTHREAD_MUTEX_INITIALIZER };
	static char text[9001], buf[9100];
	int fd, i;

	start(0, NULL);
	chardev_set_sink(dev, can_take, input, &d);
	fd = attach(0);
	for (i = 0; i < 9000; i++)
		text[i] = (char)('a' + i % 26);
	text[8999] = '.';
	CHECK_EQ(write(fd, text, 9000), 9000);
	make_room(&d, 5);
	CHECK(expect(fd, buf, sizeof(buf), "abcde"));
	CHECK_EQ(d.n, 5);
	make_room(&d, 9000);
	CHECK(expect(fd, buf, sizeof(buf), "."));
	CHECK_EQ(d.n, 9000);
	CHECK_MEM(d.got, text, 9000);
	chardev_set_sink(dev, NULL, NULL, NULL);
	/* Nobody takes it: dropped, and nobody is held up. */
	CHECK_EQ(write(fd, text, 9000), 9000);
	print("alive!");
	CHECK(expect(fd, buf, sizeof(buf), "alive!"));
	stop();
	close(fd);
}

static void typed_and_closed_at_once_still_arrives(void)
{
	struct device d = { .lock = PTHREAD_MUTEX_INITIALIZER, .room = 100 };
	char buf[100];
	int watcher, fd;

	start(0, NULL);
	chardev_set_sink(dev, can_take, input, &d);
	watcher = attach(CHARDEV_READ_ONLY);
	fd = attach(0);
	CHECK_EQ(write(fd, "halt\n", 5), 5);
	close(fd);
	CHECK(expect(watcher, buf, sizeof(buf), "halt\n"));
	stop();
	close(watcher);
}

static void the_place_of_the_writer_goes_round(void)
{
	struct device d = { .lock = PTHREAD_MUTEX_INITIALIZER, .room = 1000 };
	char buf[300];
	int a, b, reader;

	start(0, NULL);
	chardev_set_sink(dev, can_take, input, &d);
	a = attach(0);
	reader = attach(CHARDEV_READ_ONLY);
	b = attach(CHARDEV_FORCE);
	CHECK(expect(a, buf, sizeof(buf), "took over the input]\r\n"));
	CHECK_EQ(write(a, "a", 1), 1);
	CHECK_EQ(write(reader, "r", 1), 1);
	CHECK_EQ(write(b, "B.", 2), 2);
	CHECK(expect(reader, buf, sizeof(buf), "."));
	CHECK_STR(buf, "B.");
	/* It shuts its sending side: goes on reading, and the other one writes again. */
	CHECK_EQ(shutdown(b, SHUT_WR), 0);
	CHECK(expect(a, buf, sizeof(buf), "goes to the guest again]\r\n"));
	CHECK_EQ(write(a, "A,", 2), 2);
	CHECK(expect(b, buf, sizeof(buf), ","));
	CHECK_STR(buf, "B.A,");
	close(a);
	/* Nobody is left to write: the next one may without force. */
	print("x");
	CHECK(expect(b, buf, sizeof(buf), "x"));
	close(b);
	close(reader);
	stop();
}

/* Much more than a socket holds was printed when it shuts: it gets all of that, what came after
 * not. */
static void what_was_printed_before_shutting_comes_whole(void)
{
	enum { SIZE = 900000 };
	char *text = malloc(SIZE), *got = malloc(SIZE);
	size_t n = 0;
	ssize_t r;
	int fd;

	REQUIRE(text && got);
	start(0, NULL);
	fd = attach(CHARDEV_SHUT_ENDS);
	for (size_t i = 0; i < SIZE; i++)
		text[i] = (char)('a' + i % 23);
	chardev_output(dev, (const uint8_t *)text, SIZE);
	CHECK_EQ(shutdown(fd, SHUT_WR), 0);
	while (n < SIZE && (r = read(fd, got + n, SIZE - n)) > 0)
		n += (size_t)r;
	CHECK_EQ(n, SIZE);
	CHECK_MEM(got, text, SIZE);
	CHECK_EQ(read(fd, got, 1), 0);
	print("nobody is there");
	close(fd);
	stop();
	free(text);
	free(got);
}

/* It never reads; the device and another reader go on, and it is told how much it missed. */
static void a_reader_that_never_reads_loses_its_own_view_only(void)
{
	char line[65], buf[4000];
	int lazy, quick, i, size = 4096;
	static char all[1 << 20];

	start(4096, NULL);
	lazy = attach(CHARDEV_READ_ONLY);
	setsockopt(lazy, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	quick = attach(CHARDEV_READ_ONLY);
	for (i = 0; i < 20000; i++) {
		snprintf(line, sizeof(line), "%-62d\n", i);
		print(line);
		if (i % 50 == 49) {
			snprintf(line, sizeof(line), "%-62d\n", i);
			REQUIRE(expect(quick, buf, sizeof(buf), line));
		}
	}
	print("the end.");
	CHECK(expect(lazy, all, sizeof(all), "the end."));
	CHECK_HAS(all, "bytes of console output are lost here]");
	stop();
	close(lazy);
	close(quick);
}

static char log_path[64];

static void read_file(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = 0;

	if (f) {
		n = fread(buf, 1, size - 1, f);
		fclose(f);
	}
	buf[n] = '\0';
}

/* What a reader has seen is in the log. */
static void print_and_wait(int reader, const char *text)
{
	char buf[200];

	print(text);
	CHECK(expect(reader, buf, sizeof(buf), text));
}

static void rotation_does_not_break_the_log(void)
{
	char buf[200], old[80];
	int reader;

	snprintf(log_path, sizeof(log_path), "/tmp/test-chardev.%d.log", getpid());
	snprintf(old, sizeof(old), "%s.1", log_path);
	start(0, log_path);
	reader = attach(CHARDEV_READ_ONLY);
	print_and_wait(reader, "one.");
	read_file(log_path, buf, sizeof(buf));
	CHECK_STR(buf, "one.");
	CHECK_EQ(rename(log_path, old), 0);
	print_and_wait(reader, "two.");
	read_file(log_path, buf, sizeof(buf));
	CHECK_STR(buf, "two.");
	read_file(old, buf, sizeof(buf));
	CHECK_STR(buf, "one.");
	CHECK_EQ(truncate(log_path, 0), 0);
	print_and_wait(reader, "three.");
	read_file(log_path, buf, sizeof(buf));
	CHECK_STR(buf, "three.");
	unlink(log_path);
	print_and_wait(reader, "four.");
	read_file(log_path, buf, sizeof(buf));
	CHECK_STR(buf, "four.");
	close(reader);
	print("five.");
	stop();
	/* What nobody waited for is there at the end. */
	read_file(log_path, buf, sizeof(buf));
	CHECK_STR(buf, "four.five.");
	unlink(log_path);
	unlink(old);
}

static void a_log_that_fails_comes_back_with_a_note(void)
{
	char buf[300], aside[80];
	int reader;

	snprintf(log_path, sizeof(log_path), "/tmp/test-chardev.%d.log", getpid());
	snprintf(aside, sizeof(aside), "%s.1", log_path);
	start(0, log_path);
	reader = attach(CHARDEV_READ_ONLY);
	print_and_wait(reader, "one.");
	CHECK_EQ(rename(log_path, aside), 0);
	CHECK_EQ(mkdir(log_path, 0700), 0); /* now the path cannot be opened */
	print_and_wait(reader, "lost.");
	CHECK_EQ(rmdir(log_path), 0);
	print_and_wait(reader, "back.");
	read_file(log_path, buf, sizeof(buf));
	CHECK_HAS(buf, "[kvm440: 5 bytes are missing here: Is a directory]\nback.");
	close(reader);
	stop();
	unlink(log_path);
	unlink(aside);
}

static void a_log_that_cannot_be_opened_is_an_error(void)
{
	struct chardev_config config = { .log_path = "/dev/null" };
	struct error *err = NULL;

	REQUIRE_EQ(loop_new(&loop, NULL), 0);
	dev = NULL;
	CHECK_EQ(chardev_new(&dev, loop, &config, &err), -EINVAL);
	CHECK_HAS(error_message(err), "/dev/null': not a regular file");
	error_freep(&err);
	config.log_path = "/nonexistent/x";
	CHECK_EQ(chardev_new(&dev, loop, &config, &err), -ENOENT);
	CHECK_HAS(error_message(err), "log file '/nonexistent/x': No such file");
	error_freep(&err);
	CHECK(dev == NULL);
	loop = loop_free(loop);
}

/* Readers come and go from one thread while another prints: run under TSan and ASan for its worth.
 */
static bool printing;

static void *printer(void *arg)
{
	(void)arg;
	while (__atomic_load_n(&printing, __ATOMIC_RELAXED))
		print("some line of output\r\n");
	return NULL;
}

static void readers_churn_while_the_guest_prints(void)
{
	struct device d = { .lock = PTHREAD_MUTEX_INITIALIZER };
	char buf[100];
	pthread_t t;
	int i, fd;

	start(8192, NULL);
	printing = true;
	REQUIRE_EQ(pthread_create(&t, NULL, printer, NULL), 0);
	for (i = 0; i < 300; i++) {
		fd = attach(i % 3 ? CHARDEV_FORCE | CHARDEV_REPLAY : CHARDEV_READ_ONLY);
		if (i % 2)
			CHECK(read(fd, buf, sizeof(buf)) > 0);
		CHECK(write(fd, "typed", 5) == 5);
		if (i % 5 == 0)
			chardev_set_sink(dev, can_take, input, &d);
		make_room(&d, 1);
		if (i % 5 == 0)
			chardev_set_sink(dev, NULL, NULL, NULL);
		close(fd);
	}
	__atomic_store_n(&printing, false, __ATOMIC_RELAXED);
	pthread_join(t, NULL);
	stop();
}

static const struct test_case cases[] = {
	TEST_CASE(ring_keeps_the_newest_bytes),
	TEST_CASE(sizes_are_checked),
	TEST_CASE(readers_get_what_they_asked_for),
	TEST_CASE(replay_since_the_mark),
	TEST_CASE(bad_attachments_are_refused_and_closed),
	TEST_CASE(input_waits_for_room),
	TEST_CASE(typed_and_closed_at_once_still_arrives),
	TEST_CASE(the_place_of_the_writer_goes_round),
	TEST_CASE(what_was_printed_before_shutting_comes_whole),
	TEST_CASE(a_reader_that_never_reads_loses_its_own_view_only),
	TEST_CASE(rotation_does_not_break_the_log),
	TEST_CASE(a_log_that_fails_comes_back_with_a_note),
	TEST_CASE(a_log_that_cannot_be_opened_is_an_error),
	TEST_CASE(readers_churn_while_the_guest_prints),
};

TEST_MAIN(cases)
