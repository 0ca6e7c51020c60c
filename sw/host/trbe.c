/* SPDX-License-Identifier: MIT */
#include "trbe.h"

#include "arch.h"
#include "trace.h"

enum { FM_FILL = 0, TM_IGNORE = 3, BSC_FULL = 1 };

bool trbe_present(uint32_t *align)
{
    uint64_t idr = 0;

    if (FIELD_GET(ID_AA64DFR0_EL1, TraceBuffer, sysreg_read(ID_AA64DFR0_EL1)) == 0) {
        return false;
    }
    idr = sysreg_read(TRBIDR_EL1);
    *align = 1u << FIELD_GET(TRBIDR_EL1, Align, idr);
    return FIELD_GET(TRBIDR_EL1, P, idr) == 0;
}

void trbe_reset(void)
{
    sysreg_write(TRBLIMITR_EL1, 0);
    isb();
    tsb_csync();
    dsb(nsh);
    sysreg_write(TRBPTR_EL1, 0);
    sysreg_write(TRBBASER_EL1, 0);
    sysreg_write(TRBSR_EL1, 0);
    isb();
}

static uint64_t clear_status(uint64_t status)
{
    return status &
           ~(FIELD_MASK(TRBSR_EL1, IRQ) | FIELD_MASK(TRBSR_EL1, TRG) | FIELD_MASK(TRBSR_EL1, WRAP) |
             FIELD_MASK(TRBSR_EL1, EC) | FIELD_MASK(TRBSR_EL1, BSC) | FIELD_MASK(TRBSR_EL1, S));
}

/** E = 0, and the hypervisor told of it. */
static void switch_off(struct cpu *cpu)
{
    sysreg_write(TRBLIMITR_EL1, sysreg_read(TRBLIMITR_EL1) & ~FIELD_MASK(TRBLIMITR_EL1, E));
    (void)trace_buffer_off(cpu, false);
    isb();
}

void trbe_enable(struct cpu *cpu, uint64_t base, uint64_t limit)
{
    switch_off(cpu);
    sysreg_write(TRBSR_EL1, clear_status(sysreg_read(TRBSR_EL1)));
    sysreg_write(TRBBASER_EL1, base);
    sysreg_write(TRBPTR_EL1, base);
    /* Pointer and base are in force before the unit is (DDI 0487, rule S_DSSHH). */
    isb();
    sysreg_write(TRBLIMITR_EL1, limit | FIELD(TRBLIMITR_EL1, FM, FM_FILL) |
                                    FIELD(TRBLIMITR_EL1, TM, TM_IGNORE) |
                                    FIELD(TRBLIMITR_EL1, E, 1));
    (void)trace_buffer_on(cpu, false);
    isb();
}

static enum trbe_event classify(uint64_t status, uint64_t pointer, uint64_t base)
{
    if (FIELD_GET(TRBSR_EL1, IRQ, status) == 0) {
        return TRBE_NOTHING;
    }
    if (FIELD_GET(TRBSR_EL1, WRAP, status) != 0 && FIELD_GET(TRBSR_EL1, EC, status) == 0 &&
        FIELD_GET(TRBSR_EL1, EA, status) == 0 && FIELD_GET(TRBSR_EL1, BSC, status) == BSC_FULL &&
        pointer == base) {
        return TRBE_FULL;
    }
    return TRBE_FAULT;
}

enum trbe_event trbe_disable(struct cpu *cpu, uint64_t base, uint64_t limit, uint64_t *bytes)
{
    uint64_t status = 0, pointer = 0;
    enum trbe_event event = TRBE_NOTHING;

    tsb_csync();
    dsb(nsh);
    switch_off(cpu);
    /* The ISB in switch_off orders these reads after the drain (rule R_VTNCS). */
    status = sysreg_read(TRBSR_EL1);
    pointer = sysreg_read(TRBPTR_EL1);
    event = classify(status, pointer, base);
    if (event != TRBE_NOTHING) {
        sysreg_write(TRBSR_EL1, status & ~FIELD_MASK(TRBSR_EL1, IRQ));
        isb();
    }
    *bytes = event == TRBE_FULL ? limit - base : pointer - base;
    return event;
}

void trbe_pause(void)
{
    tsb_csync();
    dsb(nsh);
    sysreg_write(TRBLIMITR_EL1, sysreg_read(TRBLIMITR_EL1) & ~FIELD_MASK(TRBLIMITR_EL1, E));
    isb();
}

void trbe_resume(void)
{
    isb();
    sysreg_write(TRBLIMITR_EL1, sysreg_read(TRBLIMITR_EL1) | FIELD(TRBLIMITR_EL1, E, 1));
    isb();
}

bool trbe_interrupting(void)
{
    return FIELD_GET(TRBSR_EL1, IRQ, sysreg_read(TRBSR_EL1)) != 0;
}
