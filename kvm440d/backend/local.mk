# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/backend/chardev.h \
	kvm440d/backend/loop.h
