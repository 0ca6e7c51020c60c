/* SPDX-License-Identifier: MIT */
/* Load, run and put of a vCPU by the nVHE host at EL1. */

#include "arch.h"
#include "guest_mdcr.h"
#include "hyp.h"
#include "layout.h"
#include "smccc.h"
#include "trace_hooks.h"

static uint64_t vcpu_physical(const struct vcpu *vcpu)
{
    return (uint64_t)(uintptr_t)vcpu - LAYOUT_HOST_OFFSET;
}

/*
 * The host uses the physical timer and leaves the virtual one to guests, so that timer's registers
 * are the guest's as long as its vCPU is loaded.
 */
void vcpu_load(struct cpu *cpu, struct vcpu *vcpu)
{
    struct vcpu **const last = &cpu->last[vcpu->vm % LAST_VCPU_SLOTS];

    /* vCPUs of one VM share its VMID: what another one left in this PE's TLB is not this one's. */
    if (*last != NULL && *last != vcpu) {
        (void)smccc_hvc(HYP_FLUSH_CPU_CONTEXT, vcpu->vm, 0, 0, 0, 0);
    }
    *last = vcpu;

    (void)smccc_hvc(HYP_TIMER_SET_OFFSET, vcpu->cntvoff_el2, 0, 0, 0, 0);
    sysreg_write(CNTV_CVAL_EL0, vcpu->cntv_cval_el0);
    /* The comparator must not meet the old value once it is enabled. */
    isb();
    sysreg_write(CNTV_CTL_EL0, vcpu->cntv_ctl_el0);

    (void)smccc_hvc(HYP_VGIC_LOAD, vcpu_physical(vcpu), 0, 0, 0, 0);
    vcpu->mdcr_el2 = guest_mdcr(cpu, vcpu);
    trace_at_load(cpu, vcpu);
}

int64_t vcpu_run(struct cpu *cpu, struct vcpu *vcpu)
{
    trace_before_run(cpu, vcpu);
    return smccc_hvc(HYP_VCPU_RUN, vcpu_physical(vcpu), 0, 0, 0, 0);
}

void vcpu_put(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)cpu;
    if ((vcpu->flags & VCPU_FP_LOADED) != 0) {
        (void)smccc_hvc(HYP_FP_SAVE, vcpu_physical(vcpu), 0, 0, 0, 0);
    }
    (void)smccc_hvc(HYP_VGIC_PUT, vcpu_physical(vcpu), 0, 0, 0, 0);
    vcpu->cntv_ctl_el0 = sysreg_read(CNTV_CTL_EL0);
    vcpu->cntv_cval_el0 = sysreg_read(CNTV_CVAL_EL0);
    sysreg_write(CNTV_CTL_EL0, 0);
    /* The line falls before the host's interrupts are looked at again. */
    isb();
    (void)smccc_hvc(HYP_TIMER_SET_OFFSET, 0, 0, 0, 0, 0);
}
