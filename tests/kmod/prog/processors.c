// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several processors of one machine, and several machines at once: one memory with one log, and
 * registers, TLB and contexts of each that are its own.
 */
#define _GNU_SOURCE /* pthread_tryjoin_np() */
#include <pthread.h>
#include <signal.h>

#include "vm.h"

#define SLOT_PAGES 32u
#define WINDOW	   0x20000000u

#define LWZ_R5_0_R7 0x80a70000u
#define STW_R5_0_R4 0x90a40000u

static const uint32_t memory_entry[4] = { DEVICE | 0x290u, DEVICE, 0x3fu, 0 };

static void nothing(int n)
{
	(void)n;
}

/* Another processor of @m, as a machine that shares all with it but that. */
static struct vm another(const struct vm *m, unsigned int id)
{
	struct vm other = *m;

	other.vcpu = ioctl(m->vm, KVM_CREATE_VCPU, id);
	CHECK(other.vcpu >= 0);
	other.run = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, other.vcpu, 0);
	CHECK(other.run != MAP_FAILED);
	map_guest(&other);
	return other;
}

static void open_two(struct vm *two)
{
	vm_open(&two[0]);
	two[1] = another(&two[0], 1);
	CHECK_ERRNO(ioctl(two[0].vm, KVM_CREATE_VCPU, 1), EEXIST);
}

static void close_two(struct vm *two)
{
	munmap(two[1].run, PAGE);
	close(two[1].vcpu);
	vm_close(&two[0]);
}

/* Where processor @m starts, its r4 and r7, and how often it goes round. */
static void start_with(const struct vm *m, uint32_t msr, uint32_t r4, uint32_t r7, uint32_t ctr)
{
	struct kvm_regs r;

	start_at(m, CODE, msr);
	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	r.gpr[4] = r4;
	r.gpr[7] = r7;
	r.ctr = ctr;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
}

/* Runs a processor to its next exit, or until it is told to stop; returns whether it had one. */
static void *runner(void *arg)
{
	const struct vm *m = arg;
	int r;

	while ((r = ioctl(m->vcpu, KVM_RUN, 0)) < 0 && errno == EINTR)
		if (m->run->immediate_exit)
			return NULL;
	CHECK_EQ(r, 0);
	return arg;
}

static pthread_t start(struct vm *m)
{
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, runner, m), 0);
	return thread;
}

static void stop(pthread_t thread, const struct vm *m)
{
	void *had_exit;

	m->run->immediate_exit = 1;
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	CHECK_EQ(pthread_join(thread, &had_exit), 0);
	CHECK(!had_exit);
}

/*
 * Both count without an exit, each in four pages of the slot at DEVICE that are its own and in a
 * word of one that they share.
 */
#define SHARED_PAGE 16u

static void start_counting(struct vm *two, uint32_t flags, uint32_t *data, pthread_t *thread)
{
	struct sigaction action = { .sa_handler = nothing };

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	open_two(two);
	CHECK_EQ(set_region(two[0].vm, 1, flags, DEVICE, SLOT_PAGES * PAGE, (uintptr_t)data), 0);
	CODE_AT(&two[0], CODE, ADDI_R6_1, 0x90c40000u /* stw r6,0(r4) */, 0x90c42000u, 0x90c44000u,
		0x90c46000u, 0x90c70000u /* stw r6,0(r7) */, BACK(6));
	for (uint32_t i = 0; i < 2; i++) {
		CHECK_EQ(set_reg(two[i].vcpu, KVM440_REG_TLB(1), memory_entry), 0);
		start_with(&two[i], 0x8000, DEVICE + i * PAGE, DEVICE + SHARED_PAGE * PAGE + 4 * i,
			   0);
		thread[i] = start(&two[i]);
	}
}

static uint32_t count_of(const uint32_t *data, unsigned int cpu)
{
	return *(const volatile uint32_t *)(data + SHARED_PAGE * PAGE / 4 + cpu);
}

