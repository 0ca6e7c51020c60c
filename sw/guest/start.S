/* SPDX-License-Identifier: MIT */
/* Entry of a guest on every vCPU, at EL1, MMU off, at IPAs: X0 = IPA of its mailbox. */
#include "guest/guest.h"
#include "mark.h"

#define STACK_SIZE 4096

    .section .text.start, "ax"
    .globl  guest_entry
guest_entry:
    b       1f
    .long   0x54534755                  /* the host looks for it */
    .quad   guest_data_size

1:  mov     x19, x0
    mov     x0, #0x04ff                 /* attributes: 0 Normal write-back, 1 Device-nGnRE */
    msr     mair_el1, x0
    ldr     x0, =0x00000001b5103510     /* 48-bit VAs, 4 KB, inner shareable, 36-bit PAs */
    msr     tcr_el1, x0
    adrp    x0, guest_table_0
    msr     ttbr0_el1, x0               /* one to one, for the jump below */
    msr     ttbr1_el1, x0
    mov     x2, #(LAYOUT_GUEST_OFFSET >> 32)
    lsl     x2, x2, #32
    adr     x0, guest_vectors
    add     x0, x0, x2
    msr     vbar_el1, x0
    mov     x0, #(3 << 20)              /* CPACR_EL1.FPEN */
    msr     cpacr_el1, x0
    tlbi    vmalle1
    dsb     nsh
    isb
    ldr     w0, =0x30d5d81d             /* RES1; M, C, SA, I */
    msr     sctlr_el1, x0
    isb
    adr     x0, 2f
    add     x0, x0, x2
    br      x0

2:  add     x19, x19, x2
    ldr     x1, [x19, #16]              /* mailbox.vcpu */
    adrp    x0, guest_stacks + STACK_SIZE
    add     x0, x0, x1, lsl #12
    mov     sp, x0
    mov     x0, x19
    mov     x29, xzr
    bl      guest_main
    /* X0: enum guest_error */
    .globl  guest_end
guest_end:
    mov     x1, x0
    ldr     w0, =GUEST_CALL_DONE
    hvc     #0
    b       guest_end

    .text
    .balign 2048
    .globl  guest_vectors
guest_vectors:
    .rept   4
    .balign 128
    b       guest_unexpected
    .endr
    .balign 128
    b       guest_sync
    .balign 128
    b       guest_irq
    .rept   2
    .balign 128
    b       guest_unexpected
    .endr
    .balign 128
    b       guest_user_end              /* synchronous, from EL0 */
    .rept   7
    .balign 128
    b       guest_unexpected
    .endr

    .macro  save
    sub     sp, sp, #176
    stp     x0, x1, [sp]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x29, [sp, #144]
    str     x30, [sp, #160]
    .endm

    .macro  restore
    ldr     x30, [sp, #160]
    ldp     x18, x29, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp]
    add     sp, sp, #176
    .endm

guest_sync:
    SL_PHASE("guest")
    save
    bl      guest_exception             /* returns when the instruction may be skipped */
    mrs     x0, elr_el1
    add     x0, x0, #4
    msr     elr_el1, x0
    restore
    eret

guest_irq:
    SL_PHASE("guest-interrupt")
    save
    bl      guest_interrupt
    restore
    SL_PHASE("guest")
    eret

/* void guest_user(void): executes a little at EL0, interrupts masked, until its SVC. */
    .globl  guest_user
guest_user:
    mrs     x0, daif
    stp     x0, x30, [sp, #-16]!
    adr     x0, guest_user_code
    mov     w0, w0                      /* the one-to-one address, */
    orr     x0, x0, #GUEST_USER_OFFSET  /* where EL0 may execute it */
    msr     elr_el1, x0
    mov     x0, #0x3c0                  /* EL0, DAIF */
    msr     spsr_el1, x0
    eret

guest_user_code:
    mov     w0, #4
1:  subs    w0, w0, #1
    b.ne    1b
    svc     #0

guest_user_end:
    ldp     x0, x30, [sp], #16
    msr     daif, x0
    ret

guest_unexpected:
    mov     x0, #1                      /* GUEST_UNEXPECTED_EXCEPTION */
    b       guest_end

    .data
    .balign 4096
guest_table_0:
    .quad   guest_table_1 - LAYOUT_GUEST_OFFSET + 3
    .quad   guest_table_user - LAYOUT_GUEST_OFFSET + 3 /* GUEST_USER_OFFSET */
    .fill   254, 8, 0
    .quad   guest_table_1 - LAYOUT_GUEST_OFFSET + 3 /* bits 47:39 of LAYOUT_GUEST_OFFSET */
    .fill   255, 8, 0
guest_table_1:
    .quad   0x0060000000000405          /* devices: XN */
    .quad   0
    .quad   0x0040000080000701          /* memory */
    .fill   509, 8, 0
guest_table_user:
    .quad   0
    .quad   0
    .quad   0x00200000800007c1          /* memory, for EL0: read-only, PXN */
    .fill   509, 8, 0

    .bss
    .balign 4096
guest_stacks:
    .space  2 * STACK_SIZE
