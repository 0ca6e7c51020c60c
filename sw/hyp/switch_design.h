/* SPDX-License-Identifier: MIT */
/**
 * What the designs of the nVHE world switch do differently at EL2: the host's trace and profiling
 * buffers, before the guest's registers come and after the host's are back. What they do at the
 * host's level is in lib/trace.c. docs/switch-designs.md has them side by side.
 */
#ifndef SL_HYP_SWITCH_DESIGN_H
#define SL_HYP_SWITCH_DESIGN_H

#include <stdbool.h>

#include "design.h"
#include "vcpu.h"

struct switch_design {
    /** Host registers are saved, none is replaced yet. NULL: nothing to do. */
    void (*save_host_buffers)(struct cpu *cpu, struct vcpu *vcpu);
    /** All host registers are back. */
    void (*restore_host_buffers)(struct cpu *cpu, struct vcpu *vcpu);
    /**
     * DSB NSH before the guest's and before the host's translation registers: table walks that
     * began in the old regime complete first.
     */
    bool completes_walks;
};

/** The nVHE design of that number, or NULL. */
const struct switch_design *switch_design_of(uint64_t design);

/** This PE's flags, filters and saved state as after boot: CPU_HAS_* by what the PE owns. */
void switch_design_reset(struct cpu *cpu);

#endif /* SL_HYP_SWITCH_DESIGN_H */
