/* SPDX-License-Identifier: MIT */
#include "switch_design.h"

#include "arch.h"
#include "mark.h"
#include "parameter.h"
#include "string.h"
#include "world.h"

/* kvm-final only: an ISB before the trace buffer is enabled again, which the kernel does not have.
 */
PARAMETER(hyp_final_isb, 0);

/*
 * kvm-shipped to kvm-landed: the profiling buffer stays enabled. `complete`: the DSB that finishes
 * the drain, which later kernels have once for all, with that of the table walks.
 */
static void spe_stop(uint64_t *pmscr, bool complete)
{
    *pmscr = 0;
    if ((sysreg_read(PMBLIMITR_EL1) & FIELD_MASK(PMBLIMITR_EL1, E)) == 0) {
        return;
    }
    *pmscr = sysreg_read(PMSCR_EL1);
    sysreg_write(PMSCR_EL1, 0);
    SL_PHASE("spe-drain");
    isb();
    psb_csync();
    if (complete) {
        dsb(nsh);
    }
}

static void spe_start(uint64_t pmscr)
{
    if (pmscr != 0) {
        /* The host's tables are in place, but not yet for the unit. */
        isb();
        sysreg_write(PMSCR_EL1, pmscr);
    }
}

static bool trbe_enabled(void)
{
    return (sysreg_read(TRBLIMITR_EL1) & FIELD_MASK(TRBLIMITR_EL1, E)) != 0;
}

/* Up to here the trace unit was told to be silent; what it holds goes into the buffer now. */
static void trace_drain(void)
{
    SL_PHASE("drain");
    /* TSB CSYNC may be reordered before the filter write without it. */
    isb();
    tsb_csync();
}

static void shipped_stop(struct vcpu *vcpu, bool complete)
{
    struct host_debug_state *const state = &vcpu->host_debug_state;

    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_stop(&state->pmscr_el1, complete);
    }
    if ((vcpu->flags & VCPU_SAVE_TRBE) == 0) {
        return;
    }
    state->trfcr_el1 = 0;
    if (trbe_enabled()) {
        state->trfcr_el1 = sysreg_read(TRFCR_EL1);
        sysreg_write(TRFCR_EL1, 0);
        trace_drain();
        if (complete) {
            dsb(nsh);
        }
    }
}

static void shipped_save(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)cpu;
    shipped_stop(vcpu, false);
}

static void shipped_61_save(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)cpu;
    shipped_stop(vcpu, true);
}

static void shipped_restore(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)cpu;
    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_start(vcpu->host_debug_state.pmscr_el1);
    }
    /* No barrier: the return to the host synchronizes. A host filter of 0 counts as "none saved".
     */
    if ((vcpu->flags & VCPU_SAVE_TRBE) != 0 && vcpu->host_debug_state.trfcr_el1 != 0) {
        sysreg_write(TRFCR_EL1, vcpu->host_debug_state.trfcr_el1);
    }
}

/*
 * TRBLIMITR_EL1 is read wherever there is FEAT_TRF: UNDEFINED, and the end, on a PE without a trace
 * buffer. That is the design.
 */
static void v1_save(struct cpu *cpu, struct vcpu *vcpu)
{
    struct host_debug_state *const state = &vcpu->host_debug_state;

    (void)cpu;
    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_stop(&state->pmscr_el1, false);
    }
    if ((vcpu->flags & VCPU_SAVE_TRFCR) == 0) {
        return;
    }
    state->trfcr_el1 = sysreg_read(TRFCR_EL1);
    if (trbe_enabled()) {
        state->guest_trfcr_el1 = 0;
        sysreg_write(TRFCR_EL1, 0);
        trace_drain();
    } else if (state->guest_trfcr_el1 != state->trfcr_el1) {
        sysreg_write(TRFCR_EL1, state->guest_trfcr_el1);
    }
}

static void v1_restore(struct cpu *cpu, struct vcpu *vcpu)
{
    const struct host_debug_state *const state = &vcpu->host_debug_state;

    (void)cpu;
    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_start(state->pmscr_el1);
    }
    if ((vcpu->flags & VCPU_SAVE_TRFCR) != 0 && state->trfcr_el1 != state->guest_trfcr_el1) {
        sysreg_write(TRFCR_EL1, state->trfcr_el1);
    }
}

