// SPDX-License-Identifier: GPL-2.0-or-later
/* KVM_SET_GUEST_DEBUG, and the debug events that a guest sets up for itself. */
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "vm.h"

#define TRAP	 0x7fe00008u
#define MFMSR_R5 0x7ca000a6u
#define DATA	 0x8000u
#define HANDLER	 0x2000u

/* Of debug control: M p.238 to 245. */
#define IDM   0x40000000u
#define ICMP  0x08000000u
#define BRT   0x04000000u
#define IAC1  0x00800000u
#define DAC1R 0x00080000u
#define DAC1W 0x00040000u
#define DE    0x00000200u

enum { SPR_CSRR0 = 0x03a, SPR_DBSR = 0x130, SPR_DBCR0 = 0x134, SPR_IAC1 = 0x138, SPR_DAC1 = 0x13c };
enum { SPR_IVOR0 = 0x190 };

static int set_debug(const struct vm *m, const struct kvm_guest_debug *d)
{
	return ioctl(m->vcpu, KVM_SET_GUEST_DEBUG, d);
}

static void debug_with(const struct vm *m, uint32_t control)
{
	struct kvm_guest_debug d = { .control = control };

	CHECK_EQ(set_debug(m, &d), 0);
}

static struct kvm_regs regs_of(const struct vm *m)
{
	struct kvm_regs r;

	CHECK_EQ(ioctl(m->vcpu, KVM_GET_REGS, &r), 0);
	return r;
}

static void run_to_debug(const struct vm *m, uint32_t pc, uint64_t addr, uint32_t status)
{
	run_to(m, KVM_EXIT_DEBUG);
	CHECK_EQ(regs_of(m).pc, pc);
	CHECK_EQ(m->run->debug.arch.address, addr);
	CHECK_EQ(m->run->debug.arch.status, status);
}

static void step_to(const struct vm *m, uint32_t pc)
{
	run_to_debug(m, pc, pc, KVMPPC_DEBUG_NONE);
}

/* Starts at CODE once the access that it was left for is done. */
static void start_again(const struct vm *m)
{
	m->run->immediate_exit = 1;
	CHECK_ERRNO(ioctl(m->vcpu, KVM_RUN, 0), EINTR);
	m->run->immediate_exit = 0;
	start_at(m, CODE, 0);
}

#define STEP (KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP)

/* Instructions of each kind, one at a time: the processor's, the core's, those that end elsewhere.
 */
static void single_steps(void)
{
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, ADDI_R6_1, MFMSR_R5, FADD_F3_F1_2, STW_R6_4_R4, LWZ_R5_0_R4, SC);
	CODE_AT(&m, CODE + 0x18, BACK(6));
	CODE_AT(&m, 0xc00, RFI);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_IVOR0 + 8), 0xc00);
	start_at(&m, CODE, 0x2000); /* FP */
	debug_with(&m, STEP);
	for (uint32_t i = 1; i < 4; i++) {
		step_to(&m, CODE + 4);
		CHECK_EQ(regs_of(&m).gpr[6], i);
		step_to(&m, CODE + 8);
		CHECK_EQ(regs_of(&m).gpr[5], 0x2000);
		step_to(&m, CODE + 12);
		run_to_write(&m, DEVICE + 4);
		step_to(&m, CODE + 16);
		run_to(&m, KVM_EXIT_MMIO);
		memset(m.run->mmio.data, 7, 4);
		step_to(&m, CODE + 20);
		CHECK_EQ(regs_of(&m).gpr[5], 0x07070707);
		step_to(&m, 0xc00);
		step_to(&m, CODE + 24);
		step_to(&m, CODE);
	}
	debug_with(&m, 0);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

/* User mode, a conditional branch, a page that the guest has not mapped. */
/* A debugger that says what it wants while an access waits for its answer loses no step. */
static void asked_for_again(void)
{
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4, ADDI_R6_1, ADDI_R6_1);
	start_at(&m, CODE, 0);
	debug_with(&m, STEP);
	run_to_write(&m, DEVICE);
	debug_with(&m, STEP);
	step_to(&m, CODE + 4);
	step_to(&m, CODE + 8);
	vm_close(&m);
}

