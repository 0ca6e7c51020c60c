/* SPDX-License-Identifier: MIT */
#include "gic.h"

#include "arch.h"
#include "host.h"
#include "memory.h"
#include "mmio.h"

enum {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICR_WAKER = 0x0014,
    GICR_TYPER = 0x0008,
    GICR_SGI = 0x10000,
    /* In the Distributor, and in a Redistributor's SGI frame. */
    IGROUPR = 0x0080,
    ISENABLER = 0x0100,
    ICENABLER = 0x0180,
    ICPENDR = 0x0280,
    ISACTIVER = 0x0300,
    ICACTIVER = 0x0380,
    IPRIORITYR = 0x0400,
};

enum {
    GICD_CTLR_ENABLE_GRP1 = 1u << 1,
    GICD_CTLR_ARE = 1u << 4,
    GICD_CTLR_RWP = 1u << 31,
    GICR_WAKER_SLEEP = 1u << 1,
    GICR_WAKER_CHILDREN = 1u << 2,
    PRIORITY = 0xa0,
    PRIORITY_MASK = 0xf0,
    ICC_CTLR_EOIMODE = 1u << 1,
    ICC_SRE_ALL = 7,
};

#define GICR_TYPER_LAST (UINT64_C(1) << 4)
#define GICR_TYPER_VLPIS (UINT64_C(1) << 1)

static uintptr_t gicd(void)
{
    return (uintptr_t)phys_to_virt(LAYOUT_GICD);
}

static uint64_t affinity(uint64_t typer)
{
    const uint64_t aff = typer >> 32;

    return (aff & 0xffffff) | (aff >> 24) << 32; /* as in MPIDR_EL1: Aff3 is bits 39:32 */
}

void gic_discover(void)
{
    const uint64_t self = sysreg_read(MPIDR_EL1) & UINT64_C(0xff00ffffff);
    uintptr_t frame = (uintptr_t)phys_to_virt(LAYOUT_GICR);
    uint64_t typer = 0;

    pe_count = 1;
    do {
        struct pe *pe = NULL;

        typer = mmio_read64(frame + GICR_TYPER);
        if (affinity(typer) == self) {
            pe = &pes[0];
        } else if (pe_count < MAX_PES) {
            pe = &pes[pe_count];
            pe->index = pe_count++;
        } else {
            break; /* more than this software serves: they stay off */
        }
        pe->mpidr = affinity(typer);
        pe->gicr = frame;
        frame += (typer & GICR_TYPER_VLPIS) != 0 ? 0x40000 : 0x20000;
    } while ((typer & GICR_TYPER_LAST) == 0);
    if (pes[0].gicr == 0) {
        panic("no Redistributor for PE %lx", self);
    }
}

void gic_init(void)
{
    const unsigned int words = (mmio_read32(gicd() + GICD_TYPER) & 31) + 1;

    mmio_write32(gicd() + GICD_CTLR, 0);
    while ((mmio_read32(gicd() + GICD_CTLR) & GICD_CTLR_RWP) != 0) {
    }
    mmio_write32(gicd() + GICD_CTLR, GICD_CTLR_ARE);
    for (unsigned int i = 1; i < words; i++) {
        mmio_write32(gicd() + ICENABLER + 4 * i, ~0u);
        mmio_write32(gicd() + IGROUPR + 4 * i, ~0u);
    }
    mmio_write32(gicd() + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
    while ((mmio_read32(gicd() + GICD_CTLR) & GICD_CTLR_RWP) != 0) {
    }
}

void gic_init_pe(struct pe *pe)
{
    const uintptr_t sgi = pe->gicr + GICR_SGI;

    mmio_write32(pe->gicr + GICR_WAKER,
                 mmio_read32(pe->gicr + GICR_WAKER) & ~(uint32_t)GICR_WAKER_SLEEP);
    while ((mmio_read32(pe->gicr + GICR_WAKER) & GICR_WAKER_CHILDREN) != 0) {
    }
    mmio_write32(sgi + ICENABLER, ~0u);
    mmio_write32(sgi + IGROUPR, ~0u);
    mmio_write32(sgi + ICPENDR, ~0u);
    mmio_write32(sgi + ICACTIVER, ~0u);
    for (unsigned int i = 0; i < 32; i += 4) {
        mmio_write32(sgi + IPRIORITYR + i, PRIORITY * 0x01010101u);
    }
    mmio_write32(sgi + ISENABLER, 1u << SGI_WAKE | 1u << SGI_KICK);

    sysreg_write(ICC_SRE_EL1, ICC_SRE_ALL);
    isb();
    sysreg_write(ICC_PMR_EL1, PRIORITY_MASK);
    sysreg_write(ICC_BPR1_EL1, 0);
    sysreg_write(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
    sysreg_write(ICC_IGRPEN1_EL1, 1);
    isb();
}

void gic_enable_ppi(const struct pe *pe, unsigned int intid)
{
    mmio_write32(pe->gicr + GICR_SGI + ISENABLER, 1u << intid);
}

void gic_set_active(const struct pe *pe, unsigned int intid, bool active)
{
    mmio_write32(pe->gicr + GICR_SGI + (active ? ISACTIVER : ICACTIVER), 1u << intid);
}

void gic_send_sgi(const struct pe *to, unsigned int intid)
{
    const uint64_t aff = to->mpidr;
    const uint64_t aff0 = aff & 0xff;

    dsb(ishst); /* what the receiver shall find in memory comes before the interrupt */
    sysreg_write(ICC_SGI1R_EL1, (uint64_t)1 << (aff0 & 15) | ((aff >> 8) & 0xff) << 16 |
                                    (uint64_t)intid << 24 | ((aff >> 16) & 0xff) << 32 |
                                    (aff0 >> 4) << 44 | ((aff >> 32) & 0xff) << 48);
    isb();
}
