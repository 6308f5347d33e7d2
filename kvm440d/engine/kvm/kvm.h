/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine for 440 hosts: the guest runs on the processor itself, under kvm-440.ko. */
#ifndef KVM440_ENGINE_KVM_H
#define KVM440_ENGINE_KVM_H

struct engine;

extern const struct engine engine_kvm;

#endif
