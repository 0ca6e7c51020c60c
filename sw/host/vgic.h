/* SPDX-License-Identifier: MIT */
/**
 * The virtual GICv3 that a VM sees: state of its interrupts, the registers of its Distributor and
 * Redistributors, and the list registers that carry interrupts to a vCPU (IHI 0069). One security
 * state (GICD_CTLR.DS = 1), affinity routing always on. No system register is touched here; the
 * caller holds the VM's lock.
 */
#ifndef SW_HOST_VGIC_H
#define SW_HOST_VGIC_H

#include "mmio_trap.h"
#include "vcpu.h" /* VGIC_MAX_LRS */

enum {
    VGIC_LOCAL = 32, /**< SGIs and PPIs of one vCPU */
    VGIC_SPIS = 32,
    VGIC_IRQS = VGIC_LOCAL + VGIC_SPIS,
    VGIC_MAX_CPUS = 8,
    VGIC_FRAME = 0x20000, /**< of one Redistributor: RD_base and SGI_base */
};

/** ICH_LR<n>_EL2. */
#define VGIC_LR_PENDING (UINT64_C(1) << 62)
#define VGIC_LR_ACTIVE (UINT64_C(1) << 63)
#define VGIC_LR_HW (UINT64_C(1) << 61)
#define VGIC_LR_GROUP1 (UINT64_C(1) << 60)
#define VGIC_LR_EOI (UINT64_C(1) << 41)
#define VGIC_LR_PRIORITY(p) ((uint64_t)(p) << 48)
#define VGIC_LR_PINTID(n) ((uint64_t)(n) << 32)

struct vgic_irq {
    bool enabled;
    bool latch; /**< pending by an edge, an SGI or a write of ISPENDR */
    bool line;  /**< level of the source */
    bool active;
    bool level; /**< level-sensitive, else edge-triggered */
    bool group1;
    uint8_t priority;
    uint8_t cpu; /**< vCPU that an SPI is routed to */
    uint16_t hw; /**< the physical INTID whose deactivation the guest's EOI brings; 0: none */
};

struct vgic_cpu {
    struct vgic_irq irq[VGIC_LOCAL];
    bool asleep; /**< GICR_WAKER.ProcessorSleep */
    uint64_t lr[VGIC_MAX_LRS];
    unsigned int used; /**< list registers that vgic_flush filled */
    bool underflow;    /**< more interrupts than list registers: ask for ICH_HCR_EL2.UIE */
};

struct vgic {
    struct vgic_irq spi[VGIC_SPIS];
    struct vgic_cpu cpu[VGIC_MAX_CPUS];
    unsigned int cpus;
    bool grp0, grp1; /**< GICD_CTLR */
};

void vgic_init(struct vgic *vgic, unsigned int cpus);

/** The guest's deactivation of `intid` on `cpu` deactivates physical interrupt `hw` as well. */
void vgic_map_hw(struct vgic *vgic, unsigned int cpu, unsigned int intid, uint16_t hw);

/** Level of a source: a PPI of `cpu`, or an SPI (then `cpu` is not looked at). */
void vgic_set_line(struct vgic *vgic, unsigned int cpu, unsigned int intid, bool level);

bool vgic_is_active(const struct vgic *vgic, unsigned int cpu, unsigned int intid);

/**
 * A write of ICC_SGI1R_EL1 by `from`. Returns the vCPUs that got the SGI, a bit each. vCPU n has
 * affinity 0.0.0.n.
 */
uint32_t vgic_send_sgi(struct vgic *vgic, unsigned int from, uint64_t sgi1r);

/** There is something that `cpu` could be interrupted by. */
bool vgic_pending(const struct vgic *vgic, unsigned int cpu);

/** Before entry: moves what `cpu` should see into `lr[0..used)`, of `count` list registers. */
void vgic_flush(struct vgic *vgic, unsigned int cpu, unsigned int count);

/** After exit: takes back what the guest left in `lr[0..used)`. */
void vgic_sync(struct vgic *vgic, unsigned int cpu);

/**
 * Register accesses. `cpu` is the vCPU that makes the access; for vgic_redistributor `offset`
 * counts from the first frame. Returns the vCPUs that have now something pending that they may
 * not know of, a bit each. Accesses of a size that a register does not have are RAZ/WI.
 */
uint32_t vgic_distributor(struct vgic *vgic, unsigned int cpu, struct mmio_access *access);
uint32_t vgic_redistributor(struct vgic *vgic, struct mmio_access *access);

#endif
