/* SPDX-License-Identifier: MIT */
/* What this PE has, asked of the ID registers as a kernel does. */

#include "arch.h"
#include "world.h"

/* Registers of absent features are UNDEFINED: nothing is read that the ID register does not
 * promise. */
bool features_owns_trbe(const struct cpu *cpu)
{
    return (cpu->features & FEATURE_TRBE) != 0 &&
           (sysreg_read(TRBIDR_EL1) & FIELD_MASK(TRBIDR_EL1, P)) == 0;
}

bool features_owns_spe(const struct cpu *cpu)
{
    return (cpu->features & FEATURE_SPE) != 0 &&
           (sysreg_read(PMBIDR_EL1) & FIELD_MASK(PMBIDR_EL1, P)) == 0;
}

void features_detect(struct cpu *cpu)
{
    enum { PMU_IMPLEMENTATION_DEFINED = 0xf };

    const uint64_t dfr0 = sysreg_read(ID_AA64DFR0_EL1);
    const uint64_t pmu = FIELD_GET(ID_AA64DFR0_EL1, PMUVer, dfr0);
    const uint64_t vtr = sysreg_read(ICH_VTR_EL2);

    cpu->mpidr = sysreg_read(MPIDR_EL1);
    cpu->features = 0;
    cpu->features |= FIELD_GET(ID_AA64DFR0_EL1, TraceFilt, dfr0) != 0 ? FEATURE_TRF : 0u;
    cpu->features |= FIELD_GET(ID_AA64DFR0_EL1, TraceBuffer, dfr0) != 0 ? FEATURE_TRBE : 0u;
    cpu->features |= FIELD_GET(ID_AA64DFR0_EL1, PMSVer, dfr0) != 0 ? FEATURE_SPE : 0u;
    cpu->features |= FIELD_GET(ID_AA64DFR0_EL1, BRBE, dfr0) != 0 ? FEATURE_BRBE : 0u;
    cpu->features |= pmu != 0 && pmu != PMU_IMPLEMENTATION_DEFINED ? FEATURE_PMU : 0u;
    cpu->features |=
        FIELD_GET(ID_AA64MMFR1_EL1, VH, sysreg_read(ID_AA64MMFR1_EL1)) != 0 ? FEATURE_VHE : 0u;

    cpu->hpmn =
        (cpu->features & FEATURE_PMU) != 0 ? FIELD_GET(PMCR_EL0, N, sysreg_read(PMCR_EL0)) : 0;
    cpu->breakpoints = (unsigned int)FIELD_GET(ID_AA64DFR0_EL1, BRPs, dfr0) + 1;
    cpu->watchpoints = (unsigned int)FIELD_GET(ID_AA64DFR0_EL1, WRPs, dfr0) + 1;
    cpu->list_registers = (unsigned int)FIELD_GET(ICH_VTR_EL2, ListRegs, vtr) + 1;
    /* One active priority register for each 32 preemption levels. */
    cpu->priority_registers = 1u << (FIELD_GET(ICH_VTR_EL2, PREbits, vtr) + 1 - 5);
}

uint64_t features_host_mdcr(const struct cpu *cpu)
{
    uint64_t mdcr = FIELD(MDCR_EL2, HPMN, cpu->hpmn);

    if (features_owns_trbe(cpu)) {
        mdcr |= FIELD_MASK(MDCR_EL2, E2TB);
    }
    if (features_owns_spe(cpu)) {
        mdcr |= FIELD_MASK(MDCR_EL2, E2PB);
    }
    return mdcr;
}
