// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa.h"

static volatile uint8_t *const uart = (volatile uint8_t *)UART0_RA;

static void wait_for_room(void)
{
	while (!(uart[5] & 0x20)) /* LSR: transmitter holding register empty */
		;
}

#ifdef ISA_DIGEST
/*
 * Of each line nothing but its hash, for where each character that is sent is dear, and each
 * question whether it may be: it fits into the transmitter's FIFO of 16.
 */
static void put(char c)
{
	static uint32_t hash = FNV_START;

	if (c == '\r')
		return;
	if (c != '\n') {
		hash = (hash ^ (uint8_t)c) * 0x01000193u;
		return;
	}
	uart[2] = 1; /* FCR: FIFOs on */
	wait_for_room();
	uart[0] = '#';
	uart[0] = ':';
	for (unsigned int shift = 20; shift; shift -= 4)
		uart[0] = (uint8_t) "0123456789abcdef"[hash >> (shift - 4) & 15];
	uart[0] = '\n';
	hash = FNV_START;
}
#else
static void put(char c)
{
	wait_for_room();
	uart[0] = (uint8_t)c;
}
#endif

static void put_number(uint64_t v, unsigned int base, unsigned int width, char pad)
{
	char buf[24];
	unsigned int n = 0;
	uint32_t low = (uint32_t)v, high = (uint32_t)(v >> 32);

	do {
		if (base == 16) {
			buf[n++] = "0123456789abcdef"[low & 15];
			low = low >> 4 | high << 28;
			high >>= 4;
		} else {
			buf[n++] = (char)('0' + low % 10);
			low /= 10;
		}
	} while (low || high);
	while (n < width && n < sizeof(buf))
		buf[n++] = pad;
	while (n)
		put(buf[--n]);
}

void vprint(const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		unsigned int width = 0;
		bool wide = false;
		char pad = ' ';

		if (*fmt != '%') {
			if (*fmt == '\n')
				put('\r');
			put(*fmt);
			continue;
		}
		fmt++;
		if (*fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (unsigned int)(*fmt - '0');
		for (; *fmt == 'l'; fmt++)
			wide = fmt[1] == 'l' || wide;
		if (*fmt == 's') {
			const char *s = va_arg(ap, const char *);

			while (*s)
				put(*s++);
		} else if (*fmt == 'c') {
			put((char)va_arg(ap, int));
		} else if (*fmt == 'x' || *fmt == 'u') {
			uint64_t v = wide ? va_arg(ap, uint64_t) : va_arg(ap, uint32_t);

			put_number(v, *fmt == 'x' ? 16 : 10, width, pad);
		} else if (*fmt == 'd') {
			int32_t v = va_arg(ap, int32_t);

			if (v < 0)
				put('-');
			put_number(v < 0 ? 0u - (uint32_t)v : (uint32_t)v, 10, width, pad);
		} else {
			put(*fmt);
		}
	}
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
}

uint32_t fnv(uint32_t hash, uint32_t value)
{
	for (int i = 0; i < 4; i++, value >>= 8)
		hash = (hash ^ (value & 0xff)) * 0x01000193u;
	return hash;
}

void *memset(void *p, int c, size_t n)
{
	for (volatile uint8_t *q = p; n; n--)
		*q++ = (uint8_t)c;
	return p;
}

void *memcpy(void *to, const void *from, size_t n)
{
	volatile uint8_t *t = to;

	for (const uint8_t *f = from; n; n--)
		*t++ = *f++;
	return to;
}

void code_sync(const void *p, uint32_t len)
{
	uint32_t from = (uint32_t)p & ~31u, to = (uint32_t)p + len;

	for (uint32_t a = from; a < to; a += 32)
		__asm__ volatile("dcbst 0,%0" : : "r"(a) : "memory");
	__asm__ volatile("sync" : : : "memory");
	for (uint32_t a = from; a < to; a += 32)
		__asm__ volatile("icbi 0,%0" : : "r"(a) : "memory");
	__asm__ volatile("sync; isync" : : : "memory");
}
