/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "backend/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/test.h"

static struct loop *loop;

static void setup(void)
{
	REQUIRE_EQ(loop_new(&loop, NULL), 0);
}

static void teardown(void)
{
	loop = loop_free(loop);
}

static void quit(void *self)
{
	(void)self;
	loop_quit(loop);
}

struct trace {
	int seen[64];
	int n;
};

struct step {
	struct trace *trace;
	int number;
};

static void note(void *self)
{
	struct step *s = self;

	s->trace->seen[s->trace->n++] = s->number;
}

static void quit_before_run_returns_at_once(void)
{
	setup();
	loop_quit(loop);
	CHECK_EQ(loop_run(loop), 0);
	/* The request was used up: the next run needs its own. */
	loop_post(loop, quit, NULL);
	CHECK_EQ(loop_run(loop), 0);
	teardown();
}

static void posts_keep_their_order(void)
{
	struct trace t = { .n = 0 };
	struct step steps[10];
	int i;

	setup();
	for (i = 0; i < 10; i++) {
		steps[i] = (struct step){ &t, i };
		CHECK_EQ(loop_post(loop, note, &steps[i]), 0);
	}
	loop_quit(loop);
	loop_run(loop);
	CHECK_EQ(t.n, 10);
	for (i = 0; i < 10; i++)
		CHECK_EQ(t.seen[i], i);
	teardown();
}

static void unrun_posts_are_freed(void)
{
	struct trace t = { .n = 0 };
	struct step s = { &t, 1 };

	setup();
	loop_post(loop, note, &s);
	teardown();
	CHECK_EQ(t.n, 0);
}

static int counted;

static void count(void *self)
{
	(void)self;
	if (++counted == 4000)
		loop_quit(loop);
}

static void *count_poster(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 1000; i++)
		loop_post(loop, count, NULL);
	return NULL;
}

static void posts_from_many_threads_all_run(void)
{
	pthread_t t[4];
	int i;

	setup();
	counted = 0;
	for (i = 0; i < 4; i++)
		REQUIRE_EQ(pthread_create(&t[i], NULL, count_poster, NULL), 0);
	loop_run(loop);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK_EQ(counted, 4000);
	teardown();
}

static void timers_run_in_order_of_deadline(void)
{
	struct loop_source *a, *b, *c, *d;
	struct trace t = { .n = 0 };
	struct step s1 = { &t, 1 }, s2 = { &t, 2 }, s3 = { &t, 3 };
	uint64_t now = loop_now();

	setup();
	loop_add_timer(loop, note, &s1, &a, NULL);
	loop_add_timer(loop, note, &s2, &b, NULL);
	loop_add_timer(loop, note, &s3, &c, NULL);
	loop_add_timer(loop, quit, NULL, &d, NULL);
	loop_timer_arm(a, now + 2000000);
	loop_timer_arm(b, 1); /* long ago */
	loop_timer_arm(c, now + 3000000);
	loop_timer_arm(c, 0);
	loop_timer_arm(d, now + 8000000);
	loop_run(loop);
	CHECK(loop_now() >= now + 8000000);
	CHECK_EQ(t.n, 2);
	CHECK_EQ(t.seen[0], 2);
	CHECK_EQ(t.seen[1], 1);
	loop_source_free(a);
	loop_source_free(b);
	loop_source_free(c);
	loop_source_free(d);
	teardown();
}

static struct loop_source *armed_elsewhere;

static void *arm_now(void *arg)
{
	(void)arg;
	loop_timer_arm(armed_elsewhere, loop_now() + 1000);
	return NULL;
}

static void a_timer_can_be_armed_by_another_thread(void)
{
	struct loop_source *far;
	pthread_t t;

	setup();
	loop_add_timer(loop, quit, NULL, &far, NULL);
	loop_add_timer(loop, quit, NULL, &armed_elsewhere, NULL);
	loop_timer_arm(far, loop_now() + 3600 * 1000000000ull);
	REQUIRE_EQ(pthread_create(&t, NULL, arm_now, NULL), 0);
	CHECK_EQ(loop_run(loop), 0);
	pthread_join(t, NULL);
	teardown();
}

static void count_event(void *self)
{
	++*(int *)self;
}

static void events_coalesce(void)
{
	struct loop_source *e, *last;
	int n = 0;

	setup();
	loop_add_event(loop, count_event, &n, &e, NULL);
	loop_add_timer(loop, quit, NULL, &last, NULL);
	loop_timer_arm(last, 1); /* due, and timers come after events */
	loop_event_set(e);
	loop_event_set(e);
	loop_event_set(e);
	loop_run(loop);
	CHECK_EQ(n, 1);
	loop_event_set(e);
	loop_source_free(e);
	loop_timer_arm(last, 1);
	loop_run(loop);
	CHECK_EQ(n, 1);
	loop_source_free(last);
	teardown();
}

static int again;
static struct loop_source *again_event;

static void set_again(void *self)
{
	(void)self;
	if (++again < 100)
		loop_event_set(again_event);
	else
		loop_quit(loop);
}

