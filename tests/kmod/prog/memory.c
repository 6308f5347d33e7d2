// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory slots: what is refused, read-only ones, the dirty log, moving, removal under a guest. */
#define _GNU_SOURCE /* pthread_tryjoin_np() */
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "vm.h"

#define MB(n) ((uint32_t)(n) << 20)

static void refused(void)
{
	uint8_t *at;
	uint64_t user;
	struct vm m;

	vm_open(&m);
	at = anonymous(16 * PAGE);
	user = (uintptr_t)at;
	CHECK_ERRNO(set_region(m.vm, 32, 0, 1 << 20, PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 0x10000, 0, 1 << 20, PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 4, 1 << 20, PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, (1 << 20) + 1, PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE - 1, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, user + 4), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, 0, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, RAM_SIZE - PAGE, 2 * PAGE, user), EEXIST);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 0, PAGE, user), EEXIST);
	/* What wraps, in 32 bits, 36 and 64. */
	CHECK_ERRNO(set_region(m.vm, 1, 0, ~0xfffull, 2 * PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, ~0xfffull, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, 1ull << 32, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, (1ull << 32) + PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1ull << 36, PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, (1ull << 36) - PAGE, 2 * PAGE, user), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, user | 1ull << 32), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, 0xfffff000u), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, 2 * PAGE, ~0xfffull), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, 0xc0000000u), EINVAL);
	/* Where nothing is, where only a part is, and what may not be written. */
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, 0), EFAULT);
	munmap(at + 8 * PAGE, PAGE);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, 16 * PAGE, user), EFAULT);
	mprotect(at, PAGE, PROT_READ);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, user), EFAULT);
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_READONLY, 1 << 20, PAGE, user), 0);
	/* A slot that is there: neither its size nor its memory changes. */
	CHECK_ERRNO(set_region(m.vm, 0, 0, 0, RAM_SIZE / 2, (uintptr_t)m.ram), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 0, 0, 0, RAM_SIZE, (uintptr_t)m.ram + PAGE), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 0, KVM_MEM_READONLY, 0, RAM_SIZE, (uintptr_t)m.ram), EINVAL);
	CHECK_ERRNO(set_region(m.vm, 0, 0, 1 << 20, RAM_SIZE, (uintptr_t)m.ram), EEXIST);
	CHECK_EQ(set_region(m.vm, 1, 0, 0, 0, 0), 0);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 0, 0, 0), EINVAL);
	/* As high as a guest's memory goes. */
	CHECK_EQ(set_region(m.vm, 31, 0, (1ull << 36) - 4 * PAGE, 4 * PAGE, user + 2 * PAGE), 0);
	munmap(at, 16 * PAGE);
	vm_close(&m);
}

static void read_only(void)
{
	uint32_t *rom = anonymous(PAGE);
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	/* It has not been touched yet, and is changed while the guest has it. */
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_READONLY, DEVICE, PAGE, (uintptr_t)rom), 0);
	rom[0] = 0xcafef00d;
	CODE_AT(&m, CODE, LWZ_R5_0_R4, STW_R3_0_R4);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	CHECK_EQ(r.gpr[5], 0xcafef00du);
	CHECK_EQ(rom[0], 0xcafef00du);
	vm_close(&m);
	munmap(rom, PAGE);
}

static uint32_t logged(const struct vm *m)
{
	uint32_t bits[RAM_SIZE / PAGE / 32] = { 0 };
	struct kvm_dirty_log log = { .slot = 1, .dirty_bitmap = bits };

	CHECK_EQ(ioctl(m->vm, KVM_GET_DIRTY_LOG, &log), 0);
	return bits[0];
}

