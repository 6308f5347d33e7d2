// SPDX-License-Identifier: GPL-2.0-or-later
/* What is announced, and the registers of a processor that does not run. */
#include "vm.h"

static void capabilities(void)
{
	static const int there[] = {
		KVM_CAP_USER_MEMORY,
		KVM_CAP_READONLY_MEM,
		KVM_CAP_IMMEDIATE_EXIT,
		KVM_CAP_ONE_REG,
		KVM_CAP_IOEVENTFD,
		KVM_CAP_IOEVENTFD_ANY_LENGTH,
		KVM_CAP_PPC_BOOKE_SREGS,
		KVM_CAP_PPC_BOOKE_WATCHDOG,
		KVM_CAP_SET_GUEST_DEBUG,
		KVM_CAP_PPC_GUEST_DEBUG_SSTEP,
		KVM_CAP_ENABLE_CAP,
		KVM_CAP_PPC_UNSET_IRQ,
		KVM_CAP_PPC_IRQ_LEVEL,
		KVM_CAP_CHECK_EXTENSION_VM,
		KVM_CAP_SYSTEM_EVENT_DATA,
		KVM_CAP_DESTROY_MEMORY_REGION_WORKS,
		KVM_CAP_JOIN_MEMORY_REGIONS_WORKS,
	};
	static const int not_there[] = { KVM_CAP_SYNC_MMU,
					 KVM_CAP_IRQFD,
					 KVM_CAP_COALESCED_MMIO,
					 KVM_CAP_IRQCHIP,
					 KVM_CAP_MP_STATE,
					 KVM_CAP_SW_TLB,
					 -1,
					 0x7fffffff };
	struct vm m;

	vm_open(&m);
	CHECK_EQ(ioctl(m.kvm, KVM_GET_API_VERSION, 0), 12);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		CHECK_EQ(ioctl(m.kvm, KVM_CHECK_EXTENSION, there[i]), 1);
		CHECK_EQ(ioctl(m.vm, KVM_CHECK_EXTENSION, there[i]), 1);
	}
	for (size_t i = 0; i < sizeof(not_there) / sizeof(not_there[0]); i++)
		CHECK_EQ(ioctl(m.kvm, KVM_CHECK_EXTENSION, not_there[i]), 0);
	CHECK_EQ(ioctl(m.kvm, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_DEBUG_HW_BPS), 16);
	CHECK_EQ(ioctl(m.kvm, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_DEBUG_HW_WPS), 16);
	CHECK_ERRNO(ioctl(m.kvm, KVM_CREATE_VM, 1), EINVAL);
	CHECK_ERRNO(ioctl(m.vm, KVM_CREATE_VCPU, 0), EEXIST);
	CHECK_ERRNO(ioctl(m.vm, KVM_CREATE_VCPU,
			  ioctl(m.kvm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPU_ID)),
		    EINVAL);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 1), EINVAL);
	CHECK_ERRNO(ioctl(m.kvm, KVM_RUN, 0), ENOTTY);
	CHECK_ERRNO(ioctl(m.vm, KVM_RUN, 0), ENOTTY);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_CREATE_VM, 0), ENOTTY);
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_ACCESS_FAILED), EINVAL);
	vm_close(&m);
}

/* What is set comes back, but for bits that there are none of. */
static void regs(void)
{
	struct kvm_regs r, got;
	struct vm m;

	vm_open(&m);
	memset(&r, 0xff, sizeof(r));
	r.gpr[7] = 0x0123456789abcdefull;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &got), 0);
	CHECK_EQ(got.pc, 0xfffffffcu);
	CHECK_EQ(got.xer, 0xe000007fu);
	CHECK_EQ(got.msr, 0x0006ff30u);
	CHECK_EQ(got.srr0, 0xfffffffcu);
	CHECK_EQ(got.srr1, 0x0006ff30u);
	CHECK_EQ(got.pid, 0xffu);
	CHECK_EQ(got.cr, 0xffffffffu);
	CHECK_EQ(got.sprg7, 0xffffffffu);
	CHECK_EQ(got.gpr[7], 0x89abcdefu);
	vm_close(&m);
}

static void sregs(void)
{
	struct kvm_sregs s, got;
	struct vm m;

	vm_open(&m);
	memset(&s, 0xa5, sizeof(s));
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_SREGS, &s), 0);
	CHECK_EQ(s.u.e.features,
		 KVM_SREGS_E_BASE | KVM_SREGS_E_ARCH206 | KVM_SREGS_E_IVOR | KVM_SREGS_E_DEBUG);
	CHECK_EQ(s.u.e.update_special, 0);
	CHECK_EQ(s.u.e.num_iac, 4);
	CHECK(s.pvr != 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SREGS, &s), 0);
	s.u.e.csrr0 = 0x1234;
	s.u.e.esr = 0x00800000;
	s.u.e.dear = 0xdeadbeef;
	s.u.e.vrsave = 0x55aa55aa;
	s.u.e.ivpr = 0x12340000;
	s.u.e.ivor_low[15] = 0x1230;
	s.u.e.iac[3] = 0x4004;
	s.u.e.dac[1] = 0x4005;
	s.u.e.dvc[0] = 0x4006;
	s.u.e.dbcr[1] = 0xffffffff;
	s.u.e.tsr = 0xfc000000;
	s.u.e.mcsr = 0x80000000;
	s.u.e.dec = 0x7fffffff;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SREGS, &s), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_SREGS, &got), 0);
	CHECK_EQ(got.u.e.csrr0, 0x1234);
	CHECK_EQ(got.u.e.esr, 0x00800000);
	CHECK_EQ(got.u.e.dear, 0xdeadbeefu);
	CHECK_EQ(got.u.e.vrsave, 0x55aa55aau);
	CHECK_EQ(got.u.e.ivpr, 0x12340000u);
	CHECK_EQ(got.u.e.ivor_low[15], 0x1230u);
	CHECK_EQ(got.u.e.iac[3], 0x4004u);
	CHECK_EQ(got.u.e.dac[1], 0x4005u);
	CHECK_EQ(got.u.e.dvc[0], 0x4006u);
	CHECK_EQ(got.u.e.dbcr[1], 0xffc1ffc1u);
	CHECK_EQ(got.u.e.mcsr, 0);		/* only when asked for: update_special */
	CHECK_EQ(got.u.e.tsr & 0x30000000u, 0); /* the other bits come with time */
	CHECK_EQ(got.u.e.dec, 0);
	s.u.e.update_special = 0xffffffff;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SREGS, &s), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_SREGS, &got), 0);
	CHECK_EQ(got.u.e.mcsr, 0x80000000u);
	CHECK_EQ(got.u.e.tsr, 0xfc000000u);
	CHECK(got.u.e.dec > 0x70000000u && got.u.e.dec <= 0x7fffffffu);
	/* A feature that is off leaves its registers alone. */
	s.u.e.features = KVM_SREGS_E_IVOR;
	s.u.e.ivpr = 0;
	s.u.e.ivor_low[15] = 0x10;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_SREGS, &s), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_SREGS, &got), 0);
	CHECK_EQ(got.u.e.ivpr, 0x12340000u);
	CHECK_EQ(got.u.e.ivor_low[15], 0x10u);
	s.u.e.features = KVM_SREGS_E_64;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_SET_SREGS, &s), EINVAL);
	s.u.e.features = 0;
	s.pvr ^= 1;
	CHECK_ERRNO(ioctl(m.vcpu, KVM_SET_SREGS, &s), EINVAL);
	vm_close(&m);
}

struct list {
	uint64_t n, id[512];
};

/* Every register in the list can be read, put back, and reads the same. */
static void each_of_the_list(void)
{
	struct list l = { .n = 0 };
	struct vm m;

	vm_open(&m);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_GET_REG_LIST, &l), E2BIG);
	CHECK(l.n > 100 && l.n <= 512);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REG_LIST, &l), 0);
	for (uint64_t i = 0; i < l.n; i++) {
		uint8_t was[17] = { 0 }, is[17] = { 0 };

		was[16] = is[16] = 0x5a;
		CHECK_EQ(get_reg(m.vcpu, l.id[i], was), 0);
		CHECK_EQ(set_reg(m.vcpu, l.id[i], was), 0);
		CHECK_EQ(get_reg(m.vcpu, l.id[i], is), 0);
		/* Bits of TSR come with time. */
		CHECK(l.id[i] == KVM440_REG_SPR(0x150) || !memcmp(was, is, 17));
		for (uint64_t j = 0; j < i; j++)
			CHECK(l.id[i] != l.id[j]);
	}
	vm_close(&m);
}

