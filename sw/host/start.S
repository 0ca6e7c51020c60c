/* SPDX-License-Identifier: MIT */
/*
 * Entry of the host kernel on every PE, MMU and caches off, at physical addresses. Turns the MMU
 * on with the kernel's tables and goes on at the kernel's own addresses.
 */
#include "asm.h"
#include "layout.h"
#include "sightline_sysreg.h"

/* Attributes by index: 0 Normal write-back, 1 Device-nGnRE. */
#define MAIR 0x04ff
/* 48-bit VAs on both sides, 4 KB, inner shareable write-back walks, 36-bit PAs. */
#define TCR 0x00000001b5103510
/* RES1 bits of Armv8.0; M, C, SA, SA0, I; DZE, UCT, nTWI, nTWE for EL0. */
#define SCTLR 0x30d5d81d

#define BLOCK_DEVICE 0x0060000000000405 /* AttrIndx 1, AF; neither PXN nor UXN clear */
#define BLOCK_TEXT 0x0040000000000781   /* read-only, UXN */
#define BLOCK_DATA 0x0060000000000701   /* read-write, PXN, UXN */

    .section .text.start, "ax"
    .globl host_entry
host_entry:
    adrp    x1, host_bss_start
    add     x1, x1, :lo12:host_bss_start
    adrp    x2, host_bss_end
    add     x2, x2, :lo12:host_bss_end
1:  cmp     x1, x2
    b.hs    2f
    stp     xzr, xzr, [x1], #16
    b       1b
2:  adrp    x19, boot_stack_end
    mov     x20, #0
    b       enable_mmu

#ifdef HOST_VHE
/* Becomes a host at EL2, before any name of EL1 means what is meant: HCR_EL2 = RW, E2H, TGE. */
    .macro  enter_el
    mov     x3, #0x88000000
    orr     x3, x3, #(1 << 34)
    msr     SYS_HCR_EL2, x3
    isb
    .endm
#else
    .macro  enter_el
    .endm
#endif

/* A secondary: X0 = physical address of { stack, struct pe * }, both as the kernel sees them. */
    .globl host_secondary_entry
host_secondary_entry:
    ldp     x19, x20, [x0]

enable_mmu:
    enter_el
    mov     x0, #MAIR
    msr     SYS_MAIR_EL1, x0
    ldr     x0, =TCR
    msr     SYS_TCR_EL1, x0
    adrp    x0, kernel_table_0
    msr     SYS_TTBR0_EL1, x0           /* one to one, until the jump below */
    msr     SYS_TTBR1_EL1, x0
    adr     x0, host_vectors
    mov     x2, #(LAYOUT_HOST_OFFSET >> 48)
    lsl     x2, x2, #48
    add     x0, x0, x2
    msr     SYS_VBAR_EL1, x0
    dsb     ishst
    isb
    tlbi    vmalle1                     /* with TGE: of the EL2&0 regime */
    dsb     nsh
    isb
    ldr     w0, =SCTLR
    msr     SYS_SCTLR_EL1, x0
    isb
    adr     x0, 3f
    add     x0, x0, x2
    br      x0

3:  cbnz    x20, 4f
    add     x19, x19, x2
    mov     sp, x19
    mov     x29, xzr
    bl      host_main
4:  mov     sp, x19
    mov     x29, xzr
    mov     x0, x20
    bl      host_secondary_main

/* The kernel's tables: everything of [0, 1 GB) is a device, RAM by 2 MB blocks. */
    .data
    .balign 4096
    .globl kernel_table_0
kernel_table_0:
    .quad   kernel_table_1 - LAYOUT_HOST_OFFSET + 3
    .fill   511, 8, 0
kernel_table_1:
    .quad   BLOCK_DEVICE
    .quad   kernel_table_2 - LAYOUT_HOST_OFFSET + 3
    .fill   510, 8, 0
kernel_table_2:
    .set    block, LAYOUT_RAM
    .rept   512
    .if     block == LAYOUT_HOST
    .quad   BLOCK_TEXT + block
    .elseif block < LAYOUT_RAM + LAYOUT_RAM_SIZE
    .quad   BLOCK_DATA + block
    .else
    .quad   0
    .endif
    .set    block, block + 0x200000
    .endr

    .bss
    .balign 16
    .space  BOOT_STACK_SIZE
    .balign 4096
boot_stack_end:
