/* SPDX-License-Identifier: GPL-2.0-only */
/* The integer types of the core, from whichever world compiles it: kbuild or a hosted compiler. */
#ifndef CORE440_TYPES_H
#define CORE440_TYPES_H

#ifdef __KERNEL__
#include <linux/stddef.h>
#include <linux/types.h>
#ifndef UINT64_MAX
#define UINT64_MAX (~(uint64_t)0)
#endif
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#endif
