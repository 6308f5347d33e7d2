/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon is called and offers. Methods are named by constants made from the interface's
 * one source, so that a call of what does not exist does not compile.
 */
#ifndef CLIENT_NAMES_H
#define CLIENT_NAMES_H

#include "kvm440d/bus/names.h"

enum method {
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	METHOD_##interface##_##member,
#include "kvm440d/bus/interface.def"
};

#endif
