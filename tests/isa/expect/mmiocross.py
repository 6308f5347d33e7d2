#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What prog/mmiocross.c prints, by the models of expect/loadstore.py (loads and stores) and
expect/mmio.py (the UART, a byte at a time), which give their sources. A page of 1 KB beside another is
what QEMU 7.2 has not got. DEAR where the second page is missing: PPC440x5 CPU Core User's Manual, page
194."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from loadstore import Machine  # noqa: E402
from mmio import Uart  # noqa: E402

# what is run: the name in the program, how loadstore.py calls it, where that has its operand, bytes
OPS = [("lwz 3,0(4)", "lwz 3,8(4)", 8, 4), ("lhz 3,0(4)", "lhz 3,8(4)", 8, 2),
       ("lwbrx 3,0,4", "lwbrx 3,4,5", 8, 4), ("lmw 30,0(4)", "lmw 30", 8, 8),
       ("lswi 29,4,7", "lswi 29,4,7", 0, 7), ("stw 3,0(4)", "stw 3,8(4)", 8, 4),
       ("sth 3,0(4)", "sth 3,8(4)", 8, 2), ("stwbrx 3,0,4", "stwbrx 3,4,5", 8, 4),
       ("stmw 30,0(4)", "stmw 30", 8, 8), ("stswi 29,4,7", "stswi 29,4,7", 0, 7)]


def run(call, start, n, at, order):
    ram = bytearray((0x21 + 7 * i) & 0xFF for i in range(16))
    uart, m = Uart(), Machine(order)
    m.r3, m.pack = 0xB1D2939A, [0x91121394, 0x15161718, 0x191A1B1C]
    m.memory = bytearray(32)
    inside = 0x400 - at  # bytes that are in RAM
    for i in range(n):
        missing = i - inside
        m.memory[start + i] = ram[16 - inside + i] if i < inside else uart.read(missing)
    # of r29 to r31 two take part
    if call == "lmw 30":
        m.pack[1:] = m.load(8, 4), m.load(12, 4)
    elif call == "stmw 30":
        m.store(8, 4, m.pack[1])
        m.store(12, 4, m.pack[2])
    else:
        m.run(call)
    if call[0] == "s":
        for i in range(n):
            if i < inside:
                ram[16 - inside + i] = m.memory[start + i]
            else:
                uart.write(i - inside, m.memory[start + i])
    return m, ram, uart


def main():
    print("# The model in expect/mmiocross.py, which says what it was made from.")
    print("%golden")
    for order in ("big", "little"):
        for name, call, start, n in OPS:
            for at in range(0x3FC, 0x400):
                m, ram, u = run(call, start, n, at, order)
                print(f"{name} {order[0]} {at:x}: {m.r3:08x} " + " ".join(f"{v:08x}" for v in m.pack)
                      + f" ram={ram[4:].hex()} dl={u.dlm:02x}{u.dll:02x} iir={u.iir():02x}"
                      f" lcr={u.lcr:02x} mcr={u.mcr:02x} scr={u.scr:02x}")
    print("missing: n=1 vec=13 pc+4 dear=40000400")


main()
