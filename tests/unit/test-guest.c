/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests that run: programs of a few instructions, from memory, on the real engine and the real
 * board. The state changes that are reported are noted in order, and tests wait for them.
 */
#include "backend/chardev.h"
#include "guest.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "tests/unit/test.h"

#define PATIENCE_S 60 /* only what hangs takes it */

/* Instructions. */
#define LIS(r, v)	(0x3c000000u | (r) << 21 | (v))
#define LI(r, v)	(0x38000000u | (r) << 21 | (v))
#define ORI(r, v)	(0x60000000u | (r) << 21 | (r) << 16 | (v))
#define ADDI(r, v)	(0x38000000u | (r) << 21 | (r) << 16 | ((v)&0xffffu))
#define STB(r, base)	(0x98000000u | (r) << 21 | (base) << 16)
#define STW(r, base)	(0x90000000u | (r) << 21 | (base) << 16)
#define LWZ(r, base)	(0x80000000u | (r) << 21 | (base) << 16)
#define TLBWE(r, i, ws) (0x7c0007a4u | (r) << 21 | (i) << 16 | (ws) << 11)
#define MTMSR(r)	(0x7c000124u | (r) << 21)
#define MTSPR(spr, r)	(0x7c0003a6u | (r) << 21 | ((spr)&31u) << 16 | ((spr) >> 5) << 11)
#define MTDCR(dcr, r)	(0x7c000386u | (r) << 21 | ((dcr)&31u) << 16 | ((dcr) >> 5) << 11)
#define MTCTR(r)	(0x7c0903a6u | (r) << 21)
#define BCTR		0x4e800420u
#define ISYNC		0x4c00012cu
#define NOP		0x60000000u
#define BACK		0x4bfffffcu /* to the instruction before */
#define HALT		0x48000000u /* to itself */

#define SPR_TCR 340

/* The devices at 0xef000000, one entry of 16 MB, cache inhibited and guarded; r7 and r8 are free.
 */
/* clang-format off */
#define MAP_DEVICES                                                                                \
	LIS(3, 0xef00), LIS(4, 0xef00), ORI(4, 0x0270), LI(5, 1), TLBWE(4, 5, 0), TLBWE(3, 5, 1),  \
	LI(6, 0x0507), TLBWE(6, 5, 2), ISYNC
#define AT(address)	 LIS(7, (address) >> 16), ORI(7, (address) & 0xffffu)
#define VALUE(value)	 LIS(8, (value) >> 16), ORI(8, (value) & 0xffffu)
#define PRINT(c)	 AT(0xef600300u), LI(8, (c)), STB(8, 7)
#define POWER_OFF	 AT(0xef602000u), VALUE(0x4f464620u), STW(8, 7)
#define RESET		 AT(0xef602000u), VALUE(0x52535420u), STW(8, 7)
#define PANIC		 AT(0xef603000u), LI(8, 1), STB(8, 7)
#define SPIN		 NOP, BACK /* without end, but no branch to itself */
#define WAIT		 LIS(9, 4), MTMSR(9), HALT /* MSR[WE] */

static const uint32_t hello[] = { MAP_DEVICES, PRINT('H'), PRINT('i'), POWER_OFF, SPIN };
static const uint32_t resets[] = { MAP_DEVICES, PRINT('R'), RESET, SPIN };
static const uint32_t panics[] = { MAP_DEVICES, PANIC, SPIN };
static const uint32_t halts[] = { MAP_DEVICES, PRINT('.'), HALT };
/* UIC0: input 0, UART0, positive and enabled; UART0: transmitter empty. */
static const uint32_t interrupts[] = { MAP_DEVICES, LIS(8, 0x8000), MTDCR(0xc4, 8), MTDCR(0xc2, 8),
				       AT(0xef600301u), LI(8, 2), STB(8, 7), HALT };