static void one_reg(void)
{
	uint32_t entry[4] = { 0x80000210, 0x80000001, 0x3f, 7 }, got[4], word = 0xffffffff;
	uint64_t wide = 0x4000, tb[2];
	struct vm m;

	vm_open(&m);
	CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(63), entry), 0);
	CHECK_EQ(get_reg(m.vcpu, KVM440_REG_TLB(63), got), 0);
	CHECK(!memcmp(entry, got, sizeof(got)));
	entry[3] = 256;
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_TLB(63), entry), EINVAL);
	entry[3] = 0;
	entry[2] = 0x40;
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_TLB(63), entry), EINVAL);
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_TLB(64), entry), ENOENT);

	/* Documented ids and the same by number. */
	CHECK_EQ(set_reg(m.vcpu, KVM_REG_PPC_IAC2, &wide), 0);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x139)), 0x4000);
	CHECK_EQ(set_reg(m.vcpu, KVM_REG_PPC_DAC2, &wide), 0);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x13d)), 0x4000);
	wide = 1ull << 32;
	CHECK_ERRNO(set_reg(m.vcpu, KVM_REG_PPC_IAC2, &wide), EINVAL);
	CHECK_ERRNO(set_reg(m.vcpu, KVM_REG_PPC_FPSCR, &wide), EINVAL);
	set_word(m.vcpu, KVM_REG_PPC_TCR, 0x30000000); /* WRC, which a guest cannot clear */
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x154)), 0x30000000);
	set_word(m.vcpu, KVM_REG_PPC_TCR, 0);
	CHECK_EQ(get_word(m.vcpu, KVM_REG_PPC_TCR), 0);
	set_word(m.vcpu, KVM_REG_PPC_TSR, 0x28000000);
	set_word(m.vcpu, KVM_REG_PPC_OR_TSR, 0x10000000);
	set_word(m.vcpu, KVM_REG_PPC_CLEAR_TSR, 0x20000000);
	CHECK_EQ(get_word(m.vcpu, KVM_REG_PPC_TSR) & 0x38000000, 0x18000000);
	set_word(m.vcpu, KVM440_REG_SPR(0x036), 77); /* DECAR, which no guest can read */
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x036)), 77);
	set_word(m.vcpu, KVM440_REG_SPR(0x134), 0x30000000); /* DBCR0[RST] resets nothing */
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x134)), 0);
	set_word(m.vcpu, KVM440_REG_PENDING, 0xb); /* external, critical, machine check */
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_PENDING), 0xb);
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_PENDING, &word), EINVAL);

	CHECK_EQ(get_reg(m.vcpu, KVM440_REG_TB, &tb[0]), 0);
	CHECK_EQ(get_reg(m.vcpu, KVM440_REG_TB, &tb[1]), 0);
	CHECK(tb[1] > tb[0]);
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_TB, &tb[0]), EINVAL);
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_SPR(0x11f), &word), EINVAL); /* PVR */
	CHECK_ERRNO(set_reg(m.vcpu, KVM440_REG_SPR(0x11c), &word), EINVAL); /* TBL */
	CHECK_ERRNO(get_reg(m.vcpu, KVM440_REG_SPR(1023), &word), ENOENT);
	CHECK_ERRNO(get_reg(m.vcpu, KVM440_REG_SPR(0), &word), ENOENT);
	CHECK_ERRNO(get_reg(m.vcpu, KVM_REG_PPC_OR_TSR, &word), ENOENT);
	CHECK_ERRNO(get_reg(m.vcpu, KVM_REG_PPC_EPR, &word), ENOENT);
	CHECK_ERRNO(get_reg(m.vcpu, 0, &word), EINVAL);
	CHECK_ERRNO(get_reg(m.vcpu, KVM_REG_PPC | KVM_REG_SIZE_U2048, &word), ENOENT);
	CHECK_ERRNO(get_reg(m.vcpu, ~0ull, &word), EINVAL);
	vm_close(&m);
}

/* The whole state goes out and in; what is damaged is refused and changes nothing. */
static void state(void)
{
	static uint8_t bytes[4096], again[4096];
	struct kvm440_state s = { .data = (uintptr_t)bytes, .size = 16 };
	struct kvm_fpu fpu;
	uint32_t used;
	struct vm m;

	vm_open(&m);
	for (unsigned int i = 0; i < 32; i++)
		fpu.fpr[i] = 0x3ff0000000000000ull + i;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_FPU, &fpu), 0);
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_GET_STATE, &s), ENOSPC);
	used = s.used;
	CHECK(used > 16 && used <= sizeof(bytes));
	s.size = sizeof(bytes);
	CHECK_EQ(ioctl(m.vcpu, KVM440_GET_STATE, &s), 0);
	CHECK_EQ(s.used, used);
	s.size = used;
	for (uint32_t i = 0; i < 20; i++) { /* magic, version, length, model */
		bytes[i] ^= 0x80;
		CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_STATE, &s), EINVAL);
		bytes[i] ^= 0x80;
	}
	s.size = used - 1;
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_STATE, &s), EINVAL);
	s.size = 0xffffffff;
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_STATE, &s), EINVAL);
	memset(&fpu, 0, sizeof(fpu));
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_FPU, &fpu), 0);
	s.size = used;
	CHECK_EQ(ioctl(m.vcpu, KVM440_SET_STATE, &s), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_FPU, &fpu), 0);
	CHECK_EQ(fpu.fpr[31], 0x3ff0000000000000ull + 31);
	s.data = (uintptr_t)again;
	s.size = sizeof(again);
	CHECK_EQ(ioctl(m.vcpu, KVM440_GET_STATE, &s), 0);
	CHECK_EQ(s.used, used);
	vm_close(&m);
}

