// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code that looks at itself and changes itself. What a monitor does with privileged instructions is
 * not to be seen in the guest's memory: the words of each kind of them are what they were after
 * they have been executed many times. And what the guest writes there is what is executed, whatever
 * stands before and behind it, by whatever address it was written, in whatever piece of memory the
 * next page lies.
 */
#include "isa.h"

#define EA     0x40000000u
#define ALIAS  0x48000000u
#define ROUNDS 300

#define MFSPR(rt, n) (0x7c0002a6u | (rt) << 21 | ((n)&31) << 16 | (n) >> 5 << 11)
#define MTSPR(rs, n) (0x7c0003a6u | (rs) << 21 | ((n)&31) << 16 | (n) >> 5 << 11)
#define MFMSR(rt)    (0x7c0000a6u | (rt) << 21)
#define MFCR(rt)     (0x7c000026u | (rt) << 21)
#define MTCR(rs)     (0x7c0ff120u | (rs) << 21)
#define WRTEEI(e)    (0x7c000146u | (e) << 15)
#define ADDI(rt, v)  (0x38000000u | (rt) << 21 | (rt) << 16 | (v))
#define NOP	     0x60000000u
#define BLR	     0x4e800020u
#define ILLEGAL	     0u

extern uint32_t all_kinds(uint32_t seed);
extern const uint32_t all_kinds_end[], ahead[], ahead_word[];

static volatile uint32_t programs, decs, dec_pc;

static bool hook(struct trap_frame *f)
{
	if (f->vec == VEC_PROGRAM) {
		programs++;
		f->gpr[3] += 1000;
		f->pc += 4;
		return true;
	}
	if (f->vec == VEC_DEC) {
		decs++;
		dec_pc = f->pc;
		mtspr(SPR_TCR, 0);
		mtspr(SPR_TSR, 0xffffffff);
		return true;
	}
	return false;
}

static uint32_t sum(const uint32_t *from, const uint32_t *to)
{
	uint32_t hash = FNV_START;

	while (from < to)
		hash = fnv(hash, *from++);
	return hash;
}

static void unchanged(void)
{
	const uint32_t *code = (const uint32_t *)all_kinds;
	uint32_t before = sum(code, all_kinds_end), hash = FNV_START;

	for (uint32_t i = 0; i < ROUNDS; i++)
		hash = fnv(hash, all_kinds(i * 0x10001));
	print("results: %08x\n", hash);
	print("code: %s\n", sum(code, all_kinds_end) == before ? "as it was" : "changed");
	/* Elsewhere, by two addresses, with pages of 4 KB. */
	memcpy((void *)RAM_FREE, code, (size_t)((const char *)all_kinds_end - (const char *)code));
	code_sync((const void *)RAM_FREE, 4096);
	tlb_set(22, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	hash = FNV_START;
	for (uint32_t i = 0; i < ROUNDS; i++)
		hash = fnv(hash, ((uint32_t(*)(uint32_t))(i & 1 ? EA : RAM_FREE))(i * 0x10001));
	before = (uint32_t)(all_kinds_end - code);
	print("copy: %08x %s\n", hash,
	      sum((const uint32_t *)EA, (const uint32_t *)EA + before) == sum(code, code + before)
		      ? "as it was"
		      : "changed");
	tlb_clear(22);
}

static uint32_t execute(uint32_t ea)
{
	uint32_t v = ((uint32_t(*)(uint32_t))ea)(0);

	__asm__ volatile("" : : : "cr2", "cr3", "cr4"); /* what it is about to do to them */
	return v;
}

static void put(uint32_t at, uint32_t word)
{
	*(volatile uint32_t *)at = word;
	code_sync((const void *)at, 4);
}

/* Word by word through a run of eight, by the address it is executed at and by another one. */
static void rewritten(const char *what, uint32_t ea, uint32_t alias)
{
	static const uint32_t words[] = {
		MFSPR(3, 0x110), MFSPR(3, 0x111), MTSPR(3, 0x112), MFSPR(3, 0x112),
		ADDI(3, 7),	 MFMSR(3),	  WRTEEI(1),	   WRTEEI(0),
		MFCR(3),	 MTCR(3),	  ILLEGAL,	   NOP,
		MTSPR(3, 0x113), MFSPR(3, 0x113), MFSPR(3, 0x3b2),
	};
	const uint32_t n = sizeof(words) / sizeof(words[0]);
	uint32_t hash = FNV_START, place = 0;

	programs = 0;
	for (uint32_t i = 0; i < 8; i++)
		put(ea + i * 4, MFSPR(3, 0x110));
	put(ea + 32, BLR);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		mtspr(SPR_SPRG0, i * 5);
		mtspr(SPR_SPRG1, i * 7 + 1);
		mtspr(SPR_SPRG2, 3);
		put((i & 1 ? alias : ea) + place * 4, words[i % n]);
		hash = fnv(hash, execute(ea));
		hash = fnv(hash, mfspr(SPR_SPRG2) + mfspr(SPR_SPRG3));
		place = (place + 3) & 7;
	}
	mtmsr(0);
	print("%s: %08x programs %u\n", what, hash, programs);
}

