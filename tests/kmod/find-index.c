// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * find-index ADDRESS: whether the kernel module finds, in the instructions of a miss handler that
 * stand on standard input, a word in hexadecimal a line, the host's index into the TLB at ADDRESS.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "kmod/linux/host.h"

int main(int argc, char **argv)
{
	uint32_t code[64], n = 0;
	struct host_tlb t;

	if (argc != 2)
		return 2;
	while (n < 64 && scanf("%x", &code[n]) == 1)
		n++;
	if (!host_tlb_find(code, n, &t)) {
		printf("not found in %u instructions\n", n);
		return 1;
	}
	if (t.index != strtoul(argv[1], NULL, 16) || t.last != 1) {
		printf("found at %08x, to %u; it is at %s, to 1\n", t.index, t.last, argv[1]);
		return 1;
	}
	return 0;
}
