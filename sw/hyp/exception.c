/* SPDX-License-Identifier: MIT */
/* What the host asks for before an entry: DDI 0487, AArch64.TakeException, for a guest at EL0 or
 * EL1. */

#include "arch.h"
#include "hyp.h"
#include "world.h"

enum {
    PSTATE_M = 0xf,
    PSTATE_M_AARCH32 = 1 << 4,
    PSTATE_EL0T = 0,
    PSTATE_EL1T = 4,
    PSTATE_EL1H = 5,
    PSTATE_DAIF = 0x3c0,
    PSTATE_SS = 1 << 21,
    PSTATE_PAN = 1 << 22,
    PSTATE_NZCV = 0xf << 28,
    VECTOR_SP0 = 0x000,
    VECTOR_SPX = 0x200,
    VECTOR_LOWER = 0x400,
    EC_UNKNOWN = 0x00,
    EC_DABT_LOWER = 0x24,
    EC_DABT_SAME = 0x25,
    FSC_EXTERNAL = 0x10,
};

bool exception_pstate_sound(uint64_t pstate)
{
    const uint64_t mode = pstate & PSTATE_M;

    return (pstate & PSTATE_M_AARCH32) == 0 &&
           (mode == PSTATE_EL0T || mode == PSTATE_EL1T || mode == PSTATE_EL1H);
}

static void exception_enter(struct vcpu *vcpu, uint64_t esr)
{
    const uint64_t old = vcpu->context.pstate;
    uint64_t vector = vcpu_read_sys(vcpu, CONTEXT_VBAR_EL1);
    uint64_t new = (old & (uint64_t)PSTATE_NZCV) | (old & PSTATE_PAN) | PSTATE_DAIF | PSTATE_EL1H;

    switch (old & PSTATE_M) {
    case PSTATE_EL0T:
        vector += VECTOR_LOWER;
        break;
    case PSTATE_EL1T:
        vector += VECTOR_SP0;
        break;
    default:
        vector += VECTOR_SPX;
        break;
    }
    /* Without FEAT_PAN, SPAN is RES1. */
    if ((vcpu_read_sys(vcpu, CONTEXT_SCTLR_EL1) & FIELD_MASK(SCTLR_EL1, SPAN)) == 0) {
        new |= PSTATE_PAN;
    }
    vcpu_write_sys(vcpu, CONTEXT_ESR_EL1, esr | (vcpu->fault.esr_el2 & FIELD_MASK(ESR_EL2, IL)));
    vcpu_write_sys(vcpu, CONTEXT_SPSR_EL1, old);
    vcpu_write_sys(vcpu, CONTEXT_ELR_EL1, vcpu->context.pc);
    vcpu->context.pc = vector;
    vcpu->context.pstate = new;
}

void exception_adjust_pc(struct vcpu *vcpu)
{
    enum { ALL = VCPU_SKIP_INSTRUCTION | VCPU_INJECT_UNDEF | VCPU_INJECT_DATA_ABORT };

    if ((vcpu->flags & ALL) == 0) {
        return;
    }
    if ((vcpu->flags & VCPU_INJECT_UNDEF) != 0) {
        exception_enter(vcpu, FIELD(ESR_EL1, EC, EC_UNKNOWN));
    } else if ((vcpu->flags & VCPU_INJECT_DATA_ABORT) != 0) {
        const bool lower = (vcpu->context.pstate & PSTATE_M) == PSTATE_EL0T;

        vcpu_write_sys(vcpu, CONTEXT_FAR_EL1, vcpu->inject_far);
        exception_enter(vcpu,
                        FIELD(ESR_EL1, EC, lower ? EC_DABT_LOWER : EC_DABT_SAME) | FSC_EXTERNAL);
    } else {
        vcpu->context.pc += 4;
        vcpu->context.pstate &= ~(uint64_t)PSTATE_SS;
    }
    vcpu->flags &= ~(uint64_t)ALL;
}