/* Host values in the PE's register array, the guest's filter in the vCPU's. */
static void reviewed_save(struct cpu *cpu, struct vcpu *vcpu)
{
    uint64_t *const host = cpu->host.sys;
    uint64_t *const guest = vcpu->context.sys;

    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_stop(&host[CONTEXT_PMSCR_EL1], false);
    }
    if ((vcpu->flags & VCPU_SAVE_TRFCR) == 0) {
        return;
    }
    host[CONTEXT_TRFCR_EL1] = sysreg_read(TRFCR_EL1);
    if ((vcpu->flags & VCPU_SAVE_TRBE) != 0 && trbe_enabled()) {
        guest[CONTEXT_TRFCR_EL1] = 0;
        sysreg_write(TRFCR_EL1, 0);
        trace_drain();
    } else if (host[CONTEXT_TRFCR_EL1] != guest[CONTEXT_TRFCR_EL1]) {
        sysreg_write(TRFCR_EL1, guest[CONTEXT_TRFCR_EL1]);
    }
}

static void reviewed_restore(struct cpu *cpu, struct vcpu *vcpu)
{
    const uint64_t host = cpu->host.sys[CONTEXT_TRFCR_EL1];

    if ((vcpu->flags & VCPU_SAVE_SPE) != 0) {
        spe_start(cpu->host.sys[CONTEXT_PMSCR_EL1]);
    }
    if ((vcpu->flags & VCPU_SAVE_TRFCR) != 0 && host != vcpu->context.sys[CONTEXT_TRFCR_EL1]) {
        sysreg_write(TRFCR_EL1, host);
    }
}

/* kvm-landed and kvm-final: without a session no trace register is touched. */
static bool trace_idle(const struct cpu *cpu)
{
    return (cpu->flags & (CPU_TRBE_ENABLED | CPU_EL1_TRACING_CONFIGURED)) == 0;
}

static void trace_to_guest(struct cpu *cpu)
{
    /* A buffer of the host never captures a guest, whatever the driver asked for. */
    if ((cpu->flags & CPU_TRBE_ENABLED) != 0) {
        cpu->trfcr_while_in_guest = 0;
    }
    cpu->host_debug_state.trfcr_el1 = sysreg_read(TRFCR_EL1);
    sysreg_write(TRFCR_EL1, cpu->trfcr_while_in_guest);
}

static void trace_to_host(struct cpu *cpu)
{
    cpu->trfcr_while_in_guest = sysreg_read(TRFCR_EL1);
    sysreg_write(TRFCR_EL1, cpu->host_debug_state.trfcr_el1);
}

static void landed_save(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)vcpu;
    if ((cpu->flags & CPU_HAS_SPE) != 0) {
        spe_stop(&cpu->host_debug_state.pmscr_el1, false);
    }
    if (trace_idle(cpu)) {
        return;
    }
    trace_to_guest(cpu);
    if ((cpu->flags & CPU_TRBE_ENABLED) != 0) {
        trace_drain();
    }
}

static void landed_restore(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)vcpu;
    if ((cpu->flags & CPU_HAS_SPE) != 0) {
        spe_start(cpu->host_debug_state.pmscr_el1);
    }
    if (!trace_idle(cpu)) {
        trace_to_host(cpu);
    }
}

/* The buffers are off from here until the host is back: an enabled one may translate any time. */
static void final_spe_stop(struct host_debug_state *state)
{
    state->pmblimitr_el1 = sysreg_read(PMBLIMITR_EL1);
    if ((state->pmblimitr_el1 & FIELD_MASK(PMBLIMITR_EL1, E)) == 0) {
        return;
    }
    state->pmscr_el1 = sysreg_read(PMSCR_EL1);
    sysreg_write(PMSCR_EL1, 0);
    SL_PHASE("spe-drain");
    isb();
    psb_csync();
    /* The samples are in memory before the buffer goes. */
    dsb(nsh);
    sysreg_write(PMBLIMITR_EL1, 0);
    isb();
}

static void final_brbe_stop(struct host_debug_state *state)
{
    state->brbcr_el1 = 0;
    if ((sysreg_read(BRBCR_EL1) & (FIELD_MASK(BRBCR_EL1, E0BRE) | FIELD_MASK(BRBCR_EL1, E1BRE))) !=
        0) {
        state->brbcr_el1 = sysreg_read(BRBCR_EL1);
        sysreg_write(BRBCR_EL1, 0);
    }
}

