/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Universal Interrupt Controller of the 4xx: 32 inputs, each level or edge sensitive, of either
 * polarity, enabled or not, leading to the critical or the non-critical output.
 *
 * Sources: PPC405GP User's Manual (preliminary), chapter 10, pages 10-1 and 10-17 to 10-20
 * (registers, vector generation, UIC_VCR[PRO]); CPC700 User's Manual, 10.5.7 to 10.5.9 (level
 * status stays set while the input is asserted); Linux 6.1 arch/powerpc/platforms/4xx/uic.c
 * (register offsets as on the 440EP); Linux 2.6 arch/ppc/platforms/4xx/ibmnp405h.h (SRS, the status
 * register's set address). The CPC700's manual has PRO the other way round; the 405GP's is the
 * nearer relative.
 */
#ifndef KVM440_UIC_H
#define KVM440_UIC_H

#include "device/device.h"
#include "device/dt.h"
#include "device/irq.h"

#include <stdint.h>

struct bus;
struct error;
struct uic;

#define UIC_DCRS 9 /* numbers a UIC takes on the DCR bus */

struct uic_config {
	const char *name; /* "uic0", static */
	unsigned int index;
	struct bus *dcr;
	uint32_t dcr_base;
	struct irq_line external, critical; /* outputs: non-critical, critical */
	struct irq_line critical_off;	    /* high while no critical input is enabled */
	uint32_t idle; /* level of the inputs that nobody drives, bit 0 (most significant) = input 0
			*/
	/* Where the outputs lead when that is another UIC: non-critical, critical. Else controller
	 * 0. */
	struct dt_interrupt cascade[2];
};

int uic_new(struct uic **ret, const struct uic_config *config, struct error **err);
struct device *uic_device(struct uic *uic);
/* Input @n, 0 to 31, as a line for the device called @name. */
struct irq_line uic_input(struct uic *uic, unsigned int n, const char *name);

#endif
