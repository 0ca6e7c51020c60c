// SPDX-License-Identifier: MIT
// What every test program begins with: a stack for each PE, vectors, and power-off after main().

    .section .text.start, "ax"
    .globl _start
_start:
    bl enter
    bl main
    mov w0, #0x0008             // PSCI SYSTEM_OFF
    movk w0, #0x8400, lsl #16
    smc #0
    b .

    // Where psci_cpu_on() lets other PEs begin; x0 is passed on.
    .globl secondary_start
secondary_start:
    bl enter
    bl secondary_main
    mov w0, #0x0002             // PSCI CPU_OFF
    movk w0, #0x8400, lsl #16
    smc #0
    b .

enter:
    adr x1, vectors
    msr vbar_el2, x1
    mrs x1, mpidr_el1
    and x2, x1, #0xf
    ubfx x1, x1, #8, #4
    add x1, x2, x1, lsl #2      // up to four PEs in a cluster
    adrp x2, stacks
    add x2, x2, #:lo12:stacks
    add x1, x1, #1
    add x2, x2, x1, lsl #12
    mov sp, x2
    isb
    ret

    .balign 2048
vectors:
    .rept 4
    .balign 128
    b unexpected
    .endr
    .balign 128
    b on_sync
    .balign 128
    b on_irq
    .rept 10
    .balign 128
    b unexpected
    .endr

    // Nothing here should fault: a reset tells the test so.
unexpected:
    mov w0, #0x0009             // PSCI SYSTEM_RESET
    movk w0, #0x8400, lsl #16
    smc #0
    b .

    .macro handler name, function
\name:
    sub sp, sp, #192
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x30, [sp, #144]
    mrs x0, elr_el2
    mrs x1, spsr_el2
    stp x0, x1, [sp, #160]
    mov x0, sp
    bl \function
    ldp x0, x1, [sp, #160]
    msr elr_el2, x0
    msr spsr_el2, x1
    ldp x0, x1, [sp]
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x30, [sp, #144]
    add sp, sp, #192
    eret
    .endm

    handler on_sync, program_sync
    handler on_irq, program_irq

    .weak program_sync
    .weak program_irq
    .weak secondary_main
    .set program_sync, unexpected
    .set program_irq, unexpected
    .set secondary_main, unexpected

    .bss
    .balign 4096
stacks:
    .skip 16 * 4096