static void an_event_may_set_itself(void)
{
	setup();
	again = 0;
	loop_add_event(loop, set_again, NULL, &again_event, NULL);
	loop_event_set(again_event);
	loop_run(loop);
	CHECK_EQ(again, 100);
	teardown();
}

struct pair {
	struct loop_source *mine, *other;
	int calls;
	uint32_t events;
};

static void on_readable(void *self, int fd, uint32_t events)
{
	struct pair *p = self;
	char byte;

	p->calls++;
	p->events = events;
	if (read(fd, &byte, 1) <= 0 || byte == 'q')
		loop_quit(loop);
}

static void io_is_watched_as_asked(void)
{
	struct pair p = { 0 };
	int fds[2];

	setup();
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	REQUIRE_EQ(loop_add_io(loop, fds[0], 0, on_readable, &p, &p.mine, NULL), 0);
	CHECK_EQ(write(fds[1], "abq", 3), 3);
	/* Nobody asked for EPOLLIN yet. */
	loop_quit(loop);
	loop_run(loop);
	CHECK_EQ(p.calls, 0);
	CHECK_EQ(loop_source_set_events(p.mine, EPOLLIN), 0);
	loop_run(loop);
	CHECK_EQ(p.calls, 3);
	CHECK_EQ(p.events, EPOLLIN);
	loop_source_free(p.mine);
	close(fds[0]);
	close(fds[1]);
	teardown();
}

static void a_file_that_cannot_be_watched_is_an_error(void)
{
	struct loop_source *s = NULL;

	setup();
	CHECK_EQ(loop_add_io(loop, -1, EPOLLIN, on_readable, NULL, &s, NULL), -EBADF);
	CHECK(s == NULL);
	teardown();
}

static void free_other(void *self, int fd, uint32_t events)
{
	struct pair *p = self;

	(void)fd;
	(void)events;
	p->calls++;
	p->mine = loop_source_free(p->mine);
	p->other = loop_source_free(p->other);
	loop_quit(loop);
}

/* Both are ready in the same turn; whichever runs first frees the other, which must not run. */
static void a_source_freed_in_the_same_turn_does_not_run(void)
{
	struct pair p = { 0 };
	int a[2], b[2];

	setup();
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, a), 0);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b), 0);
	loop_add_io(loop, a[0], EPOLLIN, free_other, &p, &p.mine, NULL);
	loop_add_io(loop, b[0], EPOLLIN, free_other, &p, &p.other, NULL);
	CHECK_EQ(write(a[1], "x", 1), 1);
	CHECK_EQ(write(b[1], "x", 1), 1);
	loop_run(loop);
	CHECK_EQ(p.calls, 1);
	close(a[0]);
	close(a[1]);
	close(b[0]);
	close(b[1]);
	teardown();
}

/* One thread runs the loop, another adds, sets and frees: after the free the callback never runs.
 */
struct churn {
	bool freed;
	unsigned int calls;
};

static void churned(void *self)
{
	struct churn *c = self;

	if (__atomic_load_n(&c->freed, __ATOMIC_SEQ_CST))
		abort();
	__atomic_fetch_add(&c->calls, 1, __ATOMIC_SEQ_CST);
}

static void *run_loop(void *arg)
{
	(void)arg;
	loop_run(loop);
	return NULL;
}

static void sources_come_and_go_while_it_runs(void)
{
	struct loop_source *event, *timer;
	struct churn c;
	pthread_t t;
	int i;

	setup();
	REQUIRE_EQ(pthread_create(&t, NULL, run_loop, NULL), 0);
	for (i = 0; i < 2000; i++) {
		__atomic_store_n(&c.freed, false, __ATOMIC_SEQ_CST);
		c.calls = 0;
		REQUIRE_EQ(loop_add_event(loop, churned, &c, &event, NULL), 0);
		REQUIRE_EQ(loop_add_timer(loop, churned, &c, &timer, NULL), 0);
		loop_event_set(event);
		loop_timer_arm(timer, 1);
		event = loop_source_free(event);
		timer = loop_source_free(timer);
		__atomic_store_n(&c.freed, true, __ATOMIC_SEQ_CST);
		CHECK(c.calls <= 2);
	}
	loop_quit(loop);
	pthread_join(t, NULL);
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(quit_before_run_returns_at_once),
	TEST_CASE(posts_keep_their_order),
	TEST_CASE(unrun_posts_are_freed),
	TEST_CASE(posts_from_many_threads_all_run),
	TEST_CASE(timers_run_in_order_of_deadline),
	TEST_CASE(a_timer_can_be_armed_by_another_thread),
	TEST_CASE(events_coalesce),
	TEST_CASE(an_event_may_set_itself),
	TEST_CASE(io_is_watched_as_asked),
	TEST_CASE(a_file_that_cannot_be_watched_is_an_error),
	TEST_CASE(a_source_freed_in_the_same_turn_does_not_run),
	TEST_CASE(sources_come_and_go_while_it_runs),
};

TEST_MAIN(cases)
