/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtual machine of one processor for the tests of /dev/kvm, and what they say. A failed check
 * ends the program: what comes after it would mean nothing.
 *
 * The guest has 1 MB of memory at 0, and the device space at DEVICE where nothing is, so that each
 * access there is an exit. Both are mapped one to one by two pinned entries of its TLB.
 */
#ifndef VM_H
#define VM_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod/linux/kvm440.h"

#define RAM_SIZE 0x100000u
#define PAGE	 4096u
#define DEVICE	 0x10000000u
#define CODE	 0x1000u

/* Instructions; registers as written. */
#define STW_R3_0_R4  0x90640000u
#define STW_R6_4_R4  0x90c40004u
#define LWZ_R5_0_R4  0x80a40000u
#define ADDI_R6_1    0x38c60001u
#define WRTEEI_1     0x7c008146u
#define FADD_F3_F1_2 0xfc61102au
#define RFI	     0x4c000064u
#define SELF	     0x48000000u
#define SC	     0x44000002u
#define RFCI	     0x4c000066u
#define MFSPR(d, n)  (0x7c0002a6u | (d) << 21 | ((n)&31) << 16 | (n) >> 5 << 11)
#define MTSPR(n, s)  (0x7c0003a6u | (s) << 21 | ((n)&31) << 16 | (n) >> 5 << 11)
#define BACK(words)  (0x48000000u | (-4u * (words)&0x03fffffcu))

#define FAIL(...)                                                                                  \
	do {                                                                                       \
		printf("%s:%d: ", __FILE__, __LINE__);                                             \
		printf(__VA_ARGS__);                                                               \
		printf("\n");                                                                      \
		exit(1);                                                                           \
	} while (0)
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition))                                                                  \
			FAIL("%s does not hold (errno %d)", #condition, errno);                    \
	} while (0)
#define CHECK_EQ(a, b)                                                                             \
	do {                                                                                       \
		long long a_ = (long long)(a), b_ = (long long)(b);                                \
		if (a_ != b_)                                                                      \
			FAIL("%s is %#llx, not %#llx (errno %d)", #a, a_, b_, errno);              \
	} while (0)
/* The call fails with that errno. */
#define CHECK_ERRNO(call, wanted)                                                                  \
	do {                                                                                       \
		long r_ = (long)(call);                                                            \
		if (r_ != -1 || errno != (wanted))                                                 \
			FAIL("%s: returned %ld, errno %d, not %s", #call, r_, errno, #wanted);     \
	} while (0)

struct vm {
	int kvm, vm, vcpu;
	struct kvm_run *run;
	uint32_t *ram;
};

static inline int set_region(int vm, uint32_t slot, uint32_t flags, uint64_t ra, uint64_t size,
			     uint64_t at)
{
	struct kvm_userspace_memory_region m = { slot, flags, ra, size, at };

	return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &m);
}

static inline int set_reg(int vcpu, uint64_t id, const void *value)
{
	struct kvm_one_reg r = { id, (uintptr_t)value };

	return ioctl(vcpu, KVM_SET_ONE_REG, &r);
}

static inline int get_reg(int vcpu, uint64_t id, void *value)
{
	struct kvm_one_reg r = { id, (uintptr_t)value };

	return ioctl(vcpu, KVM_GET_ONE_REG, &r);
}

static inline uint32_t get_word(int vcpu, uint64_t id)
{
	uint32_t value = 0;

	CHECK_EQ(get_reg(vcpu, id, &value), 0);
	return value;
}

static inline void set_word(int vcpu, uint64_t id, uint32_t value)
{
	CHECK_EQ(set_reg(vcpu, id, &value), 0);
}

static inline void *anonymous(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(at != MAP_FAILED);
	return at;
}

static inline void add_vcpu(struct vm *m)
{
	m->vcpu = ioctl(m->vm, KVM_CREATE_VCPU, 0);
	CHECK(m->vcpu >= 0);
	m->run = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu, 0);
	CHECK(m->run != MAP_FAILED);
}

