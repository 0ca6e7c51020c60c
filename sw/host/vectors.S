/* SPDX-License-Identifier: MIT */
/* Exceptions of the host kernel, entry to and exit from EL0, and the switch of kernel threads. */
#include "asm.h"
#include "mark.h"
#include "sightline_sysreg.h"

    .macro  save_frame
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x21, sp_el0
    mrs     x22, SYS_ELR_EL1
    mrs     x23, SYS_SPSR_EL1
    stp     x30, x21, [sp, #FRAME_LR]
    stp     x22, x23, [sp, #FRAME_ELR]
    mov     x0, sp
    .endm

    .macro  restore_frame
    ldp     x22, x23, [sp, #FRAME_ELR]
    ldp     x30, x21, [sp, #FRAME_LR]
    msr     SYS_SPSR_EL1, x23
    msr     SYS_ELR_EL1, x22
    msr     sp_el0, x21
    ldp     x0, x1, [sp]
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldp     x18, x19, [sp, #144]
    ldp     x20, x21, [sp, #160]
    ldp     x22, x23, [sp, #176]
    ldp     x24, x25, [sp, #192]
    ldp     x26, x27, [sp, #208]
    ldp     x28, x29, [sp, #224]
    add     sp, sp, #FRAME_SIZE
    .endm

    .macro  vector target
    .balign 128
    b       \target
    .endm

    .macro  unexpected which
    .balign 128
    save_frame
    mov     x1, #\which
    b       unexpected_exception
    .endm

    .text
    .balign 2048
    .globl host_vectors
host_vectors:
    unexpected 0
    unexpected 1
    unexpected 2
    unexpected 3
    unexpected 4                        /* synchronous, from the kernel itself */
    vector  host_irq
    unexpected 6
    unexpected 7
    vector  user_sync
    vector  host_irq
    unexpected 10
    unexpected 11
    unexpected 12
    unexpected 13
    unexpected 14
    unexpected 15

host_irq:
    SL_PHASE_CALL("host-interrupt")
    save_frame
    bl      irq_handle
    restore_frame
    SL_PHASE_RETURN()
    eret

user_sync:
    SL_PHASE("host-syscall")
    save_frame
    bl      syscall_handle
    SL_PHASE("host-user-return")
    restore_frame
    eret

/*
 * uint64_t user_enter(uint64_t entry, uint64_t argument, uint64_t stack, uint64_t *kernel_stack):
 * runs EL0 at `entry` with interrupts enabled; returns what user_leave is given.
 */
    .globl  user_enter
user_enter:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mov     x9, sp
    str     x9, [x3]
    msr     daifset, #2
    msr     sp_el0, x2
    msr     SYS_ELR_EL1, x0
    msr     SYS_SPSR_EL1, xzr           /* EL0, nothing masked */
    mov     x0, x1
    mov     x29, xzr
    mov     x30, xzr
    SL_PHASE("user")
    eret

/* void user_leave(uint64_t value, uint64_t kernel_stack): never returns here. */
    .globl  user_leave
user_leave:
    mov     sp, x1
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret

/*
 * void thread_switch(uint64_t *from_stack, uint64_t to_stack): all that the procedure call standard
 * does not let a callee change.
 */
    .globl  thread_switch
thread_switch:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mov     x9, sp
    str     x9, [x0]
    mov     sp, x1
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret

/* Where a new thread comes out of its first switch: X19 is its argument. */
    .globl  thread_begin
thread_begin:
    mov     x0, x19
    bl      thread_main
