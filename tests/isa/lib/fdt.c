// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much of a device tree reader as the end of a program needs (Devicetree Specification 0.4,
 * chapter 5; Linux's binding syscon-poweroff.yaml): the node compatible with "syscon-poweroff", its
 * regmap's reg, offset, value and mask.
 */
#include "isa.h"

#define FDT_MAGIC      0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE   2
#define FDT_PROP       3
#define FDT_NOP	       4
#define MAX_DEPTH      8

const void *device_tree;

static const uint32_t *fdt_structure(void)
{
	const uint32_t *h = device_tree;

	if (!h || h[0] != FDT_MAGIC)
		return NULL;
	return (const uint32_t *)((const uint8_t *)h + h[2]);
}

static const char *fdt_string(uint32_t offset)
{
	const uint32_t *h = device_tree;

	return (const char *)h + h[3] + offset;
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool in_list(const char *list, uint32_t len, const char *s)
{
	const char *end = list + len;

	while (list < end) {
		if (same(list, s))
			return true;
		while (list < end && *list)
			list++;
		list++;
	}
	return false;
}

struct node {
	const char *compatible;
	uint32_t compatible_len;
	const uint32_t *reg;
	uint32_t reg_len, phandle, regmap, offset, value, mask;
	uint32_t parent_address_cells, address_cells;
	bool has_mask;
};

/* Finds the first node that is @compatible or, with NULL, has @phandle. */
static bool find(struct node *ret, const char *compatible, uint32_t phandle)
{
	struct node stack[MAX_DEPTH];
	const uint32_t *p = fdt_structure();
	int depth = -1;

	if (!p)
		return false;
	for (;;) {
		uint32_t token = *p++;

		if (token == FDT_BEGIN_NODE) {
			const char *name = (const char *)p;
			uint32_t len = 0;

			while (name[len])
				len++;
			p += (len + 4) / 4;
			if (++depth == MAX_DEPTH)
				return false;
			memset(&stack[depth], 0, sizeof(stack[depth]));
			stack[depth].parent_address_cells = depth ? stack[depth - 1].address_cells
								  : 2;
			stack[depth].address_cells = 2;
		} else if (token == FDT_PROP) {
			uint32_t len = p[0];
			const char *name = fdt_string(p[1]);
			struct node *n = &stack[depth];

			p += 2;
			if (same(name, "compatible")) {
				n->compatible = (const char *)p;
				n->compatible_len = len;
			} else if (same(name, "reg")) {
				n->reg = p;
				n->reg_len = len;
			} else if (same(name, "phandle")) {
				n->phandle = *p;
			} else if (same(name, "regmap")) {
				n->regmap = *p;
			} else if (same(name, "offset")) {
				n->offset = *p;
			} else if (same(name, "value")) {
				n->value = *p;
			} else if (same(name, "mask")) {
				n->mask = *p;
				n->has_mask = true;
			} else if (same(name, "#address-cells")) {
				n->address_cells = *p;
			}
			p += (len + 3) / 4;
		} else if (token == FDT_END_NODE) {
			struct node *n = &stack[depth];
			bool hit = compatible
					   ? n->compatible && in_list(n->compatible,
								      n->compatible_len, compatible)
					   : n->phandle && n->phandle == phandle;

			if (hit) {
				*ret = *n;
				return true;
			}
			depth--;
		} else if (token != FDT_NOP) {
			return false;
		}
	}
}

void power_off(void)
{
	struct node off, map;
	uint64_t ra;
	uint32_t attr = TLB_I | TLB_G | TLB_SR | TLB_SW;
	volatile uint32_t *reg;

	mtspr(SPR_PID, 0);
	if (!find(&off, "syscon-poweroff", 0) || !off.regmap || !find(&map, NULL, off.regmap) ||
	    !map.reg)
		return;
	ra = map.reg[0];
	if (map.parent_address_cells == 2)
		ra = ra << 32 | map.reg[1];
	ra += off.offset;
	/* A page of its own, away from every other mapping: 0xf0000000. */
	for (unsigned int i = 2; i < 64; i++)
		tlb_clear(i);
	tlb_set(2, 0xf0000000 | TLB_V | TLB_4K, 0, ra & ~0xfffull, attr);
	reg = (volatile uint32_t *)(0xf0000000 + ((uint32_t)ra & 0xfff));
	*reg = (off.has_mask ? *reg & ~off.mask : 0) | off.value;
}
