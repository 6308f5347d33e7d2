#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of prog/mmio.c where more than a byte is moved: a 16550 of eight byte-wide registers, and
the loads and stores of expect/loadstore.py. On the OPB a slave of eight bits gets each byte of a wider
access by itself (CoreConnect's dynamic bus sizing; bamboo.dts has the UARTs on the OPB, reg-shift 0).
Registers: National's PC16550D: in loopback CTS, DSR, RI, DCD are RTS, DTR, OUT1, OUT2; IIR[7:6] tell
that the FIFOs are on. QEMU 7.2 gives the register at the address alone, and ignores E pages."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from loadstore import Machine, fp_names, names  # noqa: E402


class Uart:
    def __init__(self):
        self.dll, self.dlm, self.fcr, self.lcr, self.mcr, self.scr = 0xA1, 0x82, 0, 0x83, 0x1F, 0xC7

    def iir(self):
        return 0xC1 if self.fcr & 1 else 0x01

    def msr(self):
        m = self.mcr
        return (m >> 1 & 1) << 4 | (m & 1) << 5 | (m >> 2 & 1) << 6 | (m >> 3 & 1) << 7

    def read(self, n):
        return [self.dll, self.dlm, self.iir(), self.lcr, self.mcr, 0x60, self.msr(), self.scr][n]

    def write(self, n, v):
        if n == 0 and self.lcr & 0x80:
            self.dll = v
        elif n == 1 and self.lcr & 0x80:
            self.dlm = v
        elif n == 2:
            self.fcr = v
        elif n == 3:
            self.lcr = v
        elif n == 4:
            self.mcr = v & 0x1F
            assert v & 0x10, "the program must stay in loopback"
        elif n == 7:
            self.scr = v

    def dump(self):
        return (f"dl={self.dlm:02x}{self.dll:02x} iir={self.iir():02x} lcr={self.lcr:02x} "
                f"mcr={self.mcr:02x} lsr=60 msr={self.msr() >> 4:02x} scr={self.scr:02x}")


def size_of(name):
    word = name.split(" ")[0]
    if word in ("lswi", "stswi"):
        return int(name.rsplit(",", 1)[1])
    if word in ("lswx", "stswx"):
        return 6
    if word in ("lmw", "stmw"):
        return 12
    if word == "stfiwx":
        return 4
    m = re.fullmatch(r"(l|st)(f?)([bhwsd]).*", word)
    return {"b": 1, "h": 2, "w": 4, "s": 4, "d": 8}[m[3]]


def run(name, little, at):
    u, m, n = Uart(), Machine("little" if little else "big"), size_of(name)
    m.r3, m.pack, m.f0 = 0xB1D2939A, [0x91121394, 0x15161718, 0x191A1B1C], 0x3BF31FBB54553D96
    start = 0 if re.match(r"(lswi|stswi)", name) else 8
    m.memory = bytearray(24)
    if name[0] == "l":
        m.memory[start:start + n] = bytes(u.read(at + i) for i in range(n))
    m.run(name)
    if name[0] == "s":
        for i in range(n):
            u.write(at + i, m.memory[start + i])
    return u, m


def main():
    print("# The model in expect/mmio.py, which says what it was made from.")
    for little in (False, True):
        for fp, ops in ((False, names), (True, fp_names)):
            for name in ops():
                n = size_of(name)
                for at in range(0, 9 - n, 4 if fp else 1):
                    u, m = run(name, little, at)
                    regs = f"f={m.f0:016x}" if fp else f"{m.r3:08x} {m.pack[0]:08x} {m.pack[1]:08x}"
                    if n > 1:
                        print(f"{name} {'l' if little else 'b'}{at}: {regs} ea+{m.ea:x} {u.dump()}")
        u = Uart()
        order = "little" if little else "big"
        words = [int.from_bytes(bytes(u.read(i + k) for k in range(4)), order) for i in (0, 4)]
        print(f"lmw {int(little)}: {words[0]:08x} {words[1]:08x}")
        for i, w in ((0, 0x11220083), (4, 0x15667798)):
            for k, b in enumerate(w.to_bytes(4, order)):
                u.write(i + k, b)
        print(f"stmw {int(little)}: {u.dump()}")


if __name__ == "__main__":
    main()
