/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "world.h"

/* As many as any core here has. */
#define BREAKPOINTS(X) X(5) X(4) X(3) X(2) X(1) X(0)
#define WATCHPOINTS(X) X(3) X(2) X(1) X(0)

void debug_registers_save(const struct cpu *cpu, struct debug_registers *to)
{
    switch (cpu->breakpoints) {
#define X(n)                                                                                       \
    case n + 1:                                                                                    \
        to->bcr[n] = sysreg_read(DBGBCR##n##_EL1);                                                 \
        to->bvr[n] = sysreg_read(DBGBVR##n##_EL1);                                                 \
        __attribute__((fallthrough));
        BREAKPOINTS(X)
#undef X
    default:
        break;
    }
    switch (cpu->watchpoints) {
#define X(n)                                                                                       \
    case n + 1:                                                                                    \
        to->wcr[n] = sysreg_read(DBGWCR##n##_EL1);                                                 \
        to->wvr[n] = sysreg_read(DBGWVR##n##_EL1);                                                 \
        __attribute__((fallthrough));
        WATCHPOINTS(X)
#undef X
    default:
        break;
    }
    to->mdccint_el1 = sysreg_read(MDCCINT_EL1);
}

void debug_registers_load(const struct cpu *cpu, const struct debug_registers *from)
{
    switch (cpu->breakpoints) {
#define X(n)                                                                                       \
    case n + 1:                                                                                    \
        sysreg_write(DBGBCR##n##_EL1, from->bcr[n]);                                               \
        sysreg_write(DBGBVR##n##_EL1, from->bvr[n]);                                               \
        __attribute__((fallthrough));
        BREAKPOINTS(X)
#undef X
    default:
        break;
    }
    switch (cpu->watchpoints) {
#define X(n)                                                                                       \
    case n + 1:                                                                                    \
        sysreg_write(DBGWCR##n##_EL1, from->wcr[n]);                                               \
        sysreg_write(DBGWVR##n##_EL1, from->wvr[n]);                                               \
        __attribute__((fallthrough));
        WATCHPOINTS(X)
#undef X
    default:
        break;
    }
    sysreg_write(MDCCINT_EL1, from->mdccint_el1);
}
