// SPDX-License-Identifier: GPL-2.0-or-later
/* MMUCR[DULXE,IULXE]: dcbf and icbi in user mode are Data Storage interrupts. */
#include "isa.h"

extern const struct op ops_lock[];

#define DULXE 0x00080000u
#define IULXE 0x00040000u

void test_main(void)
{
	static const uint32_t bits[] = { 0, DULXE, IULXE, DULXE | IULXE };

	for (unsigned int i = 0; i < 4; i++)
		for (const struct op *op = ops_lock; op->addr; op++)
			for (uint32_t user = 0; user < 2; user++) {
				struct op_regs r = { .r = { 0, RAM_FREE + 0x60 }, .user = user };

				trap_clear();
				mtspr(SPR_MMUCR, bits[i]);
				run_op(op, &r);
				mtspr(SPR_MMUCR, 0);
				print("%s %s mmucr=%x:", op->name, user ? "user" : "super",
				      bits[i]);
				if (!trap_count)
					print(" none\n");
				else
					print(" vec=%u dear=%08x dlk=%u\n", trap_log[0].vec,
					      trap_log[0].dear,
					      (trap_log[0].esr & 0x00300000) != 0);
			}
}
