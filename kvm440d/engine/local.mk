# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/engine/engine.c \
	kvm440d/engine/engine.h \
	kvm440d/engine/kvm/kvm.c \
	kvm440d/engine/kvm/kvm.h \
	kvm440d/engine/vcpu.c \
	kvm440d/engine/vcpu.h \
	kvm440d/engine/soft/arith.c \
	kvm440d/engine/soft/arith.h \
	kvm440d/engine/soft/clock.c \
	kvm440d/engine/soft/code.c \
	kvm440d/engine/soft/exec-branch.h \
	kvm440d/engine/soft/exec-float.h \
	kvm440d/engine/soft/exec-integer.h \
	kvm440d/engine/soft/exec-memory.h \
	kvm440d/engine/soft/exec.c \
	kvm440d/engine/soft/float.c \
	kvm440d/engine/soft/fpu-control.c \
	kvm440d/engine/soft/fpu.c \
	kvm440d/engine/soft/fpu.h \
	kvm440d/engine/soft/interp.c \
	kvm440d/engine/soft/interp.h \
	kvm440d/engine/soft/mac.c \
	kvm440d/engine/soft/memory.c \
	kvm440d/engine/soft/ops.def \
	kvm440d/engine/soft/shadow.c \
	kvm440d/engine/soft/soft.h \
	kvm440d/engine/soft/step.c \
	kvm440d/engine/soft/translate.c
