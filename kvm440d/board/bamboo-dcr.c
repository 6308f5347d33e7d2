/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources of the rows, as "U" U-Boot arch/powerpc/include/asm (ppc440.h, ppc440ep_gr.h, ppc4xx.h,
 * ppc4xx-sdram.h), "L" Linux 6.1 arch/powerpc/boot (4xx.c, dcr.h), "M" Linux 6.1
 * drivers/net/ethernet/ibm/emac/mal.h, "D" Linux 6.1 arch/powerpc/boot/dts/bamboo.dts (extent) and
 * Linux 2.6 include/asm-ppc/ppc4xx_dma.h, "O" Linux 2.6 include/asm-ppc/ibm44x.h. The values at
 * reset are those a firmware leaves that has set up clocks and memory.
 */
#include "board/bamboo-dcr.h"

#include <errno.h>

#include "board/internal.h"
#include "device/bus.h"
#include "device/dcr-block.h"
#include "device/memory.h"
#include "util/error.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ALL	 0xffffffffu

#define RO(number, name, reset)                                                                    \
	{                                                                                          \
		name, number, reset, 0, 0, 0, 0, 0                                                 \
	}
#define RW(number, name, reset)                                                                    \
	{                                                                                          \
		name, number, reset, ALL, 0, 0, 0, 0                                               \
	}
#define RW_MASK(number, name, mask)                                                                \
	{                                                                                          \
		name, number, 0, mask, 0, 0, 0, 0                                                  \
	}
#define W1C(number, name)                                                                          \
	{                                                                                          \
		name, number, 0, 0, ALL, 0, 0, 0                                                   \
	}
#define SETS(number, name, bits, of)                                                               \
	{                                                                                          \
		name, number, 0, 0, 0, bits, 0, of                                                 \
	}
#define DROPS(number, name, bits, of)                                                              \
	{                                                                                          \
		name, number, 0, 0, 0, 0, bits, of                                                 \
	}

/* Clocking (U, L). PLLC: engaged, fed back from the processor's clock. */
static const struct dcr_register cpr0[] = {
	RW(0x020, "CPR0_CLKUPD", 0),
	RW(0x040, "CPR0_PLLC", 0x41000000),
	RW(0x060, "CPR0_PLLD", 12u << 24 | 2u << 16 | 6u << 8 | 1u), /* feedback, forward A, B */
	RW(0x080, "CPR0_PRIMAD0", 1u << 24),
	RW(0x0a0, "CPR0_PRIMBD0", 1u << 24),
	RW(0x0c0, "CPR0_OPBD0", 2u << 24),
	RW(0x0e0, "CPR0_PERD", 2u << 24),
	RW(0x100, "CPR0_MALD", 2u << 24),
	RW(0x120, "CPR0_SPCID", 4u << 24),
	RW(0x140, "CPR0_ICFG", 0),
};

/* UART clock from the board's oscillator rather than divided from the PLB's (L). */
#define SDR0_UART_EXTERNAL 0x00800000u