static void final_trace_stop(struct cpu *cpu)
{
    struct host_debug_state *const state = &cpu->host_debug_state;

    trace_to_guest(cpu);
    state->trblimitr_el1 = 0;
    if ((cpu->flags & CPU_TRBE_ENABLED) == 0) {
        return;
    }
    state->trblimitr_el1 = sysreg_read(TRBLIMITR_EL1);
    if ((state->trblimitr_el1 & FIELD_MASK(TRBLIMITR_EL1, E)) == 0) {
        return;
    }
    trace_drain();
    /* What was drained is in memory before the buffer goes: a disabled one discards. */
    dsb(nsh);
    SL_PHASE("trace-off");
    sysreg_write(TRBLIMITR_EL1, 0);
    isb();
}

static void final_save(struct cpu *cpu, struct vcpu *vcpu)
{
    (void)vcpu;
    if ((cpu->flags & CPU_HAS_SPE) != 0) {
        final_spe_stop(&cpu->host_debug_state);
    }
    if ((cpu->flags & CPU_HAS_BRBE) != 0) {
        final_brbe_stop(&cpu->host_debug_state);
    }
    if (!trace_idle(cpu)) {
        final_trace_stop(cpu);
    }
}

static void final_restore(struct cpu *cpu, struct vcpu *vcpu)
{
    const struct host_debug_state *const state = &cpu->host_debug_state;

    (void)vcpu;
    if ((cpu->flags & CPU_HAS_SPE) != 0 &&
        (state->pmblimitr_el1 & FIELD_MASK(PMBLIMITR_EL1, E)) != 0) {
        /* The host's tables are in place, but not yet for the unit. */
        isb();
        sysreg_write(PMBLIMITR_EL1, state->pmblimitr_el1);
        isb();
        sysreg_write(PMSCR_EL1, state->pmscr_el1);
    }
    if ((cpu->flags & CPU_HAS_BRBE) != 0 && state->brbcr_el1 != 0) {
        sysreg_write(BRBCR_EL1, state->brbcr_el1);
    }
    if (trace_idle(cpu)) {
        return;
    }
    if ((state->trblimitr_el1 & FIELD_MASK(TRBLIMITR_EL1, E)) != 0) {
        /* As the kernel has it: nothing synchronizes the host's tables before this write. */
        if (hyp_final_isb != 0) {
            isb();
        }
        sysreg_write(TRBLIMITR_EL1, state->trblimitr_el1);
        isb();
    }
    trace_to_host(cpu);
}

static const struct switch_design designs[DESIGN_COUNT] = {
    [DESIGN_NONE] = {.completes_walks = true},
    [DESIGN_KVM_SHIPPED] = {shipped_save, shipped_restore, .completes_walks = true},
    [DESIGN_KVM_SHIPPED_61] = {shipped_61_save, shipped_restore, .completes_walks = false},
    [DESIGN_KVM_V1] = {v1_save, v1_restore, .completes_walks = true},
    [DESIGN_KVM_REVIEWED] = {reviewed_save, reviewed_restore, .completes_walks = true},
    [DESIGN_KVM_LANDED] = {landed_save, landed_restore, .completes_walks = true},
    [DESIGN_KVM_FINAL] = {final_save, final_restore, .completes_walks = true},
};

const struct switch_design *switch_design_of(uint64_t design)
{
    return design < DESIGN_COUNT && design != DESIGN_VHE ? &designs[design] : NULL;
}

void switch_design_reset(struct cpu *cpu)
{
    memset(&cpu->host_debug_state, 0, sizeof(cpu->host_debug_state));
    cpu->trfcr_while_in_guest = 0;
    cpu->guest_trfcr = 0;
    cpu->flags = 0;
    if (features_owns_spe(cpu)) {
        cpu->flags |= CPU_HAS_SPE;
    }
    if ((cpu->features & FEATURE_BRBE) != 0) {
        cpu->flags |= CPU_HAS_BRBE;
    }
    if ((cpu->features & FEATURE_TRF) != 0 && features_owns_trbe(cpu)) {
        cpu->flags |= CPU_HAS_TRBE;
    }
}
