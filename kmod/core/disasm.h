/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions as text, for the dump of a state and for whoever debugs an engine. */
#ifndef CORE440_DISASM_H
#define CORE440_DISASM_H

#include "types.h"

/*
 * Writes @word, which stands at @pc, the way GNU as -m440 -mregnames reads it: "lwzu r3,-8(r1)".
 * What is no instruction comes as ".long 0x0". Like snprintf: at most @size bytes with the
 * terminating zero, and the length that would have been needed is returned. 48 bytes are always
 * enough.
 */
size_t core440_disassemble(uint32_t word, uint32_t pc, char *buf, size_t size);

#endif