/* What is in the first word of each page, and in the shared page's second. */
static void look(const uint32_t *data, uint32_t *words)
{
	const volatile uint32_t *at = data;

	for (unsigned int page = 0; page < SLOT_PAGES; page++)
		words[page] = at[page * PAGE / 4];
	words[SLOT_PAGES] = at[SHARED_PAGE * PAGE / 4 + 1];
}

/* Waits until all of @cpus (bits) have gone on by @by. */
static void wait_for(const uint32_t *data, unsigned int cpus, uint32_t by)
{
	const uint32_t from[2] = { count_of(data, 0), count_of(data, 1) };

	for (unsigned int i = 0; i < 2; i++)
		while (cpus >> i & 1 && count_of(data, i) - from[i] < by)
			sched_yield();
}

static uint32_t logged(const struct vm *m)
{
	uint8_t bits[SLOT_PAGES / 8];
	struct kvm_dirty_log log = { .slot = 1, .dirty_bitmap = bits };
	uint32_t pages = 0;

	CHECK_EQ(ioctl(m->vm, KVM_GET_DIRTY_LOG, &log), 0);
	for (unsigned int i = 0; i < sizeof(bits); i++)
		pages |= (uint32_t)bits[i] << 8 * i;
	return pages;
}

/* The pages that changed since the log was last taken are in it, whoever wrote them. */
static void one_log(void)
{
	uint32_t *data = anonymous(SLOT_PAGES * PAGE);
	uint32_t before[SLOT_PAGES + 1], after[SLOT_PAGES + 1], pages;
	pthread_t thread[2];
	struct vm two[2];

	start_counting(two, KVM_MEM_LOG_DIRTY_PAGES, data, thread);
	wait_for(data, 3, 1000);
	logged(&two[0]);
	for (unsigned int i = 0; i < 100; i++) {
		look(data, before);
		wait_for(data, 3, 100);
		look(data, after);
		pages = logged(&two[0]);
		CHECK_EQ(pages, 0x000100ff);
		for (unsigned int page = 0; page < SLOT_PAGES; page++)
			CHECK_EQ(before[page] != after[page], pages >> page & 1);
		CHECK(before[SLOT_PAGES] != after[SLOT_PAGES]);
	}
	stop(thread[1], &two[1]);
	logged(&two[0]);
	wait_for(data, 1, 100);
	CHECK_EQ(logged(&two[0]), 0x00010055);
	stop(thread[0], &two[0]);
	logged(&two[0]);
	CHECK_EQ(logged(&two[0]), 0);
	close_two(two);
	munmap(data, SLOT_PAGES * PAGE);
}

/* The slot goes while both write to it: nothing more comes there, and the next write of each is an
 * exit. */
static void removed_under_both(void)
{
	uint32_t *data = anonymous(SLOT_PAGES * PAGE);
	uint32_t last[SLOT_PAGES + 1], now[SLOT_PAGES + 1];
	pthread_t thread[2];
	struct vm two[2];
	void *had_exit;

	start_counting(two, 0, data, thread);
	wait_for(data, 3, 1000);
	CHECK_EQ(set_region(two[0].vm, 1, 0, 0, 0, 0), 0);
	look(data, last);
	for (unsigned int i = 0; i < 2; i++) {
		while (pthread_tryjoin_np(thread[i], &had_exit)) {
			look(data, now);
			CHECK(!memcmp(last, now, sizeof(now)));
			sched_yield();
		}
		CHECK(had_exit);
		CHECK_EQ(two[i].run->exit_reason, KVM_EXIT_MMIO);
		CHECK_EQ(two[i].run->mmio.is_write, 1);
		CHECK_EQ(two[i].run->mmio.phys_addr >> 28, DEVICE >> 28);
	}
	look(data, now);
	CHECK(!memcmp(last, now, sizeof(now)));
	close_two(two);
	munmap(data, SLOT_PAGES * PAGE);
}

