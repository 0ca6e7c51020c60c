/* SPDX-License-Identifier: MIT */
/*
 * The guest: position-independent, MMU off, copied into its VM's memory. Each HVC carries in X0
 * what it has to say; main.c expects them in this order.
 */
.arch armv8-a+fp+simd

.section .rodata
.balign 4096
.global guest_image, guest_image_end
guest_image:
    adr x10, guest_vectors_
    msr VBAR_EL1, x10
    mov x0, #3 << 20
    msr CPACR_EL1, x0
    isb

    mov x0, #1          /* 1: hello */
    hvc #0
    mov x20, x0         /* the host's answer */

    mov x9, #0x90000000 /* a page that is not mapped yet */
    mov x1, #0x55
    str x1, [x9, #8]
    ldr x1, [x9, #8]
    mov x0, #2          /* 2: the store arrived */
    hvc #0

    mov x0, #7          /* FP: the host has other values in the same registers */
    fmov d0, x0
    fmov d31, x0
    mov x0, #3
    hvc #0
    fmov x1, d0
    fmov x2, d31
    mov x0, #4          /* 4: still there? */
    hvc #0

    mrs x1, ID_AA64PFR0_EL1 /* trapped; the host injects UNDEF, the handler skips */
    mov x0, #5
    hvc #0

    mov x1, x20
    wfi                 /* trapped */
    mov x0, #6
    hvc #0

    msr DAIFClr, #2     /* a virtual interrupt waits in a list register */
    isb
    mov x0, #7
    hvc #0

    mrs x1, MPIDR_EL1
    mrs x2, CNTVCT_EL0
    mov x0, #8
    hvc #0

1:  mov x0, #9          /* for ever: the shortest round trip */
    hvc #0
    b 1b

guest_sync:
    mrs x11, ESR_EL1
    mrs x12, ELR_EL1
    add x12, x12, #4
    msr ELR_EL1, x12
    eret

guest_irq:
    mrs x13, S3_0_C12_C12_0 /* ICC_IAR1_EL1 */
    msr S3_0_C12_C12_1, x13 /* ICC_EOIR1_EL1 */
    eret

.balign 2048
guest_vectors_:
    .space 0x200
    b guest_sync
    .balign 128
    b guest_irq
    .balign 128
    b .
    .balign 128
    b .
    .balign 2048
guest_image_end:

.text
.global fp_set, fp_get
fp_set:
    fmov d0, x0
    fmov d31, x0
    ret
fp_get:
    fmov x0, d0
    fmov x1, d31
    eor x1, x1, x0
    cbnz x1, 1f
    ret
1:  mov x0, #-1
    ret
