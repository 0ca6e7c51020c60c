/* SPDX-License-Identifier: MIT */
#include "guest_registers.h"

#include "arch.h"
#include "hyp.h"

/* While E2H is 1, the EL1 names of these reach EL2's registers and the _EL12 names reach EL1's. */
#define REDIRECTED(X)                                                                              \
    X(SCTLR)                                                                                       \
    X(CPACR)                                                                                       \
    X(TTBR0)                                                                                       \
    X(TTBR1)                                                                                       \
    X(TCR)                                                                                         \
    X(ESR)                                                                                         \
    X(AFSR0)                                                                                       \
    X(AFSR1)                                                                                       \
    X(FAR)                                                                                         \
    X(MAIR)                                                                                        \
    X(VBAR)                                                                                        \
    X(CONTEXTIDR)                                                                                  \
    X(AMAIR)                                                                                       \
    X(CNTKCTL)                                                                                     \
    X(ELR)                                                                                         \
    X(SPSR)

#define PLAIN(X)                                                                                   \
    X(PAR_EL1)                                                                                     \
    X(TPIDR_EL1)                                                                                   \
    X(SP_EL1)                                                                                      \
    X(TPIDR_EL0)                                                                                   \
    X(TPIDRRO_EL0)

void guest_registers_load(const struct context *from)
{
    sysreg_write(VPIDR_EL2, sysreg_read(MIDR_EL1));
    sysreg_write(VMPIDR_EL2, from->sys[CONTEXT_VMPIDR_EL2]);
#define X(name) sysreg_write(name##_EL12, from->sys[CONTEXT_##name##_EL1]);
    REDIRECTED(X)
#undef X
#define X(name) sysreg_write(name, from->sys[CONTEXT_##name]);
    PLAIN(X)
#undef X
}

void guest_registers_save(struct context *to)
{
#define X(name) to->sys[CONTEXT_##name##_EL1] = sysreg_read(name##_EL12);
    REDIRECTED(X)
#undef X
#define X(name) to->sys[CONTEXT_##name] = sysreg_read(name);
    PLAIN(X)
#undef X
}

uint64_t vcpu_read_sys(const struct vcpu *vcpu, enum context_register which)
{
    if ((vcpu->flags & VCPU_REGISTERS_LOADED) != 0) {
        switch (which) {
#define X(name)                                                                                    \
    case CONTEXT_##name##_EL1:                                                                     \
        return sysreg_read(name##_EL12);
            REDIRECTED(X)
#undef X
#define X(name)                                                                                    \
    case CONTEXT_##name:                                                                           \
        return sysreg_read(name);
            PLAIN(X)
#undef X
        default:
            break;
        }
    }
    return vcpu->context.sys[which];
}

void vcpu_write_sys(struct vcpu *vcpu, enum context_register which, uint64_t value)
{
    if ((vcpu->flags & VCPU_REGISTERS_LOADED) != 0) {
        switch (which) {
#define X(name)                                                                                    \
    case CONTEXT_##name##_EL1:                                                                     \
        sysreg_write(name##_EL12, value);                                                          \
        return;
            REDIRECTED(X)
#undef X
#define X(name)                                                                                    \
    case CONTEXT_##name:                                                                           \
        sysreg_write(name, value);                                                                 \
        return;
            PLAIN(X)
#undef X
        default:
            break;
        }
    }
    vcpu->context.sys[which] = value;
}
