/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the debug-* programs: a hook that keeps a record of Debug interrupts. Bits of DBCR0 and DBSR:
 * PPC440x5 CPU Core User's Manual, pages 244, 245 and 476.
 */
#ifndef ISA_DEBUG_H
#define ISA_DEBUG_H

#include "isa.h"

#define DBCR0_IDM 0x40000000u
#define DBCR0_FT  0x00000001u
#define DBSR_IDE  0x80000000u
#define DBG_ICMP  0x08000000u
#define DBG_BRT	  0x04000000u
#define DBG_IRPT  0x02000000u
#define DBG_TRAP  0x01000000u
#define DBG_IAC1  0x00800000u
#define DBG_IAC2  0x00400000u
#define DBG_IAC3  0x00200000u
#define DBG_IAC4  0x00100000u
#define DBG_DAC1R 0x00080000u
#define DBG_DAC1W 0x00040000u
#define DBG_DAC2R 0x00020000u
#define DBG_DAC2W 0x00010000u
#define DBG_RET	  0x00008000u

struct debug_event {
	uint32_t pc, msr, now, dbsr, r3;
};

#define DEBUG_EVENTS 8
extern struct debug_event debug_log[DEBUG_EVENTS];
extern unsigned int debug_count;
/* The hook turns all events off after this many. */
extern unsigned int debug_stop;
/* What the hook adds to the address it returns to. */
extern uint32_t debug_skip;

void debug_init(void); /* sets trap_hook */
/* Runs @op with DBCR0 = @dbcr0, and MSR[DE] as the op itself sets it (r9 and r10); prints the
 * events. */
void debug_run(const struct op *op, struct op_regs *r, uint32_t dbcr0);

#endif