static void steps_in_user_mode(void)
{
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, 0x4200fffcu /* bdnz to before it */);
	CODE_AT(&m, CODE - 4, ADDI_R6_1);
	CODE_AT(&m, CODE + 4, 0x4e800020u /* blr */);
	CODE_AT(&m, 0x1400, SELF);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_IVOR0 + 14), 0x1400);
	start_at(&m, CODE - 4, 0x4000);
	r = regs_of(&m);
	r.ctr = 2;
	r.lr = 0x50000000;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
	debug_with(&m, STEP);
	step_to(&m, CODE);
	step_to(&m, CODE - 4);
	step_to(&m, CODE);
	step_to(&m, CODE + 4);
	step_to(&m, 0x50000000);
	CHECK_EQ(regs_of(&m).gpr[6], 2);
	CHECK_EQ(regs_of(&m).msr, 0x4000);
	step_to(&m, 0x1400); /* the interrupt for the fetch */
	CHECK_EQ(regs_of(&m).srr0, 0x50000000);
	CHECK_EQ(regs_of(&m).msr, 0);
	vm_close(&m);
}

/* The trap of user space's own; any other is the guest's. */
static void software_breakpoints(void)
{
	struct vm m;
	uint32_t insn;

	vm_open(&m);
	insn = get_word(m.vcpu, KVM_REG_PPC_DEBUG_INST);
	CHECK_ERRNO(set_reg(m.vcpu, KVM_REG_PPC_DEBUG_INST, &insn), EINVAL);
	CODE_AT(&m, CODE, ADDI_R6_1, insn, STW_R6_4_R4);
	CODE_AT(&m, 0x700, STW_R3_0_R4);
	set_word(m.vcpu, KVM440_REG_SPR(SPR_IVOR0 + 6), 0x700);
	start_at(&m, CODE, 0);
	debug_with(&m, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP);
	run_to_debug(&m, CODE + 4, CODE + 4, KVMPPC_DEBUG_NONE);
	run_to_debug(&m, CODE + 4, CODE + 4, KVMPPC_DEBUG_NONE);
	CODE_AT(&m, CODE + 4, ADDI_R6_1);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(regs_of(&m).gpr[6], 2);
	CODE_AT(&m, CODE, TRAP);
	start_again(&m);
	run_to_write(&m, DEVICE); /* the guest's handler of program interrupts */
	CHECK_EQ(regs_of(&m).srr0, CODE);
	/* Nobody asked: it is a trap as any other. */
	debug_with(&m, KVM_GUESTDBG_ENABLE);
	CODE_AT(&m, CODE, insn);
	start_again(&m);
	run_to_write(&m, DEVICE);
	CHECK_EQ(regs_of(&m).srr0, CODE);
	vm_close(&m);
}

static struct kvm_guest_debug points(uint32_t addr0, uint32_t type0, uint32_t addr15,
				     uint32_t type15)
{
	struct kvm_guest_debug d = { .control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP };

	d.arch.bp[0].addr = addr0;
	d.arch.bp[0].type = type0;
	d.arch.bp[15].addr = addr15;
	d.arch.bp[15].type = type15;
	return d;
}

/* addi r6; lwz r5 of DATA; stb r3 to DATA + 2; stmw r30 to DATA; exit; again */
static void set_up_points(struct vm *m)
{
	struct kvm_regs r;

	vm_open(m);
	CODE_AT(m, CODE, ADDI_R6_1, 0x80a70000u, 0x98670002u, 0xbfc70000u, STW_R6_4_R4, BACK(5));
	start_at(m, CODE, 0);
	r = regs_of(m);
	r.gpr[7] = DATA;
	r.gpr[30] = 0xaaaaaaaa;
	r.gpr[31] = 0xbbbbbbbb;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
	m->ram[DATA / 4] = 0x01020304;
	m->ram[DATA / 4 + 1] = 0x05060708;
}

static void hardware_breakpoints(void)
{
	struct kvm_guest_debug d =
		points(CODE + 8, KVMPPC_DEBUG_BREAKPOINT, CODE + 16, KVMPPC_DEBUG_BREAKPOINT);
	struct vm m;

	set_up_points(&m);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 8, CODE + 8, KVMPPC_DEBUG_BREAKPOINT);
	run_to_debug(&m, CODE + 8, CODE + 8, KVMPPC_DEBUG_BREAKPOINT);
	CHECK_EQ(m.ram[DATA / 4], 0x01020304);
	debug_with(&m, STEP);
	step_to(&m, CODE + 12);
	CHECK_EQ(m.ram[DATA / 4], 0x01024404);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 16, CODE + 16, KVMPPC_DEBUG_BREAKPOINT);
	CHECK_EQ(m.ram[DATA / 4 + 1], 0xbbbbbbbb);
	d = points(CODE + 8, KVMPPC_DEBUG_BREAKPOINT, 0, 0);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_write(&m, DEVICE + 4);
	run_to_debug(&m, CODE + 8, CODE + 8, KVMPPC_DEBUG_BREAKPOINT);
	d.control &= ~KVM_GUESTDBG_USE_HW_BP;
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_write(&m, DEVICE + 4);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

