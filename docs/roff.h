/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the programs that print parts of the man pages from the tables. */
#ifndef KVM440_ROFF_H
#define KVM440_ROFF_H

#include <stdio.h>

/* Prints text that roff passes through: no request, no escape, no minus that becomes a hyphen. */
static inline void roff_print(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++)
		switch (*text) {
		case '\\': fputs("\\e", stdout); break;
		case '-': fputs("\\-", stdout); break;
		case '^': fputs("\\(ha", stdout); break;
		case '"': fputs("\\(dq", stdout); break;
		default: putchar(*text);
		}
}

#endif
