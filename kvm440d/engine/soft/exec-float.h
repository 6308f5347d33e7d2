/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers of floating-point operations; part of soft_exec(). */

/* clang-format off */
#define NEED_FP                                                                                    \
	do {                                                                                       \
		if (unlikely(!core440_fp_usable(c)))                                               \
			goto fp_off;                                                               \
	} while (0)
/* The 440's FPU reaches only what lies in one 16-byte line: else Alignment, which is the core's. */
#define NEED_LINE(n)                                                                               \
	do {                                                                                       \
		if (unlikely((ea & 15) > 16 - (n)))                                                \
			goto L_CORE;                                                               \
	} while (0)

#define FLOAD(name, n, address, value)                                                             \
	L_##name: NEED_FP; REACH_LOAD(n, address); NEED_LINE(n); f[op->a] = (value); NEXT
/* What lies in one line lies in one page: so this check may come first. */
#define FSTORE(name, n, address, put, value)                                                       \
	L_##name: NEED_FP; ea = (address); NEED_LINE(n); REACH_STORE(n, ea); put(host, value); NEXT

FLOAD(LFS, 4, EA_D, fpu_from_single(get32(host)));
FLOAD(LFSX, 4, EA_X, fpu_from_single(get32(host)));
FLOAD(LFD, 8, EA_D, get64(host));
FLOAD(LFDX, 8, EA_X, get64(host));
FSTORE(STFS, 4, EA_D, put32, fpu_to_single(f[op->a]));
FSTORE(STFSX, 4, EA_X, put32, fpu_to_single(f[op->a]));
FSTORE(STFD, 8, EA_D, put64, f[op->a]);
FSTORE(STFDX, 8, EA_X, put64, f[op->a]);

L_FMR:
	NEED_FP;
	f[op->a] = f[op->c];
	NEXT;

/*
 * After arithmetic: the interrupt that an enabled exception asks for, which leaves CR alone and
 * says in ESR what it would have become (M p.190), or CR1 with Rc.
 */
#define FP_DONE                                                                                    \
	do {                                                                                       \
		if (unlikely(c->fpscr & FPSCR_FEX) && c->msr & (MSR_FE0 | MSR_FE1))                \
			goto fp_exception;                                                         \
		if (op->imm & 1)                                                                   \
			record_fp(c);                                                              \
		NEXT;                                                                              \
	} while (0)
/* Opcode 59 has the single forms, 63 the double ones. */
#define SINGLE (!(op->imm & 0x10000000))

L_FADD:
	NEED_FP;
	fpu_add(&c->fpscr, f[op->b], f[op->c], SINGLE, &f[op->a]);
	FP_DONE;
L_FSUB:
	NEED_FP;
	fpu_sub(&c->fpscr, f[op->b], f[op->c], SINGLE, &f[op->a]);
	FP_DONE;
L_FMUL:
	NEED_FP;
	fpu_mul(&c->fpscr, f[op->b], f[op->d], SINGLE, &f[op->a]);
	FP_DONE;
L_FDIV:
	NEED_FP;
	fpu_div(&c->fpscr, f[op->b], f[op->c], SINGLE, &f[op->a]);
	FP_DONE;
L_FMADD:
	NEED_FP;
	fpu_madd(&c->fpscr, f[op->b], f[op->d], f[op->c], 0, SINGLE, &f[op->a]);
	FP_DONE;
L_FLOAT:
	NEED_FP;
	soft_float(c, IMM);
	FP_DONE;
L_FCMP:
	NEED_FP;
	cr = fpu_compare(&c->fpscr, f[op->b], f[op->c], op->a) << op->d;
	if (unlikely(c->fpscr & FPSCR_FEX) && c->msr & (MSR_FE0 | MSR_FE1))
		goto fp_exception;
	c->cr = (c->cr & ~(15u << op->d)) | cr;
	NEXT;
L_FCONTROL:
	NEED_FP;
	cr = c->cr;
	soft_fcontrol(c, IMM);
	if (unlikely(c->fpscr & FPSCR_FEX) && c->msr & (MSR_FE0 | MSR_FE1) && writes_fpscr(IMM)) {
		c->cr = cr;
		goto fp_exception;
	}
	NEXT;
fp_exception:
	c->pc = PC;
	insn = soft_code_word(page, (unsigned int)(op - page->ops));
	if (core440_program(c, soft_float_syndrome(insn)) == CORE440_EXIT)
		goto out;
	goto look_up;
fp_off:
	c->pc = PC;
	if (core440_fp_check(c) == CORE440_EXIT)
		goto out;
	goto look_up;
/* clang-format on */
