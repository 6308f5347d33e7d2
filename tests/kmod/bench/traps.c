// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What privileged instructions, system calls, TLB misses and plain code cost, for tools/bench kmod:
 * "NAME: ticks N" says that N of them took so many ticks of the time base. The same program runs on
 * the bare board and in a guest. An instruction stands alone, with a nop behind it that is not
 * counted; "-run" says that 64 of them stand side by side.
 */
#include "isa.h"

#define TIMES  64 /* in line */
#define ROUNDS 64
#define PAGES  512 /* more than a TLB of 64 holds, in one entry of 16 MB */
#define WINDOW 0x20000000u

static uint32_t nops; /* ticks of TIMES * ROUNDS of them */

static void report(const char *name, uint32_t ticks, uint32_t count)
{
	print("%s: %u %u\n", name, ticks, count);
}

#define TICKS(code, ...)                                                                           \
	({                                                                                         \
		uint32_t begin, i;                                                                 \
                                                                                                   \
		__asm__ volatile(code : : __VA_ARGS__ : "memory", "r0", "r9", "lr", "cr0");        \
		begin = timebase();                                                                \
		for (i = 0; i < ROUNDS; i++)                                                       \
			__asm__ volatile(".rept 64\n" code "\n.endr"                               \
					 :                                                         \
					 : __VA_ARGS__                                             \
					 : "memory", "r0", "r9", "lr", "cr0");                     \
		timebase() - begin;                                                                \
	})
#define MEASURE(name, code, ...)                                                                   \
	report(name, TICKS(code "\nnop", __VA_ARGS__) - nops, TIMES * ROUNDS)
#define MEASURE_RUN(name, code, ...) report(name, TICKS(code, __VA_ARGS__), TIMES *ROUNDS)

static bool skip_syscall(struct trap_frame *f)
{
	return f->vec == 8;
}

/* Loads and stores, multiplications and branches that seldom go the same way twice. */
static uint32_t compute(uint32_t rounds)
{
	static uint32_t table[256];
	uint32_t x = 1, i;

	for (i = 0; i < rounds; i++) {
		x = x * 1664525u + 1013904223u;
		if (x & 0x10000)
			table[x >> 24] += x;
		else
			x ^= table[x >> 24 ^ 0x55];
	}
	return x;
}

static void misses(void)
{
	volatile uint32_t *p = (volatile uint32_t *)WINDOW;
	uint32_t begin, i, n, sum = 0;

	tlb_set(20, WINDOW | 0x270, 0, 0x01000000, 0x3f);
	isync();
	for (i = 0; i < PAGES; i++)
		sum += p[i * 1024];
	begin = timebase();
	for (n = 0; n < 8; n++)
		for (i = 0; i < PAGES; i++)
			sum += p[i * 1024];
	report("page", timebase() - begin, 8 * PAGES);
	tlb_clear(20);
	if (sum)
		print("sum: %u\n", sum);
}

static void measure_compute(void)
{
	uint32_t begin;

	compute(1000);
	begin = timebase();
	compute(200000);
	report("compute", timebase() - begin, 200000);
}

void test_main(void)
{
	uint32_t msr = mfmsr();

	nops = TICKS("nop", "r"(0));
	report("nop", nops, TIMES * ROUNDS);
	MEASURE("mfmsr", "mfmsr 0", "r"(0));
	MEASURE("mtmsr", "mtmsr %0", "r"(msr));
	MEASURE("wrteei", "wrteei 0", "r"(0));
	MEASURE("mfspr-SPRG0", "mfspr 0,0x110", "r"(0));
	MEASURE("mtspr-SPRG0", "mtspr 0x110,%0", "r"(0));
	MEASURE("mtspr-SPRG4", "mtspr 0x114,%0", "r"(0));
	MEASURE_RUN("mfmsr-run", "mfmsr 0", "r"(0));
	MEASURE_RUN("mtspr-SPRG0-run", "mtspr 0x110,%0", "r"(0));
	MEASURE("mtspr-PID", "mtspr 0x30,%0", "r"(0));
	MEASURE("tlbwe", "tlbwe %0,%1,0", "r"(0), "r"(21));
	MEASURE("rfi", "bcl 20,31,1f\n1: mflr 9; addi 9,9,20; mtspr 0x1a,9; mtspr 0x1b,%0; rfi",
		"r"(msr));
	trap_hook = skip_syscall;
	MEASURE("sc", "sc", "r"(0));
	trap_hook = NULL;
	misses();
	measure_compute();
}