/* The bitmap is little-endian: page n is bit n % 8 of byte n / 8. */
static void dirty_log(void)
{
	struct kvm_dirty_log log = { .slot = 0, .dirty_bitmap = (void *)-4096 };
	uint32_t *data = anonymous(16 * PAGE);
	uint64_t user = (uintptr_t)data;
	struct vm m;

	vm_open(&m);
	CHECK_ERRNO(ioctl(m.vm, KVM_GET_DIRTY_LOG, &log), ENOENT);
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_LOG_DIRTY_PAGES, DEVICE - 9 * PAGE, 16 * PAGE, user),
		 0);
	/* The slot's page 9, and a read of page 9, and a write that is an exit. */
	CODE_AT(&m, CODE, LWZ_R5_0_R4, STW_R3_0_R4, 0x94647000u /* stwu r3,0x7000(r4) */,
		0x38849000u /* addi r4,r4,-0x7000 */, BACK(4));
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE + 7 * PAGE);
	CHECK_EQ(data[9 * 1024], 0x11223344);
	log.slot = 1;
	CHECK_ERRNO(ioctl(m.vm, KVM_GET_DIRTY_LOG, &log), EFAULT);
	CHECK_EQ(logged(&m), 0x00020000); /* what nobody got is still there */
	CHECK_EQ(logged(&m), 0);
	run_to_write(&m, DEVICE + 7 * PAGE);
	CHECK_EQ(logged(&m), 0x00020000);
	log.slot = 32;
	CHECK_ERRNO(ioctl(m.vm, KVM_GET_DIRTY_LOG, &log), EINVAL);
	/* Off and on again begins anew. */
	run_to_write(&m, DEVICE + 7 * PAGE);
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE - 9 * PAGE, 16 * PAGE, user), 0);
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_LOG_DIRTY_PAGES, DEVICE - 9 * PAGE, 16 * PAGE, user),
		 0);
	CHECK_EQ(logged(&m), 0);
	/* Moved down by a page, what the guest writes at DEVICE is page 10. */
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_LOG_DIRTY_PAGES, DEVICE - 10 * PAGE, 16 * PAGE, user),
		 0);
	run_to(&m, KVM_EXIT_MMIO);
	CHECK_EQ(logged(&m), 0x00040000);
	CHECK_EQ(data[10 * 1024], 0x11223344);
	vm_close(&m);
	munmap(data, 16 * PAGE);
}

/*
 * A logged page that the guest has read by one address and written by another: its first store by
 * the former finds the page logged already. That is no reason to come out at each store, and one
 * that the processor has a reservation for must be the processor's.
 */
static void logged_by_another(void)
{
	const uint32_t entry[4] = { 0x20000290u, DEVICE, 0x3fu, 0 };
	uint32_t *data = anonymous(16 * PAGE);
	unsigned long before;
	struct vm m;

	vm_open(&m);
	CHECK_EQ(set_region(m.vm, 1, KVM_MEM_LOG_DIRTY_PAGES, DEVICE, 16 * PAGE, (uintptr_t)data),
		 0);
	CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(2), entry), 0);
	CODE_AT(&m, CODE, LWZ_R5_0_R4, 0x3ce02000u /* lis r7,0x2000 */,
		0x90670000u /* stw r3,0(r7) */, 0x7ca02028u /* lwarx r5,0,r4 */,
		0x7cc0212du /* stwcx. r6,0,r4 */, 0x4082fff8u /* bne -8 */,
		0x38e02710u /* li r7,10000 */, 0x7ce903a6u /* mtctr r7 */,
		0x90640004u /* stw r3,4(r4) */, 0x4200fffcu /* bdnz -4 */,
		0x3c840001u /* addis r4,r4,1 */, STW_R3_0_R4);
	start_at(&m, CODE, 0);
	before = exits_of("storage");
	run_to_write(&m, DEVICE + 16 * PAGE);
	CHECK(exits_of("storage") - before < 100);
	CHECK_EQ(data[0], 0);
	CHECK_EQ(data[1], 0x11223344);
	CHECK_EQ(logged(&m), 0x01000000);
	vm_close(&m);
	munmap(data, 16 * PAGE);
}

static void no_handler(int n)
{
	(void)n;
}

static void *runner(void *arg)
{
	const struct vm *m = arg;

	while (ioctl(m->vcpu, KVM_RUN, 0) < 0 && errno == EINTR)
		if (m->run->immediate_exit)
			return NULL;
	return (void *)(uintptr_t)m->run->exit_reason;
}

