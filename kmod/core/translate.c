/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Effective to real addresses, with permissions: PPC440x5 manual, 5.3 to 5.5 (p.138, 140 to 142,
 * 144) and p.155 for UR and SR.
 */
#include "internal.h"

static void fill(const struct core440 *c, uint32_t ea, int i, struct core440_translation *ret)
{
	const struct core440_tlb_entry *e = &c->tlb[i];

	ret->page_size = tlb_page_size(e->word0);
	ret->attr = e->word2;
	ret->index = (uint8_t)i;
	ret->ra = (uint64_t)(e->word1 & TLB1_ERPN) << 32 |
		  (e->word1 & TLB1_RPN & ~(ret->page_size - 1)) | (ea & (ret->page_size - 1));
}

bool core440_lookup(const struct core440 *c, uint32_t ea, unsigned int as, uint8_t pid,
		    struct core440_translation *ret)
{
	int i = tlb_find(c, ea, as ? TLB0_TS : 0, pid);

	if (i < 0)
		return false;
	fill(c, ea, i, ret);
	return true;
}

enum core440_fault core440_translate(struct core440 *c, uint32_t ea, enum core440_access access,
				     struct core440_translation *ret)
{
	uint32_t space = access == CORE440_FETCH ? MSR_IS : MSR_DS, right;
	int i = tlb_find(c, ea, c->msr & space ? TLB0_TS : 0, (uint8_t)c->pid);

	if (i < 0)
		return CORE440_FAULT_MISS;
	switch (access) {
	case CORE440_FETCH: right = c->msr & MSR_PR ? TLB2_UX : TLB2_SX; break;
	case CORE440_STORE: right = c->msr & MSR_PR ? TLB2_UW : TLB2_SW; break;
	default: right = c->msr & MSR_PR ? TLB2_UR : TLB2_SR;
	}
	fill(c, ea, i, ret);
	return ret->attr & right ? CORE440_FAULT_NONE : CORE440_FAULT_PROT;
}
