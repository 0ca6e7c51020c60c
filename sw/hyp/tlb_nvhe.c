/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "tlb.h"

void tlb_enter(uint64_t vtcr, uint64_t vttbr)
{
    /* The tables as written are what walks find; and no host walk is still under way. */
    dsb(ish);
    sysreg_write(VTCR_EL2, vtcr);
    sysreg_write(VTTBR_EL2, vttbr);
    isb();
}

void tlb_leave(void)
{
    sysreg_write(VTTBR_EL2, 0);
    isb();
}