/* A guest that counts in memory, without an exit. */
static pthread_t start_counting(struct vm *m)
{
	pthread_t thread;

	vm_open(m);
	CODE_AT(m, CODE, ADDI_R6_1, 0x90c02000u /* stw r6,0x2000(0) */, BACK(2));
	start_at(m, CODE, 0x8000);
	CHECK_EQ(pthread_create(&thread, NULL, runner, m), 0);
	while (*(volatile uint32_t *)(m->ram + 0x800) < 1000)
		sched_yield();
	return thread;
}

/* The guest's code goes away under it: its machine check finds no handler. */
static void removed_under_a_guest(void)
{
	pthread_t thread;
	struct vm m;
	void *reason;

	thread = start_counting(&m);
	CHECK_EQ(set_region(m.vm, 0, 0, 0, 0, 0), 0);
	CHECK_EQ(pthread_join(thread, &reason), 0);
	CHECK_EQ((uintptr_t)reason, KVM_EXIT_SYSTEM_EVENT);
	CHECK_EQ(m.run->system_event.type, KVM_SYSTEM_EVENT_CRASH);
	CHECK_EQ(m.run->system_event.ndata, 1);
	CHECK_EQ(m.run->system_event.data[0], KVM440_EVENT_CHECKSTOP);
	vm_close(&m);
}

/*
 * A slot of data goes while the guest writes to it, and its code stays: from then on it gets no
 * further into what is the process's alone, and its next write is an exit.
 */
static void data_removed_under_a_guest(void)
{
	uint32_t *data = anonymous(PAGE), last;
	volatile uint32_t *count = data;
	void *reason = NULL;
	pthread_t thread;
	struct vm m;

	vm_open(&m);
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, PAGE, (uintptr_t)data), 0);
	CODE_AT(&m, CODE, ADDI_R6_1, 0x90c40000u /* stw r6,0(r4) */, BACK(2));
	start_at(&m, CODE, 0x8000);
	CHECK_EQ(pthread_create(&thread, NULL, runner, &m), 0);
	while (*count < 1000)
		sched_yield();
	CHECK_EQ(set_region(m.vm, 1, 0, 0, 0, 0), 0);
	last = *count;
	while (pthread_tryjoin_np(thread, &reason)) {
		CHECK_EQ(*count, last);
		sched_yield();
	}
	CHECK_EQ((uintptr_t)reason, KVM_EXIT_MMIO);
	CHECK_EQ(m.run->mmio.is_write, 1);
	CHECK_EQ(m.run->mmio.phys_addr, DEVICE);
	CHECK_EQ(*count, last);
	vm_close(&m);
	munmap(data, PAGE);
}

/*
 * Slots of two pages with others or nothing beside them, seen through an entry of each size and the
 * next one: what is written goes where the slots say, to the byte, and the rest are exits.
 */
static void edges(void)
{
	static const uint32_t sizes[] = { 0x20, 0x30, 0x40, 0x50, 0x70, 0x90 }; /* 16 KB and up */
	uint32_t *first = anonymous(2 * PAGE), *second = anonymous(2 * PAGE);
	struct vm m;

	vm_open(&m);
	/* DEVICE: the second's pages, a hole, the first's, and nothing from there on. */
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, 2 * PAGE, (uintptr_t)second), 0);
	CHECK_EQ(set_region(m.vm, 2, 0, DEVICE + 3 * PAGE, 2 * PAGE, (uintptr_t)first), 0);
	/* Two words in each page get their own address. */
	CODE_AT(&m, CODE, 0x90840000u /* stw r4,0(r4) */, 0x38840800u /* addi r4,r4,0x800 */,
		BACK(2));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const uint32_t behind = DEVICE + (0x400u << (sizes[i] >> 3));
		const uint32_t entry[4] = { DEVICE | 0x200u | sizes[i], DEVICE, 0x3fu, 0 },
			       next[4] = { behind | 0x200u | sizes[i], behind, 0x3fu, 0 };

		memset(first, 0xff, 2 * PAGE);
		memset(second, 0xff, 2 * PAGE);
		CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(1), entry), 0);
		CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(2), next), 0);
		/* The answer to the last exit belongs to the instruction before. */
		m.run->immediate_exit = 1;
		CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
		m.run->immediate_exit = 0;
		start_at(&m, CODE, 0);
		run_to_write(&m, DEVICE + 2 * PAGE);
		run_to_write(&m, DEVICE + 2 * PAGE + 0x800);
		run_to_write(&m, DEVICE + 5 * PAGE);
		run_to_write(&m, DEVICE + 5 * PAGE + 0x800);
		for (unsigned int w = 0; w < 2 * PAGE / 4; w++) {
			CHECK_EQ(second[w], w % 512 ? 0xffffffffu : DEVICE + 4 * w);
			CHECK_EQ(first[w], w % 512 ? 0xffffffffu : DEVICE + 3 * PAGE + 4 * w);
		}
	}
	vm_close(&m);
	munmap(first, 2 * PAGE);
	munmap(second, 2 * PAGE);
}

