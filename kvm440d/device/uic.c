/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/uic.h"

#include <errno.h>
#include <stdlib.h>

#include "device/bus.h"
#include "util/error.h"

/* Offsets from the base DCR number. */
enum { UIC_SR, UIC_SRS, UIC_ER, UIC_CR, UIC_PR, UIC_TR, UIC_MSR, UIC_VR, UIC_VCR };

#define UIC_VCR_PRO	0x00000001u /* bit 31: priority ordering */
#define UIC_VCR_VBA	0xfffffffcu /* bits 0:29: vector base address */
#define UIC_VECTOR_SIZE 512u

struct uic {
	struct device device;
	struct uic_config config;
	uint32_t inputs; /* level of each, as driven */
	uint32_t sr, er, cr, pr, tr, vcr;
	bool external, critical, critical_off; /* levels of the outputs */
};

/* Input n is bit n in IBM's numbering. */
static uint32_t input_bit(unsigned int n)
{
	return 0x80000000u >> (n & 31);
}

/* The inputs that stand at their programmed polarity: PR = 1 is high or rising. */
static uint32_t asserted(const struct uic *uic)
{
	return ~(uic->inputs ^ uic->pr);
}

static void update_outputs(struct uic *uic)
{
	uint32_t masked = uic->sr & uic->er;
	bool external = (masked & ~uic->cr) != 0;
	bool critical = (masked & uic->cr) != 0;
	bool critical_off = (uic->er & uic->cr) == 0;

	if (external != uic->external)
		irq_set(&uic->config.external, external);
	if (critical != uic->critical)
		irq_set(&uic->config.critical, critical);
	if (critical_off != uic->critical_off)
		irq_set(&uic->config.critical_off, critical_off);
	uic->external = external;
	uic->critical = critical;
	uic->critical_off = critical_off;
}

/*
 * A level-sensitive input that is asserted sets its status bit, and keeps it set when software
 * clears it. Once set, the bit stays until it is cleared, also when the input is negated before
 * that.
 */
static void update(struct uic *uic)
{
	uic->sr |= asserted(uic) & ~uic->tr;
	update_outputs(uic);
}

static void set_input(void *self, unsigned int n, bool level)
{
	struct uic *uic = self;
	uint32_t bit = input_bit(n);
	uint32_t before = asserted(uic);

	if (level)
		uic->inputs |= bit;
	else
		uic->inputs &= ~bit;
	uic->sr |= asserted(uic) & ~before & uic->tr;
	update(uic);
}

/*
 * VBA + 512 * the distance from the end of the register that has the highest priority: SR[31] with
 * PRO = 1, SR[0] with PRO = 0. Non-critical interrupts have no vector; without a critical one it is
 * 0.
 */
static uint32_t vector(const struct uic *uic)
{
	uint32_t pending = uic->sr & uic->er & uic->cr;
	unsigned int distance;

	if (!pending)
		return 0;
	if (uic->vcr & UIC_VCR_PRO)
		distance = (unsigned int)__builtin_ctz(pending);
	else
		distance = (unsigned int)__builtin_clz(pending);
	return (uic->vcr & UIC_VCR_VBA) + UIC_VECTOR_SIZE * distance;
}

static int uic_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	struct uic *uic = self;

	(void)len;
	switch (offset) {
	case UIC_SR:
	case UIC_SRS: *ret_value = uic->sr; break;
	case UIC_ER: *ret_value = uic->er; break;
	case UIC_CR: *ret_value = uic->cr; break;
	case UIC_PR: *ret_value = uic->pr; break;
	case UIC_TR: *ret_value = uic->tr; break;
	case UIC_MSR: *ret_value = uic->sr & uic->er; break;
	case UIC_VR: *ret_value = vector(uic); break;
	case UIC_VCR: *ret_value = 0; break; /* write-only */
	default: return -ENXIO;
	}
	return 0;
}

static int uic_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct uic *uic = self;
	uint32_t v = (uint32_t)value;

	(void)len;
	switch (offset) {
	case UIC_SR: uic->sr &= ~v; break;
	case UIC_SRS: uic->sr |= v; break;
	case UIC_ER: uic->er = v; break;
	case UIC_CR: uic->cr = v; break;
	case UIC_PR: uic->pr = v; break;
	case UIC_TR: uic->tr = v; break;
	case UIC_VCR: uic->vcr = v; break;
	case UIC_MSR:
	case UIC_VR: return 0; /* read-only */
	default: return -ENXIO;
	}
	update(uic);
	return 0;
}

static const struct bus_ops uic_ops = { .read = uic_read, .write = uic_write };

/*
 * The manual defines ER alone at reset. The polarities are those at which an idle input is not
 * asserted, so that a guest which programs only the inputs it uses sees nothing of the others.
 */
static void uic_reset(struct device *device)
{
	struct uic *uic = (struct uic *)device;

	uic->sr = 0;
	uic->er = 0;
	uic->cr = 0;
	uic->tr = 0;
	uic->vcr = 0;
	uic->pr = ~uic->config.idle;
	update(uic);
}

static void uic_describe(const struct device *device, struct dt *dt)
{
	const struct uic *uic = (const struct uic *)device;
	const struct dt_interrupt *to = uic->config.cascade;

	dt_begin(dt, "interrupt-controller%u", uic->config.index);
	dt_strings(dt, "compatible", "ibm,uic-440ep", "ibm,uic");
	dt_flag(dt, "interrupt-controller");
	dt_put(dt, "#interrupt-cells", 2);
	dt_cell_sizes(dt, 0, 0);
	dt_put(dt, "cell-index", uic->config.index);
	dt_put(dt, "dcr-reg", uic->config.dcr_base, UIC_DCRS);
	if (to[0].controller) {
		dt_put(dt, "interrupt-parent", to[0].controller);
		dt_put(dt, "interrupts", to[0].line, to[0].sense, to[1].line, to[1].sense);
	}
	dt_put(dt, "phandle", device->phandle);
	dt_end(dt);
}

static void uic_free(struct device *device)
{
	free(device);
}

static const struct device_class uic_class = {
	.reset = uic_reset,
	.describe = uic_describe,
	.free = uic_free,
};

int uic_new(struct uic **ret, const struct uic_config *config, struct error **err)
{
	struct uic *uic = calloc(1, sizeof(*uic));
	int r;

	if (!uic)
		return error_set(err, ENOMEM, "%s: out of memory", config->name);
	uic->device.class = &uic_class;
	uic->device.name = config->name;
	uic->config = *config;
	uic->inputs = config->idle;
	r = bus_register(config->dcr, config->name, config->dcr_base, UIC_DCRS, &uic_ops, uic, err);
	if (r) {
		free(uic);
		return r;
	}
	uic_reset(&uic->device);
	*ret = uic;
	return 0;
}

struct device *uic_device(struct uic *uic)
{
	return &uic->device;
}

struct irq_line uic_input(struct uic *uic, unsigned int n, const char *name)
{
	return (struct irq_line){ .name = name, .set = set_input, .self = uic, .n = n & 31 };
}
