/* SPDX-License-Identifier: MIT */
/* The Distributor and Redistributor registers of a virtual GICv3 (IHI 0069). */

#include "vgic_internal.h"

/* Common to the Distributor and to the SGI frame of a Redistributor. */
enum {
    IGROUPR = 0x0080,
    ISENABLER = 0x0100,
    ICENABLER = 0x0180,
    ISPENDR = 0x0200,
    ICPENDR = 0x0280,
    ISACTIVER = 0x0300,
    ICACTIVER = 0x0380,
    IPRIORITYR = 0x0400,
    IPRIORITYR_END = 0x0800,
    ICFGR = 0x0c00,
    ICFGR_END = 0x0d00,
};

enum {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICD_IIDR = 0x0008,
    GICD_IROUTER = 0x6000,
    GICD_PIDR2 = 0xffe8,
    GICR_CTLR = 0x0000,
    GICR_IIDR = 0x0004,
    GICR_TYPER = 0x0008,
    GICR_WAKER = 0x0014,
    GICR_PIDR2 = 0xffe8,
    GICR_SGI_FRAME = 0x10000,
};

enum {
    CTLR_GRP0 = 1 << 0,
    CTLR_GRP1 = 1 << 1,
    CTLR_ARE = 1 << 4,
    CTLR_DS = 1 << 6,
    WAKER_SLEEP = 1 << 1,
    WAKER_CHILDREN_ASLEEP = 1 << 2,
    IIDR = 0x43b, /* Implementer: Arm; the product is this one */
    PIDR2_GICV3 = 0x3b,
    /* ITLinesNumber, and 10 bits of INTID. */
    TYPER = (VGIC_IRQS / 32 - 1) | (9 << 19),
};

/** Which of a register file's properties a bitmap register at `offset` shows. */
static bool read_bit(const struct vgic_irq *irq, uint64_t file)
{
    switch (file) {
    case IGROUPR:
        return irq->group1;
    case ISENABLER:
    case ICENABLER:
        return irq->enabled;
    case ISPENDR:
    case ICPENDR:
        return vgic_irq_pending(irq);
    default:
        return irq->active;
    }
}

static void write_bit(struct vgic_irq *irq, uint64_t file, bool bit)
{
    if (file == IGROUPR) {
        irq->group1 = bit;
    } else if (bit) {
        switch (file) {
        case ISENABLER:
        case ICENABLER:
            irq->enabled = file == ISENABLER;
            break;
        case ISPENDR:
        case ICPENDR:
            irq->latch = file == ISPENDR;
            break;
        default:
            irq->active = file == ISACTIVER;
            break;
        }
    }
}

/** The registers with one bit per interrupt: 32 interrupts a word, 0x80 bytes a file. */
static void bitmap(struct vgic *vgic, unsigned int cpu, unsigned int first, unsigned int last,
                   struct mmio_access *access)
{
    const uint64_t file = access->offset & ~UINT64_C(0x7f);
    const unsigned int base = (unsigned int)(access->offset & 0x7f) * 8;

    if (access->size != 4 || (access->offset & 3) != 0) {
        return;
    }
    for (unsigned int i = 0; i < 32; i++) {
        const unsigned int intid = base + i;

        if (intid < first || intid >= last) {
            continue;
        }
        if (access->is_write) {
            write_bit(vgic_irq(vgic, cpu, intid), file, ((access->value >> i) & 1) != 0);
        } else {
            access->value |= (uint64_t)read_bit(vgic_irq(vgic, cpu, intid), file) << i;
        }
    }
}

static void priorities(struct vgic *vgic, unsigned int cpu, unsigned int first, unsigned int last,
                       struct mmio_access *access)
{
    const unsigned int base = (unsigned int)(access->offset - IPRIORITYR);

    if (access->size > 4 || access->size == 2 || (base & (access->size - 1u)) != 0) {
        return;
    }
    for (unsigned int i = 0; i < access->size; i++) {
        if (base + i < first || base + i >= last) {
            continue;
        }
        if (access->is_write) {
            /* 32 levels: five bits, as many as the virtual CPU interface has at least. */
            vgic_irq(vgic, cpu, base + i)->priority = (uint8_t)(access->value >> (8 * i)) & 0xf8;
        } else {
            access->value |= (uint64_t)vgic_irq(vgic, cpu, base + i)->priority << (8 * i);
        }
    }
}

/** Two bits per interrupt, of which the upper one says edge; SGIs are edge-triggered for good. */
static void configuration(struct vgic *vgic, unsigned int cpu, unsigned int first,
                          unsigned int last, struct mmio_access *access)
{
    const unsigned int base = (unsigned int)(access->offset - ICFGR) * 4;

    if (access->size != 4 || (base & 15) != 0) {
        return;
    }
    for (unsigned int i = 0; i < 16; i++) {
        struct vgic_irq *irq = NULL;

        if (base + i < first || base + i >= last) {
            continue;
        }
        irq = vgic_irq(vgic, cpu, base + i);
        if (!access->is_write) {
            access->value |= irq->level ? 0 : UINT64_C(2) << (2 * i);
        } else if (base + i >= 16) {
            irq->level = ((access->value >> (2 * i + 1)) & 1) == 0;
        }
    }
}