/* Memory in pieces of a megabyte, if the module has it. */
static uint32_t *machines_own(const struct vm *m, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, m->vm, 0);

	if (at == MAP_FAILED && errno == ENODEV) /* large_pages=0 */
		return anonymous(size);
	CHECK(at != MAP_FAILED);
	return at;
}

/*
 * Memory in pieces of a megabyte, of which the guest gets entries of that size, in slots that begin
 * or end within one: what is beyond their edges is the process's, in the same piece, and to the
 * guest an exit. 32 of them, for a map of them ends with a word then: a host with KASAN sees who
 * reads on.
 */
static void megabytes(void)
{
	static const struct {
		uint32_t at, size, first,
			last; /* the guest writes from @first on, to an exit at @last */
	} slots[] = {
		{ 0, MB(32) + 2 * PAGE, MB(32) - 2 * PAGE, MB(32) + 2 * PAGE },
		{ 0, MB(1) + 2 * PAGE, 0, MB(1) + 2 * PAGE },
		{ PAGE, MB(2), PAGE, MB(2) + PAGE },
		{ MB(1) - PAGE, MB(1) + PAGE, MB(1) - PAGE, MB(2) },
	};
	const uint32_t size = MB(33);

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		const uint32_t first = slots[i].first, last = slots[i].last;
		struct kvm_regs r;
		uint32_t *memory;
		struct vm m;

		vm_open(&m);
		memory = machines_own(&m, size);
		CHECK_EQ(set_region(m.vm, 1, 0, DEVICE + slots[i].at, slots[i].size,
				    (uintptr_t)memory),
			 0);
		CODE_AT(&m, CODE, 0x90840000u /* stw r4,0(r4) */,
			0x38841000u /* addi r4,r4,0x1000 */, BACK(2));
		start_at(&m, CODE, 0);
		CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
		r.gpr[4] = DEVICE + first;
		CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
		run_to_write(&m, DEVICE + last);
		run_to_write(&m, DEVICE + last + PAGE);
		for (uint32_t at = 0; at < size - slots[i].at; at += PAGE) {
			const uint32_t ra = slots[i].at + at;

			CHECK_EQ(memory[at / 4], ra >= first && ra < last ? DEVICE + ra : 0);
		}
		munmap(memory, size);
		vm_close(&m);
	}
}

/* Where the guest of @m writes from @first on, each word its own address, every 512 KB, to the exit
 * that there must be at @last. */
static void write_up_to(const struct vm *m, uint32_t first, uint32_t last)
{
	struct kvm_regs r;

	/* The answer to the last exit belongs to the instruction before. */
	m->run->immediate_exit = 1;
	CHECK_ERRNO(ioctl(m->vcpu, KVM_RUN, 0), EINTR);
	m->run->immediate_exit = 0;
	start_at(m, CODE, 0);
	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	r.gpr[4] = first;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
	run_to_write(m, last);
}

#define HALVES 5u /* the slot's size, in half megabytes */

/* What was written of the slot that is at @ra is there, and nothing else; it is forgotten then. */
static void check_written(uint32_t *memory, uint32_t ra, bool written)
{
	for (uint32_t at = 0; at < HALVES << 19; at += 1024) {
		CHECK_EQ(memory[at / 4], written && at % (1u << 19) == 0 ? ra + at : 0);
		memory[at / 4] = 0;
	}
}

