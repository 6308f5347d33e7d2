// SPDX-License-Identifier: GPL-2.0-or-later
/* The runtime itself: entry, printing, a trap, user mode and back. */
#include "isa.h"

void test_main(void)
{
	print("hello: %s %d %08x %llx %c\n", "world", -42, 0xabcu, 0x123456789abcdefull, '!');
	print("mode: msr=%08x pid=%x\n", mfmsr(), mfspr(SPR_PID));
	trap_clear();
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); stw 9,0(%0); 1: .long 0"
			 :
			 : "b"(&trap_base)
			 : "r9", "memory");
	print("illegal:");
	trap_print();
	print("\n");
	trap_clear();
	user_mode();
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); stw 9,0(%0); 1: mfmsr 9"
			 :
			 : "b"(&trap_base)
			 : "r9", "memory");
	super_mode();
	print("privileged:");
	trap_print();
	print("\n");
}
