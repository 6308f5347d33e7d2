// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the vector block does without leaving the guest, each kind of it often, with results that
 * are told: privileged registers, PID, returns, system calls, floating point across them, TLB
 * entries that change while they are in use and unseen in between, and more pages than a TLB holds.
 * The same with each of the fast paths off.
 */
#include "isa.h"

#define EA     0x40000000u
#define PAGE   RAM_FREE
#define PAGES  200
#define ROUNDS 50

static volatile uint32_t misses, denied, programs, calls, seen_msr;

static bool hook(struct trap_frame *f)
{
	switch (f->vec) {
	case VEC_DTLB: misses++; break;
	case VEC_DSI: denied++; break;
	case VEC_PROGRAM:
		programs++;
		seen_msr = f->msr & (MSR_FP | MSR_FE0 | MSR_FE1);
		f->msr &= ~(uint32_t)(MSR_FE0 | MSR_FE1);
		return true;
	case VEC_SC:
		if (f->gpr[0] != 77)
			return false;
		calls++;
		seen_msr = f->now & (MSR_PR | MSR_FP | MSR_FE0 | MSR_FE1);
		f->gpr[3] += 5;
		return true;
	default: return false;
	}
	f->pc += 4;
	return true;
}

static uint32_t load(uint32_t ea)
{
	uint32_t v = 0x777;

	__asm__ volatile("lwz %0,0(%1)" : "+r"(v) : "b"(ea) : "memory");
	return v;
}

static void store(uint32_t ea, uint32_t v)
{
	__asm__ volatile("stw %0,0(%1)" : : "r"(v), "b"(ea) : "memory");
}

static void word(uint32_t index, uint32_t n, uint32_t v)
{
	if (n == 0)
		__asm__ volatile("tlbwe %0,%1,0; isync" : : "r"(v), "r"(index) : "memory");
	if (n == 1)
		__asm__ volatile("tlbwe %0,%1,1; isync" : : "r"(v), "r"(index) : "memory");
	if (n == 2)
		__asm__ volatile("tlbwe %0,%1,2; isync" : : "r"(v), "r"(index) : "memory");
}

static void registers(void)
{
	uint32_t hash = FNV_START;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		mtspr(SPR_SPRG0, i * 3);
		mtspr(SPR_SPRG3, mfspr(SPR_SPRG0) + 1);
		mtspr(SPR_SPRG4, i ^ 0x5555);
		mtspr(SPR_CSRR0, 0xfffffff0u + i);
		mtspr(SPR_DEAR, i << 8);
		hash = fnv(hash, mfspr(SPR_SPRG3) + mfspr(SPR_SPRG4R));
		hash = fnv(hash, mfspr(SPR_CSRR0) ^ mfspr(SPR_DEAR));
		__asm__ volatile("wrteei 1" : : : "memory");
		hash = fnv(hash, mfmsr());
		__asm__ volatile("wrteei 0" : : : "memory");
		hash = fnv(hash, mfmsr());
		__asm__ volatile("wrtee %0" : : "r"(i << 15) : "memory");
		hash = fnv(hash, mfmsr());
		mtmsr(mfmsr() ^ MSR_EE);
		hash = fnv(hash, mfmsr());
		mtmsr(mfmsr() & ~(uint32_t)MSR_EE);
		/* Each register as the operand. */
		__asm__ volatile(
			"mr 20,0; mr 21,1; mr 22,2; mfspr 0,0x110; mfspr 2,0x113; mtspr 0x111,0; mtspr 0x112,2\n"
			"mr 0,20; mfspr 1,0x110; mtspr 0x111,1; mr 1,21; mr 2,22"
			:
			:
			: "r20", "r21", "r22", "memory");
		hash = fnv(hash, mfspr(SPR_SPRG1) * 31 + mfspr(SPR_SPRG2));
	}
	print("registers: %08x\n", hash);
}

static void pids(void)
{
	uint32_t sum = 0;

	for (uint32_t pid = 1; pid < 5; pid++)
		tlb_set(20 + pid, EA | TLB_V | TLB_4K, pid, PAGE + pid * 0x1000, TLB_ALL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		mtspr(SPR_PID, 1 + (i & 3));
		isync();
		sum += load(EA) * (i + mfspr(SPR_PID));
		user_mode();
		sum ^= load(EA);
		super_mode();
	}
	mtspr(SPR_PID, 0);
	isync();
	misses = 0;
	load(EA);
	print("pids: %08x misses %u\n", sum, misses);
	for (uint32_t pid = 1; pid < 5; pid++)
		tlb_clear(20 + pid);
}

/* Each word of an entry changes alone while the page is in use; the next access is by the new one.
 */
static void rewrites(void)
{
	uint32_t sum = 0, before;

	misses = denied = 0;
	tlb_set(20, EA | TLB_V | TLB_4K, 0, PAGE, TLB_ALL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		sum = sum * 7 + load(EA);
		word(20, 1, PAGE + (i & 7) * 0x1000);
		sum = sum * 7 + load(EA);
		store(EA + 4, i);
	}
	print("real address: %08x %u/%u\n", sum, misses, denied);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		word(20, 2, i & 1 ? TLB_SR : TLB_ALL);
		store(EA + 8, i);
		sum = sum * 7 + load(EA + 8);
		before = misses;
		word(20, 0, (EA + (i & 3) * 0x1000) | TLB_V | TLB_4K);
		load(EA);
		sum = sum * 7 + misses - before;
		word(20, 0, EA | TLB_V | TLB_4K);
	}
	print("rights and page: %08x %u/%u\n", sum, misses, denied);
	before = misses;
	word(20, 0, 0);
	load(EA);
	word(20, 0, EA | TLB_V | TLB_4K);
	sum = load(EA);
	word(20, 0, 0);
	load(EA);
	print("valid: %u misses %u\n", sum, misses - before);
}

