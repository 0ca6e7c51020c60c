/* SPDX-License-Identifier: MIT */
/* Each design's half at the host's level: who is told what, and what is copied when. */

#include "trace.h"

#include "arch.h"
#include "trace_hooks.h"

struct trace_design {
    int64_t (*set_guest_filter)(struct cpu *cpu, uint64_t trfcr, bool preemptible);
    int64_t (*buffer)(struct cpu *cpu, bool on, bool preemptible);
    void (*at_load)(const struct cpu *cpu, struct vcpu *vcpu);
    void (*before_run)(const struct cpu *cpu, struct vcpu *vcpu);
    uint64_t prohibited; /* the guest's filter of a driver that prohibits trace */
};

/* Nobody is told: the switch reads TRBLIMITR_EL1 itself. */
static int64_t trace_buffer_unheard(struct cpu *cpu, bool on, bool preemptible)
{
    (void)cpu;
    (void)on;
    (void)preemptible;
    return HYP_OK;
}

static int64_t trace_buffer_refused(struct cpu *cpu, bool on, bool preemptible)
{
    (void)cpu;
    (void)preemptible;
    return on ? HYP_BUSY : HYP_OK;
}

/* Buffers that a higher level keeps (P) are not the host's to drain. */
static bool trace_spe_owned(uint64_t dfr0)
{
    return FIELD_GET(ID_AA64DFR0_EL1, PMSVer, dfr0) != 0 &&
           FIELD_GET(PMBIDR_EL1, P, sysreg_read(PMBIDR_EL1)) == 0;
}

static bool trace_trbe_owned(uint64_t dfr0)
{
    return FIELD_GET(ID_AA64DFR0_EL1, TraceBuffer, dfr0) != 0 &&
           FIELD_GET(TRBIDR_EL1, P, sysreg_read(TRBIDR_EL1)) == 0;
}

static void trace_load_shipped(const struct cpu *cpu, struct vcpu *vcpu)
{
    const uint64_t dfr0 = sysreg_read(ID_AA64DFR0_EL1);

    (void)cpu;
    vcpu->flags &= ~(uint64_t)(VCPU_SAVE_SPE | VCPU_SAVE_TRBE | VCPU_SAVE_TRFCR);
    if (trace_spe_owned(dfr0)) {
        vcpu->flags |= VCPU_SAVE_SPE;
    }
    if (trace_trbe_owned(dfr0)) {
        vcpu->flags |= VCPU_SAVE_TRBE;
    }
}

/* One flag for two things: a buffer to drain or a filter to swap. The switch cannot tell them
 * apart. */
static void trace_load_v1(const struct cpu *cpu, struct vcpu *vcpu)
{
    const uint64_t dfr0 = sysreg_read(ID_AA64DFR0_EL1);

    (void)cpu;
    vcpu->flags &= ~(uint64_t)(VCPU_SAVE_SPE | VCPU_SAVE_TRBE | VCPU_SAVE_TRFCR);
    if (trace_spe_owned(dfr0)) {
        vcpu->flags |= VCPU_SAVE_SPE;
    }
    if (trace_trbe_owned(dfr0) || FIELD_GET(ID_AA64DFR0_EL1, TraceFilt, dfr0) != 0) {
        vcpu->flags |= VCPU_SAVE_TRFCR;
    }
}

static void trace_load_reviewed(const struct cpu *cpu, struct vcpu *vcpu)
{
    trace_load_shipped(cpu, vcpu);
    if (FIELD_GET(ID_AA64DFR0_EL1, TraceFilt, sysreg_read(ID_AA64DFR0_EL1)) != 0) {
        vcpu->flags |= VCPU_SAVE_TRFCR;
    }
}

/* The slot of `cpu` is written even if the caller has moved on meanwhile: the design's defect. */
static int64_t trace_filter_unchecked(struct cpu *cpu, uint64_t trfcr, bool preemptible)
{
    (void)preemptible;
    cpu->guest_trfcr = trfcr;
    return HYP_OK;
}

static void trace_copy_v1(const struct cpu *cpu, struct vcpu *vcpu)
{
    if ((vcpu->flags & VCPU_SAVE_TRFCR) != 0) {
        vcpu->host_debug_state.guest_trfcr_el1 = cpu->guest_trfcr;
    }
}

static void trace_copy_reviewed(const struct cpu *cpu, struct vcpu *vcpu)
{
    if ((vcpu->flags & VCPU_SAVE_TRFCR) != 0) {
        vcpu->context.sys[CONTEXT_TRFCR_EL1] = cpu->guest_trfcr;
    }
}