/** Files that Distributor and Redistributor have alike, for interrupts [first, last). */
static void common(struct vgic *vgic, unsigned int cpu, unsigned int first, unsigned int last,
                   struct mmio_access *access)
{
    if (access->offset >= IGROUPR && access->offset < IPRIORITYR) {
        bitmap(vgic, cpu, first, last, access);
    } else if (access->offset >= IPRIORITYR && access->offset < IPRIORITYR_END) {
        priorities(vgic, cpu, first, last, access);
    } else if (access->offset >= ICFGR && access->offset < ICFGR_END) {
        configuration(vgic, cpu, first, last, access);
    }
}

static void route(struct vgic *vgic, struct mmio_access *access)
{
    const unsigned int intid = (unsigned int)(access->offset - GICD_IROUTER) / 8;

    if (access->size != 8 || intid < VGIC_LOCAL || intid >= VGIC_IRQS) {
        return;
    }
    if (access->is_write) {
        /* A vCPU that is not there: the interrupt stays where nobody takes it. */
        vgic->spi[intid - VGIC_LOCAL].cpu = (uint8_t)(access->value & 0xff);
    } else {
        access->value = vgic->spi[intid - VGIC_LOCAL].cpu;
    }
}

uint32_t vgic_distributor(struct vgic *vgic, unsigned int cpu, struct mmio_access *access)
{
    const bool word = access->size == 4;

    if (!access->is_write) {
        access->value = 0;
    }
    if (access->offset == GICD_CTLR && word) {
        if (access->is_write) {
            vgic->grp0 = (access->value & CTLR_GRP0) != 0;
            vgic->grp1 = (access->value & CTLR_GRP1) != 0;
        } else {
            access->value =
                (vgic->grp0 ? CTLR_GRP0 : 0u) | (vgic->grp1 ? CTLR_GRP1 : 0u) | CTLR_ARE | CTLR_DS;
        }
    } else if (!access->is_write && word && access->offset == GICD_TYPER) {
        access->value = TYPER;
    } else if (!access->is_write && word && access->offset == GICD_IIDR) {
        access->value = IIDR;
    } else if (!access->is_write && word && access->offset == GICD_PIDR2) {
        access->value = PIDR2_GICV3;
    } else if (access->offset >= GICD_IROUTER && access->offset < GICD_IROUTER + 8 * VGIC_IRQS) {
        route(vgic, access);
    } else {
        common(vgic, cpu, VGIC_LOCAL, VGIC_IRQS, access);
    }
    return access->is_write ? vgic_pending_cpus(vgic) : 0;
}

static void redistributor_frame(struct vgic *vgic, unsigned int cpu, struct mmio_access *access)
{
    const bool word = access->size == 4;
    const bool last = cpu + 1 == vgic->cpus;
    /* GICR_TYPER: Affinity_Value 63:32, Processor_Number 23:8, Last 4. */
    const uint64_t typer = (uint64_t)cpu << 32 | (uint64_t)cpu << 8 | (last ? 1u << 4 : 0);

    if (access->offset == GICR_WAKER && word) {
        if (access->is_write) {
            vgic->cpu[cpu].asleep = (access->value & WAKER_SLEEP) != 0;
        } else {
            access->value = vgic->cpu[cpu].asleep ? WAKER_SLEEP | WAKER_CHILDREN_ASLEEP : 0;
        }
    } else if (access->is_write) {
        return;
    } else if (access->offset == GICR_TYPER) {
        access->value = word ? (uint32_t)typer : access->size == 8 ? typer : 0;
    } else if (access->offset == GICR_TYPER + 4 && word) {
        access->value = typer >> 32;
    } else if (access->offset == GICR_IIDR && word) {
        access->value = IIDR;
    } else if (access->offset == GICR_PIDR2 && word) {
        access->value = PIDR2_GICV3;
    }
}

uint32_t vgic_redistributor(struct vgic *vgic, struct mmio_access *access)
{
    const uint64_t frame = access->offset / VGIC_FRAME;
    const uint64_t offset = access->offset;

    if (!access->is_write) {
        access->value = 0;
    }
    if (frame >= vgic->cpus) {
        return 0;
    }
    access->offset = offset % VGIC_FRAME;
    if (access->offset < GICR_SGI_FRAME) {
        redistributor_frame(vgic, (unsigned int)frame, access);
    } else {
        access->offset -= GICR_SGI_FRAME;
        common(vgic, (unsigned int)frame, 0, VGIC_LOCAL, access);
    }
    access->offset = offset;
    return access->is_write ? vgic_pending_cpus(vgic) : 0;
}
