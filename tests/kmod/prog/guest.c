// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest and user space say to each other: exits, interrupts, eventfds, signals. */
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "vm.h"

static void mmio(void)
{
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4, LWZ_R5_0_R4, STW_R6_4_R4);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE);
	CHECK_EQ(m.run->mmio.len, 4);
	CHECK(!memcmp(m.run->mmio.data, "\x11\x22\x33\x44\0\0\0\0", 8));
	run_to(&m, KVM_EXIT_MMIO);
	CHECK_EQ(m.run->mmio.is_write, 0);
	memcpy(m.run->mmio.data, "\xde\xad\xbe\xef", 4);
	/* The answer is taken at once, and nothing is run. */
	m.run->immediate_exit = 1;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	m.run->immediate_exit = 0;
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	CHECK_EQ(r.gpr[5], 0xdeadbeefu);
	CHECK_EQ(r.pc, CODE + 8);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

/* A state saved while an access waits asks for it again where it is put in. */
static void access_in_a_state(void)
{
	static uint8_t bytes[4096];
	struct kvm440_state s = { .data = (uintptr_t)bytes, .size = sizeof(bytes) };
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, LWZ_R5_0_R4, STW_R6_4_R4);
	start_at(&m, CODE, 0);
	run_to(&m, KVM_EXIT_MMIO);
	CHECK_EQ(ioctl(m.vcpu, KVM440_GET_STATE, &s), 0);
	memset(m.run->mmio.data, 1, 4);
	run_to_write(&m, DEVICE + 4);
	s.size = s.used;
	CODE_AT(&m, CODE, SELF);
	CHECK_EQ(ioctl(m.vcpu, KVM440_SET_STATE, &s), 0);
	run_to(&m, KVM_EXIT_MMIO);
	CHECK_EQ(m.run->mmio.is_write, 0);
	CHECK_EQ(m.run->mmio.phys_addr, DEVICE);
	memset(m.run->mmio.data, 2, 4);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	CHECK_EQ(r.gpr[5], 0x02020202u);
	vm_close(&m);
}

/* DCRs, and a state saved while one of them waits: it is asked for again, and changed by the new
 * answer. */
static void dcrs(void)
{
	static uint8_t bytes[4096];
	struct kvm440_state s = { .data = (uintptr_t)bytes, .size = sizeof(bytes) };
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, 0x7ca20286u /* mfdcr r5,2 */, 0x7c630386u /* mtdcr 3,r3 */, STW_R6_4_R4);
	start_at(&m, CODE, 0);
	for (unsigned int i = 0; i < 2; i++) {
		run_to(&m, KVM_EXIT_DCR);
		CHECK_EQ(m.run->dcr.dcrn, 2);
		CHECK_EQ(m.run->dcr.is_write, 0);
		if (i == 0) {
			CHECK_EQ(ioctl(m.vcpu, KVM440_GET_STATE, &s), 0);
			s.size = s.used;
		}
		m.run->dcr.data = 0xd0d0 + i;
		run_to(&m, KVM_EXIT_DCR);
		CHECK_EQ(m.run->dcr.dcrn, 3);
		CHECK_EQ(m.run->dcr.is_write, 1);
		CHECK_EQ(m.run->dcr.data, 0x11223344u);
		CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
		CHECK_EQ(r.gpr[5], 0xd0d0u + i);
		CHECK_EQ(r.pc, CODE + 4);
		if (i)
			continue;
		/* Whatever stands at pc by now, for it was executed before. */
		CODE_AT(&m, CODE, SELF);
		CHECK_EQ(ioctl(m.vcpu, KVM440_SET_STATE, &s), 0);
	}
	/* The same of a write. */
	s.size = sizeof(bytes);
	CHECK_EQ(ioctl(m.vcpu, KVM440_GET_STATE, &s), 0);
	run_to_write(&m, DEVICE + 4);
	s.size = s.used;
	CODE_AT(&m, CODE + 4, SELF);
	CHECK_EQ(ioctl(m.vcpu, KVM440_SET_STATE, &s), 0);
	run_to(&m, KVM_EXIT_DCR);
	CHECK_EQ(m.run->dcr.dcrn, 3);
	CHECK_EQ(m.run->dcr.is_write, 1);
	CHECK_EQ(m.run->dcr.data, 0x11223344u);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