static inline void map_guest(const struct vm *m)
{
	static const uint32_t entries[2][4] = {
		{ 0x00000290u, 0, 0x3fu, 0 }, /* 256 MB, valid, all rights */
		{ DEVICE | 0x290u, DEVICE, 0x53fu, 0 },
	};

	for (unsigned int i = 0; i < 2; i++)
		CHECK_EQ(set_reg(m->vcpu, KVM440_REG_TLB(i), entries[i]), 0);
}

/* Where the guest starts; r3 and r4 are set for the accesses above. */
static inline void start_at(const struct vm *m, uint32_t pc, uint32_t msr)
{
	struct kvm_regs r;

	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	r.pc = pc;
	r.msr = msr;
	r.gpr[3] = 0x11223344;
	r.gpr[4] = DEVICE;
	r.gpr[6] = 0;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
}

static inline void put_code(const struct vm *m, uint32_t at, const uint32_t *code, size_t words)
{
	memcpy(m->ram + at / 4, code, 4 * words);
	/* The guest fetches through the cache of instructions, which knows nothing of stores. */
	for (size_t i = 0; i < words; i++)
		__asm__ volatile("dcbst 0,%0; sync; icbi 0,%0; sync; isync"
				 :
				 : "r"(m->ram + at / 4 + i)
				 : "memory");
}
#define CODE_AT(m, at, ...)                                                                        \
	do {                                                                                       \
		const uint32_t code_[] = { __VA_ARGS__ };                                          \
		put_code(m, at, code_, sizeof(code_) / 4);                                         \
	} while (0)

static inline void vm_open(struct vm *m)
{
	m->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	CHECK(m->kvm >= 0);
	CHECK_EQ(ioctl(m->kvm, KVM_CHECK_EXTENSION, KVM440_CAP), KVM440_VERSION);
	m->vm = ioctl(m->kvm, KVM_CREATE_VM, 0);
	CHECK(m->vm >= 0);
	m->ram = anonymous(RAM_SIZE);
	CHECK_EQ(set_region(m->vm, 0, 0, 0, RAM_SIZE, (uintptr_t)m->ram), 0);
	add_vcpu(m);
	map_guest(m);
}

static inline void vm_close(struct vm *m)
{
	munmap(m->run, PAGE);
	munmap(m->ram, RAM_SIZE);
	close(m->vcpu);
	close(m->vm);
	close(m->kvm);
}

/* Runs to the next exit, which is for @reason. Signals are the caller's own. */
static inline void run_to(const struct vm *m, uint32_t reason)
{
	int r;

	while ((r = ioctl(m->vcpu, KVM_RUN, 0)) < 0 && errno == EINTR)
		continue;
	CHECK_EQ(r, 0);
	CHECK_EQ(m->run->exit_reason, reason);
}

static inline void run_to_write(const struct vm *m, uint64_t addr)
{
	run_to(m, KVM_EXIT_MMIO);
	CHECK_EQ(m->run->mmio.is_write, 1);
	CHECK_EQ(m->run->mmio.phys_addr, addr);
}

/* How often guests left for it since the module was loaded. */
static inline unsigned long exits_of(const char *wanted)
{
	FILE *f = fopen("/sys/kernel/debug/kvm440/exits", "re");
	unsigned long n, ret = 0;
	char kind[32];

	CHECK(f);
	while (fscanf(f, "%31s %lu %*u", kind, &n) == 2)
		if (!strcmp(kind, wanted))
			ret = n;
	fclose(f);
	return ret;
}

#define RUN(test)                                                                                  \
	do {                                                                                       \
		printf("%s\n", #test);                                                             \
		test();                                                                            \
	} while (0)

/* Groups of tests; the files that have them. */
void test_registers(void);
void test_guest(void);
void test_memory(void);
void test_hostile(void);
void test_debug(void);
void test_timer(void);
void test_traces(void);
void test_times(void);
void test_processors(void);

#endif
