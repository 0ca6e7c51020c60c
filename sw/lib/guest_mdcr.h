/* SPDX-License-Identifier: MIT */
#ifndef SL_LIB_GUEST_MDCR_H
#define SL_LIB_GUEST_MDCR_H

#include "fields.h"
#include "vcpu.h"

/**
 * MDCR_EL2 while the guest runs: PMU, trace filter, profiling and debug trap; E2TB and E2PB 0, so
 * that both buffers belong to EL2 and their registers trap too. Debug registers are the guest's
 * only while they are exchanged.
 */
static inline uint64_t guest_mdcr(const struct cpu *cpu, const struct vcpu *vcpu)
{
    uint64_t mdcr = FIELD(MDCR_EL2, HPMN, cpu->hpmn) | FIELD(MDCR_EL2, TPM, 1) |
                    FIELD(MDCR_EL2, TPMCR, 1) | FIELD(MDCR_EL2, TPMS, 1) |
                    FIELD(MDCR_EL2, TTRF, 1) | FIELD(MDCR_EL2, TDRA, 1) | FIELD(MDCR_EL2, TDOSA, 1);

    if ((vcpu->flags & VCPU_DEBUG_IN_USE) == 0) {
        mdcr |= FIELD(MDCR_EL2, TDA, 1);
    }
    return mdcr;
}

#endif /* SL_LIB_GUEST_MDCR_H */
