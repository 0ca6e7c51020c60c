/* SPDX-License-Identifier: MIT */
/*
 * The world switch of a host at EL2 with VHE. Guest and host have registers of their own, so EL1's
 * and the traps that only a guest feels go with the vCPU at load and put; an entry changes little
 * more than HCR_EL2, CPTR_EL2 and VBAR_EL2. No trace or profiling register is touched: the buffers
 * are EL2's and stay in their own translation regime.
 */

#include "arch.h"
#include "guest_mdcr.h"
#include "guest_registers.h"
#include "hyp.h"
#include "mark.h"
#include "tlb.h"
#include "trace_hooks.h"
#include "vm.h"
#include "world.h"

enum { GUEST_HSTR = 1 << 15, GUEST_PMUSERENR = 0xf, FPEN_ALL = 3 };

/* CPTR_EL2 has the layout of CPACR_EL1 here. */
#define HOST_CPTR FIELD(CPACR_EL1, FPEN, FPEN_ALL)

struct tlb_context tlb_enter(uint64_t vtcr, uint64_t vttbr)
{
    const struct tlb_context before = {
        .daif = irq_save(),
        .hcr = sysreg_read(HCR_EL2),
        .vttbr = sysreg_read(VTTBR_EL2),
    };

    dsb(ish);
    sysreg_write(VTCR_EL2, vtcr);
    sysreg_write(VTTBR_EL2, vttbr);
    /* With TGE set, maintenance of EL1&0 means the host's EL2&0. */
    sysreg_write(HCR_EL2, before.hcr & ~FIELD_MASK(HCR_EL2, TGE));
    isb();
    return before;
}

void tlb_leave(const struct tlb_context *before)
{
    sysreg_write(VTTBR_EL2, before->vttbr);
    sysreg_write(HCR_EL2, before->hcr);
    isb();
    irq_restore(before->daif);
}

static void switch_pmu(uint64_t off, uint64_t on)
{
    if (off != 0) {
        sysreg_write(PMCNTENCLR_EL0, off);
    }
    if (on != 0) {
        sysreg_write(PMCNTENSET_EL0, on);
    }
}

static void switch_load_traps(struct cpu *cpu, const struct vcpu *vcpu)
{
    cpu->mdcr_el2_host = sysreg_read(MDCR_EL2);
    sysreg_write(MDCR_EL2, vcpu->mdcr_el2);
    sysreg_write(HSTR_EL2, GUEST_HSTR);
    if ((cpu->features & FEATURE_PMU) != 0) {
        sysreg_write(PMSELR_EL0, 0);
        cpu->pmuserenr_el0 = sysreg_read(PMUSERENR_EL0);
        sysreg_write(PMUSERENR_EL0, GUEST_PMUSERENR);
    }
    cpu->vbar_el2_host = sysreg_read(VBAR_EL2);
}

static void switch_load_timer(const struct vcpu *vcpu)
{
    const uint64_t control = sysreg_read(CNTHCTL_EL2);

    sysreg_write(CNTVOFF_EL2, vcpu->cntvoff_el2);
    sysreg_write(CNTV_CVAL_EL02, vcpu->cntv_cval_el0);
    /* The comparator must not meet the old value once it is enabled. */
    isb();
    sysreg_write(CNTV_CTL_EL02, vcpu->cntv_ctl_el0);
    /* The guest may read the physical count, and not have the physical timer. */
    sysreg_write(CNTHCTL_EL2, (control & ~FIELD_MASK(CNTHCTL_EL2, EL1PTEN_E2H)) |
                                  FIELD(CNTHCTL_EL2, EL1PCTEN_E2H, 1));
}

void vcpu_load(struct cpu *cpu, struct vcpu *vcpu)
{
    struct vcpu **const last = &cpu->last[vcpu->vm % LAST_VCPU_SLOTS];
    uint64_t vttbr = 0;

    if (*last != NULL && *last != vcpu) {
        (void)vm_flush_here(vcpu->vm);
    }
    *last = vcpu;

    vcpu->mdcr_el2 = guest_mdcr(cpu, vcpu);
    cpu->host.sys[CONTEXT_TPIDR_EL0] = sysreg_read(TPIDR_EL0);
    cpu->host.sys[CONTEXT_TPIDRRO_EL0] = sysreg_read(TPIDRRO_EL0);
    guest_registers_load(&vcpu->context);
    vcpu->flags |= VCPU_REGISTERS_LOADED;
    switch_load_traps(cpu, vcpu);
    if (vm_vttbr(vcpu->vm, &vttbr)) {
        sysreg_write(VTCR_EL2, vm_vtcr());
        sysreg_write(VTTBR_EL2, vttbr);
    }
    switch_load_timer(vcpu);
    vgic_load(cpu, &vcpu->vgic);
    switch_pmu(cpu->pmu_host_events, cpu->pmu_guest_events);
    trace_at_load(cpu, vcpu);
    cpu->running = vcpu;
}

