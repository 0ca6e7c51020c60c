/* SPDX-License-Identifier: MIT */
/* State of virtual interrupts, and their way into and out of list registers. */

#include "vgic_internal.h"

enum { SGIS = 16 };

void vgic_init(struct vgic *vgic, unsigned int cpus)
{
    vgic->cpus = cpus;
    vgic->grp0 = false;
    vgic->grp1 = false;
    for (unsigned int i = 0; i < VGIC_SPIS; i++) {
        vgic->spi[i] = (struct vgic_irq){.level = true, .group1 = true};
    }
    for (unsigned int cpu = 0; cpu < VGIC_MAX_CPUS; cpu++) {
        vgic->cpu[cpu] = (struct vgic_cpu){.asleep = true};
        for (unsigned int i = 0; i < VGIC_LOCAL; i++) {
            vgic->cpu[cpu].irq[i] = (struct vgic_irq){.level = i >= SGIS, .group1 = true};
        }
    }
}

void vgic_map_hw(struct vgic *vgic, unsigned int cpu, unsigned int intid, uint16_t hw)
{
    vgic_irq(vgic, cpu, intid)->hw = hw;
}

void vgic_set_line(struct vgic *vgic, unsigned int cpu, unsigned int intid, bool level)
{
    struct vgic_irq *irq = vgic_irq(vgic, cpu, intid);

    if (!irq->level && level && !irq->line) {
        irq->latch = true;
    }
    irq->line = level;
}

bool vgic_is_active(const struct vgic *vgic, unsigned int cpu, unsigned int intid)
{
    return intid < VGIC_LOCAL ? vgic->cpu[cpu].irq[intid].active
                              : vgic->spi[intid - VGIC_LOCAL].active;
}

uint32_t vgic_send_sgi(struct vgic *vgic, unsigned int from, uint64_t sgi1r)
{
    /* ICC_SGI1R_EL1: TargetList 15:0, Aff1 23:16, INTID 27:24, Aff2 39:32, IRM 40, RS 47:44,
     * Aff3 55:48. */
    const uint64_t affinity = UINT64_C(0x00ff00ff00ff0000) & ~(UINT64_C(1) << 40);
    const unsigned int intid = (sgi1r >> 24) & 0xf;
    const bool all_but_self = ((sgi1r >> 40) & 1) != 0;
    const unsigned int first = 16 * ((sgi1r >> 44) & 0xf);
    uint32_t hit = 0;

    for (unsigned int cpu = 0; cpu < vgic->cpus; cpu++) {
        const bool listed = cpu >= first && cpu < first + 16 &&
                            ((sgi1r >> (cpu - first)) & 1) != 0 && (sgi1r & affinity) == 0;

        if (all_but_self ? cpu != from : listed) {
            vgic->cpu[cpu].irq[intid].latch = true;
            hit |= 1u << cpu;
        }
    }
    return hit;
}

bool vgic_pending(const struct vgic *vgic, unsigned int cpu)
{
    for (unsigned int i = 0; i < VGIC_LOCAL; i++) {
        if (vgic_irq_deliverable(vgic, &vgic->cpu[cpu].irq[i])) {
            return true;
        }
    }
    for (unsigned int i = 0; i < VGIC_SPIS; i++) {
        if (vgic->spi[i].cpu == cpu && vgic_irq_deliverable(vgic, &vgic->spi[i])) {
            return true;
        }
    }
    return false;
}

uint32_t vgic_pending_cpus(const struct vgic *vgic)
{
    uint32_t cpus = 0;

    for (unsigned int cpu = 0; cpu < vgic->cpus; cpu++) {
        cpus |= (uint32_t)vgic_pending(vgic, cpu) << cpu;
    }
    return cpus;
}

/**
 * The list register for an interrupt. One that is active may be pending again only when no level
 * and no physical interrupt stands behind it: those show themselves once more after deactivation.
 */
static uint64_t list_register(struct vgic_irq *irq, unsigned int intid, bool deliverable)
{
    uint64_t lr = intid | VGIC_LR_PRIORITY(irq->priority);
    const bool again = !irq->level && irq->hw == 0;

    if (irq->group1) {
        lr |= VGIC_LR_GROUP1;
    }
    if (irq->active) {
        lr |= VGIC_LR_ACTIVE;
    }
    if (deliverable && (!irq->active || again)) {
        lr |= VGIC_LR_PENDING;
        if (!irq->level) {
            irq->latch = false;
        }
    }
    if (irq->hw != 0) {
        lr |= VGIC_LR_HW | VGIC_LR_PINTID(irq->hw);
    } else if (irq->level) {
        /* The line may still be up when the guest is done: come back and look. */
        lr |= VGIC_LR_EOI;
    }
    return lr;
}

void vgic_flush(struct vgic *vgic, unsigned int cpu, unsigned int count)
{
    struct vgic_cpu *state = &vgic->cpu[cpu];
    uint8_t order[VGIC_IRQS]; /* candidates: active ones first, then by priority, then by number */
    unsigned int candidates = 0;

    for (unsigned int intid = 0; intid < VGIC_IRQS; intid++) {
        const struct vgic_irq *irq = vgic_irq(vgic, cpu, intid);
        unsigned int place = candidates;

        if (intid >= VGIC_LOCAL && irq->cpu != cpu) {
            continue;
        }
        if (!irq->active && !vgic_irq_deliverable(vgic, irq)) {
            continue;
        }
        for (; place > 0; place--) {
            const struct vgic_irq *other = vgic_irq(vgic, cpu, order[place - 1]);

            if (other->active > irq->active ||
                (other->active == irq->active && other->priority <= irq->priority)) {
                break;
            }
            order[place] = order[place - 1];
        }
        order[place] = (uint8_t)intid;
        candidates++;
    }

    state->underflow = candidates > count;
    state->used = state->underflow ? count : candidates;
    for (unsigned int i = 0; i < state->used; i++) {
        struct vgic_irq *irq = vgic_irq(vgic, cpu, order[i]);

        state->lr[i] = list_register(irq, order[i], vgic_irq_deliverable(vgic, irq));
    }
}

void vgic_sync(struct vgic *vgic, unsigned int cpu)
{
    struct vgic_cpu *state = &vgic->cpu[cpu];

    for (unsigned int i = 0; i < state->used; i++) {
        const uint64_t lr = state->lr[i];
        const bool pending = (lr & VGIC_LR_PENDING) != 0;
        struct vgic_irq *irq = vgic_irq(vgic, cpu, (unsigned int)(lr & 0x3ff));

        irq->active = (lr & VGIC_LR_ACTIVE) != 0;
        if (irq->level) {
            /* Acknowledged: what had been latched by software is consumed. */
            irq->latch = irq->latch && pending;
            /* The guest's deactivation was the physical one: if the source is still up, the
             * physical interrupt comes once more and says so. */
            irq->line = irq->line && (irq->hw == 0 || pending || irq->active);
        } else {
            irq->latch = irq->latch || pending;
        }
    }
    state->used = 0;
}
