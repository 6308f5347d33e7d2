// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's timers against the time base that it reads: FIT and watchdog count the 0 to 1
 * transitions of its bits (PPC440x5 manual, chapter 7), wherever those lie. Nothing here says how
 * long anything may take, but between which two reads of the time base it must have happened.
 */
#include "vm.h"

#define DATA  0x8000u
#define FIS   0x04000000u
#define ENW   0x80000000u
#define TCR_F 0x01800000u /* FIT with bit 16, its interrupt; watchdog with bit 20 */

#define MFTB(d)	     (0x7c0002e6u | (d) << 21 | (268 & 31) << 16 | 268 >> 5 << 11)
#define STMW_R8_0_R7 0xbd070000u
#define STW_R8_0_R7  0x91070000u
#define BDNZ_SELF    0x42000000u
#define FIT_BIT	     16
#define WATCHDOG_BIT 20

enum {
	SPR_CTR = 9,
	SPR_TBL_WRITE = 0x11c,
	SPR_TBU_WRITE = 0x11d,
	SPR_TSR = 0x150,
	SPR_TCR = 0x154
};

/* How often a bit of the time base went from 0 to 1 after its low half was @from and up to @to. */
static uint64_t transitions(uint32_t from, uint32_t to, unsigned int bit)
{
	uint64_t half = 1ull << bit, last = (uint64_t)from + (to - from);

	return ((last + half) >> (bit + 1)) - ((from + half) >> (bit + 1));
}

static void set_up(struct vm *m, uint32_t msr)
{
	struct kvm_regs r;

	start_at(m, CODE, msr);
	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	r.gpr[7] = DATA;
	r.gpr[9] = 0xffffffff;
	r.gpr[11] = 100;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
}

/* Status bits, cleared and read again: set if the transition was between, else not. */
static void phases(void)
{
	unsigned int fit = 0, no_fit = 0, watchdog = 0;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, MTSPR(SPR_TBU_WRITE, 11), MTSPR(SPR_TBL_WRITE, 11), MFTB(8),
		MTSPR(SPR_TSR, 9), MFTB(10), MTSPR(SPR_CTR, 11));
	CODE_AT(&m, CODE + 24, BDNZ_SELF, MFTB(12), MFSPR(13, SPR_TSR), MFTB(14), STMW_R8_0_R7,
		STW_R6_4_R4, BACK(12));
	set_up(&m, 0);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TCR), TCR_F & ~0x00800000u);
	while (fit < 5 || no_fit < 5 || watchdog < 3) {
		const uint32_t *at = m.ram + DATA / 4;

		run_to_write(&m, DEVICE + 4);
		if (at[5] & FIS)
			CHECK(transitions(at[0], at[6], FIT_BIT) > 0);
		else
			CHECK(transitions(at[2], at[4], FIT_BIT) == 0);
		if (at[5] & ENW)
			CHECK(transitions(at[0], at[6], WATCHDOG_BIT) > 0);
		else
			CHECK(transitions(at[2], at[4], WATCHDOG_BIT) == 0);
		fit += !!(at[5] & FIS);
		no_fit += !(at[5] & FIS);
		watchdog += !!(at[5] & ENW);
	}
	vm_close(&m);
}

/* The interrupt comes after its transition; the guest does nothing else meanwhile, or waits. */
static void interrupt_of(uint32_t msr)
{
	uint32_t last;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, SELF);
	CODE_AT(&m, 0xb00, MFTB(8), STW_R8_0_R7, MTSPR(SPR_TSR, 9), STW_R6_4_R4, RFI);
	set_word(m.vcpu, KVM440_REG_SPR(0x190 + 11), 0xb00);
	set_up(&m, msr);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TCR), TCR_F & ~0x00800000u);
	__asm__ volatile("mftb %0" : "=r"(last));
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TSR), 0);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TCR), TCR_F);
	for (unsigned int i = 0; i < 5; i++) {
		run_to_write(&m, DEVICE + 4);
		CHECK(transitions(last, m.ram[DATA / 4], FIT_BIT) > 0);
		last = m.ram[DATA / 4];
	}
	vm_close(&m);
}

static void fit_interrupts(void)
{
	interrupt_of(0x8000);
}

static void fit_interrupts_that_wake(void)
{
	interrupt_of(0x48000);
}

/* Three transitions without anybody who cares, the third of which is the exit. */
static void watchdog_bites(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_PPC_BOOKE_WATCHDOG };
	uint32_t before, after;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, MFTB(8), STW_R8_0_R7, BACK(2));
	set_up(&m, 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_ENABLE_CAP, &cap), 0);
	__asm__ volatile("mftb %0" : "=r"(before));
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TSR), 0);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TCR), 0x20000000);
	run_to(&m, KVM_EXIT_WATCHDOG);
	__asm__ volatile("mftb %0" : "=r"(after));
	CHECK(transitions(before, after, WATCHDOG_BIT) >= 3);
	/* It ran meanwhile; until when the host let it cannot be said. */
	CHECK(m.ram[DATA / 4] - before <= after - before);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(SPR_TSR)) & 0xc0000000u, 0xc0000000u);
	vm_close(&m);
}

static uint32_t timebase(void)
{
	uint32_t tb;

	__asm__ volatile("mftb %0" : "=r"(tb));
	return tb;
}

/*
 * A guest that is held has no time-outs: neither DEC counts nor the watchdog, though the time base
 * that it reads goes on.
 */
static void held(void)
{
	const unsigned int bit = 28;
	uint32_t outside, start, before, after;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, MTSPR(SPR_TSR, 9), STW_R6_4_R4, BACK(2));
	set_up(&m, 0);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TSR), 0);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_TCR), 0x60000000 | 2u << 30); /* bit 28; resets */
	run_to_write(&m, DEVICE + 4);
	outside = timebase();
	set_word(m.vcpu, KVM440_REG_SPR(0x016), 0xffffffff);
	before = get_word(m.vcpu, KVM440_REG_SPR(0x016));
	CHECK_EQ(ioctl(m.vcpu, KVM440_STOP_CLOCK), 0);
	start = timebase();
	outside = start - outside;
	while (transitions(start, timebase(), bit) < 4) {
		usleep(50000);
		CHECK(before - get_word(m.vcpu, KVM440_REG_SPR(0x016)) <= outside);
	}
	start = timebase();
	CHECK_EQ(ioctl(m.vcpu, KVM440_START_CLOCK), 0);
	after = get_word(m.vcpu, KVM440_REG_SPR(0x016));
	outside += timebase() - start;
	CHECK(before - after <= outside);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(SPR_TSR)) & 0x40000000, 0); /* WIS */
	run_to_write(&m, DEVICE + 4);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

void test_timer(void)
{
	RUN(phases);
	RUN(fit_interrupts);
	RUN(fit_interrupts_that_wake);
	RUN(watchdog_bites);
	RUN(held);
}