static void floating_point(void)
{
	struct kvm_fpu f = { .fpr = { 0, 0x3ff8000000000000ull, 0x4002000000000000ull } };
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, FADD_F3_F1_2, STW_R3_0_R4);
	start_at(&m, CODE, 0x2000); /* FP */
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_FPU, &f), 0);
	run_to_write(&m, DEVICE);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_FPU, &f), 0);
	CHECK_EQ(f.fpr[3], 0x400e000000000000ull); /* 1.5 + 2.25 */
	vm_close(&m);
}

/* The handler of external interrupts writes to DEVICE, the rest of the guest to DEVICE + 4. */
static void set_up_interrupts(struct vm *m)
{
	vm_open(m);
	CODE_AT(m, 0x500, STW_R3_0_R4, RFI);
	CODE_AT(m, CODE, WRTEEI_1, ADDI_R6_1, STW_R6_4_R4, BACK(2));
	set_word(m->vcpu, KVM440_REG_SPR(0x194), 0x500); /* IVOR4 */
	start_at(m, CODE, 0);
	run_to_write(m, DEVICE + 4);
}

static void interrupts(void)
{
	struct kvm_interrupt irq = { KVM_INTERRUPT_SET };
	struct vm m;

	set_up_interrupts(&m);
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	run_to_write(&m, DEVICE);
	for (unsigned int i = 0; i < 3; i++)
		run_to_write(&m, DEVICE + 4); /* an edge comes once */
	irq.irq = KVM_INTERRUPT_SET_LEVEL;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	for (unsigned int i = 0; i < 3; i++)
		run_to_write(&m, DEVICE); /* a level as long as it is there */
	irq.irq = KVM_INTERRUPT_UNSET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	run_to_write(&m, DEVICE + 4);
	irq.irq = KVM_INTERRUPT_SET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	irq.irq = KVM_INTERRUPT_UNSET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	run_to_write(&m, DEVICE + 4);
	irq.irq = 5;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_INTERRUPT, &irq), EINVAL);
	vm_close(&m);
}

static int set_event(const struct vm *m, int fd, uint64_t addr, uint32_t len, uint32_t flags,
		     uint64_t data)
{
	struct kvm_ioeventfd e = {
		.datamatch = data, .addr = addr, .len = len, .fd = fd, .flags = flags
	};

	return ioctl(m->vm, KVM_IOEVENTFD, &e);
}

/* How often it was signalled since the last look. */
static uint64_t signals(int fd)
{
	uint64_t n = 0;

	if (read(fd, &n, sizeof(n)) < 0)
		CHECK_EQ(errno, EAGAIN);
	return n;
}

/* An edge beside a level, and an edge that goes to another processor. */
static void edges_and_levels(void)
{
	struct kvm_interrupt irq = { KVM_INTERRUPT_SET_LEVEL };
	struct vm m, n;

	set_up_interrupts(&m);
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	irq.irq = KVM_INTERRUPT_SET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	for (unsigned int i = 0; i < 3; i++)
		run_to_write(&m, DEVICE);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_PENDING), 1);
	irq.irq = KVM_INTERRUPT_UNSET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_PENDING), 0);

	irq.irq = KVM_INTERRUPT_SET;
	CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &irq), 0);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_PENDING), KVM440_PENDING_EDGE);
	set_up_interrupts(&n);
	set_word(n.vcpu, KVM440_REG_PENDING, KVM440_PENDING_EDGE);
	set_word(m.vcpu, KVM440_REG_PENDING, 0);
	run_to_write(&n, DEVICE);
	run_to_write(&n, DEVICE + 4);
	run_to_write(&m, DEVICE + 4);
	set_word(n.vcpu, KVM440_REG_PENDING, 1);
	for (unsigned int i = 0; i < 3; i++)
		run_to_write(&n, DEVICE);
	vm_close(&n);
	vm_close(&m);
}

