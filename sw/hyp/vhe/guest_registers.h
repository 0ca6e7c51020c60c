/* SPDX-License-Identifier: MIT */
/** The guest's EL1 registers seen from a VHE host. */
#ifndef SL_HYP_VHE_GUEST_REGISTERS_H
#define SL_HYP_VHE_GUEST_REGISTERS_H

#include "vcpu.h"

/** From load to put they are in the PE; the host at EL2 does not use them. */
void guest_registers_load(const struct context *from);
void guest_registers_save(struct context *to);

#endif /* SL_HYP_VHE_GUEST_REGISTERS_H */
