/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests that run: programs of a few instructions, from memory, on the real engine and the real
 * board. The state changes that are reported are noted in order, and tests wait for them. For
 * test-guest*.c; everything is static, so that each program uses what it wants.
 */
#ifndef GUEST_RUNNER_H
#define GUEST_RUNNER_H

#include "backend/chardev.h"
#include "guest.h"
#include "util/error.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/test.h"

#define RUNNER_UNUSED __attribute__((unused))

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

static const char *runner_engine = "interp";
static struct guest *guest;
static struct guest_def *def;
static int kernel = -1;

RUNNER_UNUSED static void on_state(void *self, enum guest_state state, enum guest_cause cause,
				   const char *detail)
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

RUNNER_UNUSED static void on_message(void *self, int priority, const char *text)
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

RUNNER_UNUSED static struct timespec patience(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += PATIENCE_S;
	return t;
}

/* The next report is this one. */
RUNNER_UNUSED static const char *expect(enum guest_state state, enum guest_cause cause)
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

RUNNER_UNUSED static void expect_start(void)
{
	expect(GUEST_STARTING, GUEST_CAUSE_START);
	expect(GUEST_RUNNING, GUEST_CAUSE_START);
}

/* Up to size bytes of what the guest has printed; how many. */
RUNNER_UNUSED static size_t printed(char *buf, size_t size)
{
	ssize_t n;
	int fds[2];

	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	REQUIRE_EQ(guest_console_attach(guest, fds[0], CHARDEV_SNAPSHOT, 0, NULL), 0);
	n = recv(fds[1], buf, size, MSG_WAITALL);
	close(fds[1]);
	return n < 0 ? 0 : (size_t)n;
}

/* Until the guest has printed this much. */
RUNNER_UNUSED static void wait_for_output(size_t len)
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

RUNNER_UNUSED static int make_file(const uint32_t *program, size_t size)
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

RUNNER_UNUSED static void make(const uint32_t *program, size_t size, const char *more)
{
	const struct guest_events events = { on_state, on_message, NULL };
	struct error *err = NULL;
	char text[500];

	notes.n = notes.seen = notes.n_messages = 0;
	notes.messages[0] = '\0';
	snprintf(text, sizeof(text),
		 "{\"name\":\"test\",\"memory\":\"16M\",\"engine\":\"%s\","
		 "\"boot\":{\"kernel\":\"/k\"}"
		 "%s}",
		 runner_engine, more);
	if (guest_def_parse(&def, text, strlen(text), "test", &err) < 0)
		test_note("%s", error_message(err));
	error_freep(&err);
	REQUIRE(def != NULL);
	kernel = make_file(program, size);
	REQUIRE_EQ(guest_new(&guest, def, &events, NULL), 0);
}

RUNNER_UNUSED static int start_now(struct error **err)
{
	const struct guest_files files = { kernel, -1, -1, NULL };

	return guest_start(guest, &files, err);
}

RUNNER_UNUSED static void start(const uint32_t *program, size_t size, const char *more)
{
	struct error *err = NULL;

	make(program, size, more);
	if (start_now(&err) < 0)
		test_note("%s", error_message(err));
	REQUIRE(err == NULL);
}

RUNNER_UNUSED static void end(void)
{
	guest = guest_free(guest);
	def = guest_def_free(def);
	if (kernel >= 0)
		close(kernel);
	kernel = -1;
}

RUNNER_UNUSED static void kill_and_end(void)
{
	CHECK_EQ(guest_request_kill(guest, GUEST_CAUSE_KILL, NULL), 0);
	expect(GUEST_STOPPED, GUEST_CAUSE_KILL);
	end();
}

#endif
