#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What prog/sprs.c prints, from a table of the special purpose registers of its own, fields given in
the manual's numbering (0 = most significant). M = page read of the PPC440x5 CPU Core User's Manual
(SA14-2613-02, 2002); A = number checked against GNU as, L = fields checked against Linux 6.1's
asm/reg_booke.h. QEMU 7.2 keeps every bit of every register and lets supervisors at any number.

User mode: a number with bit 5 of SPRN set is privileged whether it exists or not, another that does
not exist is illegal (M 81, M 187). Supervisor mode: the manual leaves a number that does not exist
undefined (M 81); an illegal-instruction interrupt is what kvm440 does, as for reading a write-only
register and writing a read-only one."""

ANY = [(0, 31)]
ADDRESS = [(0, 29)]
# MSR: WE CE EE PR FP ME FE0 DWE DE FE1 IS DS (M 169)
MSR = [(13, 14), (16, 23), (26, 27)]
# number: (name, access, fields); access: u/U user read/write, s/S supervisor read/write
SPRS = {
    0x001: ("XER", "uUsS", [(0, 2), (25, 31)]),  # M 72, 454
    0x008: ("LR", "uUsS", None),  # M 454
    0x009: ("CTR", "uUsS", ANY),  # M 454
    0x016: ("DEC", "sS", None),  # M 454
    0x01A: ("SRR0", "sS", ADDRESS),  # as CSRR0, M 168
    0x01B: ("SRR1", "sS", MSR),  # as CSRR1, M 168, 169
    0x030: ("PID", "sS", [(24, 31)]),  # M 138
    0x036: ("DECAR", "S", None),  # M 211
    0x03A: ("CSRR0", "sS", ADDRESS),  # M 168
    0x03B: ("CSRR1", "sS", MSR),  # M 168, 169
    0x03D: ("DEAR", "sS", ANY),  # M 170
    # MCI; PIL PPR PTR FP ST; DLK AP PUO BO PIE; PCRE PCMP PCRF (M 172 to 174)
    0x03E: ("ESR", "sS", [(0, 0), (4, 8), (10, 15), (27, 31)]),
    0x03F: ("IVPR", "sS", [(0, 15)]),  # M 172
    0x100: ("USPRG0", "uUsS", ANY),  # M 75
    0x10C: ("TBL", "us", None),  # M 81
    0x10D: ("TBU", "us", None),
    0x11C: ("TBL", "S", None),  # M 81
    0x11D: ("TBU", "S", None),
    0x11E: ("PIR", "s", None),  # M 75, 76
    0x11F: ("PVR", "s", None),  # M 75
    0x130: ("DBSR", "sS", None),  # M 244
    0x134: ("DBCR0", "sS", [(1, 1), (4, 16), (31, 31)]),  # without EDM and RST; A, L
    0x135: ("DBCR1", "sS", [(0, 9), (15, 25), (31, 31)]),  # A, L
    # DAC1US DAC1ER DAC2US DAC2ER DAC12M DAC12A; DVC1M DVC2M; DVC1BE; DVC2BE (M 227, 228, 244; L)
    0x136: ("DBCR2", "sS", [(0, 10), (12, 15), (20, 23), (28, 31)]),
    0x13C: ("DAC1", "sS", ANY),  # A
    0x13D: ("DAC2", "sS", ANY),
    0x13E: ("DVC1", "sS", ANY),
    0x13F: ("DVC2", "sS", ANY),
    0x150: ("TSR", "sS", None),  # M 217
    0x154: ("TCR", "sS", [(0, 1), (4, 9)]),  # without WRC; L
    # A 440EP's machine checks are critical: no MCSRR0 and 1 (Linux 6.1's cputable: machine_check_4xx)
    0x23C: ("MCSR", "sS", None),  # M 174, 500
    0x378: ("CCR1", "sS", None),
    0x398: ("DVLIM", "sS", None),
    0x399: ("IVLIM", "sS", None),
    0x39B: ("RSTCFG", "s", None),  # M 75
    0x39C: ("DCDBTRL", "s", None),  # M 479
    0x39D: ("DCDBTRH", "s", None),
    0x39E: ("ICDBTRL", "s", None),
    0x39F: ("ICDBTRH", "s", None),
    # SWOA U1TE U2SWOAE DULXE IULXE STS STID (M 148)
    0x3B2: ("MMUCR", "sS", [(7, 7), (9, 10), (12, 13), (15, 15), (24, 31)]),
    0x3B3: ("CCR0", "sS", None),
    0x3D3: ("ICDBDR", "s", None),
    0x3F3: ("DBDR", "sS", None),
}
for n in range(4):
    SPRS[0x110 + n] = (f"SPRG{n}", "sS", ANY)  # M 75
    SPRS[0x104 + n] = (f"SPRG{n + 4}", "us", ANY)  # M 75
    SPRS[0x114 + n] = (f"SPRG{n + 4}", "S", None)  # M 75
    SPRS[0x138 + n] = (f"IAC{n + 1}", "sS", ADDRESS)  # M 245
    for base, name in ((0x370, "INV"), (0x374, "ITV"), (0x390, "DNV"), (0x394, "DTV")):
        # a way of 64 in each of four bytes (M 97, 98, as kmod/core/spr.def cites them)
        SPRS[base + n] = (f"{name}{n}", "sS", [(2, 7), (10, 15), (18, 23), (26, 31)])
for n in range(16):
    SPRS[0x190 + n] = (f"IVOR{n}", "sS", [(16, 27)])  # M 497

# the order of prog/sprs.c
PROBED = ([0x001, 0x009, 0x01A, 0x01B, 0x030, 0x03A, 0x03B, 0x03D, 0x03E, 0x03F, 0x100]
          + list(range(0x110, 0x114)) + [0x135, 0x136] + list(range(0x138, 0x140))
          + list(range(0x190, 0x1A0)) + list(range(0x370, 0x378))
          + list(range(0x390, 0x398)) + [0x3B2])


def mask(fields):
    return sum(0x80000000 >> b for first, last in fields for b in range(first, last + 1))


def outcome(n):
    have = SPRS.get(n, (None, "", None))[1]
    user = "P" if n & 0x10 else "I"
    return "".join("." if k in have else (user if k in "uU" else "I") for k in "uUsS")


def main():
    print("# The table in expect/sprs.py, which gives the sources.")
    print("%golden")
    for row in range(0, 1024, 16):
        print(f"access {row:03x}: " + " ".join(outcome(n) for n in range(row, row + 16)))
    for n in PROBED:
        m = mask(SPRS[n][2])
        print(f"bits {n:03x}: {m:08x} 00000000 {m & 0x5A5A5A5A:08x}")
    for n in (0x154, 0x134):
        print(f"bits {n:03x}: {mask(SPRS[n][2]):08x} 00000000")
    for n in range(4, 8):
        print(f"sprg{n}: .. {n * 0x11111111:08x}")
    # PVR of a 440EP revision B, which is what QEMU and Linux's cputable call 0x422218d3
    print("pvr: 422218d3")
    print("pir: 00000000")


main()
