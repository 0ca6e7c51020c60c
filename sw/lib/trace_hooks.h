/* SPDX-License-Identifier: MIT */
/** What the designs do at the host's level around a run, beside the calls of trace.h. */
#ifndef SL_LIB_TRACE_HOOKS_H
#define SL_LIB_TRACE_HOOKS_H

#include "vcpu.h"

/** When a vCPU is loaded: the flags that guard the switch in the early designs. */
void trace_at_load(const struct cpu *cpu, struct vcpu *vcpu);

/** Before every run, interrupts masked: kvm-v1 and kvm-reviewed copy the filter into the vCPU. */
void trace_before_run(const struct cpu *cpu, struct vcpu *vcpu);

#endif /* SL_LIB_TRACE_HOOKS_H */
