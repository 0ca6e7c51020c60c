/* SPDX-License-Identifier: MIT */
/**
 * What the host's trace drivers tell its hypervisor: at the places where Linux' drivers call KVM.
 * Plain functions at the host's level, on memory that the switch reads; no HVC.
 *
 * `cpu`: the PE that the caller believes to be on. `preemptible`: whether it could be elsewhere by
 * now; the designs differ in whether they care.
 */
#ifndef SL_LIB_TRACE_H
#define SL_LIB_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp.h"

/** TRFCR_EL1 of a closed filter: nothing traced, virtual timestamps. E1TRE and E0TRE open it. */
#define TRACE_FILTER_CLOSED UINT64_C(0x20)
#define TRACE_FILTER_USER UINT64_C(1)
#define TRACE_FILTER_KERNEL UINT64_C(2)

/**
 * The filter while in guest (a TRFCR_EL1 value), told when the trace driver opens or prohibits
 * trace, after it has written the host's own filter. `none`, `kvm-shipped`: HYP_NOT_SUPPORTED.
 * `kvm-v1`, `kvm-reviewed`: HYP_OK whatever the context, and the slot of `cpu` is written: that is
 * their defect. Later ones: HYP_DENIED and no effect when preemptible.
 */
int64_t trace_set_guest_filter(struct cpu *cpu, uint64_t trfcr, bool preemptible);

/**
 * The filter while in guest that the driver sets when it prohibits trace. `kvm-v1` and
 * `kvm-reviewed`: 0, which differs from the host's closed filter, so that every later switch swaps
 * the two for ever. Later ones: TRACE_FILTER_CLOSED, as the host's own.
 */
uint64_t trace_prohibited_guest_filter(const struct cpu *cpu);

/**
 * The trace buffer was switched on (after TRBLIMITR_EL1.E is written 1) or off (after 0).
 * HYP_BUSY: the design refuses buffer sessions, ask before starting one. HYP_DENIED: preemptible,
 * in the designs that check; no effect.
 */
int64_t trace_buffer_on(struct cpu *cpu, bool preemptible);
int64_t trace_buffer_off(struct cpu *cpu, bool preemptible);

#endif /* SL_LIB_TRACE_H */
