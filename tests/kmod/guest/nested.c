// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts whose handler makes the same one again, without end; the watchdog, of another class,
 * comes in between in the end and mends it.
 */
#include "isa.h"

#define AWAY	0x50000000u /* the program's first 60 KB once more, and a page that is its own */
#define HANDLER 0xf000u
#define NORIGHT 0x40000000u
#define TCR_WIE 0x08000000u

static volatile uint32_t resume_at, bites, bitten;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_WDT)
		return false;
	mtspr(SPR_TSR, 0xffffffff);
	if (resume_at) {
		bites++;
		bitten = f->pc;
		f->pc = resume_at;
		f->msr = 0;
		resume_at = 0;
	}
	return true;
}

/* IVOR @n is to point to @offset. The number must be an immediate. */
static void point(uint32_t n, uint32_t offset)
{
	switch (n) {
	case VEC_DSI: mtspr(SPR_IVOR(2), offset); break;
	case VEC_ISI: mtspr(SPR_IVOR(3), offset); break;
	case VEC_ALIGN: mtspr(SPR_IVOR(5), offset); break;
	case VEC_PROGRAM: mtspr(SPR_IVOR(6), offset); break;
	case VEC_FP: mtspr(SPR_IVOR(7), offset); break;
	case VEC_SC: mtspr(SPR_IVOR(8), offset); break;
	case VEC_DTLB: mtspr(SPR_IVOR(13), offset); break;
	case VEC_ITLB: mtspr(SPR_IVOR(14), offset); break;
	default: break;
	}
}

static void endless(const char *name, uint32_t vec, uint32_t first, uint32_t second,
		    uint32_t rights, bool user)
{
	tlb_set(40, (AWAY + HANDLER) | (vec == VEC_ITLB ? 0 : TLB_V) | TLB_4K, 0, RAM_FREE, rights);
	*(volatile uint32_t *)RAM_FREE = first;
	*(volatile uint32_t *)(RAM_FREE + 4) = second;
	code_sync((const void *)RAM_FREE, 8);
	bites = 0;
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, TCR_WIE);
	point(vec, HANDLER);
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); stw 9,0(%0); mtsrr0 %1; mtsrr1 %2; rfi; 1:"
			 :
			 : "b"(&resume_at), "r"(AWAY + HANDLER), "r"(MSR_CE | (user ? MSR_PR : 0))
			 : "r3", "r9", "memory");
	point(vec, vec * 64);
	mtspr(SPR_TCR, 0);
	print("%s%s: bites %u at %s\n", name, user ? ", user" : "", bites,
	      bitten - AWAY - HANDLER <= 4 ? "the handler" : "another place");
}

void test_main(void)
{
	static const struct {
		const char *name;
		uint32_t vec, first, second, rights;
	} kinds[] = {
		{ "illegal instruction", VEC_PROGRAM, 0, 0, TLB_ALL },
		{ "trap", VEC_PROGRAM, 0x7fe00008, 0, TLB_ALL },
		{ "system call", VEC_SC, 0x44000002, 0, TLB_ALL },
		{ "load from nowhere", VEC_DTLB, 0x3d207000, 0x80690000, TLB_ALL },
		{ "store without right", VEC_DSI, 0x3d204000, 0x90690000, TLB_ALL },
		{ "dcbz to a device", VEC_ALIGN, 0x3d206000, 0x7c004fec, TLB_ALL },
		{ "floating point", VEC_FP, 0xc8600000, 0, TLB_ALL },
		{ "handler not executable", VEC_ISI, 0, 0, TLB_SR | TLB_UR },
		{ "handler not mapped", VEC_ITLB, 0, 0, TLB_ALL },
	};

	trap_hook = hook;
	tlb_set(20, NORIGHT | TLB_V | TLB_4K, 0, RAM_FREE, 0);
	tlb_set(19, 0x60000000 | TLB_V | TLB_4K, 0, UART_PAGE, TLB_ALL | TLB_I | TLB_G);
	for (uint32_t i = 0; i < 15; i++)
		tlb_set(21 + i, (AWAY + i * 0x1000) | TLB_V | TLB_4K, 0,
			mfspr(SPR_IVPR) + i * 0x1000, TLB_ALL);
	mtspr(SPR_IVPR, AWAY);
	for (unsigned int user = 0; user < 2; user++)
		for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			endless(kinds[i].name, kinds[i].vec, kinds[i].first, kinds[i].second,
				kinds[i].rights, user);
}