static void eventfds(void)
{
	const uint32_t match = KVM_IOEVENTFD_FLAG_DATAMATCH, not = KVM_IOEVENTFD_FLAG_DEASSIGN;
	int one = eventfd(0, EFD_NONBLOCK), two = eventfd(0, EFD_NONBLOCK);
	struct vm m;

	CHECK(one >= 0 && two >= 0);
	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4, STW_R3_0_R4, STW_R6_4_R4, BACK(3));
	start_at(&m, CODE, 0);
	CHECK_EQ(set_event(&m, one, DEVICE, 4, 0, 0), 0);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(signals(one), 2);
	CHECK_ERRNO(set_event(&m, two, DEVICE, 4, 0, 0), EEXIST);
	CHECK_ERRNO(set_event(&m, two, DEVICE, 4, match, 7), EEXIST);
	CHECK_ERRNO(set_event(&m, two, DEVICE, 4, not, 0), ENOENT);
	CHECK_EQ(set_event(&m, one, DEVICE, 4, not, 0), 0);
	run_to_write(&m, DEVICE);
	CHECK_EQ(set_event(&m, one, DEVICE, 4, match, 0x11223345), 0);
	CHECK_EQ(set_event(&m, two, DEVICE, 4, match, 0x11223344), 0);
	CHECK_EQ(set_event(&m, one, DEVICE, 2, 0, 0), 0);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(signals(one), 0);
	CHECK_EQ(signals(two), 1);
	CHECK_EQ(set_event(&m, two, DEVICE + 4, 0, 0, 0), 0);
	CHECK_EQ(set_event(&m, two, DEVICE, 4, match | not, 0x11223344), 0);
	run_to_write(&m, DEVICE);
	run_to_write(&m, DEVICE);
	CHECK_EQ(signals(two), 0); /* the write to DEVICE + 4 was answered before */
	run_to_write(&m, DEVICE);
	CHECK_EQ(signals(two), 1);
	CHECK_ERRNO(set_event(&m, one, DEVICE, 3, 0, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, one, DEVICE, 16, 0, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, one, DEVICE, 0, match, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, one, DEVICE, 4, KVM_IOEVENTFD_FLAG_PIO, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, one, ~0ull, 4, 0, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, one, 1ull << 36, 1, 0, 0), EINVAL);
	CHECK_ERRNO(set_event(&m, -1, DEVICE, 1, 0, 0), EBADF);
	CHECK_ERRNO(set_event(&m, m.vm, DEVICE, 1, 0, 0), EINVAL);
	for (uint32_t i = 0;; i++) {
		if (set_event(&m, one, DEVICE + 0x1000 + i, 1, 0, 0) == 0)
			continue;
		CHECK_EQ(errno, ENOSPC);
		CHECK_EQ(i, 256 - 3);
		break;
	}
	close(one);
	close(two);
	vm_close(&m);
}

/* An eventfd of one length hears of writes of that length alone, with nothing else at the address.
 */
static void eventfds_have_lengths(void)
{
	static const uint32_t stores[] = { 0x98640000u /* stb r3,0(r4) */, 0xb0640000u /* sth */,
					   STW_R3_0_R4 };
	int fd = eventfd(0, EFD_NONBLOCK);

	CHECK(fd >= 0);
	for (unsigned int have = 0; have < 4; have++)
		for (unsigned int store = 0; store < 3; store++) {
			bool hears = have == store;
			struct vm m;

			vm_open(&m);
			CODE_AT(&m, CODE, stores[store], STW_R6_4_R4);
			start_at(&m, CODE, 0);
			CHECK_EQ(set_event(&m, fd, DEVICE, 1u << have, 0, 0), 0);
			if (!hears) {
				run_to_write(&m, DEVICE);
				CHECK_EQ(m.run->mmio.len, 1u << store);
			}
			run_to_write(&m, DEVICE + 4);
			CHECK_EQ(signals(fd), hears);
			vm_close(&m);
		}
	close(fd);
}