static const uint32_t spins[] = { MAP_DEVICES, PRINT('.'), LI(10, 0), ADDI(10, 1), BACK };
static const uint32_t waits[] = { MAP_DEVICES, PRINT('.'), WAIT };
static const uint32_t prints[] = { MAP_DEVICES, AT(0xef600300u), LI(8, 'x'), STB(8, 7), BACK };
/* TCR: WRC = system reset, shortest period. */
static const uint32_t watchdog[] = { LIS(3, 0x3000), MTSPR(SPR_TCR, 3), SPIN };
/* Fetches from where nothing is, with MSR[ME] off. */
static const uint32_t checkstop[] = { MAP_DEVICES, AT(0xef700000u), MTCTR(7), BCTR };
/* MSR[ME] is on, and the vector leads to the beginning: an access to nowhere for ever. */
static const uint32_t nowhere[] = { MAP_DEVICES, LI(9, 0x1000), MTMSR(9),
				    AT(0xef700000u), LWZ(8, 7),
				    SPIN };
/* clang-format on */
#define PROGRAM(p) p, sizeof(p)

/* What was reported. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct {
		enum guest_state state;
		enum guest_cause cause;
		char detail[256];
	} changes[200];
	unsigned int n, seen; /* seen: up to where expect() has looked */
	char messages[10000];
	unsigned int n_messages;
} notes = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static struct guest *guest;
static struct guest_def *def;
static int kernel = -1;

static void on_state(void *self, enum guest_state state, enum guest_cause cause, const char *detail)
{
	(void)self;
	pthread_mutex_lock(&notes.lock);
	if (notes.n < 200) {
		notes.changes[notes.n].state = state;
		notes.changes[notes.n].cause = cause;
		snprintf(notes.changes[notes.n].detail, sizeof(notes.changes[0].detail), "%s",
			 detail ? detail : "");
		notes.n++;
	}
	pthread_cond_broadcast(&notes.more);
	pthread_mutex_unlock(&notes.lock);
}

static void on_message(void *self, int priority, const char *text)
{
	size_t len = strlen(notes.messages);

	(void)self;
	(void)priority;
	pthread_mutex_lock(&notes.lock);
	snprintf(notes.messages + len, sizeof(notes.messages) - len, "%s\n", text);
	notes.n_messages++;
	pthread_cond_broadcast(&notes.more);
	pthread_mutex_unlock(&notes.lock);
}

static struct timespec patience(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += PATIENCE_S;
	return t;
}

/* The next report is this one. */
static const char *expect(enum guest_state state, enum guest_cause cause)
{
	struct timespec until = patience();
	unsigned int i;
	int r = 0;

	pthread_mutex_lock(&notes.lock);
	while (notes.n == notes.seen && r == 0)
		r = pthread_cond_timedwait(&notes.more, &notes.lock, &until);
	i = notes.seen;
	if (r == 0)
		notes.seen++;
	pthread_mutex_unlock(&notes.lock);
	REQUIRE_EQ(r, 0);
	CHECK_STR(guest_state_name(notes.changes[i].state), guest_state_name(state));
	CHECK_STR(guest_cause_name(notes.changes[i].cause), guest_cause_name(cause));
	return notes.changes[i].detail;
}

static void expect_start(void)
{
	expect(GUEST_STARTING, GUEST_CAUSE_START);
	expect(GUEST_RUNNING, GUEST_CAUSE_START);
}

/* Up to size bytes of what the guest has printed; how many. */
static size_t printed(char *buf, size_t size)
{
	ssize_t n;
	int fds[2];

	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	REQUIRE_EQ(guest_console_attach(guest, fds[0], CHARDEV_SNAPSHOT, NULL), 0);
	n = recv(fds[1], buf, size, MSG_WAITALL);
	close(fds[1]);
	return n < 0 ? 0 : (size_t)n;
}

/* Until the guest has printed this much. */
static void wait_for_output(size_t len)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	char buf[100];
	int patience_ms = PATIENCE_S * 1000;

	REQUIRE(len <= sizeof(buf));
	/* The console tells readers, not this thread: look again after a moment. */
	while (printed(buf, len) < len && patience_ms-- > 0)
		nanosleep(&pause, NULL);
	REQUIRE(patience_ms > 0);
}

