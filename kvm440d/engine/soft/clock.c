/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time without signals or timers: the inner loop runs at most a slice of instructions, sized to end
 * near the guest's next deadline, and a sleeping vCPU waits in ppoll() for the deadline or for its
 * eventfd. Other threads set a bit in core.pending and call soft_wake(); the sleeper says that it
 * sleeps before it looks at pending for the last time, so one of the two sees the other.
 */
#include "soft.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000u
/* Instructions between two looks at the clock: at 200 a microsecond some 80 us. */
#define SLICE_MAX 16384
#define SLICE_MIN 32
/* Until it has been measured, and never beyond: instructions a tick, times 256. */
#define RATE_FIRST 256
#define RATE_MIN   8
#define RATE_MAX   (256 * 256)

static uint64_t host_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

/* Whole seconds apart, so that nothing overflows. */
static uint64_t ticks_of(const struct engine_vcpu *v, uint64_t ns)
{
	return ns / NS * v->timebase_hz + ns % NS * v->timebase_hz / NS;
}

static uint64_t ns_of(const struct engine_vcpu *v, uint64_t ticks)
{
	return ticks / v->timebase_hz * NS + ticks % v->timebase_hz * NS / v->timebase_hz;
}

uint64_t soft_ticks(struct core440 *c)
{
	const struct engine_vcpu *v = vcpu_of(c);

	if (v->clock_stopped)
		return v->guest_ticks;
	return v->guest_ticks + ticks_of(v, host_ns() - v->host_ns);
}

void soft_clock_stop(struct engine_vcpu *v)
{
	if (v->clock_stopped)
		return;
	v->guest_ticks = soft_ticks(&v->core);
	v->clock_stopped = true;
}

void soft_clock_start(struct engine_vcpu *v)
{
	if (!v->clock_stopped)
		return;
	v->host_ns = host_ns();
	v->clock_stopped = false;
}

int soft_clock_init(struct engine_vcpu *v, uint32_t timebase_hz)
{
	v->timebase_hz = timebase_hz;
	v->host_ns = host_ns();
	v->rate = RATE_FIRST;
	v->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return v->wake_fd < 0 ? -errno : 0;
}

void soft_clock_deinit(struct engine_vcpu *v)
{
	if (v->wake_fd >= 0)
		close(v->wake_fd);
	v->wake_fd = -1;
}

/* The deadline may have moved: look at it at the next way back or out of a page. */
void soft_timer_changed(struct core440 *c)
{
	vcpu_of(c)->limit = 0;
}

/* Learns how fast the guest runs from the slice that has ended. */
static void measure(struct engine_vcpu *v, uint64_t now)
{
	uint64_t ticks = now - v->slice_ticks, executed = count_read(&v->counts.instructions),
		 count = executed - v->slice_count;

	if (count > SLICE_MAX / 2 && ticks) {
		v->rate = (3 * v->rate + count * 256 / ticks) / 4;
		if (v->rate < RATE_MIN)
			v->rate = RATE_MIN;
		if (v->rate > RATE_MAX)
			v->rate = RATE_MAX;
	}
	v->slice_ticks = now;
	v->slice_count = executed;
}

void soft_clock_poll(struct engine_vcpu *v)
{
	/* Brings the timers up to now: what has expired is pending when it returns. */
	uint64_t next = core440_timer_next(&v->core), now = soft_ticks(&v->core);
	uint64_t left = next > now ? next - now : 0, slice = SLICE_MAX;

	measure(v, now);
	if (left < SLICE_MAX * UINT64_C(256) / RATE_MIN && left * v->rate / 256 < slice)
		slice = left * v->rate / 256;
	if (slice < SLICE_MIN)
		slice = SLICE_MIN;
	v->limit = (intptr_t)(slice * sizeof(struct op));
}

void soft_wake(struct engine_vcpu *v)
{
	const uint64_t one = 1;

	if (!__atomic_load_n(&v->sleeping, __ATOMIC_SEQ_CST))
		return;
	/* It can only fail when the counter is about to overflow, and then the sleeper is awake. */
	if (write(v->wake_fd, &one, sizeof(one)) < 0)
		return;
}

void soft_clock_sleep(struct engine_vcpu *v)
{
	uint64_t next = core440_timer_next(&v->core), now = soft_ticks(&v->core), ns, drained;
	struct pollfd p = { .fd = v->wake_fd, .events = POLLIN };
	struct timespec t;

	__atomic_store_n(&v->sleeping, 1, __ATOMIC_SEQ_CST);
	if (!core440_attention(&v->core) && next > now) {
		/* At most a day, lest a far deadline does not fit. */
		ns = next - now > UINT64_C(86400) * v->timebase_hz ? UINT64_C(86400) * NS
								   : ns_of(v, next - now) + 1;
		t.tv_sec = (time_t)(ns / NS);
		t.tv_nsec = (long)(ns % NS);
		/* Interrupted by a signal or not: the caller looks around and comes back. */
		if (ppoll(&p, 1, next == UINT64_MAX ? NULL : &t, NULL) > 0 &&
		    read(v->wake_fd, &drained, sizeof(drained)) < 0)
			drained = 0;
	}
	__atomic_store_n(&v->sleeping, 0, __ATOMIC_SEQ_CST);
}