/* The last time-out of the watchdog: a reset, or KVM_EXIT_WATCHDOG for who asked for that. */
static void watchdog(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_PPC_BOOKE_WATCHDOG };
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, SELF);
	start_at(&m, CODE, 0x8000);
	set_word(m.vcpu, KVM_REG_PPC_TSR, 0xc0000000);
	set_word(m.vcpu, KVM_REG_PPC_TCR, 0x20000000); /* chip reset */
	run_to(&m, KVM_EXIT_SYSTEM_EVENT);
	CHECK_EQ(m.run->system_event.type, KVM_SYSTEM_EVENT_RESET);
	CHECK_EQ(m.run->system_event.ndata, 3);
	CHECK_EQ(m.run->system_event.data[0], KVM440_EVENT_RESET);
	CHECK_EQ(m.run->system_event.data[1], 2);
	CHECK_EQ(m.run->system_event.data[2], 1);
	CHECK_EQ(ioctl(m.vcpu, KVM_ENABLE_CAP, &cap), 0);
	set_word(m.vcpu, KVM_REG_PPC_TSR, 0xc0000000);
	set_word(m.vcpu, KVM_REG_PPC_TCR, 0x20000000);
	run_to(&m, KVM_EXIT_WATCHDOG);
	cap.flags = 1;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_ENABLE_CAP, &cap), EINVAL);
	cap.flags = 0;
	cap.cap = KVM_CAP_PPC_OSI;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_ENABLE_CAP, &cap), EINVAL);
	vm_close(&m);
}

static void halted(void)
{
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, SELF);
	start_at(&m, CODE, 0);
	run_to(&m, KVM_EXIT_SYSTEM_EVENT);
	CHECK_EQ(m.run->system_event.type, KVM_SYSTEM_EVENT_SHUTDOWN);
	CHECK_EQ(m.run->system_event.ndata, 1);
	CHECK_EQ(m.run->system_event.data[0], KVM440_EVENT_HALTED);
	vm_close(&m);
}

static volatile int caught;

static void on_signal(int n)
{
	caught = n;
}

static void tick(unsigned int ms)
{
	struct itimerval t = { .it_value.tv_usec = 1000 * ms };

	CHECK_EQ(setitimer(ITIMER_REAL, &t, NULL), 0);
}

/* A signal ends KVM_RUN, in the guest and while it waits; a mask lets one in that is blocked. */
static void signals_end_it(void)
{
	struct {
		struct kvm_signal_mask head;
		uint8_t set[8];
	} mask = { .head.len = 8 };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t alarm_only;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, SELF);
	start_at(&m, CODE, 0x8000);
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	tick(20);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	CHECK_EQ(m.run->exit_reason, KVM_EXIT_INTR);
	CHECK_EQ(caught, SIGALRM);
	start_at(&m, CODE, 0x48000); /* WE: waits */
	tick(20);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);

	caught = 0;
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &alarm_only, NULL), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SIGNAL_MASK, &mask), 0);
	tick(20);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	CHECK_EQ(caught, 0);
	CHECK_EQ(sigprocmask(SIG_UNBLOCK, &alarm_only, NULL), 0);
	CHECK_EQ(caught, SIGALRM);
	mask.head.len = 4;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_SET_SIGNAL_MASK, &mask), EINVAL);
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SIGNAL_MASK, NULL), 0);
	vm_close(&m);
}

static int set_input(const struct vm *m, uint32_t input, uint32_t level)
{
	const struct kvm440_input i = { input, level };

	return ioctl(m->vcpu, KVM440_SET_INPUT, &i);
}

#define STW_R3_8_R4  0x90640008u
#define STW_R3_12_R4 0x9064000cu
#define RFMCI	     0x4c00004cu
#define MSR_CE	     0x20000u
#define MSR_EE	     0x8000u
#define MSR_ME	     0x1000u

/* Handlers: of critical interrupts, which writes to DEVICE, of machine checks, to DEVICE + 8, and
 * of external ones, to DEVICE + 12. The rest of the guest writes to DEVICE + 4. */