/* The log of the slot: the first page of each half megabyte, or nothing. */
static void check_logged(const struct vm *m, bool written)
{
	uint8_t bits[HALVES * 128 / 8];
	struct kvm_dirty_log log = { .slot = 1, .dirty_bitmap = bits };

	CHECK_EQ(ioctl(m->vm, KVM_GET_DIRTY_LOG, &log), 0);
	for (uint32_t i = 0; i < sizeof(bits); i++)
		CHECK_EQ(bits[i], written && i % 16 == 0);
}

/*
 * Memory that the guest has in entries of 1 MB: when its slot begins to be logged, is moved or
 * goes, those that stand go too; and one that is a part of a megabyte off has none.
 */
static void megabytes_change(void)
{
	const uint32_t size = HALVES << 19, elsewhere = DEVICE + MB(16), off = DEVICE + (1u << 19),
		       log = KVM_MEM_LOG_DIRTY_PAGES;
	uint32_t *memory;
	uint64_t user;
	struct vm m;

	vm_open(&m);
	memory = machines_own(&m, size);
	user = (uintptr_t)memory;
	CODE_AT(&m, CODE, 0x90840000u /* stw r4,0(r4) */, 0x3c840008u /* addis r4,r4,8 */, BACK(2));
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE + size);
	check_written(memory, DEVICE, true);
	/* Logged, twice, for the log is not asked for what was there before. */
	CHECK_EQ(set_region(m.vm, 1, log, DEVICE, size, user), 0);
	check_logged(&m, false);
	for (unsigned int i = 0; i < 2; i++) {
		write_up_to(&m, DEVICE, DEVICE + size);
		check_written(memory, DEVICE, true);
		check_logged(&m, true);
		check_logged(&m, false);
	}
	/* No longer, and again. */
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE + size);
	check_written(memory, DEVICE, true);
	CHECK_EQ(set_region(m.vm, 1, log, DEVICE, size, user), 0);
	check_logged(&m, false);
	write_up_to(&m, DEVICE, DEVICE + size);
	check_logged(&m, true);
	check_written(memory, DEVICE, true);
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE + size);
	check_written(memory, DEVICE, true);
	/* Moved, by megabytes and by half of one. */
	CHECK_EQ(set_region(m.vm, 1, 0, elsewhere, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE);
	write_up_to(&m, DEVICE + size / 2, DEVICE + size / 2);
	check_written(memory, 0, false);
	write_up_to(&m, elsewhere, elsewhere + size);
	check_written(memory, elsewhere, true);
	CHECK_EQ(set_region(m.vm, 1, 0, off, size, user), 0);
	write_up_to(&m, elsewhere, elsewhere);
	write_up_to(&m, DEVICE, DEVICE);
	check_written(memory, 0, false);
	write_up_to(&m, off, off + size);
	check_written(memory, off, true);
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE + size);
	check_written(memory, DEVICE, true);
	/* Gone. */
	CHECK_EQ(set_region(m.vm, 1, 0, 0, 0, 0), 0);
	for (uint32_t i = 0; i < HALVES; i++)
		write_up_to(&m, DEVICE + (i << 19), DEVICE + (i << 19));
	check_written(memory, 0, false);
	/* From within a megabyte on. */
	CHECK_EQ(set_region(m.vm, 1, 0, off, size, user), 0);
	write_up_to(&m, DEVICE, DEVICE);
	write_up_to(&m, off, off + size);
	check_written(memory, off, true);
	munmap(memory, size);
	vm_close(&m);
}

/* What was pinned stays the guest's when its process unmaps it, and is nobody else's. */
static void unmapped_under_a_guest(void)
{
	struct sigaction action = { .sa_handler = no_handler };
	uint32_t *ram, *other;
	struct kvm_regs r;
	pthread_t thread;
	struct vm m;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	thread = start_counting(&m);
	ram = m.ram;
	munmap(ram, RAM_SIZE);
	other = mmap(ram, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     -1, 0);
	CHECK(other == ram);
	for (unsigned int i = 0; i < RAM_SIZE / 4; i++)
		other[i] = 0x5a5a5a5a;
	for (unsigned int i = 0; i < 100; i++)
		sched_yield();
	m.run->immediate_exit = 1;
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	for (unsigned int i = 0; i < RAM_SIZE / 4; i++)
		CHECK_EQ(other[i], 0x5a5a5a5a);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	CHECK(r.gpr[6] >= 1000);
	vm_close(&m);
}

