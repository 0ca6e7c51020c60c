/* SPDX-License-Identifier: MIT */
/** Exceptions that end in a panic, by number. */
#ifndef SL_HYP_VECTORS_H
#define SL_HYP_VECTORS_H

#define VECTOR_EL2_SP0 0
#define VECTOR_EL2_SYNC 1
#define VECTOR_EL2_IRQ 2
#define VECTOR_EL2_FIQ 3
#define VECTOR_EL2_SERROR 4
#define VECTOR_HOST_IRQ 5
#define VECTOR_HOST_FIQ 6
#define VECTOR_HOST_SERROR 7
#define VECTOR_AARCH32 8
#define VECTOR_COUNT 9

#endif /* SL_HYP_VECTORS_H */