static void set_up_inputs(struct vm *m, uint32_t return_from_mcheck)
{
	CODE_AT(m, 0x100, STW_R3_0_R4, RFCI);
	CODE_AT(m, 0x200, STW_R3_8_R4, return_from_mcheck);
	CODE_AT(m, 0x500, STW_R3_12_R4, RFI);
	CODE_AT(m, CODE, ADDI_R6_1, STW_R6_4_R4, BACK(2));
	set_word(m->vcpu, KVM440_REG_SPR(0x190), 0x100);
	set_word(m->vcpu, KVM440_REG_SPR(0x191), 0x200);
	set_word(m->vcpu, KVM440_REG_SPR(0x194), 0x500);
}

static void set_msr(const struct vm *m, uint32_t msr)
{
	struct kvm_regs r;

	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	r.msr = msr;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
}

/* Levels hold until they are taken away, and a machine check comes once; each if the guest lets it.
 */
static void inputs(void)
{
	static const struct {
		uint32_t input, msr, at;
		bool edge;
	} all[] = {
		{ KVM440_INPUT_EXTERNAL, MSR_EE, DEVICE + 12, false },
		{ KVM440_INPUT_CRITICAL, MSR_CE, DEVICE, false },
		{ KVM440_INPUT_MCHECK, MSR_ME, DEVICE + 8, true },
	};
	struct vm m;

	vm_open(&m);
	set_up_inputs(&m, RFCI);
	start_at(&m, CODE, MSR_CE | MSR_EE | MSR_ME);
	for (unsigned int i = 0; i < 3; i++) {
		run_to_write(&m, DEVICE + 4);
		CHECK_EQ(set_input(&m, all[i].input, 1), 0);
		for (unsigned int n = 0; n < (all[i].edge ? 1 : 3); n++)
			run_to_write(&m, all[i].at);
		if (!all[i].edge)
			CHECK_EQ(set_input(&m, all[i].input, 0), 0);
		for (unsigned int n = 0; n < 3; n++)
			run_to_write(&m, DEVICE + 4);
		/* Without its bit in the MSR it waits, and whether it still does counts then. */
		set_msr(&m, (MSR_CE | MSR_EE | MSR_ME) & ~all[i].msr);
		CHECK_EQ(set_input(&m, all[i].input, 1), 0);
		for (unsigned int n = 0; n < 3; n++)
			run_to_write(&m, DEVICE + 4);
		if (i == 1)
			CHECK_EQ(set_input(&m, all[i].input, 0), 0);
		set_msr(&m, MSR_CE | MSR_EE | MSR_ME);
		if (i != 1)
			run_to_write(&m, all[i].at);
		if (i == 0)
			CHECK_EQ(set_input(&m, all[i].input, 0), 0);
		run_to_write(&m, DEVICE + 4);
	}
	/* All at once, in the order of the manual: machine check, critical, external. */
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQ(set_input(&m, all[i].input, 1), 0);
	run_to_write(&m, DEVICE + 8);
	run_to_write(&m, DEVICE);
	CHECK_EQ(set_input(&m, KVM440_INPUT_CRITICAL, 0), 0);
	run_to_write(&m, DEVICE + 12);
	CHECK_ERRNO(set_input(&m, 4, 0), EINVAL);
	CHECK_ERRNO(set_input(&m, ~0u, 1), EINVAL);
	vm_close(&m);
}

static void *raise_critical(void *arg)
{
	for (unsigned int i = 0; i < 100; i++)
		sched_yield();
	CHECK_EQ(set_input(arg, KVM440_INPUT_CRITICAL, 1), 0);
	return NULL;
}

/* A guest that waits is woken by another thread's critical input. */
static void critical_wakes(void)
{
	pthread_t thread;
	struct vm m;

	vm_open(&m);
	set_up_inputs(&m, RFCI);
	CODE_AT(&m, CODE, SELF);
	start_at(&m, CODE, 0x40000 | MSR_CE);
	CHECK_EQ(pthread_create(&thread, NULL, raise_critical, &m), 0);
	run_to_write(&m, DEVICE);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	vm_close(&m);
}

/* A guest at a branch to itself that has critical interrupts alone on may go on, unless nothing can
 * raise them: no input, and no watchdog. */