static int make_file(const uint32_t *program, size_t size)
{
	int fd = memfd_create("program", MFD_CLOEXEC);
	size_t i;

	REQUIRE(fd >= 0);
	for (i = 0; i < size / 4; i++) {
		uint32_t word = __builtin_bswap32(program[i]);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		word = program[i];
#endif
		REQUIRE_EQ(write(fd, &word, 4), 4);
	}
	return fd;
}

static void make(const uint32_t *program, size_t size, const char *more)
{
	const struct guest_events events = { on_state, on_message, NULL };
	struct error *err = NULL;
	char text[500];

	notes.n = notes.seen = notes.n_messages = 0;
	notes.messages[0] = '\0';
	snprintf(text, sizeof(text),
		 "{\"name\":\"test\",\"memory\":\"16M\",\"engine\":\"interp\","
		 "\"boot\":{\"kernel\":\"/k\"}"
		 "%s}",
		 more);
	if (guest_def_parse(&def, text, strlen(text), "test", &err) < 0)
		test_note("%s", error_message(err));
	error_freep(&err);
	REQUIRE(def != NULL);
	kernel = make_file(program, size);
	REQUIRE_EQ(guest_new(&guest, def, &events, NULL), 0);
}

static int start_now(struct error **err)
{
	const struct guest_files files = { kernel, -1, -1, NULL };

	return guest_start(guest, &files, err);
}

static void start(const uint32_t *program, size_t size, const char *more)
{
	struct error *err = NULL;

	make(program, size, more);
	if (start_now(&err) < 0)
		test_note("%s", error_message(err));
	REQUIRE(err == NULL);
}

static void end(void)
{
	guest = guest_free(guest);
	def = guest_def_free(def);
	if (kernel >= 0)
		close(kernel);
	kernel = -1;
}

static void kill_and_end(void)
{
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	end();
}

static void runs_and_powers_off(void)
{
	struct guest_info info;
	char buf[10];

	start(PROGRAM(hello), "");
	expect_start();
	CHECK_STR(expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF), "");
	guest_get_info(guest, &info);
	CHECK_EQ(info.state, GUEST_STOPPED);
	CHECK_STR(info.engine, "interp");
	CHECK(info.stats.instructions >= 15);
	CHECK_EQ(info.stats.exits[ENGINE_EXIT_MMIO], 3);
	CHECK(info.started_usec > 0);
	CHECK(info.cpu_ns > 0);
	guest_reap(guest);
	/* Still known after the machine is gone. */
	guest_get_info(guest, &info);
	CHECK_EQ(info.stats.exits[ENGINE_EXIT_MMIO], 3);
	CHECK(info.cpu_ns > 0);
	CHECK_EQ(printed(buf, sizeof(buf)), 2);
	CHECK_MEM(buf, "Hi", 2);
	/* And once more, into the same console. */
	CHECK_EQ(start_now(NULL), 0);
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	CHECK_EQ(printed(buf, sizeof(buf)), 4);
	end();
}

static void reset_restarts_or_stops(void)
{
	struct guest_info info;
	int i;

	start(PROGRAM(resets), ",\"on_reboot\":\"restart\"");
	expect_start();
	for (i = 0; i < 6; i++)
		expect(GUEST_RUNNING, GUEST_CAUSE_GUEST_REBOOT);
	CHECK_HAS(notes.messages, "it resets itself over and over");
	guest_get_info(guest, &info);
	CHECK(info.reboots >= 4);
	/* Killed while it waits for a restart that it has to pay for by time. */
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	end();
	start(PROGRAM(resets), ",\"on_reboot\":\"stop\"");
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_REBOOT);
	end();
}

static void panic_restarts_or_stops(void)
{
	start(PROGRAM(panics), ",\"on_panic\":\"restart\"");
	expect_start();
	expect(GUEST_RUNNING, GUEST_CAUSE_GUEST_PANIC);
	end();
	start(PROGRAM(panics), ",\"on_panic\":\"stop\"");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_GUEST_PANIC), "kernel panicked");
	end();
}

