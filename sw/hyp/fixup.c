/* SPDX-License-Identifier: MIT */
/* What EL2 does with an exit before the host hears of it. */

#include "arch.h"
#include "hyp.h"
#include "world.h"

enum {
    EC_FP_ACCESS = 0x07,
    EC_IABT_LOWER = 0x20,
    EC_DABT_LOWER = 0x24,
    ISS_S1PTW = 1 << 7,
    ISS_FSC_TYPE = 0x3c,
    FSC_PERMISSION = 0x0c,
};

/* PAR_EL1.PA to HPFAR_EL2.FIPA. */
static uint64_t fixup_par_to_hpfar(uint64_t par)
{
    return FIELD_GET(PAR_EL1, PA, par) << HPFAR_EL2_FIPA_SHIFT;
}

/*
 * HPFAR_EL2 is not written for a permission fault on anything but a table walk, so the address is
 * translated again. False: the guest's own tables have changed meanwhile; let it fault again.
 */
static bool fixup_fault_address(struct vcpu *vcpu)
{
    const uint64_t esr = vcpu->fault.esr_el2;

    vcpu->fault.far_el2 = sysreg_read(FAR_EL2);
    if ((esr & ISS_S1PTW) == 0 && (esr & ISS_FSC_TYPE) == FSC_PERMISSION) {
        const uint64_t guest_par = sysreg_read(PAR_EL1);
        uint64_t par = 0;

        at_s1e1r(vcpu->fault.far_el2);
        isb();
        par = sysreg_read(PAR_EL1);
        sysreg_write(PAR_EL1, guest_par);
        if ((par & FIELD_MASK(PAR_EL1, F)) != 0) {
            return false;
        }
        vcpu->fault.hpfar_el2 = fixup_par_to_hpfar(par);
    } else {
        vcpu->fault.hpfar_el2 = sysreg_read(HPFAR_EL2);
    }
    return true;
}

/* The guest's first FP instruction since somebody else's. */
static void fixup_fp(struct cpu *cpu, struct vcpu *vcpu)
{
    struct fp_context *const fp = &vcpu->context.fp;

    world_allow_guest_fp();
    fp_switch(cpu, fp);
    vcpu->flags |= VCPU_FP_LOADED;
}

bool fixup_guest_exit(struct cpu *cpu, struct vcpu *vcpu, uint64_t code)
{
    vcpu->context.pstate = sysreg_read(SPSR_EL2);
    if (code != VCPU_EXIT_TRAP) {
        return false;
    }
    vcpu->fault.esr_el2 = sysreg_read(ESR_EL2);
    switch (FIELD_GET(ESR_EL2, EC, vcpu->fault.esr_el2)) {
    case EC_FP_ACCESS:
        fixup_fp(cpu, vcpu);
        return true;
    case EC_IABT_LOWER:
    case EC_DABT_LOWER:
        return !fixup_fault_address(vcpu);
    default:
        return false;
    }
}
