/* SPDX-License-Identifier: MIT */
/* At EL2 nothing is interrupted; the host has no stage 2, so VMID 0 is what there was before. */

#include "arch.h"
#include "tlb.h"

struct tlb_context tlb_enter(uint64_t vtcr, uint64_t vttbr)
{
    /* The tables as written are what walks find; and no host walk is still under way. */
    dsb(ish);
    sysreg_write(VTCR_EL2, vtcr);
    sysreg_write(VTTBR_EL2, vttbr);
    isb();
    return (struct tlb_context){0};
}

void tlb_leave(const struct tlb_context *before)
{
    sysreg_write(VTTBR_EL2, before->vttbr);
    isb();
}
