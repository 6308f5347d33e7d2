/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter: time, interrupts, kicks, debug events, and the ends of a run.
 */
#include "tests/unit/interp-machine.h"

#include "util/error.h"

#include <pthread.h>
#include <time.h>

/* DEC runs out while the guest loops, then while it waits, then while it spins. */
static void decrementer_interrupts(void)
{
	const uint32_t handler = 0x9000;

	start();
	m.c.ivor[DEC] = handler;
	/* Clears DIS and goes back without MSR[WE]; the third time it does not go back. */
	PLACE(handler, LIS(6, 0x0800), MTSPR(SPR_TSR, 6), ADDI(5, 5, 1), CMPWI(5, 3), BEQ(12),
	      MTSPR(SPR_SRR1, 9), RFI, B(0));
	PLACE(CODE, LIS(3, 0x0400), MTSPR(SPR_TCR, 3), WRTEEI(1), MTSPR(SPR_DEC, 7), CMPWI(5, 0),
	      BEQ(-4), MTSPR(SPR_DEC, 7), MTMSR(8), MTSPR(SPR_DEC, 7), B(0));
	m.c.gpr[7] = HZ / 100;
	m.c.gpr[8] = MSR_EE | MSR_WE;
	m.c.gpr[9] = MSR_EE;
	run();
	CHECK_HALTED(handler + 28);
	CHECK_EQ(m.c.gpr[5], 3);
	CHECK_EQ(m.c.srr0, CODE + 36);
	finish();
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Waiting takes no processor time: far less than it lasts. */
static void waiting_is_idle(void)
{
	double cpu, wall;

	start();
	PLACE(CODE, LIS(3, 0x0400), MTSPR(SPR_TCR, 3), MTSPR(SPR_DEC, 7), MTMSR(8), B(0));
	m.c.gpr[7] = HZ / 4;
	m.c.gpr[8] = MSR_EE | MSR_WE;
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	run();
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
	wall = seconds(CLOCK_MONOTONIC) - wall;
	CHECK_HALTED(VECTOR(DEC));
	CHECK(wall >= 0.25);
	CHECK(cpu < wall / 10);
	finish();
}

static void *kicks(void *arg)
{
	engine_interp.vcpu_kick(m.vcpu);
	return arg;
}

static void *raises(void *arg)
{
	engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, true);
	return arg;
}

static void in_thread(void *(*fn)(void *))
{
	pthread_t t;

	set_state();
	REQUIRE_EQ(pthread_create(&t, NULL, fn, NULL), 0);
	go_on();
	pthread_join(t, NULL);
}

static void kicks_are_not_lost(void)
{
	start();
	/* Before the run, while it loops, while it waits. */
	PLACE(CODE, B(4), B(-4));
	set_state();
	engine_interp.vcpu_kick(m.vcpu);
	go_on();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	for (unsigned int i = 0; i < 200; i++) {
		m.c.msr = i & 1 ? MSR_WE : 0;
		in_thread(kicks);
		CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	}
	/* In a loop of interrupts that never executes anything. */
	m.c.msr = 0;
	m.c.pc = 0xe0000000;
	m.c.ivpr = 0xe0000000;
	in_thread(kicks);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	finish();
}

static void external_input(void)
{
	start();
	PLACE(CODE, B(4), B(-4));
	for (unsigned int i = 0; i < 200; i++) {
		m.c.pc = CODE;
		m.c.msr = MSR_EE | (i & 1 ? MSR_WE : 0);
		in_thread(raises);
		CHECK_HALTED(VECTOR(4));
		CHECK(m.c.srr0 == CODE || m.c.srr0 == CODE + 4);
		engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, false);
	}
	/* Held back by MSR[EE] until it comes on. */
	PLACE(CODE, NOP, WRTEEI(1), B(0));
	m.c.pc = CODE;
	m.c.msr = 0;
	engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, true);
	run();
	CHECK_HALTED(VECTOR(4));
	CHECK_EQ(m.c.srr0, CODE + 8);
	finish();
}

/* The guest's clock stands still between stop and start. */
static void stopped_clock(void)
{
	uint32_t before;

	start();
	PLACE(CODE, MFSPR(4, 268), B(0));
	run();
	before = m.c.gpr[4];
	engine_interp.vcpu_stop_clock(m.vcpu);
	m.c.pc = CODE;
	run();
	CHECK(m.c.gpr[4] - before < 0x80000000);
	before = m.c.gpr[4];
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], before);
	engine_interp.vcpu_start_clock(m.vcpu);
	do {
		m.c.pc = CODE;
		run();
	} while (m.c.gpr[4] == before);
	CHECK(m.c.gpr[4] - before < 0x80000000);
	finish();
}

