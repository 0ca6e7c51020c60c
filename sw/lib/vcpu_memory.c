/* SPDX-License-Identifier: MIT */
/* nVHE: outside a run, the guest's EL1 registers are always in memory. */

#include "hyp.h"

uint64_t vcpu_read_sys(const struct vcpu *vcpu, enum context_register which)
{
    return vcpu->context.sys[which];
}

void vcpu_write_sys(struct vcpu *vcpu, enum context_register which, uint64_t value)
{
    vcpu->context.sys[which] = value;
}