/* System straps and pin functions (U). */
static const struct dcr_register sdr0[] = {
	RO(0x0020, "SDR0_SDSTP0", 0),
	RO(0x0021, "SDR0_SDSTP1", 0),
	RO(0x0040, "SDR0_PINSTP", 0),
	RW(0x0060, "SDR0_SDCS0", 0),
	RO(0x0080, "SDR0_ECID0", 0),
	RO(0x0081, "SDR0_ECID1", 0),
	RO(0x0082, "SDR0_ECID2", 0),
	RO(0x0083, "SDR0_ECID3", 0),
	RW(0x00e1, "SDR0_DDR0", 0),
	RW(0x0100, "SDR0_EBC", 0),
	RW(0x0120, "SDR0_UART0", SDR0_UART_EXTERNAL),
	RW(0x0121, "SDR0_UART1", SDR0_UART_EXTERNAL),
	RW(0x0122, "SDR0_UART2", SDR0_UART_EXTERNAL),
	RW(0x0123, "SDR0_UART3", SDR0_UART_EXTERNAL),
	RW(0x0180, "SDR0_CP440", 0),
	RW(0x01c0, "SDR0_XCR0", 0),
	RW(0x01c1, "SDR0_XPLLC", 0),
	RW(0x01c2, "SDR0_XPLLD", 0),
	RW(0x0200, "SDR0_SRST0", 0),
	RW(0x0201, "SDR0_SRST1", 0),
	RW(0x0240, "SDR0_AMP0", 0),
	RW(0x0241, "SDR0_AMP1", 0),
	RW(0x0300, "SDR0_PCI0", 0),
	RW(0x0320, "SDR0_USB0", 0),
	RW(0x4000, "SDR0_CUST0", 0),
	RO(0x4001, "SDR0_SDSTP2", 0),
	RW(0x4002, "SDR0_CUST1", 0),
	RO(0x4003, "SDR0_SDSTP3", 0),
	RW(0x4004, "SDR0_CUST2", 0),
	RW(0x4006, "SDR0_CUST3", 0),
	RW(0x4100, "SDR0_PFC0", 0),
	RW(0x4101, "SDR0_PFC1", 0),
	RW(0x4102, "SDR0_PFC2", 0),
	RW(0x4104, "SDR0_PFC4", 0),
	RW(0x4300, "SDR0_MFR", 0),
};

/* External bus: six chip selects with nothing on them (U, L). */
static const struct dcr_register ebc0[] = {
	RW(0x00, "EBC0_B0CR", 0), RW(0x01, "EBC0_B1CR", 0), RW(0x02, "EBC0_B2CR", 0),
	RW(0x03, "EBC0_B3CR", 0), RW(0x04, "EBC0_B4CR", 0), RW(0x05, "EBC0_B5CR", 0),
	RW(0x10, "EBC0_B0AP", 0), RW(0x11, "EBC0_B1AP", 0), RW(0x12, "EBC0_B2AP", 0),
	RW(0x13, "EBC0_B3AP", 0), RW(0x14, "EBC0_B4AP", 0), RW(0x15, "EBC0_B5AP", 0),
	RO(0x20, "EBC0_BEAR", 0), W1C(0x21, "EBC0_BESR0"),  W1C(0x22, "EBC0_BESR1"),
	RW(0x23, "EBC0_CFG", 0),  RO(0x24, "EBC0_CID", 0),
};

/* PLB arbiters (U, O: the 440SP's numbers, where the 440EP's ACRs stand too). */
static const struct dcr_register plb3[] = { RW(0x0, "PLB3A0_ACR", 0) };
static const struct dcr_register plb4[] = {
	RO(0x0, "PLB4A_REVID", 0), RW(0x1, "PLB4A0_ACR", 0),   W1C(0x2, "PLB4A0_BESRL"),
	W1C(0x3, "PLB4A0_BESRH"),  RO(0x4, "PLB4A0_BEARL", 0), RO(0x5, "PLB4A0_BEARH", 0),
	RW(0x8, "PLB4A_CCR", 0),   RW(0x9, "PLB4A1_ACR", 0),   W1C(0xa, "PLB4A1_BESRL"),
	W1C(0xb, "PLB4A1_BESRH"),  RO(0xc, "PLB4A1_BEARL", 0), RO(0xd, "PLB4A1_BEARH", 0),
};

/* PLB to OPB bridge (O). */
static const struct dcr_register pob0[] = {
	W1C(0x0, "POB0_BESR0"),
	RO(0x2, "POB0_BEARL", 0),
	RO(0x3, "POB0_BEARH", 0),
	W1C(0x4, "POB0_BESR1"),
};

