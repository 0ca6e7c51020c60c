/* SPDX-License-Identifier: MIT */
/* Where PEs come to the hypervisor: the first from its loader, the others from PSCI. All at EL2. */

#include "layout.h"
#include "mmu.h"
#include "sightline_sysreg.h"

#define STACK_SHIFT 13 /* 8 KB for each PE */

.section .text.start, "ax"

.global _start
.type _start, %function
_start:
    mov x19, x0 /* for the host */
    mrs x0, CurrentEL
    cmp x0, #(2 << 2)
    b.ne . /* nothing can be said here: run limits show where this PE stands */
    ldr x0, =hyp_bss
    ldr x1, =hyp_end
1:  stp xzr, xzr, [x0], #16
    cmp x0, x1
    b.lo 1b
    ldr x0, =hyp_stacks + (1 << STACK_SHIFT)
    mov sp, x0
    bl mmu_build
    bl mmu_on
    mov x0, x19
    bl hyp_primary
.size _start, . - _start

/* X0: this PE's number, as hyp_psci_cpu_on() gave it to the firmware. */
.global hyp_secondary_entry
.type hyp_secondary_entry, %function
hyp_secondary_entry:
    /* Tables and stacks are cacheable memory: nothing is touched before the MMU is on. */
    mov x19, x0
    bl mmu_on
    ldr x1, =hyp_stacks
    add x2, x19, #1
    add x1, x1, x2, lsl #STACK_SHIFT
    mov sp, x1
    mov x0, x19
    bl hyp_secondary
.size hyp_secondary_entry, . - hyp_secondary_entry

/* Stage 1 of EL2 on, with the tables that mmu_build made. Clobbers X0 to X2. */
.type mmu_on, %function
mmu_on:
    ldr x0, =MMU_HCR_BOOT
    msr HCR_EL2, x0
    ldr x0, =MMU_MAIR
    msr MAIR_EL2, x0
    mrs x1, ID_AA64MMFR0_EL1
    and x1, x1, #ID_AA64MMFR0_EL1_PARange_MASK
    /* 0b0110 and up are 52 bits and more, which this granule cannot use. */
    mov x2, #5
    cmp x1, x2
    csel x1, x1, x2, lo
    ldr x0, =MMU_TCR
    bfi x0, x1, #TCR_EL2_PS_SHIFT, #TCR_EL2_PS_WIDTH
    msr TCR_EL2, x0
    ldr x0, =mmu_level1
    msr TTBR0_EL2, x0
    isb
    tlbi alle2
    tlbi alle1
    ic iallu
    dsb sy
    isb
    ldr x0, =MMU_SCTLR
    msr SCTLR_EL2, x0
    isb
    ret
.size mmu_on, . - mmu_on

/* void host_start(entry, context, host_vectors): leaves this stack for the host at EL1. */
.global host_start
.type host_start, %function
host_start:
    msr ELR_EL2, x0
    mov x0, #0x3c5 /* EL1h, DAIF */
    msr SPSR_EL2, x0
    msr VBAR_EL2, x2
    /* The stack is empty from here on: every entry from the host begins at its top. */
    sub x2, sp, #1
    orr x2, x2, #(1 << STACK_SHIFT) - 1
    add sp, x2, #1
    mov x0, x1
    isb
    eret
.size host_start, . - host_start

.bss
.balign 1 << STACK_SHIFT
hyp_stacks:
    .space LAYOUT_MAX_PES << STACK_SHIFT