static void critical_off(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct vm m;

	vm_open(&m);
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	CODE_AT(&m, CODE, SELF);
	for (unsigned int off = 0; off < 3; off++) {
		start_at(&m, CODE, MSR_CE);
		CHECK_EQ(set_input(&m, KVM440_INPUT_CRITICAL_OFF, off == 1), 0);
		tick(20);
		if (off != 1) {
			CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
			continue;
		}
		run_to(&m, KVM_EXIT_SYSTEM_EVENT);
		CHECK_EQ(m.run->system_event.data[0], KVM440_EVENT_HALTED);
	}
	CHECK_EQ(set_input(&m, KVM440_INPUT_CRITICAL_OFF, 1), 0);
	set_word(m.vcpu, KVM_REG_PPC_TCR, 0x08000000); /* WIE */
	tick(20);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	vm_close(&m);
}

/* What the rows of kmod/core/cpu.def differ in: PVR, FPU, what a machine check's handler leaves by.
 */
static void models(void)
{
	static const struct {
		struct kvm440_model model;
		uint32_t pvr;
		bool fpu, rfmci;
	} all[] = {
		{ { "440EP" }, 0x422218d3u, true, false },
		{ { "440GX" }, 0x51b21894u, false, true },
		{ { "460EX" }, 0x130218a4u, true, true },
		{ { "440EP" }, 0x422218d3u, true, false },
	};
	struct kvm_regs r;
	struct kvm_sregs s;
	struct vm m;

	vm_open(&m);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x11f)), all[0].pvr);
	for (unsigned int i = 0; i < 4; i++) {
		start_at(&m, CODE, 0);
		CHECK_EQ(ioctl(m.vcpu, KVM440_SET_MODEL, &all[i].model), 0);
		CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x11f)), all[i].pvr);
		CHECK_EQ(ioctl(m.vcpu, KVM_GET_SREGS, &s), 0);
		CHECK_EQ(s.pvr, all[i].pvr);
		/* It was reset. */
		CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
		CHECK_EQ(r.pc, 0xfffffffcu);
		CHECK_EQ(r.gpr[3], 0);
		map_guest(&m);
		set_up_inputs(&m, all[i].rfmci ? RFMCI : RFCI);
		CODE_AT(&m, 0x700, STW_R3_12_R4);
		set_word(m.vcpu, KVM440_REG_SPR(0x196), 0x700); /* IVOR6 */
		start_at(&m, CODE, MSR_ME);
		run_to_write(&m, DEVICE + 4);
		CHECK_EQ(set_input(&m, KVM440_INPUT_MCHECK, 1), 0);
		run_to_write(&m, DEVICE + 8);
		/* By the right instruction it goes back to what it did. */
		if (all[i].rfmci)
			set_word(m.vcpu, KVM440_REG_SPR(0x23c), 0); /* MCSR */
		run_to_write(&m, DEVICE + 4);
		/* An illegal instruction, or none. */
		CODE_AT(&m, CODE + 0x40, FADD_F3_F1_2, STW_R3_0_R4);
		m.run->immediate_exit = 1;
		CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
		m.run->immediate_exit = 0;
		start_at(&m, CODE + 0x40, 0x2000); /* FP */
		run_to_write(&m, all[i].fpu ? DEVICE : DEVICE + 12);
		if (!all[i].fpu)
			CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x3e)), 0x08000000); /* PIL */
	}
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_MODEL, "440\0............"), EINVAL);
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_MODEL, "440EP..........."), EINVAL);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x11f)), all[3].pvr);
	vm_close(&m);
}

/*
 * A system call with all registers of floating point, and FPSCR as the 33rd, set to @in before;
 * @out is what they are after it.
 */
