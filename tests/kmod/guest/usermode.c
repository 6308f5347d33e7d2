// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All that a program in user mode could try: each extended opcode of 31 and 19, with and without
 * its last bit, every other primary opcode, and each SPR and each DCR to be read and to be written.
 * Of each one bit: whether it is refused as privileged. What else comes of it (it runs, it is no
 * instruction, its page is missing) differs between 440s, and is looked at in tests/isa and
 * tests/random; an interrupt that no user's instruction makes would count as well.
 */
#include "isa.h"

/* Every register holds DATA: with one of them as an address it is that, with two of them twice
 * that; both are pages for data. CODE is where the instruction stands. */
#define DATA	0x20010080u
#define CODE	0x60000000u
#define ESR_PPR 0x04000000u
#define GO	0x7777
#define PAGE	(RAM_FREE + 0x100000)

static struct trap_frame resume;
static uint32_t refused;

static bool hook(struct trap_frame *f)
{
	if (f->vec == VEC_SC && !(f->msr & MSR_PR) && f->gpr[0] == GO) {
		resume = *f;
		for (unsigned int i = 0; i < 32; i++)
			f->gpr[i] = DATA;
		f->xer = 4; /* the length of strings */
		f->lr = f->ctr = CODE + 4;
		f->msr = MSR_PR;
		f->pc = CODE;
		return true;
	}
	if (!(f->msr & MSR_PR))
		return false;
	if (f->vec == VEC_PROGRAM)
		refused = f->esr & ESR_PPR;
	else
		refused = f->vec != VEC_SC && f->vec != VEC_DTLB && f->vec != VEC_ITLB &&
			  f->vec != VEC_DSI && f->vec != VEC_ISI && f->vec != VEC_ALIGN &&
			  f->vec != VEC_FP;
	*f = resume;
	return true;
}

static bool try(uint32_t insn)
{
	volatile uint32_t *code = (volatile uint32_t *)PAGE;

	code[0] = insn;
	code[1] = 0x44000002; /* sc */
	code_sync((const void *)PAGE, 8);
	refused = 0;
	__asm__ volatile("li 0," STR(GO) "; sc" : : : "r0", "memory");
	return refused != 0;
}

/* 128 of them. */
static void row(const char *name, uint32_t number, uint32_t (*insn)(uint32_t))
{
	print("%s %03x:", name, number);
	for (unsigned int i = 0; i < 4; i++) {
		uint32_t bits = 0;

		for (unsigned int k = 0; k < 32; k++)
			bits = bits << 1 | try(insn(number + i * 32 + k));
		print(" %08x", bits);
	}
	print("\n");
}

/* XO and the last bit; RT = 5, RA = 6, RB = 7, which as an SPR or a DCR is 0x0e6. */
static uint32_t extended(uint32_t n)
{
	return 31u << 26 | 5 << 21 | 6 << 16 | 7 << 11 | (n & 0x7ff);
}

/* BO = 20, BI = 0: those that branch do. */
static uint32_t branching(uint32_t n)
{
	return 19u << 26 | 20 << 21 | (n & 0x7ff);
}

/* Displacement 4: a branch lands on the sc. Twice round. */
static uint32_t primary(uint32_t n)
{
	return (n & 63) << 26 | 5 << 21 | 6 << 16 | 4;
}

static uint32_t swapped(uint32_t n)
{
	return (n & 31) << 16 | (n >> 5 & 31) << 11;
}

static uint32_t read_spr(uint32_t n)
{
	return 0x7ca002a6u | swapped(n);
}

static uint32_t write_spr(uint32_t n)
{
	return 0x7ca003a6u | swapped(n);
}

static uint32_t read_dcr(uint32_t n)
{
	return 0x7ca00286u | swapped(n);
}

static uint32_t write_dcr(uint32_t n)
{
	return 0x7ca00386u | swapped(n);
}

void test_main(void)
{
	static const struct {
		const char *name;
		uint32_t (*insn)(uint32_t);
		uint32_t count;
	} groups[] = {
		{ "31", extended, 2048 },     { "19", branching, 2048 },
		{ "primary", primary, 128 },  { "mfspr", read_spr, 1024 },
		{ "mtspr", write_spr, 1024 }, { "mfdcr", read_dcr, 1024 },
		{ "mtdcr", write_dcr, 1024 },
	};

	trap_hook = hook;
	tlb_set(20, (DATA & 0xfff00000u) | TLB_V | TLB_1M, 0, RAM_FREE + 0x200000, TLB_UR | TLB_UW);
	tlb_set(21, ((2 * DATA) & 0xfff00000u) | TLB_V | TLB_1M, 0, RAM_FREE + 0x300000,
		TLB_UR | TLB_UW);
	tlb_set(22, CODE | TLB_V | TLB_4K, 0, PAGE, TLB_UX);
	/* The program itself is not for user mode; it runs there, so that the entry is never
	 * invalid. */
	__asm__ volatile("tlbwe %0,%1,2; isync"
			 :
			 : "r"(TLB_SX | TLB_SW | TLB_SR), "r"(0)
			 : "memory");
	for (unsigned int g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (uint32_t n = 0; n < groups[g].count; n += 128)
			row(groups[g].name, n, groups[g].insn);
}
