/* SPDX-License-Identifier: MIT */
/*
 * The nVHE world switch. The order of everything here is KVM's, and the report's phases are its
 * steps. Between el1_registers_load() of one world and the end of the traps of the same world the
 * EL1&0 regime is a mixture of both: EL2 does not use it, and no buffer may.
 */

#include "switch_nvhe.h"

#include "arch.h"
#include "el1_registers.h"
#include "hyp.h"
#include "mark.h"
#include "switch_design.h"
#include "world.h"

/* KVM keeps R15 of AArch32 (HSTR_EL2.T15) and leaves the rest. */
enum { GUEST_HSTR = 1 << 15 };

/* EL0 gets no PMU access of its own while a guest runs: what MDCR_EL2 traps must reach EL2. */
enum { GUEST_PMUSERENR = 0xf };

_Static_assert(VCPU_EXIT_IRQ == 0 && VCPU_EXIT_TRAP == 1 && VCPU_EXIT_SERROR == 2,
               "guest.S has the same numbers");

/* Counters that count for one world only. */
static void pmu_switch(uint64_t off, uint64_t on)
{
    if (off != 0) {
        sysreg_write(PMCNTENCLR_EL0, off);
    }
    if (on != 0) {
        sysreg_write(PMCNTENSET_EL0, on);
    }
}

static uint64_t guest_cptr(const struct cpu *cpu, const struct vcpu *vcpu)
{
    const uint64_t cptr = HOST_CPTR | FIELD(CPTR_EL2, TAM, 1) | FIELD(CPTR_EL2, TTA, 1);

    return fp_is_loaded(cpu, &vcpu->context.fp) ? cptr : cptr | FIELD(CPTR_EL2, TFP, 1);
}

void world_allow_guest_fp(void)
{
    sysreg_write(CPTR_EL2, sysreg_read(CPTR_EL2) & ~FIELD_MASK(CPTR_EL2, TFP));
    isb();
}

static void traps_activate(struct cpu *cpu, const struct vcpu *vcpu)
{
    sysreg_write(HCR_EL2, vcpu->hcr_el2);
    cpu->mdcr_el2_host = sysreg_read(MDCR_EL2);
    sysreg_write(MDCR_EL2, vcpu->mdcr_el2);
    sysreg_write(HSTR_EL2, GUEST_HSTR);
    if ((cpu->features & FEATURE_PMU) != 0) {
        sysreg_write(PMSELR_EL0, 0);
        cpu->pmuserenr_el0 = sysreg_read(PMUSERENR_EL0);
        sysreg_write(PMUSERENR_EL0, GUEST_PMUSERENR);
    }
    sysreg_write(CPTR_EL2, guest_cptr(cpu, vcpu));
    sysreg_write(VBAR_EL2, (uintptr_t)guest_vectors);
}

static void traps_deactivate(const struct cpu *cpu)
{
    sysreg_write(MDCR_EL2, cpu->mdcr_el2_host);
    sysreg_write(HSTR_EL2, 0);
    if ((cpu->features & FEATURE_PMU) != 0) {
        sysreg_write(PMUSERENR_EL0, cpu->pmuserenr_el0);
    }
    sysreg_write(HCR_EL2, cpu->hcr_el2_host);
    /* A guest's FP registers stay until the host wants its own. */
    sysreg_write(CPTR_EL2, fp_is_loaded(cpu, &cpu->host.fp) ? HOST_CPTR
                                                            : HOST_CPTR | FIELD(CPTR_EL2, TFP, 1));
    sysreg_write(VBAR_EL2, (uintptr_t)host_vectors);
}

/* The physical timer is the host's: the guest may read its count, nothing else. */
static void timer_enable_traps(void)
{
    uint64_t control = sysreg_read(CNTHCTL_EL2);

    control &= ~FIELD_MASK(CNTHCTL_EL2, EL1PCEN);
    control |= FIELD_MASK(CNTHCTL_EL2, EL1PCTEN);
    sysreg_write(CNTHCTL_EL2, control);
}

