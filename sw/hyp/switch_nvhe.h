/* SPDX-License-Identifier: MIT */
#ifndef SL_HYP_SWITCH_NVHE_H
#define SL_HYP_SWITCH_NVHE_H

#include "vcpu.h"

/** CPTR_EL2 while the host runs: nothing trapped, not even trace. RES1 where there is no SVE, SME.
 */
#define HOST_CPTR UINT64_C(0x33ff)

/**
 * The world switch under nVHE, in and out: runs the vCPU until an exit that is the host's.
 * VTTBR_EL2 and VTCR_EL2 are those of its VM.
 */
int64_t switch_run(struct cpu *cpu, struct vcpu *vcpu, uint64_t vtcr, uint64_t vttbr);

#endif /* SL_HYP_SWITCH_NVHE_H */
