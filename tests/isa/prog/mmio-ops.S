// SPDX-License-Identifier: GPL-2.0-or-later
/* The same accesses, to a device: r4 and r5 lead to it. */
#include "loadstore-ops.S"
