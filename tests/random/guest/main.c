/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a batch of random sequences under qemu-ppc: maps the file at the address it was made for and
 * calls its first instruction; the sequences write their results into the file. Built without a
 * libc, so that the first floating-point instruction is one of the batch.
 */
#include "../batch.h"

#define SYS_EXIT	 1
#define SYS_OPEN	 5
#define SYS_MMAP	 90
#define O_RDWR		 2
#define PROT_ALL	 7
#define MAP_SHARED_FIXED 0x11

static long system_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;
	register long r8 __asm__("r8") = f;

	__asm__ volatile("sc; bns+ 1f; neg 3, 3; 1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
			 :
			 : "cr0", "ctr", "memory", "r9", "r10", "r11", "r12");
	return r3;
}

static __attribute__((noreturn)) void leave(int status)
{
	for (;;)
		system_call(SYS_EXIT, status, 0, 0, 0, 0, 0);
}

/* The end of the batch jumps here; its registers, r1 too, are what the last sequence left. */
void finished(void);

/* @stack is what the kernel left: argc, argv[0], argv[1]. */
__attribute__((noreturn, used)) void begin(const long *stack)
{
	struct batch_header *batch = (struct batch_header *)(BATCH_ADDRESS + BATCH_HEADER);
	long fd;

	if (stack[0] != 2)
		leave(2);
	fd = system_call(SYS_OPEN, stack[2], O_RDWR, 0, 0, 0, 0);
	if (fd < 0)
		leave(3);
	if (system_call(SYS_MMAP, BATCH_ADDRESS, BATCH_SIZE, PROT_ALL, MAP_SHARED_FIXED, fd, 0) !=
	    BATCH_ADDRESS)
		leave(4);
	batch->end = (unsigned int)finished;
	((void (*)(void))(BATCH_ADDRESS + BATCH_ENTRY))();
	leave(5);
}

__asm__(".globl _start\n"
	"_start: mr 3, 1\n"
	"	clrrwi 1, 1, 4\n"
	"	li 0, 0\n"
	"	stwu 1, -64(1)\n"
	"	stw 0, 0(1)\n"
	"	b begin\n"
	".globl finished\n"
	"finished: li 0, 1\n"
	"	li 3, 0\n"
	"	sc\n");
