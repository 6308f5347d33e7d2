/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking a row of insn.def away, to see which test notices: tests/rows. For programs of one source
 * file; needs an unmodified decoder, which it alters in the running process alone.
 */
#ifndef WITHOUT_H
#define WITHOUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod/core/decode.h"

/* Every code of the row @name is illegal from now on. Ends the program when there is none. */
static inline enum insn without_row(const char *name)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first, last;
	/* Through an integer, as the table is constant: it is made writable first. */
	volatile uint16_t *table = (volatile uint16_t *)(uintptr_t)core440_decode_table;
	unsigned int id = 1, i;

	while (id < INSN_COUNT && strcmp(core440_insn_info[id].name, name) != 0)
		id++;
	first = (uintptr_t)table & ~(page - 1);
	last = (uintptr_t)table + sizeof(core440_decode_table);
	if (id == INSN_COUNT || mprotect((void *)first, last - first, PROT_READ | PROT_WRITE) < 0) {
		fprintf(stderr, "cannot take the instruction '%s' away\n", name);
		exit(2);
	}
	for (i = 0; i < CORE440_DECODE_SIZE; i++)
		if (table[i] == id)
			table[i] = INSN_ILLEGAL;
	return (enum insn)id;
}

/* What a unit test does before its cases. */
#ifdef TEST_H
void test_begin(void)
{
	const char *name = getenv("KVM440_WITHOUT");

	if (name != NULL)
		(void)without_row(name);
}
#endif

#endif
