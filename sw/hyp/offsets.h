/* SPDX-License-Identifier: MIT */
/** Offsets into struct context (first in struct vcpu and struct cpu) for assembly; hyp/offsets.c
 * checks them. */
#ifndef SL_HYP_OFFSETS_H
#define SL_HYP_OFFSETS_H

#define CONTEXT_X 0
#define CONTEXT_SP_EL0 248

/* What guest_enter leaves on the stack while the guest runs. */
#define FRAME_SIZE 112
#define FRAME_SP_EL0 96
#define FRAME_VCPU 104

#endif /* SL_HYP_OFFSETS_H */
