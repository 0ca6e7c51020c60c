/* SPDX-License-Identifier: MIT */
/** The EL1 and EL0 registers that host and guest share under nVHE. */
#ifndef SL_HYP_EL1_REGISTERS_H
#define SL_HYP_EL1_REGISTERS_H

#include "vcpu.h"

/** Reads them all, in the order of CONTEXT_EL1_REGISTERS, then ELR_EL2; SPSR_EL2 is the caller's.
 */
void el1_registers_save(struct context *to);

/**
 * Writes them all. From here on the other world's stage 1 is in the registers: nothing may
 * translate in the EL1&0 regime until stage 2 and traps follow.
 */
void el1_registers_load(const struct context *from);

#endif /* SL_HYP_EL1_REGISTERS_H */
