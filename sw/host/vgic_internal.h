/* SPDX-License-Identifier: MIT */
#ifndef SW_HOST_VGIC_INTERNAL_H
#define SW_HOST_VGIC_INTERNAL_H

#include "vgic.h"

/** The interrupt `intid` (below VGIC_IRQS) as `cpu` sees it. */
static inline struct vgic_irq *vgic_irq(struct vgic *vgic, unsigned int cpu, unsigned int intid)
{
    return intid < VGIC_LOCAL ? &vgic->cpu[cpu].irq[intid] : &vgic->spi[intid - VGIC_LOCAL];
}

static inline bool vgic_irq_pending(const struct vgic_irq *irq)
{
    return irq->latch || (irq->level && irq->line);
}

/** Pending, and nothing in the Distributor holds it back. */
static inline bool vgic_irq_deliverable(const struct vgic *vgic, const struct vgic_irq *irq)
{
    return irq->enabled && vgic_irq_pending(irq) && (irq->group1 ? vgic->grp1 : vgic->grp0);
}

/** All vCPUs that have something pending, a bit each. */
uint32_t vgic_pending_cpus(const struct vgic *vgic);

#endif
