/* SPDX-License-Identifier: MIT */
/* EL2's vectors while the host runs: hypercalls, and what the host is not supposed to do. */

#include "mark.h"
#include "offsets.h"
#include "registers.inc"
#include "vectors.h"

.macro vector_panic what
    .balign 128
    mov x0, #\what
    b hyp_panic_vector
.endm

.text
.balign 2048
.global host_vectors
host_vectors:
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0

    vector_panic VECTOR_EL2_SYNC
    vector_panic VECTOR_EL2_IRQ
    vector_panic VECTOR_EL2_FIQ
    vector_panic VECTOR_EL2_SERROR

    .balign 128
    SL_PHASE("hyp-entry")
    stp x0, x1, [sp, #-16]!
    b host_sync
    /* HCR_EL2.{IMO,FMO,AMO} are clear while the host runs: these are never taken here. */
    vector_panic VECTOR_HOST_IRQ
    vector_panic VECTOR_HOST_FIQ
    vector_panic VECTOR_HOST_SERROR

    vector_panic VECTOR_AARCH32
    vector_panic VECTOR_AARCH32
    vector_panic VECTOR_AARCH32
    vector_panic VECTOR_AARCH32

host_sync:
    mrs x0, TPIDR_EL2
    context_save_x2_x30 x0
    ldp x2, x3, [sp], #16
    stp x2, x3, [x0, #CONTEXT_X]
    mov x19, x0
    bl hyp_host_sync
    SL_PHASE("hyp-exit")
    mov x0, x19
    context_load_x0_x30
    /* The return itself, and all until the next mark, is the host's time. */
    SL_PHASE("host")
    eret

hyp_panic_vector:
    bl hyp_panic_exception
    b .