/* They stop an access before it is made, when it touches the byte. */
static void watchpoints(void)
{
	struct kvm_guest_debug d = points(DATA + 3, KVMPPC_DEBUG_WATCH_READ, 0, 0);
	struct vm m;

	set_up_points(&m);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 4, DATA + 3, KVMPPC_DEBUG_WATCH_READ);
	d = points(DATA + 1, KVMPPC_DEBUG_WATCH_WRITE, DATA + 2,
		   KVMPPC_DEBUG_WATCH_WRITE | KVMPPC_DEBUG_WATCH_READ);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 4, DATA + 2, KVMPPC_DEBUG_WATCH_READ);
	debug_with(&m, STEP);
	step_to(&m, CODE + 8);
	CHECK_EQ(regs_of(&m).gpr[5], 0x01020304);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 8, DATA + 2, KVMPPC_DEBUG_WATCH_WRITE);
	CHECK_EQ(m.ram[DATA / 4], 0x01020304);
	d = points(DATA + 7, KVMPPC_DEBUG_WATCH_WRITE, DATA + 8, KVMPPC_DEBUG_WATCH_WRITE);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 12, DATA + 7, KVMPPC_DEBUG_WATCH_WRITE);
	CHECK_EQ(m.ram[DATA / 4], 0x01024404);
	d = points(DATA + 8, KVMPPC_DEBUG_WATCH_WRITE, DATA - 1, KVMPPC_DEBUG_WATCH_WRITE);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_write(&m, DEVICE + 4);
	run_to_write(&m, DEVICE + 4);
	d = points(DEVICE + 7, KVMPPC_DEBUG_WATCH_WRITE, 0, 0);
	CHECK_EQ(set_debug(&m, &d), 0);
	run_to_debug(&m, CODE + 16, DEVICE + 7, KVMPPC_DEBUG_WATCH_WRITE);
	debug_with(&m, 0);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

static void refused(void)
{
	struct kvm_guest_debug d = points(0, 1, 0, 0);
	struct vm m;

	vm_open(&m);
	CHECK_ERRNO(set_debug(&m, &d), EINVAL);
	d = points(0, 0, 0, 16);
	CHECK_ERRNO(set_debug(&m, &d), EINVAL);
	d = points(0, KVMPPC_DEBUG_BREAKPOINT, 0, 0);
	d.arch.bp[0].addr = 1ull << 32;
	CHECK_ERRNO(set_debug(&m, &d), EINVAL);
	d.control = KVM_GUESTDBG_ENABLE | 4;
	CHECK_ERRNO(set_debug(&m, &d), EINVAL);
	CHECK_ERRNO(set_debug(&m, NULL), EFAULT);
	vm_close(&m);
}

/*
 * A guest with debug events of its own: its handler says where it was and why, turns DBCR0 off if
 * r10 has become 0, and returns.
 */
static void set_up_events(struct vm *m, uint32_t dbcr0, uint32_t times)
{
	struct kvm_regs r;

	vm_open(m);
	CODE_AT(m, HANDLER, MFSPR(8, SPR_CSRR0), 0x91040010u /* stw r8,16(r4) */,
		MFSPR(8, SPR_DBSR), 0x91040014u /* stw r8,20(r4) */, MTSPR(SPR_DBSR, 8),
		0x354affffu /* addic. r10,r10,-1 */, 0x4082000cu /* bne to RFCI */);
	CODE_AT(m, HANDLER + 28, MTSPR(SPR_DBCR0, 10), 0x60000000u, RFCI);
	/* The main loop, on other pages: li r8; addi r6; lwz r5,0(r7); stw r3,0(r7); bl; exit */
	CODE_AT(m, CODE, ADDI_R6_1, 0x80a70000u, 0x90670000u, 0x48000008u, SELF, STW_R6_4_R4,
		BACK(6));
	set_word(m->vcpu, KVM440_REG_SPR(SPR_IVOR0 + 15), HANDLER);
	set_word(m->vcpu, KVM440_REG_SPR(SPR_IAC1), CODE + 8);
	set_word(m->vcpu, KVM440_REG_SPR(SPR_DAC1), DATA);
	start_at(m, CODE, DE);
	r = regs_of(m);
	r.gpr[7] = DATA;
	r.gpr[10] = times;
	CHECK_EQ(ioctl(m->vcpu, KVM_SET_REGS, &r), 0);
	set_word(m->vcpu, KVM440_REG_SPR(SPR_DBSR), 0);
	set_word(m->vcpu, KVM440_REG_SPR(SPR_DBCR0), dbcr0);
}

