# SPDX-License-Identifier: GPL-2.0-only
libcore440_a_SOURCES += \
	kmod/core/core440.h \
	kmod/core/env.h \
	kmod/core/state.h \
	kmod/core/types.h
