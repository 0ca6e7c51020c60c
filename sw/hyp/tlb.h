/* SPDX-License-Identifier: MIT */
/** Maintenance of a VM's translations from the hypervisor; nVHE and VHE enter its context
 * differently. */
#ifndef SL_HYP_TLB_H
#define SL_HYP_TLB_H

#include <stdint.h>

/** What the PE had before. */
struct tlb_context {
    uint64_t hcr, vttbr, daif;
};

/** From here to tlb_leave() TLB maintenance of EL1&0 means this VM's, and nothing interrupts. */
struct tlb_context tlb_enter(uint64_t vtcr, uint64_t vttbr);
void tlb_leave(const struct tlb_context *before);

/** Within: one intermediate physical address, and what was made of it together with stage 1. */
void tlb_flush_ipa(uint64_t ipa);
/** Within: everything of the VM, on all PEs. */
void tlb_flush_all(void);
/** Within: what the VM's vCPUs left in this PE. */
void tlb_flush_here(void);

#endif /* SL_HYP_TLB_H */
