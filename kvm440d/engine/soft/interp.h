/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interpreter: the reference engine, on any host. */
#ifndef KVM440_SOFT_INTERP_H
#define KVM440_SOFT_INTERP_H

#include "engine/engine.h"

extern const struct engine engine_interp;

#endif
