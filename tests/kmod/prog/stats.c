// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module tells of its guests: tracepoints and the times in debugfs. Times are in ticks of
 * the time base, of which 2^32 are some seconds: so the test of those sleeps long, which takes no
 * time where time is instructions.
 */
#include "vm.h"

#include <signal.h>

#define TRACING "/sys/kernel/debug/tracing/"
#define EXITS	"/sys/kernel/debug/kvm440/exits"
#define TRAP	0x7fe00008u
#define SLEEP_S 30

enum {
	IVOR_MCHECK = 0x190 + 1,
	IVOR_EXTERNAL = 0x190 + 4,
	IVOR_PROGRAM = 0x190 + 6,
	IVOR_SYSCALL = 0x190 + 8
};

static void put_word(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* How many lines of the trace have both. */
static unsigned int traced(const char *event, const char *what)
{
	FILE *f = fopen(TRACING "trace", "re");
	char line[300];
	unsigned int n = 0;

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, event) && strstr(line, what);
	fclose(f);
	return n;
}

static void step_to(const struct vm *m, uint32_t pc)
{
	struct kvm_guest_debug debug = { .control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP };

	CHECK_EQ(ioctl(m->vcpu, KVM_SET_GUEST_DEBUG, &debug), 0);
	run_to(m, KVM_EXIT_DEBUG);
	CHECK_EQ(m->run->debug.arch.address, pc);
	debug.control = 0;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_GUEST_DEBUG, &debug), 0);
}

/* Each interrupt that the guest takes is traced once, whatever it comes of. */
static void traces(void)
{
	static const uint32_t none[4];
	struct kvm_interrupt edge = { KVM_INTERRUPT_SET };
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, 0x100, STW_R6_4_R4);
	CODE_AT(&m, 0x500, STW_R3_0_R4, RFI);
	CODE_AT(&m, 0x700, STW_R6_4_R4);
	CODE_AT(&m, 0xc00, RFI);
	CODE_AT(&m, CODE, WRTEEI_1, ADDI_R6_1, STW_R6_4_R4, BACK(2));
	CODE_AT(&m, 2 * CODE, SC, TRAP);
	set_word(m.vcpu, KVM440_REG_SPR(IVOR_MCHECK), 0x100);
	set_word(m.vcpu, KVM440_REG_SPR(IVOR_EXTERNAL), 0x500);
	set_word(m.vcpu, KVM440_REG_SPR(IVOR_PROGRAM), 0x700);
	set_word(m.vcpu, KVM440_REG_SPR(IVOR_SYSCALL), 0xc00);
	put_word(TRACING "trace", "");
	put_word(TRACING "events/kvm440/enable", "1");

	CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(1), none), 0);
	map_guest(&m);
	start_at(&m, CODE, 0x1000);
	for (unsigned int i = 0; i < 10; i++) {
		CHECK_EQ(ioctl(m.vcpu, KVM_INTERRUPT, &edge), 0);
		run_to_write(&m, DEVICE);
		run_to_write(&m, DEVICE + 4);
	}
	CHECK_EQ(ioctl(m.vcpu, KVM440_ACCESS_FAILED), 0);
	run_to_write(&m, DEVICE + 4);
	m.run->immediate_exit = 1; /* takes the answer, and no more */
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	m.run->immediate_exit = 0;
	start_at(&m, 2 * CODE, 0);
	step_to(&m, 0xc00);
	step_to(&m, 2 * CODE + 4);
	run_to_write(&m, DEVICE + 4);

	put_word(TRACING "events/kvm440/enable", "0");
	CHECK_EQ(traced("kvm440_inject:", "to 00000500"), 10);
	CHECK_EQ(traced("kvm440_inject:", "to 00000100"), 1);
	CHECK_EQ(traced("kvm440_inject:", "from 00002000 to 00000c00"), 1);
	CHECK_EQ(traced("kvm440_inject:", "from 00002004 to 00000700"), 1);
	CHECK_EQ(traced("kvm440_inject:", ""), 13);
	CHECK(traced("kvm440_exit:", "ivor 13 ") >= 20); /* the device is no memory: a miss */
	CHECK(traced("kvm440_shadow_write:", "page 00001000") >= 1);
	CHECK(traced("kvm440_tlb_write:", "index 1 ") >= 1);
	vm_close(&m);
}

static uint64_t ticks(const char *kind)
{
	unsigned long long count, sum;
	FILE *f = fopen(EXITS, "re");
	char name[20];

	CHECK(f);
	while (fscanf(f, "%19s %llu %llu", name, &count, &sum) == 3)
		if (!strcmp(name, kind)) {
			fclose(f);
			return sum;
		}
	FAIL("%s is not in " EXITS, kind);
}

static void on_alarm(int n)
{
	(void)n;
}

/* Longer than 2^32 ticks: what user space does between an access and its answer, and the guest's
 * waiting. */
static void long_times(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct kvm440_info info;
	uint64_t mmio, wait, least;
	struct vm m;

	vm_open(&m);
	CHECK_EQ(ioctl(m.kvm, KVM440_GET_INFO, &info), 0);
	least = (uint64_t)info.timebase_hz * SLEEP_S;
	CHECK(least > 1ull << 32);
	CODE_AT(&m, CODE, STW_R3_0_R4, SELF);
	CODE_AT(&m, 2 * CODE, SELF);
	start_at(&m, CODE, 0x8000);
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	mmio = ticks("mmio");
	run_to_write(&m, DEVICE);
	sleep(SLEEP_S);
	alarm(1);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	mmio = ticks("mmio") - mmio;
	CHECK(mmio >= least);
	CHECK(mmio < 2 * least);

	wait = ticks("wait");
	start_at(&m, 2 * CODE, 0x48000);
	alarm(SLEEP_S);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EINTR);
	start_at(&m, CODE, 0x8000);
	run_to_write(&m, DEVICE);
	wait = ticks("wait") - wait;
	CHECK(wait >= least);
	CHECK(wait < 2 * least);
	vm_close(&m);
}

void test_traces(void)
{
	RUN(traces);
}

void test_times(void)
{
	RUN(long_times);
}
