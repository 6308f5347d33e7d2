// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The privileged instructions: refused in user mode, and what they do in supervisor mode: returns,
 * MSR, DCRs, the TLB's entries and searches.
 */
#include "isa.h"

extern const struct op ops_privileged[], ops_illegal[], ops_return[];

static void refused(void)
{
	for (const struct op *op = ops_privileged; op->addr; op++) {
		struct op_regs r = { .r = { 0, RAM_FREE, 0 }, .user = 1 };

		trap_clear();
		run_op(op, &r);
		print("user %s:", op->name);
		trap_print();
		print("\n");
	}
	for (int user = 0; user < 2; user++)
		for (const struct op *op = ops_illegal; op->addr; op++) {
			struct op_regs r = { .r = { 0, RAM_FREE, 0 }, .user = (uint32_t)user };

			trap_clear();
			run_op(op, &r);
			print("illegal %s %d:", op->name, user);
			trap_print();
			print("\n");
		}
}

static void returns(void)
{
	/* All but WE (which waits) and PR; IS and DS have a mapping in address space 1. */
	static const uint32_t msrs[] = {
		0,	MSR_CE,	 MSR_EE, MSR_FP, MSR_ME,	  MSR_FE0,    MSR_DWE,
		MSR_DE, MSR_FE1, MSR_IS, MSR_DS, MSR_IS | MSR_DS, 0x0002bf30,
	};

	tlb_set(20, TLB_V | TLB_TS | TLB_256M, 0, 0, TLB_ALL);
	for (const struct op *op = ops_return; op->addr; op++) {
		print("%s:", op->name);
		for (unsigned int i = 0; i < sizeof(msrs) / sizeof(msrs[0]); i++) {
			struct op_regs r = { .r = { 0, msrs[i] } };

			trap_clear();
			run_op(op, &r);
			print(" %08x", r.r[0]);
			if (trap_count)
				trap_print();
		}
		print("\n");
	}
	/* Bits that are not there. */
	for (const struct op *op = ops_return; op->addr; op++) {
		struct op_regs r = { .r = { 0, ~(uint32_t)(MSR_WE | MSR_PR) } };

		trap_clear();
		run_op(op, &r);
		print("all bits %s: %08x\n", op->name, r.r[0]);
	}
	tlb_clear(20);
	print("wrteei:");
	__asm__ volatile("wrteei 1" : : : "memory");
	print(" %08x", mfmsr());
	__asm__ volatile("wrteei 0" : : : "memory");
	print(" %08x\n", mfmsr());
}

static void dcrs(void)
{
	mtdcr(0xc2, 0); /* UIC0_ER */
	mtdcr(0xc0, 0xffffffff);
	for (unsigned int i = 0; i < 3; i++) {
		uint32_t v = i == 0 ? 0xffffffff : i == 1 ? 0x5a5a5a5a : 0;

		mtdcr(0xc3, v); /* CR */
		mtdcr(0xc4, v); /* PR */
		mtdcr(0xc5, v); /* TR */
		mtdcr(0xc8, v); /* VCR */
		print("uic0 %08x: cr=%08x pr=%08x tr=%08x\n", v, mfdcr(0xc3), mfdcr(0xc4),
		      mfdcr(0xc5));
	}
	/* As U-Boot has them for this board: the external pins are pulled up and active low. */
	mtdcr(0xc4, 0xfffffe13);
	mtdcr(0xc0, 0xffffffff);
	print("uic0 sr, er, msr, vr: %08x %08x %08x %08x\n", mfdcr(0xc0), mfdcr(0xc2), mfdcr(0xc6),
	      mfdcr(0xc7));
}

static void raw_write(uint32_t i, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t mmucr)
{
	mtspr(SPR_MMUCR, mmucr);
	__asm__ volatile("tlbwe %1,%0,0; tlbwe %2,%0,1; tlbwe %3,%0,2; isync"
			 :
			 : "r"(i), "r"(w0), "r"(w1), "r"(w2)
			 : "memory");
}

