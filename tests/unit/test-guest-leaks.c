/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of a guest that ended, or could not start: nothing. */
#include "guest-runner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

/* What a process has: entries of a directory of its own in /proc, or lines of its map. */
static unsigned int count(const char *what)
{
	unsigned int n = 0;
	char path[50], line[500];
	DIR *d;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/%s", what);
	if (strcmp(what, "maps") == 0) {
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f))
			n++;
		if (f)
			fclose(f);
		return n;
	}
	d = opendir(path);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* What the program had before the first test: no guest, and so none of their threads. */
static unsigned int own_tasks;

__attribute__((constructor)) static void count_own_tasks(void)
{
	own_tasks = count("task");
}

/* Waits until there are no more threads than these. How many there are in the end. */
static unsigned int settle(unsigned int most)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	int patience_ms = PATIENCE_S * 1000;
	unsigned int n;

	while ((n = count("task")) > most && patience_ms-- > 0)
		nanosleep(&pause, NULL);
	return n;
}

/*
 * How many threads there are with no guest. One that ended, joined or not, may stand in /proc for a
 * moment: those of the test before are waited for, or they would be missed afterwards.
 */
static unsigned int tasks_at_rest(void)
{
	unsigned int n = settle(own_tasks);

	CHECK(n <= own_tasks);
	return n;
}

static void check_threads(unsigned int want)
{
	CHECK_EQ(settle(want), want);
}

static void one_life(int i)
{
	char *json = NULL;
	int fds[2];

	REQUIRE_EQ(start_now(NULL), 0);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	CHECK_EQ(guest_console_attach(guest, fds[0], i & 1 ? CHARDEV_FORCE : CHARDEV_READ_ONLY, 0,
				      NULL),
		 0);
	if (i & 2 && guest_dump(guest, &json, NULL) >= 0)
		free(json);
	if (i & 4)
		guest_request_pause(guest, NULL);
	if (i & 8)
		close(fds[1]);
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	guest_console_finish(guest);
	if (!(i & 8))
		close(fds[1]);
	notes.n = notes.seen = 0;
}

static void nothing_is_left_behind(void)
{
	unsigned int fds, tasks, maps, made_fds, made_tasks;
	int i;

	fds = count("fd");
	tasks = tasks_at_rest();
	make(PROGRAM(prints), "");
	made_fds = count("fd");
	made_tasks = count("task");
	/* A guest that was never started has a console and no thread. */
	CHECK_EQ(made_tasks, tasks);
	maps = 0;
	for (i = 0; i < 120; i++) {
		struct guest_info info;

		one_life(i);
		do
			guest_get_info(guest, &info);
		while (info.state != GUEST_STOPPED);
		/* The next start reaps as well. */
		if (i % 3 == 0)
			guest_reap(guest);
		if (i == 60)
			maps = count("maps");
	}
	end();
	check_threads(tasks);
	CHECK_EQ(count("fd"), fds);
	CHECK(made_fds > fds);
	/* Arenas and cached stacks come in the first half; a leak would show in each of the others.
	 */
	if (maps)
		CHECK(count("maps") <= maps + 10);
}

/* How often the guest's memory is mapped or open. */
static unsigned int memories(void)
{
	char line[500], path[50];
	unsigned int n = 0;
	struct dirent *e;
	ssize_t len;
	FILE *f = fopen("/proc/self/maps", "re");
	DIR *d = opendir("/proc/self/fd");

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, "/memfd:test ") != NULL;
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/self/fd/%.20s", e->d_name);
		len = readlink(path, line, sizeof(line) - 1);
		line[len < 0 ? 0 : len] = '\0';
		n += strstr(line, "/memfd:test ") != NULL;
	}
	if (f)
		fclose(f);
	if (d)
		closedir(d);
	return n;
}

static void the_end_is_told_when_all_is_free(void)
{
	const struct {
		const uint32_t *program;
		size_t size;
		enum guest_state state;
		enum guest_cause cause;
	} lives[] = {
		{ PROGRAM(hello), GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF },
		{ PROGRAM(checkstop), GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP },
		{ PROGRAM(spins), GUEST_STOPPED, GUEST_CAUSE_KILL },
	};
	struct guest_info info;

	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		start(lives[i].program, lives[i].size, "");
		expect_start();
		if (lives[i].cause == GUEST_CAUSE_KILL) {
			wait_for_output(1);
			CHECK_EQ(memories(), 2);
			CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
		}
		expect(lives[i].state, lives[i].cause);
		/* Nobody has reaped it. */
		CHECK_EQ(memories(), 0);
		guest_get_info(guest, &info);
		CHECK(info.stats.instructions > 0);
		guest_reap(guest);
		end();
	}
}

static void a_reader_outlives_the_machine(void)
{
	unsigned int tasks = tasks_at_rest();
	char buf[10] = "";
	int fds[2];

	make(PROGRAM(hello), "");
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	/* Before the start: a thread serves it. */
	CHECK_EQ(guest_console_attach(guest, fds[0], CHARDEV_REPLAY, 0, NULL), 0);
	check_threads(tasks + 1);
	REQUIRE_EQ(start_now(NULL), 0);
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	guest_reap(guest);
	CHECK_EQ(recv(fds[1], buf, 2, MSG_WAITALL), 2);
	CHECK_MEM(buf, "Hi", 2);
	check_threads(tasks + 1);
	close(fds[1]);
	/* The last reader is gone, so the thread ends; it is joined by whoever comes next. */
	check_threads(tasks);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	CHECK_EQ(guest_console_attach(guest, fds[0], CHARDEV_SNAPSHOT, 0, NULL), 0);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_WAITALL), 2);
	check_threads(tasks);
	close(fds[1]);
	end();
	check_threads(tasks);
}

