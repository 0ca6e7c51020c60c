/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "bench.h"
#include "parameter.h"

/** 1: everything is traced, at EL2, into a trace buffer that goes round. */
PARAMETER(bench_trace, 0);

enum {
    BUFFER_BYTES = 0x10000,
    FM_CIRCULAR = 3,
    TM_IGNORE = 3,
    EVENT_ALWAYS = 1,
    SYNC_PERIOD = 0xc, /* a synchronization every 4096 bytes, as Linux has it */
};

static uint8_t buffer[BUFFER_BYTES] __attribute__((aligned(4096)));

static void start_buffer(void)
{
    const uint64_t base = (uint64_t)(uintptr_t)buffer;

    sysreg_write(TRBBASER_EL1, base);
    sysreg_write(TRBPTR_EL1, base);
    sysreg_write(TRBSR_EL1, 0);
    /* Pointer and base are in force before the unit is (DDI 0487, rule S_DSSHH). */
    isb();
    sysreg_write(TRBLIMITR_EL1, (base + BUFFER_BYTES) | FIELD(TRBLIMITR_EL1, FM, FM_CIRCULAR) |
                                    FIELD(TRBLIMITR_EL1, TM, TM_IGNORE) |
                                    FIELD(TRBLIMITR_EL1, E, 1));
    isb();
}

void trace_begin(void)
{
    if (bench_trace == 0) {
        return;
    }
    start_buffer();
    sysreg_write(OSLAR_EL1, 0);
    isb();
    /* Neither cycle counts nor timestamps, nor broadcast; no filter but the level's. */
    sysreg_write(TRCCONFIGR, 0);
    sysreg_write(TRCEVENTCTL0R, 0);
    sysreg_write(TRCEVENTCTL1R, 0);
    sysreg_write(TRCSTALLCTLR, 0);
    sysreg_write(TRCTSCTLR, 0);
    sysreg_write(TRCSYNCPR, SYNC_PERIOD);
    sysreg_write(TRCVIIECTLR, 0);
    sysreg_write(TRCVISSCTLR, 0);
    sysreg_write(TRCVICTLR, FIELD(TRCVICTLR, EVENT, EVENT_ALWAYS) | FIELD(TRCVICTLR, SSSTATUS, 1));
    sysreg_write(TRCPRGCTLR, FIELD(TRCPRGCTLR, EN, 1));
    sysreg_write(TRFCR_EL2, FIELD(TRFCR_EL2, E2TRE, 1));
    isb();
}

void trace_end(void)
{
    if (bench_trace == 0) {
        return;
    }
    sysreg_write(TRFCR_EL2, 0);
    isb();
    tsb_csync();
    sysreg_write(TRCPRGCTLR, 0);
    sysreg_write(TRBLIMITR_EL1, 0);
    isb();
}
