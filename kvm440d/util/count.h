/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of 64 bits that one thread advances and any thread may read, whole, while it does. On a
 * host with 64-bit atomic accesses that costs what a plain addition costs. A 32-bit PowerPC has
 * none; there the upper half is kept twice and written before and after the lower one, and a reader
 * that sees two different ones reads again.
 */
#ifndef KVM440_COUNT_H
#define KVM440_COUNT_H

#include <stdint.h>

/* By halves, for any host. */
struct count_halves {
	uint32_t before, low, after;
};

static inline uint64_t count_halves_read(const struct count_halves *c)
{
	uint32_t before, low, after;

	do {
		after = __atomic_load_n(&c->after, __ATOMIC_ACQUIRE);
		low = __atomic_load_n(&c->low, __ATOMIC_ACQUIRE);
		before = __atomic_load_n(&c->before, __ATOMIC_RELAXED);
	} while (before != after);
	return (uint64_t)after << 32 | low;
}

/* The thread that owns the counter. */
static inline void count_halves_add(struct count_halves *c, uint64_t n)
{
	uint32_t before = __atomic_load_n(&c->before, __ATOMIC_RELAXED);
	uint32_t low = __atomic_load_n(&c->low, __ATOMIC_RELAXED);
	uint64_t value = ((uint64_t)before << 32 | low) + n;
	uint32_t high = (uint32_t)(value >> 32);

	if (high != before)
		__atomic_store_n(&c->before, high, __ATOMIC_RELAXED);
	__atomic_store_n(&c->low, (uint32_t)value, __ATOMIC_RELEASE);
	if (high != before)
		__atomic_store_n(&c->after, high, __ATOMIC_RELEASE);
}

/* In one piece. */
struct count_whole {
	_Alignas(8) uint64_t value;
};

#if __GCC_ATOMIC_LLONG_LOCK_FREE == 2

typedef struct count_whole count64;

static inline uint64_t count_read(const count64 *c)
{
	return __atomic_load_n(&c->value, __ATOMIC_RELAXED);
}

/* Not a read-modify-write in one: there is one writer. */
static inline void count_add(count64 *c, uint64_t n)
{
	__atomic_store_n(&c->value, __atomic_load_n(&c->value, __ATOMIC_RELAXED) + n,
			 __ATOMIC_RELAXED);
}

#else

typedef struct count_halves count64;
#define count_read count_halves_read
#define count_add  count_halves_add

#endif

#endif