static long call_with(uint64_t *in, uint64_t *out, long number, long a, long b)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = 0;
#define ALL_32                                                                                     \
	"0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"

	__asm__ volatile("lfd 0,256(%[in]); mtfsf 0xff,0\n"
			 ".irp n," ALL_32 "\n lfd \\n,8*\\n(%[in])\n .endr\n"
			 "sc\n"
			 "mfcr 5\n"
			 ".irp n," ALL_32 "\n stfd \\n,8*\\n(%[out])\n .endr\n"
			 "mffs 0; stfd 0,256(%[out])"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
			 : [in] "b"(in), [out] "b"(out)
			 : "memory", "cr0", "ctr", "lr", "xer", "r6", "r7", "r8", "r9", "r10",
			   "r11", "r12", "fr0", "fr1", "fr2", "fr3", "fr4", "fr5", "fr6", "fr7",
			   "fr8", "fr9", "fr10", "fr11", "fr12", "fr13", "fr14", "fr15", "fr16",
			   "fr17", "fr18", "fr19", "fr20", "fr21", "fr22", "fr23", "fr24", "fr25",
			   "fr26", "fr27", "fr28", "fr29", "fr30", "fr31");
	return r5 & 0x10000000 ? -r3 : r3; /* CR0[SO]: it failed */
}

/* The call leaves all of them as they were; returns what it does. */
static long keeps(uint64_t seed, long number, long a, long b)
{
	uint64_t in[33], out[33];
	long r;

	for (unsigned int i = 0; i < 32; i++)
		in[i] = 0x4000000000000000ull | seed << 16 | i;
	in[32] = seed & 3; /* how it rounds */
	r = call_with(in, out, number, a, b);
	for (unsigned int i = 0; i < 32; i++)
		CHECK_EQ(out[i], in[i]);
	CHECK_EQ((uint32_t)out[32], (uint32_t)in[32]);
	return r;
}

#define NR_IOCTL       54
#define NR_SCHED_YIELD 158

/*
 * A guest that changes all its floating-point registers and FPSCR all the time: those of who calls
 * KVM_RUN are its own, when it exits and when it is interrupted, and so are another process's.
 */
static void floating_point_of_the_host(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct itimerval every = { { 0, 5000 }, { 0, 5000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct kvm_fpu f = { .fpr = { 0, 0x3ff8000000000000ull, 0x4002000000000000ull } };
	uint32_t code[36];
	pid_t child;
	int status = 0;
	struct vm m;

	vm_open(&m);
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	for (uint32_t i = 0; i < 32; i++)
		code[i] = 0xfc00002au | i << 21 | i << 16 | 1 << 11; /* fadd fi,fi,f1 */
	code[32] = 0xffc0004cu;					     /* mtfsb1 30 */
	code[33] = 0xffe0004cu;					     /* mtfsb1 31 */
	code[34] = STW_R3_0_R4;
	code[35] = BACK(35);
	put_code(&m, CODE, code, 36);
	start_at(&m, CODE, 0xa000); /* EE, FP */
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_FPU, &f), 0);
	for (unsigned int i = 0; i < 200; i++) {
		CHECK_EQ(keeps(i, NR_IOCTL, m.vcpu, KVM_RUN), 0);
		CHECK_EQ(m.run->exit_reason, KVM_EXIT_MMIO);
	}
	code[34] = ADDI_R6_1;
	put_code(&m, CODE, code, 36);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		for (unsigned int i = 0; i < 300; i++)
			keeps(0x1000 + i, NR_SCHED_YIELD, 0, 0);
		_exit(0);
	}
	CHECK_EQ(setitimer(ITIMER_REAL, &every, NULL), 0);
	for (unsigned int i = 0; waitpid(child, &status, WNOHANG) == 0; i++)
		CHECK_EQ(keeps(i & 0xff, NR_IOCTL, m.vcpu, KVM_RUN), -EINTR);
	CHECK_EQ(setitimer(ITIMER_REAL, &never, NULL), 0);
	CHECK_EQ(status, 0);
	vm_close(&m);
}

void test_guest(void)
{
	RUN(mmio);
	RUN(access_in_a_state);
	RUN(dcrs);
	RUN(floating_point);
	RUN(interrupts);
	RUN(edges_and_levels);
	RUN(eventfds_have_lengths);
	RUN(eventfds);
	RUN(watchdog);
	RUN(halted);
	RUN(signals_end_it);
	RUN(inputs);
	RUN(critical_wakes);
	RUN(critical_off);
	RUN(models);
	RUN(floating_point_of_the_host);
}