static unsigned long locked_kb(void)
{
	unsigned long kb = ~0ul;
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		sscanf(line, "VmLck: %lu", &kb);
	fclose(f);
	CHECK(kb != ~0ul);
	return kb;
}

static void accounting(void)
{
	unsigned long before = locked_kb();
	struct vm m;

	vm_open(&m);
	CHECK_EQ(locked_kb(), before + RAM_SIZE / 1024);
	CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, 1 << 24, (uintptr_t)m.ram), EFAULT);
	CHECK_EQ(locked_kb(), before + RAM_SIZE / 1024);
	CHECK_EQ(set_region(m.vm, 0, 0, 0, 0, 0), 0);
	CHECK_EQ(locked_kb(), before);
	CHECK_EQ(set_region(m.vm, 0, 0, 0, RAM_SIZE, (uintptr_t)m.ram), 0);
	vm_close(&m);
	CHECK_EQ(locked_kb(), before);
}

/* Nor has he much of a VM's own memory, which counts until the last piece of it has gone. */
static void limited_mmap(int vm)
{
	const int rw = PROT_READ | PROT_WRITE;
	char *at = mmap(NULL, MB(64), rw, MAP_SHARED, vm, 0);

	if (at == MAP_FAILED && errno == ENODEV) /* large_pages=0 */
		return;
	CHECK(at == MAP_FAILED && errno == ENOMEM);
	at = mmap(NULL, 1 << 16, rw, MAP_SHARED, vm, 0);
	CHECK(at != MAP_FAILED);
	CHECK_ERRNO(mmap(NULL, PAGE, rw, MAP_SHARED, vm, 0), ENOMEM);
	munmap(at, PAGE);
	munmap(at + 4 * PAGE, PAGE);
	CHECK_ERRNO(mmap(NULL, PAGE, rw, MAP_SHARED, vm, 0), ENOMEM);
	munmap(at, 1 << 16);
	at = mmap(NULL, 1 << 16, rw, MAP_SHARED, vm, 0);
	CHECK(at != MAP_FAILED);
	at = mremap(at, 1 << 16, 1 << 16, MREMAP_MAYMOVE | MREMAP_FIXED, anonymous(1 << 16));
	CHECK(at != MAP_FAILED);
	CHECK_ERRNO(mmap(NULL, PAGE, rw, MAP_SHARED, vm, 0), ENOMEM);
	munmap(at, 1 << 16);
	at = mmap(NULL, 1 << 16, rw, MAP_SHARED, vm, 0);
	CHECK(at != MAP_FAILED);
	munmap(at, 1 << 16);
}

/* Who may not lock much cannot pin much. */
static void limited(void)
{
	struct rlimit limit = { 1 << 16, 1 << 16 };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm, status;
	void *at = anonymous(RAM_SIZE);
	pid_t child = fork();

	CHECK(kvm >= 0 && child >= 0);
	if (!child) {
		CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
		CHECK_EQ(setuid(65534), 0);
		vm = ioctl(kvm, KVM_CREATE_VM, 0);
		CHECK(vm >= 0);
		CHECK_ERRNO(set_region(vm, 0, 0, 0, RAM_SIZE, (uintptr_t)at), ENOMEM);
		CHECK_EQ(set_region(vm, 0, 0, 0, 1 << 16, (uintptr_t)at), 0);
		CHECK_ERRNO(set_region(vm, 1, 0, 1 << 20, PAGE, (uintptr_t)at), ENOMEM);
		CHECK_EQ(set_region(vm, 0, 0, 0, 0, 0), 0);
		CHECK_EQ(set_region(vm, 1, 0, 1 << 20, PAGE, (uintptr_t)at), 0);
		limited_mmap(vm);
		exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	munmap(at, RAM_SIZE);
	close(kvm);
}

void test_memory(void)
{
	RUN(refused);
	RUN(read_only);
	RUN(dirty_log);
	RUN(logged_by_another);
	RUN(data_removed_under_a_guest);
	RUN(removed_under_a_guest);
	RUN(edges);
	RUN(megabytes);
	RUN(megabytes_change);
	RUN(unmapped_under_a_guest);
	RUN(accounting);
	RUN(limited);
}
