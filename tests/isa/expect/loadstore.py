#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of prog/loadstore.c for little-endian pages, which QEMU 7.2 has not: it ignores E.
Halfwords, words and doublewords are byte-reversed, each word of a multiple by itself, strings are not
touched (PPC440x5 CPU Core User's Manual, pages 44 to 46). With --big: the lines for big-endian pages,
which QEMU does print, to try the model itself."""

import re
import struct
import sys

PATTERN = bytes.fromhex("8192a37465564738f9eadbcc3d4e5f6011223344d5c6b7a8")
FORMS = ("{} {},8(4)", "{}u {},8(4)", "{}x {},4,5", "{}ux {},4,5")
AT = (0x40, 0x41, 0x42, 0x43, 0x4D, 0xFF3, 0xFF5, 0xFF6, 0xFF7, 0xFF9, 0xFFE)
FP_AT = (0x40, 0x48, 0x50, 0xFF0)
SIZES = {"b": 1, "h": 2, "w": 4, "s": 4, "d": 8}


class Machine:
    def __init__(self, order):
        self.order = order
        self.memory = bytearray(PATTERN)
        self.r3, self.pack = 0xA1B2C3D4, [0x01020304, 0x05060708, 0x090A0B0C]
        self.f0, self.ea = 0xC00921FB54442D18, 0

    def load(self, at, size, reverse=False):
        order = {"big": "little", "little": "big"}[self.order] if reverse else self.order
        return int.from_bytes(self.memory[at:at + size], order)

    def store(self, at, size, value, reverse=False):
        order = {"big": "little", "little": "big"}[self.order] if reverse else self.order
        self.memory[at:at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, order)

    def string(self, at, n, store):
        regs = bytearray(b"".join(v.to_bytes(4, "big") for v in self.pack))
        if store:
            self.memory[at:at + n] = regs[:n]
            return
        used = (n + 3) // 4
        regs[:used * 4] = self.memory[at:at + n] + bytes(used * 4 - n)
        self.pack = [int.from_bytes(regs[i:i + 4], "big") for i in (0, 4, 8)]

    def run(self, name):
        word, args = name.split(" ", 1)
        if word in ("lmw", "stmw"):
            for i in range(3):
                if word == "lmw":
                    self.pack[i] = self.load(8 + 4 * i, 4)
                else:
                    self.store(8 + 4 * i, 4, self.pack[i])
        elif word in ("lswi", "stswi"):
            self.string(0, int(args.split(",")[2]), word[0] == "s")
        elif word in ("lswx", "stswx"):
            self.string(8, 6, word[0] == "s")
        elif word == "stfiwx":
            self.store(8, 4, self.f0)
        else:
            m = re.fullmatch(r"(l|st)(f?)([bhwsd])([az]?)(br)?(u?)(x?)", word)
            kind, fp, size, algebraic, reverse, update = m[1], m[2], SIZES[m[3]], m[4] == "a", m[5], m[6]
            self.ea = 8 if update else 0
            if kind == "st":
                value = self.f0 if fp else self.r3
                if fp and size == 4:
                    value = self.single()
                self.store(8, size, value, reverse)
                return
            value = self.load(8, size, reverse)
            if fp and size == 4:
                value = int.from_bytes(struct.pack(">d", struct.unpack(">f", value.to_bytes(4, "big"))[0]), "big")
            if fp:
                self.f0 = value
            else:
                self.r3 = value | 0xFFFF0000 if algebraic and value & 0x8000 else value

    def single(self):
        """stfs does not round: it takes bits : sign, exponent's top, 29 bits dropped. As QEMU, with --big."""
        return self.f0 >> 32 & 0xC0000000 | self.f0 >> 29 & 0x3FFFFFFF


def fp_names():
    for name in ("lfs", "lfd", "stfs", "stfd"):
        for form in FORMS:
            yield form.format(name, 0)
    yield "stfiwx 0,4,5"


def names():
    for kind, words in (("l", ("lbz", "lhz", "lha", "lwz")), ("st", ("stb", "sth", "stw"))):
        for word in words:
            for form in FORMS:
                yield form.format(word, 3)
        yield f"{kind}hbrx 3,4,5"
        yield f"{kind}wbrx 3,4,5"
        yield f"{kind}mw 29,8(4)"
        for n in range(1, 13):
            yield f"{kind}swi 29,4,{n}"
        yield f"{kind}swx 29,4,5"


def main():
    big = "--big" in sys.argv[1:]
    print("# The model in expect/loadstore.py, which says what it was made from.")
    for fp, ats, ops in ((False, AT, names), (True, FP_AT, fp_names)):
        for at in ats:
            for name in ops():
                m = Machine("big" if big else "little")
                m.run(name)
                regs = f"f={m.f0:016x}" if fp else f"{m.r3:08x} " + " ".join(f"{v:08x}" for v in m.pack)
                # QEMU's answer is the same where one byte or a string is moved: it decides there
                plain = re.match(r"(lbz|stb|lsw|stsw)", name)
                if big or not plain:
                    print(f"{name} {'b' if big else 'l'} {at:x}: {regs} ea+{m.ea:x} {m.memory.hex()}")


if __name__ == "__main__":
    main()