static void watchdog_resets(void)
{
	start(PROGRAM(watchdog), ",\"on_reboot\":\"restart\"");
	expect_start();
	expect(GUEST_RUNNING, GUEST_CAUSE_WATCHDOG);
	end();
	start(PROGRAM(watchdog), ",\"on_reboot\":\"stop\"");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_WATCHDOG),
		  "the watchdog reset the guest at pc 0x");
	end();
}

static void checkstop_crashes(void)
{
	start(PROGRAM(checkstop), "");
	expect_start();
	CHECK_HAS(expect(GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP), "checkstop at pc 0xef700000");
	end();
}

static void messages_are_limited(void)
{
	struct timespec until = patience();
	int r = 0;

	start(PROGRAM(nowhere), "");
	expect_start();
	pthread_mutex_lock(&notes.lock);
	while (notes.n_messages < 5 && r == 0)
		r = pthread_cond_timedwait(&notes.more, &notes.lock, &until);
	pthread_mutex_unlock(&notes.lock);
	CHECK_EQ(r, 0);
	/* Many more than five, which can be told from what was executed. */
	for (;;) {
		struct guest_info info;

		guest_get_info(guest, &info);
		if (info.stats.exits[ENGINE_EXIT_MMIO] > 1000)
			break;
	}
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	CHECK_HAS(notes.messages,
		  "no device at real address 0x0ef700000: 4 bytes read at pc 0x00000034");
	CHECK_HAS(notes.messages, "more accesses to where no device is, not listed");
	/* Five a period of ten seconds, and one for the rest of each. */
	CHECK(notes.n_messages < 50);
	end();
}

static void halted_guest_waits_to_be_looked_at(void)
{
	_cleanup_(freep)
	char *json = NULL;
	struct guest_info info;

	start(PROGRAM(halts), "");
	expect_start();
	CHECK_HAS(expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT), "branches to itself");
	CHECK_EQ(guest_dump(guest, &json, NULL), 0);
	CHECK_HAS(json, "\"state\": \"halted\"");
	CHECK_EQ(guest_request_pause(guest, NULL), -EBUSY);
	CHECK_EQ(guest_request_reboot(guest, NULL), 0);
	expect(GUEST_RUNNING, GUEST_CAUSE_REBOOT);
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	guest_get_info(guest, &info);
	CHECK_EQ(info.reboots, 1);
	/* To a guest that is to stop, halting is stopping. */
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	expect(GUEST_STOPPING, GUEST_CAUSE_STOP);
	kill_and_end();
}

static void stop_waits_for_the_guest(void)
{
	start(PROGRAM(spins), "");
	expect_start();
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	CHECK_EQ(guest_request_stop(guest, NULL), 0);
	expect(GUEST_STOPPING, GUEST_CAUSE_STOP);
	CHECK_EQ(guest_request_pause(guest, NULL), -EBUSY);
	kill_and_end();
}

/* The member at "a.b" of a dump; the caller's, as text. */
static char *member(const char *json, const char *a, const char *b)
{
	struct json_object *o = json_tokener_parse(json), *p = NULL;
	char *text = NULL;

	if (json_object_object_get_ex(o, a, &p) && (!b || json_object_object_get_ex(p, b, &p)))
		text = strdup(json_object_get_string(p));
	json_object_put(o);
	return text;
}

static char *dumped(const char *a, const char *b)
{
	_cleanup_(freep)
	char *json = NULL;

	if (guest_dump(guest, &json, NULL) < 0)
		return NULL;
	return member(json, a, b);
}