/* More entries than are remembered unseen, read back, found and used after. */
static void many(void)
{
	uint32_t hash = FNV_START, w[3], tid;

	for (uint32_t i = 12; i < 60; i++)
		tlb_set(i, (EA + i * 0x1000) | TLB_V | TLB_4K, i & 3, PAGE + i * 0x1000, TLB_ALL);
	for (uint32_t i = 12; i < 60; i++) {
		uint32_t found = 99;

		tlb_get(i, w, &tid);
		hash = fnv(fnv(fnv(fnv(hash, w[0]), w[1]), w[2]), tid);
		mtspr(SPR_MMUCR, i & 3);
		__asm__ volatile("tlbsx %0,0,%1" : "+r"(found) : "r"(EA + i * 0x1000));
		hash = fnv(hash, found);
		mtspr(SPR_PID, i & 3);
		isync();
		hash = fnv(hash, load(EA + i * 0x1000));
	}
	mtspr(SPR_PID, 0);
	mtspr(SPR_MMUCR, 0);
	for (uint32_t i = 12; i < 60; i++)
		tlb_clear(i);
	misses = 0;
	for (uint32_t i = 12; i < 60; i++)
		load(EA + i * 0x1000);
	print("entries: %08x then misses %u\n", hash, misses);
}

static void pages(void)
{
	uint32_t sum = 0;

	tlb_set(20, EA | TLB_V | TLB_16M, 0, 0, TLB_ALL);
	misses = 0;
	for (uint32_t n = 0; n < 3; n++)
		for (uint32_t i = 0; i < PAGES; i++) {
			sum = sum * 3 + load(EA + PAGE + i * 0x1000);
			store(EA + PAGE + i * 0x1000 + 12, sum);
		}
	/* One of 4 KB in the midst of it, at another address, and gone again. */
	tlb_set(21, (EA + 0x1000000) | TLB_V | TLB_4K, 0, PAGE + 0x3000, TLB_ALL);
	sum += load(EA + 0x1000000) - load(EA + PAGE + 0x3000);
	tlb_clear(21);
	load(EA + 0x1000000);
	sum += load(EA + PAGE + 0x3000);
	tlb_clear(20);
	load(EA + PAGE + 0x3000);
	print("pages: %08x misses %u\n", sum, misses);
}

static uint32_t call(uint32_t v)
{
	register uint32_t r0 __asm__("r0") = 77;
	register uint32_t r3 __asm__("r3") = v;

	__asm__ volatile("sc" : "+r"(r3) : "r"(r0) : "memory");
	return r3;
}

static void system_calls(void)
{
	uint64_t f = 0x3ff0000000000000ull; /* 1, in f5 from the first call on */
	uint32_t v = 1;

	user_mode();
	for (uint32_t i = 0; i < ROUNDS; i++)
		v = call(v) * 3;
	super_mode();
	print("calls: %u %08x msr %x\n", calls, v, seen_msr);
	mtmsr(MSR_FP | MSR_FE0 | MSR_FE1);
	__asm__ volatile("lfd 5,0(%0)" : : "b"(&f) : "memory");
	user_mode();
	for (uint32_t i = 0; i < ROUNDS; i++) {
		v = call(v) * 3;
		if ((i & 7) == 0)
			__asm__ volatile("fadd 5,5,5");
	}
	super_mode();
	__asm__ volatile("stfd 5,0(%0)" : : "b"(&f) : "memory");
	print("calls with floating point: %u %08x msr %x then %x %llx\n", calls, v, seen_msr,
	      mfmsr(), f);
	mtmsr(0);
}

static void return_to(uint32_t msr)
{
	__asm__ volatile("bcl 20,31,1f\n1: mflr 9; addi 9,9,20; mtspr 0x1a,9; mtspr 0x1b,%0; rfi"
			 :
			 : "r"(msr)
			 : "r9", "lr", "memory");
}

/* An exception that FPSCR has is taken when FE0 or FE1 comes on. */
static void returns(void)
{
	uint32_t hash = FNV_START;

	for (uint32_t i = 0; i < 16; i++) {
		return_to((i & 1 ? MSR_FP : 0) | (i & 2 ? MSR_FE0 : 0) | (i & 4 ? MSR_FE1 : 0) |
			  (i & 8 ? MSR_EE : 0));
		hash = fnv(hash, mfmsr());
		return_to(0);
		hash = fnv(hash, mfmsr());
	}
	programs = 0;
	mtmsr(MSR_FP);
	__asm__ volatile("mtfsfi 6,8; mtfsb1 7"); /* VE, then VXSNAN */
	return_to(MSR_FP);
	hash = fnv(hash, programs);
	return_to(MSR_FP | MSR_FE0);
	print("returns: %08x programs %u msr %x\n", hash, programs, seen_msr);
	__asm__ volatile("mtfsb0 7");
	return_to(MSR_FP | MSR_FE1);
	print("without the exception: %u msr %x\n", programs, mfmsr());
	mtmsr(MSR_FP);
	__asm__ volatile("mtfsfi 6,0");
	mtmsr(0);
}

void test_main(void)
{
	trap_hook = hook;
	for (uint32_t i = 0; i < PAGES; i++)
		*(volatile uint32_t *)(PAGE + i * 0x1000) = 0x100 + i * i;
	registers();
	pids();
	rewrites();
	many();
	pages();
	system_calls();
	returns();
}
