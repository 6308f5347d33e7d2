/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime of the bare-metal programs: printing to UART0, catching interrupts, running tables of
 * instructions, TLB entries. A program is one test_main(); what it prints is compared line by line
 * with what it prints under QEMU, so each line starts with a key that is unique in the program,
 * ended by ": ", and addresses are printed relative to something.
 */
#ifndef ISA_H
#define ISA_H

#include "regs.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STR_(x) #x
#define STR(x)	STR_(x)
#define mfspr(n)                                                                                   \
	({                                                                                         \
		uint32_t v_;                                                                       \
		__asm__ volatile("mfspr %0," STR(n) : "=r"(v_) : : "memory");                      \
		v_;                                                                                \
	})
#define mtspr(n, v) __asm__ volatile("mtspr " STR(n) ",%0" : : "r"((uint32_t)(v)) : "memory")
#define mfdcr(n)                                                                                   \
	({                                                                                         \
		uint32_t v_;                                                                       \
		__asm__ volatile("mfdcr %0," STR(n) : "=r"(v_) : : "memory");                      \
		v_;                                                                                \
	})
#define mtdcr(n, v) __asm__ volatile("mtdcr " STR(n) ",%0" : : "r"((uint32_t)(v)) : "memory")

static inline uint32_t mfmsr(void)
{
	uint32_t v;

	__asm__ volatile("mfmsr %0" : "=r"(v) : : "memory");
	return v;
}

static inline void mtmsr(uint32_t v)
{
	__asm__ volatile("mtmsr %0; isync" : : "r"(v) : "memory");
}

static inline void isync(void)
{
	__asm__ volatile("isync" : : : "memory");
}

static inline uint32_t timebase(void)
{
	uint32_t v;

	__asm__ volatile("mftb %0" : "=r"(v) : : "memory");
	return v;
}

/* Makes stores to [p, p + len) visible to instruction fetch. */
void code_sync(const void *p, uint32_t len);

/* Printing: %u %d %x %08x (any width, zero padded when it starts with 0) %s %c %%, %llx. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void vprint(const char *fmt, va_list ap);

/* An interrupt as the handler saw it. */
struct trap_frame {
	uint32_t gpr[32];
	uint32_t cr, lr, ctr, xer;
	uint32_t pc, msr; /* the save registers of its class */
	uint32_t esr, dear;
	uint32_t now; /* MSR in the handler */
	uint32_t vec; /* IVOR number */
};

struct trap {
	uint32_t vec, pc, msr, esr, dear, now;
};

#define TRAP_LOG 32
extern struct trap trap_log[TRAP_LOG];
extern volatile unsigned int trap_count;
/* pc is printed relative to this; run_op() sets it to the op. */
extern uint32_t trap_base;
/* Where the next interrupt that nobody hooks goes on; 0: after the instruction or at LR (fetches).
 */
extern volatile uint32_t trap_resume;
/* Sees each interrupt first; true: handled, the frame is restored as the hook left it. */
extern bool (*trap_hook)(struct trap_frame *f);
void trap_clear(void); /* forgets the log */
/* " vec=6 pc=+0 msr=00000000 esr=08000000 dear=... now=..." of each since trap_clear(). */
void trap_print(void);

/* From here on in user mode / supervisor mode again. */
void user_mode(void);
void super_mode(void);

/* A row of a table made with ops.inc. */
struct op {
	uint32_t addr;
	const char *name;
};

struct op_regs {
	uint32_t r[8]; /* r3 to r10 */
	uint32_t cr, xer, lr, ctr;
	uint32_t user; /* run it in user mode */
	uint32_t pad;
	uint64_t f[4];
	uint64_t fpscr; /* in the low word, as mffs has it */
	uint32_t fp;	/* load and store the f's and FPSCR; MSR[FP] must be set */
};

void run_op(const struct op *op, struct op_regs *regs);

/* TLB entry @i: word0 without TID, the real address, word2's attributes. */
void tlb_set(unsigned int i, uint32_t word0, uint32_t tid, uint64_t ra, uint32_t attr);
void tlb_clear(unsigned int i);
void tlb_get(unsigned int i, uint32_t word[3], uint32_t *tid);

/* The program's own RAM above its image, page-aligned; 1:1 mapped. */
#define RAM_FREE 0x00400000

void *memset(void *p, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
uint32_t fnv(uint32_t hash, uint32_t value);
#define FNV_START 0x811c9dc5u

/* The device tree the loader gave, or NULL; poweroff by its syscon-poweroff node, if any. */
extern const void *device_tree;
void power_off(void);

void test_main(void);

#endif
