/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers of branches, traps and system calls; part of soft_exec(). */

/* clang-format off */
/* To an operation of this page. Only a way back makes a loop, so only that looks for attention. */
#define JUMP_NEAR                                                                                  \
	do {                                                                                       \
		intptr_t by_ = op->imm;                                                            \
		start += by_ - (intptr_t)sizeof(*op);                                              \
		op = (const struct op *)((const char *)op + by_);                                  \
		if (by_ <= 0 && unlikely((const char *)op - start >= v->limit ||                   \
					 core440_attention(c)))                                    \
			goto poll;                                                                 \
		goto *op->run;                                                                     \
	} while (0)
#define JUMP_TO(target)                                                                            \
	do {                                                                                       \
		c->pc = (target);                                                                  \
		goto look_up;                                                                      \
	} while (0)
#define CR_BIT (c->cr >> op->d & 1)

L_B:
	JUMP_NEAR;
L_BL:
	c->lr = PC + 4;
	JUMP_NEAR;
L_B_FAR:
	JUMP_TO(PC + IMM);
L_BL_FAR:
	c->lr = PC + 4;
	JUMP_TO(PC + IMM);
L_B_ABS:
	JUMP_TO(IMM);
L_BL_ABS:
	c->lr = PC + 4;
	JUMP_TO(IMM);
L_SPIN:
	c->pc = PC;
	result = EXEC_SPIN;
	goto leave;
L_BT:
	if (CR_BIT)
		JUMP_NEAR;
	NEXT;
L_BF:
	if (!CR_BIT)
		JUMP_NEAR;
	NEXT;
L_BT_FAR:
	if (CR_BIT)
		JUMP_TO(PC + IMM);
	NEXT;
L_BF_FAR:
	if (!CR_BIT)
		JUMP_TO(PC + IMM);
	NEXT;
L_BDNZ:
	if (--c->ctr)
		JUMP_NEAR;
	NEXT;
/* BO: 0x10 ignore CR, 0x08 the bit to find, 0x04 leave CTR alone, 0x02 branch if it became 0. */
L_BC: {
	uint32_t pc = PC;
	bool taken = branch_taken(c, op->a, op->d);

	if (op->c)
		c->lr = pc + 4;
	if (taken)
		JUMP_TO(op->b ? IMM : pc + IMM);
	NEXT;
}
L_BLR:
	JUMP_TO(c->lr & ~3u);
L_BTLR:
	if (CR_BIT)
		JUMP_TO(c->lr & ~3u);
	NEXT;
L_BFLR:
	if (!CR_BIT)
		JUMP_TO(c->lr & ~3u);
	NEXT;
L_BCTR:
	JUMP_TO(c->ctr & ~3u);
L_BCTRL:
	c->lr = PC + 4;
	JUMP_TO(c->ctr & ~3u);
L_BCREG: {
	uint32_t pc = PC, target = (op->b ? c->ctr : c->lr) & ~3u;
	/* bcctr with CTR in its condition is invalid: CTR stays. */
	bool taken = branch_taken(c, op->b ? op->a | 4 : op->a, op->d);

	if (op->c)
		c->lr = pc + 4;
	if (taken)
		JUMP_TO(target);
	NEXT;
}
L_ISYNC:
	JUMP_TO(PC + 4);
L_SC:
	c->pc = PC;
	core440_syscall(c);
	goto look_up;
L_TRAPI:
	if (unlikely(traps(op->a, B, IMM)))
		goto trap;
	NEXT;
L_TRAP:
	if (likely(!traps(op->a, B, C)))
		NEXT;
trap:
	c->pc = PC;
	if (core440_trap(c) == CORE440_EXIT)
		goto out;
	goto look_up;
/* clang-format on */
