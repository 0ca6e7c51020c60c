/* SPDX-License-Identifier: MIT */
#include "tlb.h"

#include "arch.h"

void tlb_flush_ipa(uint64_t ipa)
{
    tlbi_at(ipas2e1is, ipa >> 12);
    /* Stage 2 first, then what combines both stages, or a walk could make it again of the former.
     */
    dsb(ish);
    tlbi(vmalle1is);
    dsb(ish);
    isb();
}

void tlb_flush_all(void)
{
    tlbi(vmalls12e1is);
    dsb(ish);
    isb();
}

void tlb_flush_here(void)
{
    tlbi(vmalle1);
    ic_iallu();
    dsb(nsh);
    isb();
}