#define HOST_SPR(n)                                                                                \
	({                                                                                         \
		uint32_t v_;                                                                       \
		__asm__ volatile("mfspr %0," #n : "=r"(v_));                                       \
		v_;                                                                                \
	})

/* What any program reads: nobody on the host has of a guest's what is in there. */
static void read_by_anybody(void)
{
	const uint32_t sprg6 = HOST_SPR(0x106), usprg0 = HOST_SPR(0x100), wanted = 0x5ec2e700;
	uint32_t secret = wanted;
	struct kvm_regs r;
	struct vm m;

	vm_open(&m);
	CODE_AT(&m, CODE, MFSPR(3, 0x106), STW_R3_0_R4, MFSPR(3, 0x100), STW_R3_0_R4);
	start_at(&m, CODE, 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	r.sprg4 = wanted + 4;
	r.sprg5 = wanted + 5;
	r.sprg6 = wanted + 6;
	r.sprg7 = wanted + 7;
	CHECK_EQ(ioctl(m.vcpu, KVM_SET_REGS, &r), 0);
	CHECK_EQ(set_reg(m.vcpu, KVM440_REG_SPR(0x100), &secret), 0);
	for (unsigned int i = 0; i < 2; i++) {
		run_to_write(&m, DEVICE);
		CHECK(!memcmp(m.run->mmio.data, &(uint32_t){ i ? wanted : wanted + 6 }, 4));
		CHECK(HOST_SPR(0x104) != wanted + 4);
		CHECK(HOST_SPR(0x105) != wanted + 5);
		CHECK_EQ(HOST_SPR(0x106), sprg6);
		CHECK(HOST_SPR(0x107) != wanted + 7);
		CHECK_EQ(HOST_SPR(0x100), usprg0);
	}
	vm_close(&m);
}

/* Processors are told apart by their number. */
static void numbers(void)
{
	struct vm m;
	int other;

	vm_open(&m);
	other = ioctl(m.vm, KVM_CREATE_VCPU, 3);
	CHECK(other >= 0);
	CHECK_EQ(get_word(m.vcpu, KVM440_REG_SPR(0x11e)), 0);
	CHECK_EQ(get_word(other, KVM440_REG_SPR(0x11e)), 3);
	close(other);
	vm_close(&m);
}

static void translate(void)
{
	struct kvm_translation t = { .linear_address = 0x10000123 };
	uint32_t entry[4] = { 0x40000310, 0x00005003, 0x08 | 0x01, 9 }; /* AS 1, PID 9, UR SR */
	struct vm m;

	vm_open(&m);
	CHECK_EQ(ioctl(m.vcpu, KVM_TRANSLATE, &t), 0);
	CHECK_EQ(t.valid, 1);
	CHECK_EQ(t.physical_address, 0x10000123);
	CHECK_EQ(t.writeable, 1);
	CHECK_EQ(set_reg(m.vcpu, KVM440_REG_TLB(5), entry), 0);
	t.linear_address = 0x40000004;
	CHECK_EQ(ioctl(m.vcpu, KVM_TRANSLATE, &t), 0);
	CHECK_EQ(t.valid, 0);
	t.linear_address = 0x40000004 | 9ull << 32 | 1ull << 40;
	CHECK_EQ(ioctl(m.vcpu, KVM_TRANSLATE, &t), 0);
	CHECK_EQ(t.valid, 1);
	CHECK_EQ(t.physical_address, 0x300005004ull);
	CHECK_EQ(t.writeable, 0);
	CHECK_EQ(t.usermode, 1);
	vm_close(&m);
}

void test_registers(void)
{
	RUN(capabilities);
	RUN(regs);
	RUN(sregs);
	RUN(each_of_the_list);
	RUN(one_reg);
	RUN(state);
	RUN(read_by_anybody);
	RUN(numbers);
	RUN(translate);
}
