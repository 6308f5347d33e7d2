// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest and user space say to each other: exits, interrupts, eventfds, signals. */
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>

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
	CHECK_EQ(m.run->system_event.type, KVM440_EVENT_RESET);
	CHECK_EQ(m.run->system_event.ndata, 2);
	CHECK_EQ(m.run->system_event.data[0], 2);
	CHECK_EQ(m.run->system_event.data[1], 1);
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
	CHECK_EQ(m.run->system_event.type, KVM440_EVENT_HALTED);
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
}