void vcpu_put(struct cpu *cpu, struct vcpu *vcpu)
{
    cpu->running = NULL;
    switch_pmu(cpu->pmu_guest_events, cpu->pmu_host_events);
    /* The host has FP without a trap here, so its registers come back now. */
    if ((vcpu->flags & VCPU_FP_LOADED) != 0) {
        fp_switch(cpu, &cpu->host.fp);
        vcpu->flags &= ~(uint64_t)VCPU_FP_LOADED;
    }
    vgic_put(cpu, &vcpu->vgic);
    vcpu->cntv_ctl_el0 = sysreg_read(CNTV_CTL_EL02);
    vcpu->cntv_cval_el0 = sysreg_read(CNTV_CVAL_EL02);
    sysreg_write(CNTV_CTL_EL02, 0);
    /* The line falls before the host's interrupts are looked at again. */
    isb();
    sysreg_write(CNTVOFF_EL2, 0);
    sysreg_write(VTTBR_EL2, 0);
    sysreg_write(MDCR_EL2, cpu->mdcr_el2_host);
    sysreg_write(HSTR_EL2, 0);
    if ((cpu->features & FEATURE_PMU) != 0) {
        sysreg_write(PMUSERENR_EL0, cpu->pmuserenr_el0);
    }
    guest_registers_save(&vcpu->context);
    vcpu->flags &= ~(uint64_t)VCPU_REGISTERS_LOADED;
    sysreg_write(TPIDR_EL0, cpu->host.sys[CONTEXT_TPIDR_EL0]);
    sysreg_write(TPIDRRO_EL0, cpu->host.sys[CONTEXT_TPIDRRO_EL0]);
}

void world_allow_guest_fp(void)
{
    sysreg_write(CPACR_EL1, sysreg_read(CPACR_EL1) | FIELD(CPACR_EL1, FPEN, FPEN_ALL));
    isb();
}

static void switch_to_guest(struct cpu *cpu, struct vcpu *vcpu)
{
    SL_PHASE("save-host-el1");
    cpu->host.sys[CONTEXT_MDSCR_EL1] = sysreg_read(MDSCR_EL1);

    SL_PHASE("traps");
    sysreg_write(HCR_EL2, vcpu->hcr_el2 | FIELD(HCR_EL2, E2H, 1));
    sysreg_write(CPACR_EL1, FIELD(CPTR_EL2, TTA_E2H, 1) | FIELD(CPTR_EL2, TAM, 1) |
                                (fp_is_loaded(cpu, &vcpu->context.fp) ? HOST_CPTR : 0));
    sysreg_write(VBAR_EL1, (uintptr_t)guest_vectors);

    SL_PHASE("load-guest-el1");
    exception_adjust_pc(vcpu);
    sysreg_write(MDSCR_EL1, vcpu->context.sys[CONTEXT_MDSCR_EL1]);
    sysreg_write(ELR_EL2, vcpu->context.pc);
    sysreg_write(SPSR_EL2, vcpu->context.pstate);

    SL_PHASE("debug");
    if ((vcpu->flags & VCPU_DEBUG_IN_USE) != 0) {
        debug_registers_save(cpu, &cpu->host_debug);
        debug_registers_load(cpu, &vcpu->debug);
    }
}

static void switch_to_host(struct cpu *cpu, struct vcpu *vcpu)
{
    SL_PHASE("save-guest-el1");
    vcpu->context.sys[CONTEXT_MDSCR_EL1] = sysreg_read(MDSCR_EL1);
    vcpu->context.pc = sysreg_read(ELR_EL2);

    SL_PHASE("traps");
    sysreg_write(HCR_EL2, cpu->hcr_el2_host);
    sysreg_write(CPACR_EL1, HOST_CPTR);
    sysreg_write(VBAR_EL1, cpu->vbar_el2_host);

    SL_PHASE("load-host-el1");
    sysreg_write(MDSCR_EL1, cpu->host.sys[CONTEXT_MDSCR_EL1]);

    SL_PHASE("debug");
    if ((vcpu->flags & VCPU_DEBUG_IN_USE) != 0) {
        debug_registers_save(cpu, &vcpu->debug);
        debug_registers_load(cpu, &cpu->host_debug);
    }
    /* The host does not return by ERET: its traps and vectors are in effect from here. */
    isb();
}

int64_t vcpu_run(struct cpu *cpu, struct vcpu *vcpu)
{
    uint64_t code = 0, daif = 0;
    uint64_t vttbr = 0;

    if (!vm_vttbr(vcpu->vm, &vttbr) || vcpu->vgic.used_lrs > cpu->list_registers) {
        return HYP_INVALID;
    }
    if (!exception_pstate_sound(vcpu->context.pstate)) {
        return VCPU_EXIT_ILLEGAL;
    }
    SL_PHASE("vgic-restore");
    vgic_restore(&vcpu->vgic);
    daif = daif_save();
    switch_to_guest(cpu, vcpu);
    SL_VCPU(vcpu->number);
    do {
        SL_PHASE("guest-enter");
        code = guest_enter(vcpu);
    } while (fixup_guest_exit(cpu, vcpu, code));
    SL_VCPU(0);
    switch_to_host(cpu, vcpu);
    irq_restore(daif);
    SL_PHASE("vgic-save");
    vgic_save(&vcpu->vgic);
    SL_PHASE("host");
    return (int64_t)code;
}