/* Four DMA channels: nothing asks for a transfer (D). */
#define DMA_CHANNEL(n)                                                                             \
	RW(8 * (n) + 0, "DMA0_CR" #n, 0), RW(8 * (n) + 1, "DMA0_CT" #n, 0),                        \
		RW(8 * (n) + 2, "DMA0_SAH" #n, 0), RW(8 * (n) + 3, "DMA0_SAL" #n, 0),              \
		RW(8 * (n) + 4, "DMA0_DAH" #n, 0), RW(8 * (n) + 5, "DMA0_DAL" #n, 0),              \
		RW(8 * (n) + 6, "DMA0_SGH" #n, 0), RW(8 * (n) + 7, "DMA0_SGL" #n, 0)

static const struct dcr_register dma0[] = {
	DMA_CHANNEL(0),		 DMA_CHANNEL(1),	  DMA_CHANNEL(2),
	DMA_CHANNEL(3),		 W1C(0x20, "DMA0_SR"),	  RW(0x23, "DMA0_SGC", 0),
	RW(0x25, "DMA0_SLP", 0), RW(0x26, "DMA0_POL", 0),
};

/* Memory access layer of the Ethernet cores: four transmit and two receive channels (M). */
#define MAL_CFG_SR	0x80000000u /* soft reset: done when it is read */
#define MAL_TX_CHANNELS 0xf0000000u
#define MAL_RX_CHANNELS 0xc0000000u

static const struct dcr_register mal0[] = {
	RW_MASK(0x00, "MAL0_CFG", ~MAL_CFG_SR),
	W1C(0x01, "MAL0_ESR"),
	RW(0x02, "MAL0_IER", 0),
	SETS(0x04, "MAL0_TXCASR", MAL_TX_CHANNELS, 0x04),
	DROPS(0x05, "MAL0_TXCARR", MAL_TX_CHANNELS, 0x04),
	W1C(0x06, "MAL0_TXEOBISR"),
	W1C(0x07, "MAL0_TXDEIR"),
	SETS(0x10, "MAL0_RXCASR", MAL_RX_CHANNELS, 0x10),
	DROPS(0x11, "MAL0_RXCARR", MAL_RX_CHANNELS, 0x10),
	W1C(0x12, "MAL0_RXEOBISR"),
	W1C(0x13, "MAL0_RXDEIR"),
	RW(0x20, "MAL0_TXCTP0R", 0),
	RW(0x21, "MAL0_TXCTP1R", 0),
	RW(0x22, "MAL0_TXCTP2R", 0),
	RW(0x23, "MAL0_TXCTP3R", 0),
	RW(0x40, "MAL0_RXCTP0R", 0),
	RW(0x41, "MAL0_RXCTP1R", 0),
	RW_MASK(0x60, "MAL0_RCBS0", 0xff),
	RW_MASK(0x61, "MAL0_RCBS1", 0xff),
};

/* SDRAM controller (U). */
#define SDRAM_CFG0_DCEN	 0x80000000u /* controller enabled */
#define SDRAM_MCSTS_MRSC 0x80000000u /* mode registers set: memory can be used */
#define SDRAM_BANKS	 4
#define SDRAM_BXCR_KEEP	 0xff8ee001u /* SDBA, SDSZ, SDAM, SDBE */
#define SDRAM_BXCR_SDBE	 0x00000001u

static const struct dcr_register sdram0[] = {
	RW_MASK(0x40, "SDRAM0_B0CR", SDRAM_BXCR_KEEP),
	RW_MASK(0x44, "SDRAM0_B1CR", SDRAM_BXCR_KEEP),
	RW_MASK(0x48, "SDRAM0_B2CR", SDRAM_BXCR_KEEP),
	RW_MASK(0x4c, "SDRAM0_B3CR", SDRAM_BXCR_KEEP),
	RO(0x10, "SDRAM0_BEAR", 0),
	RW(0x18, "SDRAM0_SLIO", 0),
	RW(0x20, "SDRAM0_CFG0", SDRAM_CFG0_DCEN),
	RW(0x21, "SDRAM0_CFG1", 0),
	RW(0x22, "SDRAM0_DEVOPT", 0),
	RO(0x24, "SDRAM0_MCSTS", SDRAM_MCSTS_MRSC),
	RW_MASK(0x30, "SDRAM0_RTR", 0xffff0000),
	RW(0x34, "SDRAM0_PMIT", 0),
	RW_MASK(0x38, "SDRAM0_UABBA", 0xf),
	RW(0x80, "SDRAM0_TR0", 0),
	RW(0x81, "SDRAM0_TR1", 0),
	RW(0x82, "SDRAM0_CLKTR", 0),
	RW(0x83, "SDRAM0_WDDCTR", 0),
	RW(0x84, "SDRAM0_DLYCAL", 0),
	W1C(0x98, "SDRAM0_ECCESR"),
};

static const struct {
	struct dcr_block_config config;
	enum board_place place;
} blocks[] = {
	{ { .name = "cpr0",
	    .base = 0x00c,
	    .count = 2,
	    .indirect = true,
	    .registers = cpr0,
	    .n_registers = COUNT(cpr0),
	    .node = "cpr",
	    .compatible = { "ibm,cpr-440ep" } },
	  BOARD_ROOT },
	{ { .name = "sdr0",
	    .base = 0x00e,
	    .count = 2,
	    .indirect = true,
	    .registers = sdr0,
	    .n_registers = COUNT(sdr0),
	    .node = "sdr",
	    .compatible = { "ibm,sdr-440ep" } },
	  BOARD_ROOT },
	{ { .name = "ebc0",
	    .base = BAMBOO_EBC_DCR,
	    .count = 2,
	    .indirect = true,
	    .registers = ebc0,
	    .n_registers = COUNT(ebc0) },
	  BOARD_EBC },
	{ { .name = "plb3",
	    .base = 0x077,
	    .count = 1,
	    .registers = plb3,
	    .n_registers = COUNT(plb3) },
	  BOARD_PLB },
	{ { .name = "plb4",
	    .base = 0x080,
	    .count = 14,
	    .registers = plb4,
	    .n_registers = COUNT(plb4) },
	  BOARD_PLB },
	{ { .name = "pob0",
	    .base = 0x090,
	    .count = 5,
	    .registers = pob0,
	    .n_registers = COUNT(pob0) },
	  BOARD_PLB },
	{ { .name = "dma0",
	    .base = 0x100,
	    .count = 0x27,
	    .registers = dma0,
	    .n_registers = COUNT(dma0),
	    .node = "dma",
	    .compatible = { "ibm,dma-440ep", "ibm,dma-440gp" } },
	  BOARD_PLB },
	{ { .name = "mal0",
	    .base = 0x180,
	    .count = 0x62,
	    .registers = mal0,
	    .n_registers = COUNT(mal0) },
	  BOARD_PLB },
};

static int add_block(struct board *board, const struct dcr_block_config *from,
		     enum board_place place, struct error **err)
{
	struct dcr_block_config config = *from;
	struct dcr_block *block;
	int r;

	config.dcr = board->dcr;
	r = dcr_block_new(&block, &config, err);
	return r ? r : board_add(board, dcr_block_device(block), place, err);
}

/*
 * Lays @size bytes into banks of 8 to 512 MB, the largest first, so that each is aligned to its
 * size. What four banks cannot express is left out here; the device tree has all of it.
 */
static void set_banks(struct dcr_register banks[SDRAM_BANKS], uint64_t size)
{
	uint64_t base = 0;
	unsigned int n = 0;

	for (unsigned int code = 7; code; code--) {
		uint64_t bank = UINT64_C(4) << (20 + code);

		while (n < SDRAM_BANKS && size >= bank) {
			banks[n++].reset = (uint32_t)base | code << 17 | SDRAM_BXCR_SDBE;
			base += bank;
			size -= bank;
		}
	}
}

static int add_sdram(struct board *board, struct error **err)
{
	struct dcr_register registers[COUNT(sdram0)];
	const struct dcr_block_config config = {
		.name = "sdram0",
		.base = 0x010,
		.count = 2,
		.indirect = true,
		.registers = registers,
		.n_registers = COUNT(registers),
		.node = "sdram",
		.compatible = { "ibm,sdram-440ep", "ibm,sdram-405gp" },
	};

	for (size_t i = 0; i < COUNT(sdram0); i++)
		registers[i] = sdram0[i];
	set_banks(registers, board->config.memory->size);
	return add_block(board, &config, BOARD_PLB, err);
}

int bamboo_add_dcrs(struct board *board, struct error **err)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(blocks) && !r; i++)
		r = add_block(board, &blocks[i].config, blocks[i].place, err);
	return r ? r : add_sdram(board, err);
}
