/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interrupt line: who raises it knows the line only, not where it leads. Levels, not edges. */
#ifndef KVM440_IRQ_H
#define KVM440_IRQ_H

#include <stdbool.h>

struct irq_line {
	const char *name; /* "uart0", for messages and dumps */
	void (*set)(void *self, unsigned int n, bool level);
	void *self;
	unsigned int n;
};

/* Sets the level; the device lock is held. A line with no set function leads nowhere. */
static inline void irq_set(const struct irq_line *line, bool level)
{
	if (line->set)
		line->set(line->self, line->n, level);
}

#endif