static void failed_start(int want, enum guest_cause cause, const char *says)
{
	unsigned int fds = count("fd");
	struct error *err = NULL;
	struct guest_info info;

	notes.n = notes.seen = 0;
	CHECK_EQ(start_now(&err), want);
	CHECK_HAS(error_message(err), says);
	guest_get_info(guest, &info);
	CHECK_EQ(info.state, GUEST_CRASHED);
	CHECK_STR(guest_cause_name(info.cause), guest_cause_name(cause));
	CHECK_STR(info.detail, error_message(err));
	/* Told by the return value, not reported. */
	CHECK_EQ(notes.n, 1);
	CHECK_EQ(count("fd"), fds);
	error_freep(&err);
}

static void starts_that_fail(void)
{
	unsigned int tasks = tasks_at_rest();
	int good;

	make(PROGRAM(spins), "");
	good = kernel;
	kernel = -1;
	failed_start(-EBADF, GUEST_CAUSE_BAD_BOOT_FILE, "kernel");
	kernel = open("/", O_RDONLY | O_CLOEXEC);
	failed_start(-EISDIR, GUEST_CAUSE_BAD_BOOT_FILE, "kernel 'k': is a directory");
	close(kernel);
	kernel = good;
	/* And it can be started still. */
	notes.n = notes.seen = 0;
	CHECK_EQ(start_now(NULL), 0);
	expect_start();
	kill_and_end();
	make(PROGRAM(spins), "");
	free(def->engine);
	def->engine = strdup("warp");
	failed_start(-ENODEV, GUEST_CAUSE_START_FAILED, "no engine 'warp'");
	free(def->board);
	def->board = strdup("ebony");
	failed_start(-ENOENT, GUEST_CAUSE_START_FAILED, "ebony");
	end();
	check_threads(tasks);
}

/* Descriptors run out at each place of a start, one after the other. */
static void starts_without_descriptors(void)
{
	unsigned int tasks = tasks_at_rest(), fds, failed = 0;
	struct rlimit saved, tight;
	struct error *err = NULL;
	int r = -1;

	make(PROGRAM(spins), "");
	fds = count("fd");
	getrlimit(RLIMIT_NOFILE, &saved);
	for (tight = saved, tight.rlim_cur = 4; r < 0 && tight.rlim_cur < 100; tight.rlim_cur++) {
		test_context("%ju descriptors", (uintmax_t)tight.rlim_cur);
		REQUIRE_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
		r = start_now(&err);
		REQUIRE_EQ(setrlimit(RLIMIT_NOFILE, &saved), 0);
		if (r >= 0)
			break;
		failed++;
		CHECK_EQ(r, -EMFILE);
		CHECK_HAS(error_message(err), "Too many open files");
		error_freep(&err);
		CHECK_EQ(count("fd"), fds);
		check_threads(tasks);
		notes.n = notes.seen = 0;
	}
	CHECK_EQ(r, 0);
	CHECK(failed >= 3);
	notes.seen = notes.n = 0;
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	end();
	check_threads(tasks);
}

/* Others do all they can while one thread starts and reaps. */
static bool churning;
static unsigned int killed_meanwhile;

static void *churn(void *arg)
{
	unsigned int n = 0;
	char *json;
	int fds[2];

	while (__atomic_load_n(&churning, __ATOMIC_RELAXED)) {
		n++;
		sched_yield(); /* mutexes are not fair */
		switch ((n + (arg != NULL)) % 6) {
		case 0:
			/* Seldom: many a guest is to live beyond its start. */
			if (n % 5 == 1 && guest_request_kill(guest, GUEST_CAUSE_KILL, NULL) == 0)
				__atomic_fetch_add(&killed_meanwhile, 1, __ATOMIC_RELAXED);
			break;
		case 1:
			if (guest_dump(guest, &json, NULL) >= 0)
				free(json);
			break;
		case 2: guest_request_pause(guest, NULL); break;
		case 3: guest_request_resume(guest, NULL); break;
		case 4: guest_request_reboot(guest, NULL); break;
		default:
			/* Faster than they are closed again: descriptors may run out. */
			if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
				break;
			guest_console_attach(guest, fds[0], CHARDEV_FORCE, 0, NULL);
			close(fds[1]);
			break;
		}
	}
	return NULL;
}

static void everybody_at_once(void)
{
	unsigned int tasks = tasks_at_rest(), fds = count("fd"), started = 0, lives = 0;
	struct guest_info info;
	pthread_t t[2];
	int i, r;

	make(PROGRAM(prints), "");
	churning = true;
	killed_meanwhile = 0;
	for (i = 0; i < 2; i++)
		REQUIRE_EQ(pthread_create(&t[i], NULL, churn, i ? &t : NULL), 0);
	while (started < 20 || lives < 60) {
		r = start_now(NULL);
		CHECK(r == 0 || r == -EALREADY || r == -ECANCELED || r == -EMFILE);
		started += r == 0;
		lives += r != -EALREADY;
		guest_get_info(guest, &info);
		if (info.state == GUEST_STOPPED)
			guest_reap(guest);
		notes.n = notes.seen = 0;
	}
	__atomic_store_n(&churning, false, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	CHECK(killed_meanwhile > 0);
	end();
	check_threads(tasks);
	CHECK_EQ(count("fd"), fds);
}

static const struct test_case cases[] = {
	TEST_CASE(nothing_is_left_behind),	  TEST_CASE(the_end_is_told_when_all_is_free),
	TEST_CASE(a_reader_outlives_the_machine), TEST_CASE(starts_that_fail),
	TEST_CASE(starts_without_descriptors),	  TEST_CASE(everybody_at_once),
};

TEST_MAIN(cases)
