# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/backend/chardev.c \
	kvm440d/backend/chardev.h \
	kvm440d/backend/logfile.c \
	kvm440d/backend/logfile.h \
	kvm440d/backend/loop.c \
	kvm440d/backend/loop.h
