/* SPDX-License-Identifier: MIT */
/* From EL2 to EL1 with pointer authentication open, and vectors that record and skip what faults. */

    .text
    .global _start
_start:
    adr x0, vectors
    msr vbar_el1, x0
    mov x0, #0x3c5                  // EL1h, masked
    msr spsr_el2, x0
    adr x0, at_el1
    msr elr_el2, x0
    mov x0, #(1 << 31)              // HCR_EL2.RW
    movk x0, #(3 << 8), lsl #32     // APK, API
    msr hcr_el2, x0
    eret

at_el1:
    adr x0, stack
    mov sp, x0
    bl run_all
    ldr w0, =0x84000008             // PSCI SYSTEM_OFF
    smc #0
1:  b 1b

/* A fault of AUT*: its ESR_EL1 goes into x0, where the result would be. */
    .balign 2048
vectors:
    .space 0x200
    mrs x0, elr_el1
    add x0, x0, #4
    msr elr_el1, x0
    mrs x0, esr_el1
    eret
    .balign 2048

    .bss
    .balign 16
    .space 4096
stack:
