/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core takes from the world it is compiled into: the atomic operations on the one word
 * that threads other than the vCPU's own may touch (core440.pending). A 440 has no 64-bit atomics,
 * so these are 32-bit, and they are macros, so that each world supplies its own.
 */
#ifndef CORE440_ENV_H
#define CORE440_ENV_H

#ifdef __KERNEL__
#include <linux/atomic.h>
typedef atomic_t core440_atomic;
#define core440_atomic_read(a)	       ((uint32_t)atomic_read_acquire(a))
#define core440_atomic_or(a, bits)     atomic_or((int)(bits), (a))
#define core440_atomic_andnot(a, bits) atomic_andnot((int)(bits), (a))
#else
#include "types.h"
typedef struct {
	uint32_t value;
} core440_atomic;
#define core440_atomic_read(a)	   __atomic_load_n(&(a)->value, __ATOMIC_ACQUIRE)
#define core440_atomic_or(a, bits) ((void)__atomic_fetch_or(&(a)->value, (bits), __ATOMIC_SEQ_CST))
#define core440_atomic_andnot(a, bits)                                                             \
	((void)__atomic_fetch_and(&(a)->value, ~(uint32_t)(bits), __ATOMIC_SEQ_CST))
#endif

#endif