static int64_t trace_filter_landed(struct cpu *cpu, uint64_t trfcr, bool preemptible)
{
    if (preemptible) {
        return HYP_DENIED;
    }
    cpu->trfcr_while_in_guest = trfcr;
    if (sysreg_read(TRFCR_EL1) != trfcr) {
        cpu->flags |= CPU_EL1_TRACING_CONFIGURED;
    } else {
        cpu->flags &= ~(uint64_t)CPU_EL1_TRACING_CONFIGURED;
    }
    return HYP_OK;
}

static int64_t trace_buffer_landed(struct cpu *cpu, bool on, bool preemptible)
{
    if (preemptible) {
        return HYP_DENIED;
    }
    if (on) {
        cpu->flags |= CPU_TRBE_ENABLED;
    } else {
        cpu->flags &= ~(uint64_t)CPU_TRBE_ENABLED;
    }
    return HYP_OK;
}

/* TRFCR_EL1 itself, under the name that E2H does not redirect. Takes effect by the next ERET. */
static int64_t trace_filter_vhe(struct cpu *cpu, uint64_t trfcr, bool preemptible)
{
    (void)cpu;
    if (preemptible) {
        return HYP_DENIED;
    }
    sysreg_write(TRFCR_EL12, trfcr);
    return HYP_OK;
}

static int64_t trace_buffer_vhe(struct cpu *cpu, bool on, bool preemptible)
{
    (void)cpu;
    (void)on;
    return preemptible ? HYP_DENIED : HYP_OK;
}

static const struct trace_design designs[DESIGN_COUNT] = {
    [DESIGN_NONE] = {.buffer = trace_buffer_refused},
    [DESIGN_KVM_SHIPPED] = {.buffer = trace_buffer_unheard, .at_load = trace_load_shipped},
    [DESIGN_KVM_SHIPPED_61] = {.buffer = trace_buffer_unheard, .at_load = trace_load_shipped},
    [DESIGN_KVM_V1] = {.set_guest_filter = trace_filter_unchecked,
                       .buffer = trace_buffer_unheard,
                       .at_load = trace_load_v1,
                       .before_run = trace_copy_v1},
    [DESIGN_KVM_REVIEWED] = {.set_guest_filter = trace_filter_unchecked,
                             .buffer = trace_buffer_unheard,
                             .at_load = trace_load_reviewed,
                             .before_run = trace_copy_reviewed},
    [DESIGN_KVM_LANDED] = {.set_guest_filter = trace_filter_landed,
                           .buffer = trace_buffer_landed,
                           .prohibited = TRACE_FILTER_CLOSED},
    [DESIGN_KVM_FINAL] = {.set_guest_filter = trace_filter_landed,
                          .buffer = trace_buffer_landed,
                          .prohibited = TRACE_FILTER_CLOSED},
    [DESIGN_VHE] = {.set_guest_filter = trace_filter_vhe,
                    .buffer = trace_buffer_vhe,
                    .prohibited = TRACE_FILTER_CLOSED},
};

int64_t trace_set_guest_filter(struct cpu *cpu, uint64_t trfcr, bool preemptible)
{
    const struct trace_design *const design = &designs[cpu->design];

    if ((cpu->features & FEATURE_TRF) == 0 || design->set_guest_filter == NULL) {
        return HYP_NOT_SUPPORTED;
    }
    return design->set_guest_filter(cpu, trfcr, preemptible);
}

uint64_t trace_prohibited_guest_filter(const struct cpu *cpu)
{
    return designs[cpu->design].prohibited;
}

int64_t trace_buffer_on(struct cpu *cpu, bool preemptible)
{
    return designs[cpu->design].buffer(cpu, true, preemptible);
}

int64_t trace_buffer_off(struct cpu *cpu, bool preemptible)
{
    return designs[cpu->design].buffer(cpu, false, preemptible);
}

void trace_at_load(const struct cpu *cpu, struct vcpu *vcpu)
{
    const struct trace_design *const design = &designs[cpu->design];

    if (design->at_load != NULL) {
        design->at_load(cpu, vcpu);
    }
}

void trace_before_run(const struct cpu *cpu, struct vcpu *vcpu)
{
    const struct trace_design *const design = &designs[cpu->design];

    if (design->before_run != NULL) {
        design->before_run(cpu, vcpu);
    }
}
