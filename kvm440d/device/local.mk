# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/device/bus.c \
	kvm440d/device/bus.h \
	kvm440d/device/irq.h \
	kvm440d/device/memory.c \
	kvm440d/device/memory.h