static uint32_t written(const struct vm *m, uint64_t addr)
{
	const uint8_t *b = m->run->mmio.data;

	run_to_write(m, addr);
	return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

static void event_at(const struct vm *m, uint32_t csrr0, uint32_t dbsr)
{
	CHECK_EQ(written(m, DEVICE + 16), csrr0);
	CHECK_EQ(written(m, DEVICE + 20), dbsr);
}

static void guest_events(void)
{
	struct vm m;

	set_up_events(&m, IDM | ICMP, 4);
	event_at(&m, CODE + 4, ICMP);
	event_at(&m, CODE + 8, ICMP);
	event_at(&m, CODE + 12, ICMP);
	event_at(&m, CODE + 20, ICMP);
	run_to_write(&m, DEVICE + 4);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);

	set_up_events(&m, IDM | IAC1, 1);
	event_at(&m, CODE + 8, IAC1);
	CHECK_EQ(m.ram[DATA / 4], 0);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(m.ram[DATA / 4], 0x11223344);
	vm_close(&m);

	set_up_events(&m, IDM | BRT, 1);
	event_at(&m, CODE + 12, BRT);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);

	set_up_events(&m, IDM | DAC1R, 1);
	event_at(&m, CODE + 4, DAC1R);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);

	set_up_events(&m, IDM | DAC1W, 1);
	event_at(&m, CODE + 8, DAC1W);
	CHECK_EQ(m.ram[DATA / 4], 0);
	run_to_write(&m, DEVICE + 4);
	vm_close(&m);
}

/* In user mode; with MSR[DE] off it is noted; and while user space steps it. */
static void guest_events_elsewhere(void)
{
	struct kvm_regs r;
	struct vm m;

	set_up_events(&m, IDM | IAC1, 1);
	r = regs_of(&m);
	r.msr = DE | 0x4000;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
	event_at(&m, CODE + 8, IAC1);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(regs_of(&m).msr, DE | 0x4000);
	vm_close(&m);

	set_up_events(&m, IDM | IAC1 | DAC1R | ICMP, 1);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE + 4);
	CHECK_EQ(get_word(m.vcpu, KVM_REG_PPC_DBSR), 0x80000000u | IAC1 | DAC1R);
	vm_close(&m);

	set_up_events(&m, IDM | IAC1, 1);
	debug_with(&m, STEP);
	step_to(&m, CODE + 4);
	step_to(&m, CODE + 8);
	step_to(&m, HANDLER);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(SPR_CSRR0)), CODE + 8);
	vm_close(&m);
}

/* One that is stepped on the host while it steps its guest: each has the debug registers in turn.
 */
static int stepped_host(void)
{
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, ADDI_R6_1, BACK(1));
	start_at(&m, CODE, 0);
	debug_with(&m, STEP);
	raise(SIGSTOP);
	for (uint32_t i = 0; i < 6; i++) {
		step_to(&m, CODE + 4);
		CHECK_EQ(regs_of(&m).gpr[6], i + 1);
		step_to(&m, CODE);
	}
	vm_close(&m);
	return 0;
}

static void host_is_stepped(void)
{
	unsigned int steps = 0;
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (child == 0) {
		CHECK_EQ(ptrace(PTRACE_TRACEME, 0, NULL, NULL), 0);
		_exit(stepped_host());
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	for (;;) {
		CHECK_EQ(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		CHECK_EQ(waitpid(child, &status, 0), child);
		if (!WIFSTOPPED(status))
			break;
		CHECK_EQ(WSTOPSIG(status), SIGTRAP);
		steps++;
	}
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(steps > 100); /* each instruction of twelve system calls and what is around them */
}

void test_debug(void)
{
	RUN(single_steps);
	RUN(asked_for_again);
	RUN(steps_in_user_mode);
	RUN(software_breakpoints);
	RUN(hardware_breakpoints);
	RUN(watchpoints);
	RUN(refused);
	RUN(guest_events);
	RUN(guest_events_elsewhere);
	RUN(host_is_stepped);
}