/* Both add to one word with lwarx and stwcx.: none of it is lost. */
static void shared_counter(uint32_t flags)
{
	static const uint32_t rounds = 1000000;
	uint32_t *data = anonymous(SLOT_PAGES * PAGE);
	pthread_t thread[2];
	struct vm two[2];
	void *had_exit;

	open_two(two);
	CHECK_EQ(set_region(two[0].vm, 1, flags, WINDOW, SLOT_PAGES * PAGE, (uintptr_t)data), 0);
	CODE_AT(&two[0], CODE, 0x7ca03828u /* lwarx r5,0,r7 */, 0x38a50001u /* addi r5,r5,1 */,
		0x7ca0392du /* stwcx. r5,0,r7 */, 0x4082fff4u /* bne */, 0x4200fff0u /* bdnz */,
		STW_R3_0_R4);
	for (unsigned int i = 0; i < 2; i++) {
		const uint32_t entry[4] = { WINDOW | 0x290u, WINDOW, 0x3fu, 0 };

		CHECK_EQ(set_reg(two[i].vcpu, KVM440_REG_TLB(2), entry), 0);
		start_with(&two[i], 0x8000, DEVICE, WINDOW, rounds);
		thread[i] = start(&two[i]);
	}
	/* Each must be let go on after its entry for the page was taken away. */
	while (*(volatile uint32_t *)data < rounds) {
		if (flags)
			logged(&two[0]);
		sched_yield();
	}
	for (unsigned int i = 0; i < 2; i++) {
		CHECK_EQ(pthread_join(thread[i], &had_exit), 0);
		CHECK(had_exit);
		CHECK_EQ(two[i].run->exit_reason, KVM_EXIT_MMIO);
		CHECK_EQ(two[i].run->mmio.phys_addr, DEVICE);
	}
	CHECK_EQ(data[0], 2 * rounds);
	close_two(two);
	munmap(data, SLOT_PAGES * PAGE);
}

static void counter(void)
{
	shared_counter(0);
}

static void counter_that_is_logged(void)
{
	shared_counter(KVM_MEM_LOG_DIRTY_PAGES);
}

/* In turns, by one thread: what one processor has in its registers and TLB, or waits for, the other
 * has not. */
static void are_apart(void)
{
	struct kvm_interrupt irq = { KVM_INTERRUPT_SET };
	struct vm two[2];

	open_two(two);
	CODE_AT(&two[0], 0x500, STW_R6_4_R4, RFI);
	CODE_AT(&two[0], CODE, WRTEEI_1, ADDI_R6_1, LWZ_R5_0_R7, STW_R5_0_R4, BACK(3));
	for (uint32_t i = 0; i < 2; i++) {
		const uint32_t entry[4] = { WINDOW | 0x210u, 0x8000 + i * PAGE, 0x3fu, 0 };

		two[0].ram[(0x8000 + i * PAGE) / 4] = 0xabc0 + i;
		CHECK_EQ(set_reg(two[i].vcpu, KVM440_REG_TLB(2), entry), 0);
		set_word(two[i].vcpu, KVM440_REG_SPR(0x194), 0x500); /* IVOR4 */
		start_with(&two[i], 0, DEVICE + 0x100 * i, WINDOW, 0);
	}
	for (uint32_t n = 1; n < 50; n++)
		for (uint32_t i = 0; i < 2; i++) {
			struct kvm_regs r;

			run_to_write(&two[i], DEVICE + 0x100 * i);
			CHECK_EQ(*(uint32_t *)two[i].run->mmio.data, 0xabc0 + i);
			CHECK_EQ(ioctl(two[i].vcpu, KVM_GET_REGS, &r), 0);
			CHECK_EQ(r.gpr[6], n);
			if (n % 5)
				continue;
			CHECK_EQ(ioctl(two[i].vcpu, KVM_INTERRUPT, &irq), 0);
			run_to_write(&two[!i], DEVICE + 0x100 * !i);
			run_to_write(&two[i], DEVICE + 0x100 * i + 4);
			CHECK_EQ(ioctl(two[!i].vcpu, KVM_GET_REGS, &r), 0);
			r.gpr[6]--; /* that round was one more */
			CHECK_EQ(ioctl(two[!i].vcpu, KVM_SET_REGS, &r), 0);
		}
	close_two(two);
}