static void timer_disable_traps(void)
{
    sysreg_write(CNTHCTL_EL2, sysreg_read(CNTHCTL_EL2) | FIELD_MASK(CNTHCTL_EL2, EL1PCEN) |
                                  FIELD_MASK(CNTHCTL_EL2, EL1PCTEN));
}

static void switch_to_guest(struct cpu *cpu, struct vcpu *vcpu, uint64_t vtcr, uint64_t vttbr,
                            const struct switch_design *design)
{
    SL_PHASE("pmu");
    pmu_switch(cpu->pmu_host_events, cpu->pmu_guest_events);

    SL_PHASE("save-host-el1");
    el1_registers_save(&cpu->host);
    cpu->host.pstate = sysreg_read(SPSR_EL2);

    SL_PHASE("trace-save");
    if (design->save_host_buffers != NULL) {
        design->save_host_buffers(cpu, vcpu);
    }
    SL_PHASE("walks-done");
    if (design->completes_walks) {
        /* Table walks of the host that are under way must not meet the guest's registers. */
        dsb(nsh);
    }

    SL_PHASE("load-guest-el1");
    exception_adjust_pc(vcpu);
    el1_registers_load(&vcpu->context);

    SL_PHASE("stage2");
    sysreg_write(VTCR_EL2, vtcr);
    sysreg_write(VTTBR_EL2, vttbr);

    SL_PHASE("traps");
    traps_activate(cpu, vcpu);

    SL_PHASE("vgic-restore");
    vgic_restore(&vcpu->vgic);

    SL_PHASE("timer");
    timer_enable_traps();

    SL_PHASE("debug");
    if ((vcpu->flags & VCPU_DEBUG_IN_USE) != 0) {
        debug_registers_save(cpu, &cpu->host_debug);
        debug_registers_load(cpu, &vcpu->debug);
    }
}

static void switch_to_host(struct cpu *cpu, struct vcpu *vcpu, const struct switch_design *design)
{
    SL_PHASE("save-guest-el1");
    el1_registers_save(&vcpu->context);

    SL_PHASE("timer");
    timer_disable_traps();

    SL_PHASE("vgic-save");
    vgic_save(&vcpu->vgic);

    SL_PHASE("walks-done");
    if (design->completes_walks) {
        /* Nor those of the guest the host's. */
        dsb(nsh);
    }

    SL_PHASE("traps");
    traps_deactivate(cpu);

    SL_PHASE("stage2");
    sysreg_write(VTTBR_EL2, 0);

    SL_PHASE("load-host-el1");
    el1_registers_load(&cpu->host);

    SL_PHASE("debug");
    if ((vcpu->flags & VCPU_DEBUG_IN_USE) != 0) {
        debug_registers_save(cpu, &vcpu->debug);
        debug_registers_load(cpu, &cpu->host_debug);
    }

    SL_PHASE("trace-restore");
    if (design->restore_host_buffers != NULL) {
        design->restore_host_buffers(cpu, vcpu);
    }

    SL_PHASE("pmu");
    pmu_switch(cpu->pmu_guest_events, cpu->pmu_host_events);
}

int64_t switch_run(struct cpu *cpu, struct vcpu *vcpu, uint64_t vtcr, uint64_t vttbr)
{
    const struct switch_design *const design = switch_design_of(cpu->design);
    uint64_t code = 0;

    HYP_CHECK(design != NULL);
    cpu->running = vcpu;
    switch_to_guest(cpu, vcpu, vtcr, vttbr, design);
    SL_VCPU(vcpu->number);
    do {
        SL_PHASE("guest-enter");
        code = guest_enter(vcpu);
    } while (fixup_guest_exit(cpu, vcpu, code));
    SL_VCPU(0);
    switch_to_host(cpu, vcpu, design);
    cpu->running = NULL;
    return (int64_t)code;
}
