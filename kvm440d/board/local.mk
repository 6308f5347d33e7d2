# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES += \
	kvm440d/board/bamboo-dcr.c \
	kvm440d/board/bamboo-dcr.h \
	kvm440d/board/bamboo.c \
	kvm440d/board/board.c \
	kvm440d/board/board.h \
	kvm440d/board/fdt.c \
	kvm440d/board/internal.h \
	kvm440d/board/load-elf.c \
	kvm440d/board/load-file.c \
	kvm440d/board/load-uimage.c \
	kvm440d/board/load.c \
	kvm440d/board/load.h
