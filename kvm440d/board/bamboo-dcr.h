/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The 440EP's device control registers but for the interrupt controllers, and its clocks. */
#ifndef KVM440_BAMBOO_DCR_H
#define KVM440_BAMBOO_DCR_H

struct board;
struct error;

/*
 * The clocks that CPR0 describes, in Hz: a system clock of 33.33 MHz, times 24 in the PLL's voltage
 * controlled oscillator; from there the processor divides by 2 and the PLB by 6, and the clock of
 * the PLB is halved for the OPB and for the EBC.
 */
#define BAMBOO_SYS_HZ 33333333u
#define BAMBOO_VCO_HZ (BAMBOO_SYS_HZ * 24)
#define BAMBOO_CPU_HZ (BAMBOO_VCO_HZ / 2)
#define BAMBOO_PLB_HZ (BAMBOO_VCO_HZ / 6)
#define BAMBOO_OPB_HZ (BAMBOO_PLB_HZ / 2)
#define BAMBOO_EBC_HZ (BAMBOO_PLB_HZ / 2)

#define BAMBOO_EBC_DCR 0x012

int bamboo_add_dcrs(struct board *board, struct error **err);

#endif
