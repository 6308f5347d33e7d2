/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What /dev/kvm of kvm-440.ko has besides the KVM API as the kernel documents it. A program asks
 * KVM_CHECK_EXTENSION for KVM440_CAP first; 0 means another /dev/kvm.
 */
#ifndef KVM440_H
#define KVM440_H

#include <linux/kvm.h>

/* The version of this interface. */
#define KVM440_CAP     0x440
#define KVM440_VERSION 1

/* On /dev/kvm: what a guest sees of this host. */
struct kvm440_info {
	__u32 timebase_hz; /* a guest reads the host's time base without a trap */
	__u32 reserved;
	char cpu[16]; /* row of kmod/core/cpu.def that is like the host's processor */
};
#define KVM440_GET_INFO _IOR(KVMIO, 0xe0, struct kvm440_info)

/* On a vCPU that does not run: its row of kmod/core/cpu.def; resets it. */
struct kvm440_model {
	char cpu[16];
};
#define KVM440_SET_MODEL _IOW(KVMIO, 0xe1, struct kvm440_model)

/* On a vCPU that does not run: its whole state as core440_save() makes it. */
struct kvm440_state {
	__u64 data; /* address of the bytes */
	__u32 size; /* of the room there, or of the state */
	__u32 used; /* GET: bytes written; with ENOSPC bytes wanted */
};
#define KVM440_GET_STATE _IOWR(KVMIO, 0xe2, struct kvm440_state)
#define KVM440_SET_STATE _IOW(KVMIO, 0xe3, struct kvm440_state)

/* On a vCPU after an exit for MMIO or DCR: nobody answered; the guest takes a machine check. */
#define KVM440_ACCESS_FAILED _IO(KVMIO, 0xe4)

/* On a vCPU, at any time: level of its inputs. */
enum {
	KVM440_INPUT_EXTERNAL = 0,
	KVM440_INPUT_CRITICAL = 1,
	KVM440_INPUT_MCHECK = 2,       /* edge */
	KVM440_INPUT_CRITICAL_OFF = 3, /* nothing can raise the critical input now */
};
struct kvm440_input {
	__u32 input;
	__u32 level;
};
#define KVM440_SET_INPUT _IOW(KVMIO, 0xe5, struct kvm440_input)

/*
 * On a vCPU that does not run: hold the guest's decrementer, FIT and watchdog where they are, and
 * let them go on. The time base is the host's and goes on.
 */
#define KVM440_STOP_CLOCK  _IO(KVMIO, 0xe6)
#define KVM440_START_CLOCK _IO(KVMIO, 0xe7)

/*
 * Registers for KVM_GET/SET_ONE_REG beside the documented ids; KVM_GET_REG_LIST has all that can be
 * put back. An SPR by its number, whatever its guest may do with it; TLB entries as words 0 to 2
 * and the TID, in the host's byte order; the inputs and edges that wait, as CORE440_PENDING_*, and
 * KVM440_PENDING_EDGE for an external interrupt of KVM_INTERRUPT that goes when it is taken; the
 * time base as the guest reads it, which is the host's: it cannot be set.
 */
#define KVM440_REG(size, n) (KVM_REG_PPC | (size) | 0x04400000 | (n))
#define KVM440_REG_SPR(n)   KVM440_REG(KVM_REG_SIZE_U32, n)
#define KVM440_REG_PENDING  KVM440_REG(KVM_REG_SIZE_U32, 0x1000)
#define KVM440_PENDING_EDGE 0x40000000u
#define KVM440_REG_TB	    KVM440_REG(KVM_REG_SIZE_U64, 0x1001)
#define KVM440_REG_TLB(n)   KVM440_REG(KVM_REG_SIZE_U128, 0x2000 + (n))

/* In the page of struct kvm_run, at this offset. */
#define KVM440_RUN_OFFSET 4032
struct kvm440_run {
	__u32 pc; /* where the guest stands, after KVM_RUN */
};

/*
 * KVM_EXIT_SYSTEM_EVENT: the types are the documented ones, data[0] tells which event of a 440 it
 * is.
 */
#define KVM440_EVENT_RESET     0x44000001u /* _RESET; data[1]: kind 1 to 3, [2]: by the watchdog */
#define KVM440_EVENT_CHECKSTOP 0x44000002u /* _CRASH */
/* _SHUTDOWN: a branch to itself with every interrupt off, which nothing will ever end. */
#define KVM440_EVENT_HALTED 0x44000003u

#endif
