#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What prog/mac.c prints, by the definition of the instructions: the product of two half words
(cross: RA low by RB high; high; low), added to or subtracted from RT, modulo or saturating, signed or
unsigned; OE sets XER[OV,SO], the dot CR0. PPC440x5 CPU Core User's Manual, chapter 9, of which pages
347 (macchwsu), 350 (machhws) and 354 (maclhws) were read for the rule of overflow.

Not compared with QEMU: 7.2 does not write RT in the forms that neither saturate nor have OE, and has
the sense of signed overflow the wrong way round."""

ACC = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFF0000, 0x80010000]
HALF = [0x00000000, 0x00010002, 0x7FFF8000, 0x80007FFF, 0xFFFF8001, 0x80008000, 0x7FFF7FFF, 0x1234FEDC]
HIGH, LOW = 16, 0


def signed(v, bits):
    return v - (1 << bits) if v >> (bits - 1) & 1 else v


def fnv(h, v):
    for _ in range(4):
        h = ((h ^ (v & 255)) * 0x01000193) & 0xFFFFFFFF
        v >>= 8
    return h


class Op:
    def __init__(self, name, half, kind, negative=False, multiply=False):
        self.name, self.kind, self.negative, self.multiply = name, kind, negative, multiply
        self.half = {"cc": (LOW, HIGH), "ch": (HIGH, HIGH), "cl": (LOW, LOW)}[half]

    def run(self, rt, ra, rb, cr, xer):
        unsigned = "u" in self.kind
        a, b = ra >> self.half[0] & 0xFFFF, rb >> self.half[1] & 0xFFFF
        if not unsigned:
            a, b, rt = signed(a, 16), signed(b, 16), signed(rt, 32)
        value = a * b
        overflow = False
        if not self.multiply:
            value = rt - value if self.negative else rt + value
            low, high = (0, 0xFFFFFFFF) if unsigned else (-0x80000000, 0x7FFFFFFF)
            overflow = not low <= value <= high
            if overflow and "s" in self.kind:
                value = low if value < low else high
        value &= 0xFFFFFFFF
        if "o" in self.kind:
            xer = xer & ~0x40000000 | (0xC0000000 if overflow else 0)
        if "." in self.name:
            bit = 8 if value >> 31 else 4 if value else 2
            cr = cr & 0x0FFFFFFF | (bit | xer >> 31) << 28
        return value, cr, xer


def ops():
    for half in ("cc", "ch", "cl"):
        for negative in (False, True):
            for kind in ("", "s") if negative else ("", "s", "su", "u"):
                for o in ("", "o"):
                    for dot in ("", "."):
                        name = f"{'n' if negative else ''}ma{half}hw{kind}{o}{dot}"
                        yield Op(name, half, kind + o, negative)
    for half, short in (("cc", "ch"), ("ch", "hh"), ("cl", "lh")):
        for kind in ("", "u"):
            for dot in ("", "."):
                yield Op(f"mul{short}w{kind}{dot}", half, kind, multiply=True)


def main():
    print("# The model in expect/mac.py, which says what it was made from.")
    print("%golden")
    for op in ops():
        h = 0x811C9DC5
        for i, acc in enumerate(ACC):
            line = f"{op.name} 3,4,5 {acc:08x}:"
            for j, ra in enumerate(HALF):
                for k, rb in enumerate(HALF):
                    xer = 0x80000000 if k & 1 else 0x20000000
                    rt, cr, xer = op.run(acc, ra, rb, 0x0BADCAFE, xer)
                    for v in (rt, cr, xer, 0):
                        h = fnv(h, v)
                    if k == (j * 3 + i) % len(HALF):
                        line += f" {rt:08x}/{cr >> 28:x}/{xer >> 28:x}"
            if i < 4:
                print(line)
        print(f"{op.name} 3,4,5 hash: {h:08x}")


main()