static void entries(void)
{
	static const uint32_t sizes[] = { TLB_1K,   TLB_4K, TLB_16K, TLB_64K,
					  TLB_256K, TLB_1M, TLB_16M, TLB_256M };

	for (uint32_t i = 2; i < 64; i += 7) {
		uint32_t w[3], tid;

		raw_write(i, 0x50000000 | i << 20 | TLB_V | TLB_1M | (i & 1 ? TLB_TS : 0),
			  0x02000000 | i << 20 | (i & 15), 0x0000ff80 | i, i * 3);
		mtspr(SPR_MMUCR, 0);
		tlb_get(i, w, &tid);
		print("entry %u: %08x %08x %02x tid=%02x\n", i, w[0], w[1], w[2] & 0x3f, tid);
		tlb_clear(i);
	}
	for (unsigned int s = 0; s < 8; s++) {
		uint32_t w[3], tid;

		raw_write(9, 0x40000000 | TLB_V | sizes[s], 0x00000000, TLB_SR, 0x7f);
		tlb_get(9, w, &tid);
		print("size %u: %08x %08x %08x tid=%02x\n", s, w[0], w[1], w[2] & 0x3f, tid);
	}
	tlb_clear(9);
	{
		uint32_t w[3], tid;

		raw_write(9, 0xfffffd9f, 0xffffffff, 0xffffffff, 0xff);
		mtspr(SPR_MMUCR, 0);
		tlb_get(9, w, &tid);
		print("ones: %08x %08x %08x tid=%02x\n", w[0], w[1], w[2], tid);
		tlb_clear(9);
	}
	/* The entry number counts modulo 64. */
	raw_write(9 + 64, 0x40000000 | TLB_4K, 0x00001000, TLB_SR, 0x11);
	{
		uint32_t w[3], tid;

		tlb_get(9, w, &tid);
		print("modulo: %08x %08x %02x tid=%02x\n", w[0], w[1], w[2] & 0x3f, tid);
		tlb_clear(9);
	}
}

static uint32_t search(uint32_t ea, uint32_t mmucr, uint32_t *cr)
{
	uint32_t index;

	mtspr(SPR_MMUCR, mmucr);
	__asm__ volatile("mtcrf 0x80,%2; tlbsx. %0,0,%3; mfcr %1"
			 : "=r"(index), "=r"(*cr)
			 : "r"(0xf0000000), "r"(ea)
			 : "cr0");
	mtspr(SPR_MMUCR, 0);
	return index;
}

static void searches(void)
{
	static const struct {
		uint32_t ea, mmucr;
	} t[] = {
		{ 0x60000000, 0 },	 { 0x60000123, 0 }, { 0x60000fff, 5 },
		{ 0x60001000, 0 },	 { 0x60010000, 5 }, { 0x60010000, 6 },
		{ 0x60010000, 0 },	 { 0x60020000, 0 }, { 0x60020000, 0x10000 },
		{ 0x60030000, 0x10007 }, { 0x60030000, 7 }, { 0x60030000, 0x10008 },
		{ 0x00001000, 0 },	 { 0xfffff000, 0 }, { 0x70000000, 0 },
	};

	tlb_set(30, 0x60000000 | TLB_V | TLB_4K, 0, 0, TLB_ALL);
	tlb_set(31, 0x60010000 | TLB_V | TLB_64K, 5, 0, TLB_ALL);
	tlb_set(32, 0x60020000 | TLB_V | TLB_TS | TLB_4K, 0, 0, TLB_ALL);
	tlb_set(33, 0x60030000 | TLB_V | TLB_TS | TLB_4K, 7, 0, 0);
	tlb_set(34, 0x70000000 | TLB_4K, 0, 0, TLB_ALL);
	mtspr(SPR_PID, 5); /* the search goes by MMUCR, not by PID */
	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint32_t cr, index = search(t[i].ea, t[i].mmucr, &cr);

		/* the index is undefined when nothing was found (manual, tlbsx) */
		print("tlbsx. %08x %05x: index=%u cr0=%x\n", t[i].ea, t[i].mmucr,
		      cr & 0x20000000 ? index : 99, cr >> 28);
	}
	mtspr(SPR_PID, 0);
	__asm__ volatile("mtxer %0" : : "r"(0x80000000));
	{
		uint32_t cr;

		search(0x60000000, 0, &cr);
		print("tlbsx. with SO: cr0=%x\n", cr >> 28);
	}
	__asm__ volatile("mtxer %0" : : "r"(0));
	for (unsigned int i = 30; i < 35; i++)
		tlb_clear(i);
}

void test_main(void)
{
	refused();
	returns();
	dcrs();
	entries();
	searches();
}
