// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	ops_begin ops_two
	op	fadd 0,1,2
	op	fadds 0,1,2
	op	fsub 0,1,2
	op	fsubs 0,1,2
	op	fmul 0,1,2
	op	fmuls 0,1,2
	op	fdiv 0,1,2
	op	fdivs 0,1,2
	ops_end

	ops_begin ops_three
	op	fmadd 0,1,3,2
	op	fmadds 0,1,3,2
	op	fmsub 0,1,3,2
	op	fmsubs 0,1,3,2
	op	fnmadd 0,1,3,2
	op	fnmadds 0,1,3,2
	op	fnmsub 0,1,3,2
	op	fnmsubs 0,1,3,2
	op	fsel 0,1,3,2
	ops_end

	ops_begin ops_one
	op	frsp 0,1
	op	fctiw 0,1
	op	fctiwz 0,1
	op	fmr 0,1
	op	fneg 0,1
	op	fabs 0,1
	op	fnabs 0,1
	ops_end

	ops_begin ops_record
	op	fadd. 0,1,2
	op	fdiv. 0,1,2
	op	fctiw. 0,1
	op	fmr. 0,1
	op	fneg. 0,1
	op	frsp. 0,1
	op	fsel. 0,1,3,2
	op	fmadd. 0,1,3,2
	op	fcmpu 0,1,2
	op	fcmpu 6,1,2
	op	fcmpo 0,1,2
	op	fcmpo 5,1,2
	op	mffs. 0
	ops_end

	/* FPSCR itself; f1 holds the pattern. */
	ops_begin ops_fpscr
	op	mffs 0
	.irp fm, 0x00,0x01,0x02,0x04,0x08,0x10,0x20,0x40,0x80,0xff
	op	mtfsf \fm,1
	.endr
	op	mtfsf. 0xff,1
	.irp b, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	op	mtfsb0 \b
	op	mtfsb1 \b
	.endr
	op	mtfsb1. 3
	op	mtfsb0. 3
	.irp f, 0,1,2,3,4,5,6,7
	op	mtfsfi \f,15
	op	mtfsfi \f,5
	op	mcrfs 3,\f
	.endr
	op	mtfsfi. 0,9
	ops_end
