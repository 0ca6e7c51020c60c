// SPDX-License-Identifier: MIT
// Runs at EL3 with its translation off. What runs below it, under the tables of a trial, lies in
// `fixed`, a region of its own that walks.c maps; every exception ends at EL3 by SMC.

        .arch   armv8.2-a+fp
        .section .text.start, "ax"
        .global _start
_start: mrs     x0, mpidr_el1
        ands    x0, x0, #0xff
        b.ne    2f                      // another PE, there to make QEMU's atomics atomic
        msr     spsel, #1
        ldr     x0, =stack_top
        mov     sp, x0
        ldr     x0, =vectors_el3
        msr     vbar_el3, x0
        isb
        bl      run_all
        mov     x0, #0x18               // semihosting SYS_EXIT, for a machine that has it
        mov     x1, sp
        movz    x2, #0x26
        movk    x2, #2, lsl #16         // ADP_Stopped_ApplicationExit
        stp     x2, xzr, [x1]
        hlt     #0xf000
1:      b       1b
2:      wfe
        b       2b

        .text
// void enter(u64 pc, u64 spsr, u64 va, u64 data): returns when an exception has come back to EL3.
        .global enter
enter:  adrp    x9, context
        add     x9, x9, :lo12:context
        stp     x19, x20, [x9]
        stp     x21, x22, [x9, #16]
        stp     x23, x24, [x9, #32]
        stp     x25, x26, [x9, #48]
        stp     x27, x28, [x9, #64]
        stp     x29, x30, [x9, #80]
        mov     x10, sp
        str     x10, [x9, #96]
        msr     elr_el3, x0
        msr     spsr_el3, x1
        mov     x0, x2
        mov     x2, x3
        isb
        eret

        .balign 2048
vectors_el3:
        .rept   16
        .balign 128
        b       caught
        .endr

caught: adrp    x9, seen
        add     x9, x9, :lo12:seen
        stp     x20, x21, [x9]
        stp     x22, x23, [x9, #16]
        mrs     x10, esr_el3
        mrs     x11, far_el3
        stp     x10, x11, [x9, #32]
        adrp    x9, context
        add     x9, x9, :lo12:context
        ldp     x19, x20, [x9]
        ldp     x21, x22, [x9, #16]
        ldp     x23, x24, [x9, #32]
        ldp     x25, x26, [x9, #48]
        ldp     x27, x28, [x9, #64]
        ldp     x29, x30, [x9, #80]
        ldr     x10, [x9, #96]
        mov     sp, x10
        ret

// ---- What runs under the tables ----
        .section .fixed, "ax"
        .balign 2048
        .global vectors_el1, vectors_el2
vectors_el1:
        .rept   16
        .balign 128
        mov     x20, #1
        mrs     x21, esr_el1
        mrs     x22, far_el1
        mov     x23, #0
        smc     #0
        .endr
        .balign 2048
vectors_el2:
        .rept   16
        .balign 128
        mov     x20, #2
        mrs     x21, esr_el2
        mrs     x22, far_el2
        mrs     x23, hpfar_el2
        smc     #0
        .endr

        .macro  access name
        .global \name
        .balign 16
\name:
        .endm
        access  do_load
        ldr     x1, [x0]
        svc     #1
        access  do_store
        str     x2, [x0]
        svc     #2
        access  do_swap
        swp     x2, x1, [x0]
        svc     #3
        access  do_fetch
        br      x0
        access  do_ldtr
        ldtr    x1, [x0]
        svc     #5
        access  do_sttr
        sttr    x2, [x0]
        svc     #6

        .bss
        .balign 16
        .global seen
seen:   .skip   64
context: .skip  128
        .skip   16384
stack_top:
