/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an integer operation ends. */
#ifndef KVM440_SOFT_ARITH_H
#define KVM440_SOFT_ARITH_H

#include "core440.h"

/* GPR[@rt] = @r; with @oe OV = @overflow, which SO collects; with @rc CR0, SO included, follows. */
static inline void soft_set_result(struct core440 *c, unsigned int rt, uint32_t r, bool rc, bool oe,
				   bool overflow)
{
	c->gpr[rt] = r;
	if (oe) {
		c->xer &= ~XER_OV;
		if (overflow)
			c->xer |= XER_SO | XER_OV;
	}
	if (rc)
		c->cr = (c->cr & 0x0fffffffu) | (((int32_t)r < 0 ? 8u
						  : r		 ? 4u
								 : 2u) |
						 c->xer >> 31)
							<< 28;
}

#endif
