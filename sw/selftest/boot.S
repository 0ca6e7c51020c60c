/* SPDX-License-Identifier: MIT */
/*
 * A host just big enough to test the hypervisor: at EL1 below it, or at EL2 with VHE, where the
 * same register names reach EL2's registers. RAM and devices by 1 GB blocks, low by TTBR0 and at
 * LAYOUT_HOST_OFFSET by TTBR1.
 */
#include "layout.h"

#define STACK_SIZE 8192

.section .text.start, "ax"
.global _start
_start:
    bl enter
    adrp x0, bss
    adrp x1, bss_end
1:  stp xzr, xzr, [x0], #16
    cmp x0, x1
    b.lo 1b
    /* Blocks: AF, inner shareable; Device-nGnRE is attribute 1, not executable. */
    adrp x0, tables
    add x1, x0, #4096
    orr x2, x1, #3
    str x2, [x0]
    ldr x2, =0x0060000000000405
    ldr x3, =0x0000000040000701
    stp x2, x3, [x1]
    bl mmu_on
    mov x0, #0
    ldr x1, =selftest_main
    b go

.global secondary_start
secondary_start:
    mov x19, x0
    bl enter
    bl mmu_on
    mov x0, x19
    ldr x1, =selftest_secondary
go: ldr x2, =stacks
    add x3, x0, #1
    mov x4, #STACK_SIZE
    madd x2, x3, x4, x2
    mov sp, x2
    ldr x2, =vectors
    msr VBAR_EL1, x2
    isb
    blr x1
    b .

/* At EL2: become a VHE host before any EL1 name is used. */
enter:
    mrs x0, CurrentEL
    cmp x0, #(2 << 2)
    b.ne 1f
    ldr x0, =0x0000000488000000 /* HCR_EL2: RW, E2H, TGE */
    msr HCR_EL2, x0
    isb
1:  ret

mmu_on:
    adrp x0, tables
    msr TTBR0_EL1, x0
    msr TTBR1_EL1, x0
    mov x0, #0x04ff
    msr MAIR_EL1, x0
    ldr x0, =0x00000002b5103510 /* 48-bit low and high, 40-bit output, write-back walks */
    msr TCR_EL1, x0
    isb
    tlbi vmalle1
    dsb nsh
    isb
    ldr x0, =0x30d0198d /* M, C, I */
    msr SCTLR_EL1, x0
    isb
    ret

.macro vector kind
    .balign 128
    stp x0, x1, [sp, #-256]!
    mov x0, #\kind
    b vector_common
.endm

.text
.balign 2048
vectors:
    .irp kind, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vector \kind
    .endr

vector_common:
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x30, [sp, #144]
    bl selftest_exception
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x30, [sp, #144]
    ldp x0, x1, [sp], #256
    eret

.bss
.balign 4096
tables: /* level 0, then level 1 */
    .space 8192
stacks:
    .space 16 * STACK_SIZE