/* The code writes what it is about to execute. */
static void in_itself(void)
{
	uint32_t copy = RAM_FREE + 0x2000, hash = FNV_START;
	uint32_t (*run)(uint32_t, uint32_t) = (uint32_t(*)(uint32_t, uint32_t))copy;
	uint32_t offset = (uint32_t)(ahead_word - ahead) * 4;
	static const uint32_t words[] = { MFSPR(3, 0x110), MFMSR(3), MFSPR(3, 0x111), ADDI(3, 9),
					  WRTEEI(0),	   NOP,	     MTSPR(5, 0x112) };

	memcpy((void *)copy, ahead, 128);
	code_sync((const void *)copy, 128);
	tlb_set(22, ALIAS | TLB_V | TLB_4K, 0, copy, TLB_ALL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		mtspr(SPR_SPRG0, i);
		mtspr(SPR_SPRG1, i * 3);
		mtspr(SPR_SPRG2, 100);
		mtspr(SPR_SPRG3, i << 8);
		hash = fnv(hash, run(words[i % 7], (i & 1 ? ALIAS : copy) + offset));
		hash = fnv(hash, mfspr(SPR_SPRG2));
	}
	print("ahead: %08x\n", hash);
	tlb_clear(22);
}

/*
 * The page behind a page is where the TLB says, and not what lies behind it in memory, where other
 * such instructions stand.
 */
static void across(const char *what, uint32_t size, uint32_t bytes, uint32_t first, uint32_t next)
{
	uint32_t hash = FNV_START;

	tlb_set(22, EA | TLB_V | size, 0, first, TLB_ALL);
	tlb_set(23, (EA + bytes) | TLB_V | size, 0, next, TLB_ALL);
	for (uint32_t i = 0; i < 8; i++) {
		put(EA + bytes - 32 + i * 4, i & 1 ? MFSPR(3, 0x110) : MFMSR(3));
		put(EA + bytes + i * 4, i < 7 ? MFSPR(3, 0x111) : BLR);
		put(first + bytes + i * 4, i < 7 ? MFSPR(3, 0x112) : BLR);
	}
	for (uint32_t i = 0; i < ROUNDS; i++) {
		mtspr(SPR_SPRG0, i);
		mtspr(SPR_SPRG1, i * 3 + 1);
		mtspr(SPR_SPRG2, ~i);
		hash = fnv(hash, execute(EA + bytes - 4 * (1 + i % 8)));
	}
	tlb_clear(22);
	tlb_clear(23);
	print("across %s: %08x\n", what, hash);
}

/* An interrupt that waits is taken behind the instruction in a run that lets it. */
static void let_in(void)
{
	uint32_t at, sum = 0;

	decs = 0;
	for (uint32_t i = 0; i < 20; i++) {
		mtspr(SPR_TCR, 0);
		mtspr(SPR_DEC, 1);
		while (!(mfspr(SPR_TSR) & 0x08000000))
			;
		mtspr(SPR_TCR, 0x04000000);
		dec_pc = 0;
		__asm__ volatile(
			"bcl 20,31,1f\n1: mflr %0; mfspr 4,0x110; mfmsr 5; wrteei 1; mfspr 6,0x111; mfmsr 7; wrteei 0"
			: "=r"(at)
			:
			: "r4", "r5", "r6", "r7", "lr", "memory");
		sum = sum * 3 + dec_pc - at;
	}
	print("let in: %u times %08x\n", decs, sum);
}

void test_main(void)
{
	trap_hook = hook;
	unchanged();
	tlb_set(22, EA | TLB_V | TLB_4K, 0, RAM_FREE + 0x4000, TLB_ALL);
	tlb_set(23, ALIAS | TLB_V | TLB_4K, 0, RAM_FREE + 0x4000, TLB_ALL);
	rewritten("by its address", EA, EA);
	rewritten("by another", EA, ALIAS);
	rewritten("in 1:1", RAM_FREE + 0x4000, ALIAS);
	/* In the middle of a run that ends where 256 bytes do, too. */
	rewritten("at an end", EA + 0xf0, ALIAS + 0xf0);
	tlb_clear(22);
	tlb_clear(23);
	in_itself();
	across("4 KB", TLB_4K, 0x1000, RAM_FREE + 0x8000, RAM_FREE + 0xc000);
	across("1 MB", TLB_1M, 0x100000, 0x00800000, 0x00b00000);
	let_in();
}