static void pause_stops_the_clock(void)
{
	_cleanup_(freep)
	char *before = NULL, *same = NULL, *later = NULL;
	int i;

	start(PROGRAM(spins), "");
	expect_start();
	wait_for_output(1);
	CHECK_EQ(guest_request_resume(guest, NULL), -EBUSY);
	for (i = 0; i < 20; i++) {
		CHECK_EQ(guest_request_pause(guest, NULL), 0);
		expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
		free(before);
		free(same);
		before = dumped("timers", "timebase");
		same = dumped("timers", "timebase");
		CHECK_STR(same, before);
		CHECK_EQ(guest_request_resume(guest, NULL), 0);
		expect(GUEST_RUNNING, GUEST_CAUSE_RESUME);
		do {
			free(later);
			later = dumped("timers", "timebase");
			REQUIRE(later && before && strcmp(later, before) >= 0);
		} while (strcmp(later, before) == 0);
	}
	/* Killed while paused. */
	CHECK_EQ(guest_request_pause(guest, NULL), 0);
	expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
	kill_and_end();
}

static void dump_says_what_there_is(void)
{
	_cleanup_(freep)
	char *json = NULL, *pc = NULL, *tlb = NULL, *name = NULL, *instructions = NULL;

	start(PROGRAM(halts), "");
	expect_start();
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	REQUIRE_EQ(guest_dump(guest, &json, NULL), 0);
	name = member(json, "name", NULL);
	CHECK_STR(name, "test");
	pc = member(json, "registers", "pc");
	CHECK_STR(pc, "0x00000034");
	tlb = member(json, "tlb", NULL);
	REQUIRE(tlb != NULL);
	CHECK_STR(tlb, "[ { \"index\": 0, \"ea\": \"0x00000000\", \"size\": \"256M\", "
		       "\"ra\": \"0x000000000\", "
		       "\"ts\": 0, \"tid\": 0, \"attributes\": \"-----\", \"user\": \"---\", "
		       "\"supervisor\": \"rwx\" }, "
		       "{ \"index\": 1, \"ea\": \"0xef000000\", \"size\": \"16M\", "
		       "\"ra\": \"0x0ef000000\", "
		       "\"ts\": 0, \"tid\": 0, \"attributes\": \"-I-G-\", \"user\": \"---\", "
		       "\"supervisor\": \"rwx\" } ]");
	instructions = member(json, "statistics", "instructions");
	CHECK_STR(instructions, "14");
	kill_and_end();
}

static void dump_says_what_is_pending(void)
{
	_cleanup_(freep)
	char *pending = NULL;

	start(PROGRAM(interrupts), "");
	expect_start();
	expect(GUEST_HALTED, GUEST_CAUSE_GUEST_HALT);
	pending = dumped("pending", NULL);
	CHECK_STR(pending, "external");
	kill_and_end();
}

static void idle_guest_can_be_woken_and_killed(void)
{
	_cleanup_(freep)
	char *msr = NULL;

	start(PROGRAM(waits), "");
	expect_start();
	wait_for_output(1);
	while (!msr || strcmp(msr, "WE") != 0) {
		free(msr);
		msr = dumped("registers", "msr_bits");
		REQUIRE(msr != NULL);
	}
	CHECK_EQ(guest_request_pause(guest, NULL), 0);
	expect(GUEST_PAUSED, GUEST_CAUSE_PAUSE);
	CHECK_EQ(guest_request_resume(guest, NULL), 0);
	expect(GUEST_RUNNING, GUEST_CAUSE_RESUME);
	kill_and_end();
}

