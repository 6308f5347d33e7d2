// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random TLB entries, some of them on top of one another, and random accesses through them; the
 * entry that the program stands on is left alone. It has to get to its end.
 */
#include "isa.h"

static uint32_t seed = 99991;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_MCHECK && f->vec != VEC_DTLB && f->vec != VEC_DSI && f->vec != VEC_ALIGN)
		return false;
	if (f->vec == VEC_MCHECK)
		mtspr(SPR_MCSR, 0xffffffff);
	else
		f->pc += 4;
	return true;
}

void test_main(void)
{
	uint32_t n = 0;

	trap_hook = hook;
	for (int i = 0; i < 40000; i++) {
		uint32_t entry = 2 + rnd() % 62, w0 = rnd(), w1 = rnd(), w2 = rnd(), ea;

		/* Away from the program's own 256 MB, the UARTs and the last page; never a device.
		 */
		w0 = (w0 & 0x1fffffff) | 0x40000000;
		w1 = rnd() & 1 ? w1 & 0x00fffc00 : (w1 & 0x0fffffff) | 0x00000008;
		if (!(w1 & 0xf))
			w1 |= 0x02000000; /* RAM above the program */
		mtspr(SPR_MMUCR, rnd() & 0x100ff);
		__asm__ volatile("tlbwe %1,%0,0; tlbwe %2,%0,1; tlbwe %3,%0,2; isync"
				 :
				 : "r"(entry + (rnd() & 0xffffff00)), "r"(w0), "r"(w1), "r"(w2)
				 : "memory");
		mtspr(SPR_PID, rnd() & 0xff);
		isync();
		mtmsr(MSR_ME);
		ea = (rnd() & 0x1fffffff) | 0x40000000;
		if (rnd() & 1)
			ea = (w0 & 0xfffffc00) + (rnd() & 0x3ff);
		if (rnd() & 1)
			*(volatile uint32_t *)(ea & ~3u) = rnd();
		else
			n += *(volatile uint32_t *)(ea & ~3u);
		mtmsr(0);
		mtspr(SPR_PID, 0);
		isync();
	}
	mtspr(SPR_MMUCR, 0);
	for (unsigned int i = 2; i < 64; i++)
		tlb_clear(i);
	print("alive\n");
}
