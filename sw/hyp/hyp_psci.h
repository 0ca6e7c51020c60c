/* SPDX-License-Identifier: MIT */
/** PSCI of the nVHE host: forwarded to the platform, except that PEs start here first. */
#ifndef SL_HYP_PSCI_H
#define SL_HYP_PSCI_H

#include <stdint.h>

#include "vcpu.h"

/** PEs by the order in which they first start; the boot PE is number 0. */
struct cpu *hyp_psci_cpu(unsigned int number);

/** Where the host wants the PE to begin. */
struct hyp_psci_start {
    uint64_t entry, context;
};
struct hyp_psci_start hyp_psci_start_of(unsigned int number);

int64_t hyp_psci_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);

#endif /* SL_HYP_PSCI_H */
