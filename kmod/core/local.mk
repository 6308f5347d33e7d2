# SPDX-License-Identifier: GPL-2.0-only
libcore440_a_SOURCES += \
	kmod/core/core440.h \
	kmod/core/decode.c \
	kmod/core/decode.h \
	kmod/core/env.h \
	kmod/core/insn.def \
	kmod/core/state.h \
	kmod/core/types.h