/*
 * More contexts of several guests than there are host TIDs, in turns: one address, under which each
 * PID of each guest has a page of its own.
 */
#define GUESTS 6u
#define PIDS   60u
#define ROUNDS 3u

static void contexts(void)
{
	struct vm m[GUESTS];

	for (uint32_t i = 0; i < GUESTS; i++) {
		vm_open(&m[i]);
		for (uint32_t pid = 1; pid <= PIDS; pid++) {
			const uint32_t ra = 0x10000 + pid * PAGE,
				       entry[4] = { WINDOW | 0x210u, ra, 0x3fu, pid };

			m[i].ram[ra / 4] = i << 8 | pid;
			CHECK_EQ(set_reg(m[i].vcpu, KVM440_REG_TLB(1 + pid), entry), 0);
		}
		CODE_AT(&m[i], CODE, ADDI_R6_1, 0x2c06003du /* cmpwi r6,61 */,
			0x41800008u /* blt */, 0x38c00001u /* li r6,1 */, MTSPR(0x30, 6),
			0x4c00012cu /* isync */, LWZ_R5_0_R7, STW_R5_0_R4, BACK(8));
		start_with(&m[i], 0, DEVICE, WINDOW, 0);
	}
	for (uint32_t n = 0; n < ROUNDS * PIDS; n++)
		for (uint32_t i = 0; i < GUESTS; i++) {
			run_to_write(&m[i], DEVICE);
			CHECK_EQ(*(uint32_t *)m[i].run->mmio.data, i << 8 | (n % PIDS + 1));
		}
	for (uint32_t i = 0; i < GUESTS; i++)
		vm_close(&m[i]);
}

/*
 * Two PIDs and both modes in turns see one address: what is mapped once stays so, and hardly a miss
 * comes of a thousand rounds.
 */
static void switches_drop_nothing(void)
{
	static const uint32_t rounds = 1000;
	unsigned long before;
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	for (uint32_t pid = 1; pid <= 2; pid++) {
		const uint32_t ra = 0x10000 + pid * PAGE,
			       entry[4] = { WINDOW | 0x210u, ra, 0x3fu, pid };

		m.ram[ra / 4] = pid;
		CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(1 + pid), entry), 0);
	}
	set_word(m.vcpu, KVM440_REG_SPR(0x198), 0xc00); /* IVOR8 */
	CODE_AT(&m, 0xc00, 0x42000400u /* bdnz CODE */, STW_R5_0_R4, BACK(1));
	CODE_AT(&m, CODE, 0x38c00001u /* li r6,1 */, MTSPR(0x30, 6), 0x4c00012cu /* isync */,
		LWZ_R5_0_R7, 0x38c00002u /* li r6,2 */, MTSPR(0x30, 6), 0x4c00012cu, LWZ_R5_0_R7,
		MTSPR(0x1a, 10) /* SRR0 */, MTSPR(0x1b, 11), RFI);
	CODE_AT(&m, 2 * CODE, LWZ_R5_0_R7, SC);
	for (unsigned int warm = 0; warm < 2; warm++) {
		m.run->immediate_exit = 1; /* takes the answer to what was before */
		CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
		m.run->immediate_exit = 0;
		start_with(&m, 0, DEVICE, WINDOW, warm ? rounds : 3);
		CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
		r.gpr[10] = 2 * CODE;
		r.gpr[11] = 0x4000; /* PR */
		CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
		before = exits_of("fill") + exits_of("fast-refill");
		run_to_write(&m, DEVICE);
		CHECK_EQ(*(uint32_t *)m.run->mmio.data, 2);
	}
	CHECK(exits_of("fill") + exits_of("fast-refill") - before < rounds / 4);
	vm_close(&m);
}

void test_processors(void)
{
	RUN(are_apart);
	RUN(one_log);
	RUN(removed_under_both);
	RUN(counter);
	RUN(counter_that_is_logged);
	RUN(contexts);
	RUN(switches_drop_nothing);
}
