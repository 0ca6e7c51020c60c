/* SPDX-License-Identifier: MIT */
/* The vCPU as data: no system register is touched here. */

#include "arch.h"
#include "hyp.h"

#include "string.h"

enum { PSTATE_EL1H_MASKED = 0x3c5, MPIDR_RES1_SHIFT = 31 };

/*
 * What a guest may not do by itself: as KVM, less TVM. Guest memory here is always cacheable at
 * stage 2 and coherent, so nobody needs to see the guest's MMU being switched on.
 */
#define GUEST_HCR                                                                                  \
    (FIELD(HCR_EL2, TSC, 1) | FIELD(HCR_EL2, TSW, 1) | FIELD(HCR_EL2, TWE, 1) |                    \
     FIELD(HCR_EL2, TWI, 1) | FIELD(HCR_EL2, VM, 1) | FIELD(HCR_EL2, BSU, 1) |                     \
     FIELD(HCR_EL2, FB, 1) | FIELD(HCR_EL2, TACR, 1) | FIELD(HCR_EL2, AMO, 1) |                    \
     FIELD(HCR_EL2, SWIO, 1) | FIELD(HCR_EL2, TIDCP, 1) | FIELD(HCR_EL2, RW, 1) |                  \
     FIELD(HCR_EL2, TLOR, 1) | FIELD(HCR_EL2, FMO, 1) | FIELD(HCR_EL2, IMO, 1) |                   \
     FIELD(HCR_EL2, PTW, 1) | FIELD(HCR_EL2, TID3, 1) | FIELD(HCR_EL2, TID1, 1))

/* SCTLR_EL1 with the MMU and caches off: its RES1 bits. */
enum { SCTLR_EL1_OFF = 0x30d00980 };

void vcpu_init(struct vcpu *vcpu, uint64_t number, uint64_t vm, uint64_t mpidr, uint64_t entry,
               uint64_t context)
{
    memset(vcpu, 0, sizeof(*vcpu));
    vcpu->number = number;
    vcpu->vm = vm;
    vcpu->hcr_el2 = GUEST_HCR;
    vcpu->context.x[0] = context;
    vcpu->context.pc = entry;
    vcpu->context.pstate = PSTATE_EL1H_MASKED;
    vcpu->context.sys[CONTEXT_SCTLR_EL1] = SCTLR_EL1_OFF;
    vcpu->context.sys[CONTEXT_VMPIDR_EL2] = mpidr | UINT64_C(1) << MPIDR_RES1_SHIFT;
}

void vcpu_inject_undef(struct vcpu *vcpu)
{
    vcpu->flags |= VCPU_INJECT_UNDEF;
}

void vcpu_inject_data_abort(struct vcpu *vcpu, uint64_t far)
{
    vcpu->flags |= VCPU_INJECT_DATA_ABORT;
    vcpu->inject_far = far;
}

void vcpu_skip_instruction(struct vcpu *vcpu)
{
    vcpu->flags |= VCPU_SKIP_INSTRUCTION;
}
