// SPDX-License-Identifier: GPL-2.0-or-later
/* The C side of the vectors, and the frame around a program. */
#include "isa.h"

struct trap trap_log[TRAP_LOG];
volatile unsigned int trap_count;
uint32_t trap_base;
volatile uint32_t trap_resume;
bool (*trap_hook)(struct trap_frame *f);

void trap_c(struct trap_frame *f, uint32_t vec);
void runtime_main(const void *fdt);

_Static_assert(offsetof(struct trap_frame, pc) == FR_PC, "regs.h");
_Static_assert(offsetof(struct trap_frame, now) == FR_NOW, "regs.h");
_Static_assert(sizeof(struct trap_frame) <= FR_SIZE, "regs.h");
_Static_assert(offsetof(struct op_regs, f) == OR_F, "regs.h");
_Static_assert(offsetof(struct op_regs, fpscr) == OR_FPSCR, "regs.h");
_Static_assert(offsetof(struct op_regs, fp) == OR_FP, "regs.h");

static void end(void)
{
	print("END\n");
	power_off();
	/* QEMU's board has no way off: its runner ends it at the line above. */
	for (;;)
		;
}

void trap_clear(void)
{
	trap_count = 0;
	trap_resume = 0;
	mtspr(SPR_ESR, 0);
	mtspr(SPR_DEAR, 0);
}

static void print_one(const struct trap *t)
{
	/* QEMU's Program interrupts leave other PowerPCs' cause bits in SRR1; test_main()s look at
	 * those. */
	print(" vec=%u pc=%c%x msr=%08x esr=%08x", t->vec, t->pc < trap_base ? '-' : '+',
	      t->pc < trap_base ? trap_base - t->pc : t->pc - trap_base, t->msr & MSR_SAVED,
	      t->esr);
	if (t->vec == VEC_DSI || t->vec == VEC_DTLB || t->vec == VEC_ALIGN)
		print(" dear=%08x", t->dear);
	print(" now=%08x", t->now);
}

void trap_print(void)
{
	if (!trap_count)
		print(" none");
	for (unsigned int i = 0; i < trap_count && i < TRAP_LOG; i++)
		print_one(&trap_log[i]);
}

/* An interrupt that arrived where the program cannot stand it: say which, and end. */
static void fatal(const struct trap_frame *f, const char *why)
{
	struct trap t = { f->vec, f->pc, f->msr, f->esr, f->dear, f->now };

	trap_base = 0;
	print("\nfatal: %s:", why);
	print_one(&t);
	print(" lr=%08x sp=%08x\n", f->lr, f->gpr[1]);
	end();
}

void trap_c(struct trap_frame *f, uint32_t vec)
{
	static unsigned int total;

	f->vec = vec;
	if (vec == VEC_SC && f->gpr[0] == SC_USER) {
		f->msr |= MSR_PR;
		return;
	}
	if (vec == VEC_SC && f->gpr[0] == SC_SUPER) {
		f->msr &= ~MSR_PR;
		return;
	}
	if (trap_hook && trap_hook(f))
		return;
	if (total++ > 200000)
		fatal(f, "too many interrupts");
	if (trap_count < TRAP_LOG)
		trap_log[trap_count] = (struct trap){ vec, f->pc, f->msr, f->esr, f->dear, f->now };
	trap_count++;
	if (trap_count > 10 * TRAP_LOG)
		fatal(f, "interrupts without end");
	f->msr &= ~(uint32_t)MSR_WE; /* what waited goes on */
	/* FPSCR[FEX] stays: going back with FE0 or FE1 on would interrupt again (manual, page 189).
	 */
	if (vec == VEC_PROGRAM && (f->esr & 0x01000000))
		f->msr &= ~(uint32_t)(MSR_FE0 | MSR_FE1);
	if (trap_resume) {
		f->pc = trap_resume;
		return;
	}
	switch (vec) {
	case VEC_ISI:
	case VEC_ITLB: f->pc = f->lr; break;
	case VEC_SC: break;
	case VEC_DSI:
	case VEC_ALIGN:
	case VEC_PROGRAM:
	case VEC_FP:
	case VEC_AP:
	case VEC_DTLB: f->pc += 4; break;
	case VEC_EXTERNAL:
	case VEC_DEC:
	case VEC_FIT: f->msr &= ~(uint32_t)MSR_EE; break;
	case VEC_CRITICAL:
	case VEC_WDT: f->msr &= ~(uint32_t)MSR_CE; break;
	case VEC_DEBUG:
		mtspr(SPR_DBSR, 0xffffffff);
		f->msr &= ~(uint32_t)MSR_DE;
		break;
	case VEC_MCHECK: f->msr &= ~(uint32_t)MSR_ME; break;
	default: fatal(f, "no such interrupt");
	}
}

void user_mode(void)
{
	__asm__ volatile("lis 0,%0; ori 0,0,%1; sc"
			 :
			 : "i"(SC_USER >> 16), "i"(SC_USER & 0xffff)
			 : "r0", "memory");
}

void super_mode(void)
{
	__asm__ volatile("lis 0,%0; ori 0,0,%1; sc"
			 :
			 : "i"(SC_SUPER >> 16), "i"(SC_SUPER & 0xffff)
			 : "r0", "memory");
}

/* SPR_IVOR(n) must be an immediate. */
#define SET_IVOR(n) mtspr(0x190 + n, (n)*64)

void runtime_main(const void *fdt)
{
	SET_IVOR(0);
	SET_IVOR(1);
	SET_IVOR(2);
	SET_IVOR(3);
	SET_IVOR(4);
	SET_IVOR(5);
	SET_IVOR(6);
	SET_IVOR(7);
	SET_IVOR(8);
	SET_IVOR(9);
	SET_IVOR(10);
	SET_IVOR(11);
	SET_IVOR(12);
	SET_IVOR(13);
	SET_IVOR(14);
	SET_IVOR(15);
	mtspr(SPR_TCR, 0);
	mtspr(SPR_DBCR0, 0);
	isync();
	device_tree = fdt;
	test_main();
	trap_hook = NULL;
	end();
}
