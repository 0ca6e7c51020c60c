/* SPDX-License-Identifier: MIT */
/*
 * Entry of the engine benchmark: one PE, at EL1 or EL2, MMU and caches off.
 * Maps the low 4 GB one to one (first device, then memory, by 1 GB blocks), runs bench_main and
 * powers off through PSCI.
 */

#define PSCI_SYSTEM_OFF 0x84000008

    .section .text.start, "ax"
    .globl _start
_start:
    adrp    x0, stack_top
    mov     sp, x0
    adrp    x1, bss_start
    add     x1, x1, :lo12:bss_start
    adrp    x2, bss_end
    add     x2, x2, :lo12:bss_end
1:  cmp     x1, x2
    b.hs    2f
    str     xzr, [x1], #8
    b       1b

2:  adrp    x0, translation_table
    adr     x1, vectors
    ldr     x2, =0x00000000004404ff     /* attributes: 0 Normal write-back, 1 Device nGnRE, 2 NC */
    mrs     x4, CurrentEL
    cmp     x4, #(2 << 2)
    b.eq    3f

    msr     vbar_el1, x1
    msr     ttbr0_el1, x0
    msr     mair_el1, x2
    ldr     x3, =0x0000000100803519     /* 39-bit VA, 4 KB, inner shareable write-back; EPD1 */
    msr     tcr_el1, x3
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    mrs     x5, sctlr_el1
    mov     x6, #0x1005                 /* I, C, M */
    orr     x5, x5, x6
    msr     sctlr_el1, x5
    isb
    b       4f

3:  msr     vbar_el2, x1
    msr     ttbr0_el2, x0
    msr     mair_el2, x2
    ldr     x3, =0x0000000080813519     /* the same in the form of TCR_EL2: PS = 36 bits */
    msr     tcr_el2, x3
    isb
    tlbi    alle2
    dsb     nsh
    isb
    mrs     x5, sctlr_el2
    mov     x6, #0x1005
    orr     x5, x5, x6
    msr     sctlr_el2, x5
    isb

4:  bl      bench_main
    mov     w0, #(PSCI_SYSTEM_OFF & 0xffff)
    movk    w0, #(PSCI_SYSTEM_OFF >> 16), lsl #16
    smc     #0
5:  wfi
    b       5b

/*
 * The only exception that may come is that of the SMC above, where a machine has its PSCI behind
 * HVC instead. Whatever comes, the machine is asked to stop.
 */
    .balign 2048
vectors:
    .rept 16
    .balign 128
    mov     w0, #(PSCI_SYSTEM_OFF & 0xffff)
    movk    w0, #(PSCI_SYSTEM_OFF >> 16), lsl #16
    hvc     #0
    b       5b
    .endr

/* The compiler asks for it: void *memset(void *, int, size_t) */
    .text
    .globl memset
memset:
    mov     x3, x0
6:  cbz     x2, 7f
    strb    w1, [x3], #1
    sub     x2, x2, #1
    b       6b
7:  ret

    .section .rodata.table, "a"
    .balign 4096
translation_table:
    .quad   0x0060000000000405          /* device, never executed, inner shareable, AF */
    .quad   0x0000000040000701          /* memory */
    .quad   0x0000000080000701
    .quad   0x00000000c0000701
    .fill   508, 8, 0

    .section .stack, "aw", @nobits
    .balign 4096
    .space  16384
stack_top:
