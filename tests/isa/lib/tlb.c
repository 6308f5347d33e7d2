// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa.h"

/* Word 0 invalid first: QEMU's model flushes what a valid entry mapped only on changes of word 0.
 */
void tlb_set(unsigned int i, uint32_t word0, uint32_t tid, uint64_t ra, uint32_t attr)
{
	uint32_t mmucr = mfspr(SPR_MMUCR);

	mtspr(SPR_MMUCR, (mmucr & ~0xffu) | tid);
	__asm__ volatile("tlbwe %1,%0,0\n"
			 "tlbwe %2,%0,1\n"
			 "tlbwe %3,%0,2\n"
			 "tlbwe %4,%0,0\n"
			 "isync"
			 :
			 : "r"(i), "r"(0),
			   "r"(((uint32_t)ra & 0xfffffc00u) | ((uint32_t)(ra >> 32) & 15)),
			   "r"(attr), "r"(word0)
			 : "memory");
	mtspr(SPR_MMUCR, mmucr);
}

void tlb_clear(unsigned int i)
{
	__asm__ volatile("tlbwe %1,%0,0; isync" : : "r"(i), "r"(0) : "memory");
}

void tlb_get(unsigned int i, uint32_t word[3], uint32_t *tid)
{
	uint32_t mmucr = mfspr(SPR_MMUCR);

	__asm__ volatile("tlbre %0,%3,0\n"
			 "tlbre %1,%3,1\n"
			 "tlbre %2,%3,2\n"
			 : "=&r"(word[0]), "=&r"(word[1]), "=&r"(word[2])
			 : "r"(i)
			 : "memory");
	*tid = mfspr(SPR_MMUCR) & 0xff;
	mtspr(SPR_MMUCR, mmucr);
}