static void requests_to_a_stopped_guest_are_refused(void)
{
	char *json = NULL;
	struct error *err = NULL;

	make(PROGRAM(spins), "");
	CHECK_EQ(guest_request_stop(guest, &err), -ESRCH);
	CHECK_STR(error_message(err), "guest 'test' is not running: it is stopped");
	error_freep(&err);
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), -ESRCH);
	CHECK_EQ(guest_request_reboot(guest, NULL), -ESRCH);
	CHECK_EQ(guest_request_pause(guest, NULL), -ESRCH);
	CHECK_EQ(guest_request_resume(guest, NULL), -ESRCH);
	CHECK_EQ(guest_dump(guest, &json, &err), -ESRCH);
	CHECK_HAS(error_message(err), "has no machine to look at: it is stopped");
	error_freep(&err);
	guest_reap(guest);
	CHECK_EQ(start_now(NULL), 0);
	CHECK_EQ(start_now(&err), -EALREADY);
	CHECK_STR(error_message(err), "guest 'test' is running already");
	error_freep(&err);
	expect_start();
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), -ESRCH);
	/* Ended but not reaped: a dump is possible still. */
	CHECK_EQ(guest_dump(guest, &json, NULL), 0);
	free(json);
	guest_reap(guest);
	guest_reap(guest);
	CHECK_EQ(guest_dump(guest, &json, NULL), -ESRCH);
	CHECK_EQ(notes.n, 3);
	end();
}

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
	CHECK_EQ(guest_console_attach(guest, fds[0], i & 1 ? CHARDEV_FORCE : CHARDEV_READ_ONLY,
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

static void a_reader_outlives_the_machine(void)
{
	unsigned int tasks = tasks_at_rest();
	char buf[10] = "";
	int fds[2];

	make(PROGRAM(hello), "");
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	/* Before the start: a thread serves it. */
	CHECK_EQ(guest_console_attach(guest, fds[0], CHARDEV_REPLAY, NULL), 0);
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
	CHECK_EQ(guest_console_attach(guest, fds[0], CHARDEV_SNAPSHOT, NULL), 0);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_WAITALL), 2);
	check_threads(tasks);
	close(fds[1]);
	end();
	check_threads(tasks);
}

static void failed_start(int want, const char *says)
{
	unsigned int fds = count("fd");
	struct error *err = NULL;
	struct guest_info info;

	notes.n = notes.seen = 0;
	CHECK_EQ(start_now(&err), want);
	CHECK_HAS(error_message(err), says);
	guest_get_info(guest, &info);
	CHECK_EQ(info.state, GUEST_CRASHED);
	CHECK_EQ(info.cause, GUEST_CAUSE_START_FAILED);
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
	failed_start(-EBADF, "kernel");
	kernel = open("/", O_RDONLY | O_CLOEXEC);
	failed_start(-EISDIR, "kernel 'k': is a directory");
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
	failed_start(-ENODEV, "there is no engine 'warp'");
	free(def->board);
	def->board = strdup("ebony");
	failed_start(-ENOENT, "ebony");
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
			guest_console_attach(guest, fds[0], CHARDEV_FORCE, NULL);
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

static void names(void)
{
	int i;

	for (i = 0; i < GUEST_STATES; i++)
		CHECK(guest_state_name((enum guest_state)i) != NULL);
	for (i = 0; i < GUEST_CAUSES; i++)
		CHECK(guest_cause_name((enum guest_cause)i) != NULL);
	for (i = 0; i < ENGINE_EXIT_KINDS; i++)
		CHECK(guest_exit_name((enum engine_exit_kind)i) != NULL);
	CHECK_STR(guest_state_name(GUEST_STATES), "unknown");
	CHECK_STR(guest_cause_name(GUEST_CAUSES), "unknown");
}

static const struct test_case cases[] = {
	TEST_CASE(names),
	TEST_CASE(runs_and_powers_off),
	TEST_CASE(reset_restarts_or_stops),
	TEST_CASE(panic_restarts_or_stops),
	TEST_CASE(watchdog_resets),
	TEST_CASE(checkstop_crashes),
	TEST_CASE(messages_are_limited),
	TEST_CASE(halted_guest_waits_to_be_looked_at),
	TEST_CASE(stop_waits_for_the_guest),
	TEST_CASE(pause_stops_the_clock),
	TEST_CASE(dump_says_what_there_is),
	TEST_CASE(dump_says_what_is_pending),
	TEST_CASE(idle_guest_can_be_woken_and_killed),
	TEST_CASE(requests_to_a_stopped_guest_are_refused),
	TEST_CASE(nothing_is_left_behind),
	TEST_CASE(a_reader_outlives_the_machine),
	TEST_CASE(starts_that_fail),
	TEST_CASE(starts_without_descriptors),
	TEST_CASE(everybody_at_once),
};

TEST_MAIN(cases)
