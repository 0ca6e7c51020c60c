/* SPDX-License-Identifier: MIT */
/* Into the guest and out of it; the same code for nVHE and VHE. */

#include "mark.h"
#include "offsets.h"
#include "registers.inc"
#include "vectors.h"

/* Keep in step with enum vcpu_exit (checked in switch.c). */
#define EXIT_IRQ    0
#define EXIT_TRAP   1
#define EXIT_SERROR 2

#define SMCCC_ARCH_WORKAROUND_1 0x80008000
#define EC_HVC64 0x16

.text

/*
 * uint64_t guest_enter(struct vcpu *vcpu): runs it until an exception comes to EL2, whose code is
 * returned. With a physical interrupt pending the guest is not entered at all: the exit would be
 * immediate.
 */
.global guest_enter
.type guest_enter, %function
guest_enter:
    stp x29, x30, [sp, #-FRAME_SIZE]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    mrs x1, SP_EL0
    stp x1, x0, [sp, #FRAME_SP_EL0]

    mrs x1, ISR_EL1
    cbnz x1, 1f

    ldr x1, [x0, #CONTEXT_SP_EL0]
    msr SP_EL0, x1
    context_load_x0_x30
    /* The return itself is the guest's time; it synchronizes all that was written on the way. */
    SL_PHASE("guest")
    eret

1:  /* What was written since the host must be in effect before it is written back. */
    isb
    mov x0, #EXIT_IRQ
    ldp x29, x30, [sp], #FRAME_SIZE
    ret
.size guest_enter, . - guest_enter

.macro vector_panic what
    .balign 128
    mov x0, #\what
    b guest_panic
.endm

.macro vector_exit code
    .balign 128
    SL_PHASE("guest-exit")
    stp x0, x1, [sp, #-16]!
    mov x1, #\code
    b guest_exit
.endm

.balign 2048
.global guest_vectors
guest_vectors:
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0
    vector_panic VECTOR_EL2_SP0

    vector_panic VECTOR_EL2_SYNC
    vector_panic VECTOR_EL2_IRQ
    vector_panic VECTOR_EL2_FIQ
    vector_panic VECTOR_EL2_SERROR

    .balign 128
    SL_PHASE("guest-exit")
    stp x0, x1, [sp, #-16]!
    mrs x0, ESR_EL2
    ubfx x0, x0, #26, #6
    cmp x0, #EC_HVC64
    b.ne 1f
    /* The one call that is answered without a world switch. */
    ldr x1, [sp]
    eor w1, w1, #SMCCC_ARCH_WORKAROUND_1
    cbz w1, 2f
1:  mov x1, #EXIT_TRAP
    b guest_exit
2:  add sp, sp, #16
    mov x0, xzr
    SL_PHASE("guest")
    eret

    vector_exit EXIT_IRQ
    vector_exit EXIT_IRQ
    vector_exit EXIT_SERROR

    /* A guest may return to an AArch32 EL0 of a core that has one. It is not entered again. */
    vector_exit EXIT_TRAP
    vector_exit EXIT_IRQ
    vector_exit EXIT_IRQ
    vector_exit EXIT_SERROR

/* X1: code; the guest's X0 and X1 on the stack, above guest_enter's frame. */
guest_exit:
    ldr x0, [sp, #16 + FRAME_VCPU]
    context_save_x2_x30 x0
    ldp x2, x3, [sp], #16
    stp x2, x3, [x0, #CONTEXT_X]
    mrs x2, SP_EL0
    str x2, [x0, #CONTEXT_SP_EL0]
    ldr x2, [sp, #FRAME_SP_EL0]
    msr SP_EL0, x2

    /*
     * An SError that the guest caused and that is still on its way: complete its accesses, and look
     * before anything else can be blamed. It stays pending and the host takes it.
     */
    dsb sy
    isb
    mrs x2, ISR_EL1
    tbz x2, #8, 1f
    mov x1, #EXIT_SERROR
1:  mov x0, x1
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #FRAME_SIZE
    ret

guest_panic:
    bl hyp_panic_exception
    b .
