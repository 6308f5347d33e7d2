#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The mtfsb1 lines of prog/fp.c. Every floating-point instruction but mtfsfi and mtfsf sets FPSCR[FX]
when it makes an exception bit go from 0 to 1 (FPSCR[FX] in the PowerPC architecture; no manual of the 440EP's FPU could be had);
QEMU 7.2 leaves FX alone in mtfsb1.
VX and FEX are what the others make them. Bit 29, NI, can be set; QEMU's mtfsb1 does not."""

PATTERNS = [0, 0xFFFFF7FF, 0x60000000, 0x9FF80700, 0x000000F8, 0x01F80700, 0x1FFFF0FF]
VX_KINDS = [7, 8, 9, 10, 11, 12, 21, 22, 23]
EXCEPTIONS = [3, 4, 5, 6] + VX_KINDS
ENABLES = {2: 24, 3: 25, 4: 26, 5: 27, 6: 28}  # VX OX UX ZX XX: VE OE UE ZE XE


def bit(n):
    return 0x80000000 >> n


def settle(v):
    v &= ~(bit(1) | bit(2) | bit(20))
    if any(v & bit(n) for n in VX_KINDS):
        v |= bit(2)
    if any(v & bit(x) and v & bit(e) for x, e in ENABLES.items()):
        v |= bit(1)
    return v


def main():
    print("# The rule in expect/fp.py, which gives the source.")
    for b, dot in [(b, "") for b in EXCEPTIONS + [29]] + [(3, ".")]:
        line = f"mtfsb1{dot} {b}:"
        for i in range(7):
            for j in range(3):
                v = settle(PATTERNS[(i + j + 1) % 7])
                if b in EXCEPTIONS and not v & bit(b):
                    v |= bit(0)
                v = settle(v | bit(b))
                line += f" {v:08x}/{v >> 28 << 24 if dot else 0:08x}"
        print(line)


main()
