/* SPDX-License-Identifier: MIT */
#include "el1_registers.h"

#include "arch.h"

void el1_registers_save(struct context *to)
{
#define X(name) to->sys[CONTEXT_##name] = sysreg_read(name);
    CONTEXT_EL1_REGISTERS(X)
#undef X
    to->pc = sysreg_read(ELR_EL2);
}

void el1_registers_load(const struct context *from)
{
#define LOAD(name) sysreg_write(name, from->sys[CONTEXT_##name])
    sysreg_write(VPIDR_EL2, sysreg_read(MIDR_EL1));
    LOAD(VMPIDR_EL2);
    LOAD(SCTLR_EL1);
    LOAD(TCR_EL1);
    LOAD(CPACR_EL1);
    LOAD(TTBR0_EL1);
    LOAD(TTBR1_EL1);
    LOAD(ESR_EL1);
    LOAD(AFSR0_EL1);
    LOAD(AFSR1_EL1);
    LOAD(FAR_EL1);
    LOAD(MAIR_EL1);
    LOAD(VBAR_EL1);
    LOAD(CONTEXTIDR_EL1);
    LOAD(AMAIR_EL1);
    LOAD(CNTKCTL_EL1);
    LOAD(PAR_EL1);
    LOAD(TPIDR_EL1);
    LOAD(SP_EL1);
    LOAD(ELR_EL1);
    LOAD(SPSR_EL1);
    LOAD(MDSCR_EL1);
    LOAD(TPIDR_EL0);
    LOAD(TPIDRRO_EL0);
    sysreg_write(ELR_EL2, from->pc);
    sysreg_write(SPSR_EL2, from->pstate);
#undef LOAD
}
