# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/device/bus.c \
	kvm440d/device/bus.h \
	kvm440d/device/dcr-block.c \
	kvm440d/device/dcr-block.h \
	kvm440d/device/device.h \
	kvm440d/device/dt.c \
	kvm440d/device/dt.h \
	kvm440d/device/irq.h \
	kvm440d/device/memory.c \
	kvm440d/device/memory.h \
	kvm440d/device/power.c \
	kvm440d/device/power.h \
	kvm440d/device/pvpanic.c \
	kvm440d/device/pvpanic.h \
	kvm440d/device/uart.c \
	kvm440d/device/uart.h \
	kvm440d/device/uic.c \
	kvm440d/device/uic.h
