/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers of loads and stores; part of soft_exec(). Registers change after the access has worked.
 */

/* clang-format off */
#define EA_D (B + IMM)
#define EA_X (B + C)
/* The tag that an access of @n bytes at @ea must find: another page's when it crosses into that. */
#define WANTED(ea, n) ((((ea) + (n) - 1) & PAGE_MASK) | v->data_context)

/* Sets ea and host, or leaves the instruction to the core. */
#define REACH_LOAD(n, address)                                                                     \
	ea = (address);                                                                            \
	s = &v->shadow[(ea >> PAGE_SHIFT) % SHADOW_SIZE];                                          \
	if (likely(s->load == WANTED(ea, n)))                                                      \
		host = (uint8_t *)(s->delta + ea);                                                 \
	else if (!(host = (uint8_t *)soft_load(v, ea, n)))                                         \
		goto L_CORE
#define REACH_STORE(n, address)                                                                    \
	ea = (address);                                                                            \
	s = &v->shadow[(ea >> PAGE_SHIFT) % SHADOW_SIZE];                                          \
	if (likely(s->store == WANTED(ea, n)))                                                     \
		host = (uint8_t *)(s->delta + ea);                                                 \
	else if (!(host = soft_store(v, ea, n)))                                                   \
		goto L_CORE

#define LOAD(name, n, address, value) L_##name: REACH_LOAD(n, address); A = (value); NEXT
#define LOAD_UPDATE(name, n, address, value)                                                       \
	L_##name: REACH_LOAD(n, address); A = (value); B = ea; NEXT
#define STORE(name, n, address, put) L_##name: REACH_STORE(n, address); put(host, A); NEXT
/* RS may be RA: what is stored is its old value. */
#define STORE_UPDATE(name, n, address, put)                                                        \
	L_##name: REACH_STORE(n, address); put(host, A); B = ea; NEXT

LOAD(LBZ, 1, EA_D, *host);
LOAD(LBZX, 1, EA_X, *host);
LOAD_UPDATE(LBZU, 1, EA_D, *host);
LOAD_UPDATE(LBZUX, 1, EA_X, *host);
LOAD(LHZ, 2, EA_D, get16(host));
LOAD(LHZX, 2, EA_X, get16(host));
LOAD_UPDATE(LHZU, 2, EA_D, get16(host));
LOAD(LHA, 2, EA_D, (uint32_t)(int16_t)get16(host));
LOAD(LHAX, 2, EA_X, (uint32_t)(int16_t)get16(host));
LOAD(LHBRX, 2, EA_X, __builtin_bswap16(get16(host)));
LOAD(LWZ, 4, EA_D, get32(host));
LOAD(LWZX, 4, EA_X, get32(host));
LOAD_UPDATE(LWZU, 4, EA_D, get32(host));
LOAD_UPDATE(LWZUX, 4, EA_X, get32(host));
LOAD(LWBRX, 4, EA_X, __builtin_bswap32(get32(host)));

STORE(STB, 1, EA_D, put8);
STORE(STBX, 1, EA_X, put8);
STORE_UPDATE(STBU, 1, EA_D, put8);
STORE_UPDATE(STBUX, 1, EA_X, put8);
STORE(STH, 2, EA_D, put16);
STORE(STHX, 2, EA_X, put16);
STORE_UPDATE(STHU, 2, EA_D, put16);
STORE(STHBRX, 2, EA_X, put16_reversed);
STORE(STW, 4, EA_D, put32);
STORE(STWX, 4, EA_X, put32);
STORE_UPDATE(STWU, 4, EA_D, put32);
STORE_UPDATE(STWUX, 4, EA_X, put32);
STORE(STWBRX, 4, EA_X, put32_reversed);

L_LMW: {
	unsigned int n = 32 - op->a;

	REACH_LOAD(4 * n, EA_D);
	for (unsigned int i = 0; i < n; i++)
		g[op->a + i] = get32(host + 4 * i);
	NEXT;
}
L_STMW: {
	unsigned int n = 32 - op->a;

	REACH_STORE(4 * n, EA_D);
	for (unsigned int i = 0; i < n; i++)
		put32(host + 4 * i, g[op->a + i]);
	NEXT;
}

/* Here d says that RA is no register. */
L_LWARX:
	REACH_LOAD(4, op->d ? B : B + C);
	A = get32(host);
	c->reserve = true;
	NEXT;
L_STWCX:
	if (unlikely(!c->reserve))
		goto L_CORE;
	REACH_STORE(4, op->d ? B : B + C);
	put32(host, A);
	c->cr = (c->cr & 0x0fffffffu) | CR0_EQ | (c->xer >> 31 ? CR0_SO : 0);
	c->reserve = false;
	NEXT;
/* Only pages that are cached and written back are entered for stores: the others have an alignment
 * interrupt here. */
L_DCBZ:
	ea = (op->d ? B : B + C) & ~31u;
	s = &v->shadow[(ea >> PAGE_SHIFT) % SHADOW_SIZE];
	if (unlikely(s->store != WANTED(ea, 32)))
		goto L_CORE;
	__builtin_memset((uint8_t *)(s->delta + ea), 0, 32);
	NEXT;
/* clang-format on */
