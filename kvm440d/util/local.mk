# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/util/cleanup.h \
	kvm440d/util/count.h \
	kvm440d/util/crc32.c \
	kvm440d/util/crc32.h \
	kvm440d/util/error.c \
	kvm440d/util/error.h \
	kvm440d/util/gunzip.c \
	kvm440d/util/gunzip.h \
	kvm440d/util/json-lines.c \
	kvm440d/util/json-lines.h \
	kvm440d/util/text.c \
	kvm440d/util/text.h
