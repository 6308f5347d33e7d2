# SPDX-License-Identifier: GPL-2.0-only
libcore440_a_SOURCES += \
	kmod/core/cache.c \
	kmod/core/core440.h \
	kmod/core/cpu.c \
	kmod/core/cpu.def \
	kmod/core/debug.c \
	kmod/core/decode.c \
	kmod/core/decode.h \
	kmod/core/disasm.c \
	kmod/core/disasm.h \
	kmod/core/emulate.c \
	kmod/core/env.h \
	kmod/core/insn.def \
	kmod/core/internal.h \
	kmod/core/interrupt.c \
	kmod/core/loadstore.c \
	kmod/core/regs.h \
	kmod/core/save.c \
	kmod/core/spr.c \
	kmod/core/spr.def \
	kmod/core/spr.h \
	kmod/core/state.h \
	kmod/core/timer.c \
	kmod/core/tlb.c \
	kmod/core/translate.c \
	kmod/core/types.h