/* DBCR0[IDM,ICMP]: after each instruction, whatever executes it. */
static void single_steps(void)
{
	start();
	PLACE(CODE, ADDI(4, 4, 1), LWZ(5, 0, 10), B(8), NOP, MTSPR(SPR_LR, 4), BLR, B(0));
	m.c.gpr[10] = CODE;
	for (uint32_t i = 0; i < 4; i++) {
		static const uint32_t next[] = { CODE + 4, CODE + 8, CODE + 16, CODE + 20 };

		m.c.dbcr0 = DBCR0_IDM | DBG_ICMP;
		m.c.dbsr = 0;
		m.c.pc = i ? next[i - 1] : CODE;
		m.c.msr = MSR_DE;
		run();
		CHECK_HALTED(VECTOR(DEBUG));
		CHECK_EQ(m.c.csrr0, next[i]);
		CHECK_EQ(m.c.dbsr & DBG_ICMP, DBG_ICMP);
	}
	CHECK_EQ(m.c.gpr[4], 1);
	CHECK_EQ(m.c.gpr[5], ADDI(4, 4, 1));
	CHECK_EQ(m.c.lr, 1);
	/* A breakpoint by address. */
	m.c.dbcr0 = DBCR0_IDM | DBG_IAC1;
	m.c.dbsr = 0;
	m.c.dbcr1 = 0;
	m.c.iac[0] = CODE + 8;
	m.c.pc = CODE;
	m.c.msr = MSR_DE;
	run();
	CHECK_HALTED(VECTOR(DEBUG));
	CHECK_EQ(m.c.csrr0, CODE + 8);
	CHECK_EQ(m.c.gpr[4], 2);
	finish();
}

static void traps_and_calls(void)
{
	start();
	PLACE(CODE, SC, B(0));
	run();
	CHECK_HALTED(VECTOR(SYSCALL));
	CHECK_EQ(m.c.srr0, CODE + 4);
	PLACE(CODE, TRAP, B(0));
	m.c.pc = CODE;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.esr, ESR_PTR);
	CHECK_EQ(m.c.srr0, CODE);
	PLACE(CODE, 0, B(0));
	m.c.pc = CODE;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.esr, ESR_PIL);
	finish();
}

/* Nothing answers where pc points: a machine check, and without MSR[ME] the end. */
static void fetch_from_nowhere(void)
{
	start();
	m.c.pc = DEVICE;
	m.c.msr = MSR_ME;
	run();
	CHECK_HALTED(VECTOR(1));
	m.c.pc = DEVICE;
	m.c.msr = 0;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_CHECKSTOP);
	CHECK_EQ(m.e.pc, DEVICE);
	finish();
}

static void maps_and_names(void)
{
	struct error *err = NULL;
	struct engine_vm *vm;
	static uint8_t page[8192] __attribute__((aligned(4096)));

	CHECK(engine_find("interp", NULL, NULL) == &engine_interp);
	CHECK(engine_find("auto", NULL, NULL) != NULL);
	CHECK(engine_find("none", NULL, &err) == NULL);
	CHECK_HAS(error_message(err), "'none'");
	CHECK_HAS(error_message(err), "interp");
	err = error_free(err);
	REQUIRE_EQ(engine_interp.vm_new(&vm, NULL), 0);
	CHECK_EQ(engine_interp.vm_map(vm, 0, 4096, page, false, NULL), 0);
	CHECK(engine_interp.vm_map(vm, 0, 4096, page, false, &err) < 0);
	CHECK_HAS(error_message(err), "twice");
	err = error_free(err);
	CHECK(engine_interp.vm_map(vm, 0x1001, 4096, page, false, NULL) < 0);
	CHECK(engine_interp.vm_map(vm, 0x1000, 0, page, false, NULL) < 0);
	CHECK(engine_interp.vm_map(vm, 0xfffffffff000, 4096, page, false, NULL) < 0);
	engine_interp.vm_free(vm);
}

static void read_only_memory(void)
{
	static uint8_t rom[4096] __attribute__((aligned(4096)));

	start();
	rom[0] = 0x12;
	REQUIRE_EQ(engine_interp.vm_map(m.vm, 0x80000000, 4096, rom, true, NULL), 0);
	map(1, 0x80000000, 1, 0x80000000, RIGHTS, 0);
	PLACE(CODE, LBZ(4, 0, 10), STW(4, 0, 10), B(0));
	m.c.gpr[10] = 0x80000000;
	run();
	/* A store leaves as an access that the bus answers, or does not. */
	CHECK_EQ(m.c.gpr[4], 0x12);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK(m.e.write);
	CHECK_EQ(m.e.addr, 0x80000000);
	CHECK_EQ(rom[0], 0x12);
	finish();
}

static const struct test_case cases[] = {
	TEST_CASE(decrementer_interrupts), TEST_CASE(waiting_is_idle),
	TEST_CASE(kicks_are_not_lost),	   TEST_CASE(external_input),
	TEST_CASE(stopped_clock),	   TEST_CASE(single_steps),
	TEST_CASE(traps_and_calls),	   TEST_CASE(fetch_from_nowhere),
	TEST_CASE(maps_and_names),	   TEST_CASE(read_only_memory),
};

TEST_MAIN(cases)
