// SPDX-License-Identifier: MIT
// What differs between two machines, if anything does: short pieces of code that run at EL0, EL1 or
// EL2 and end in an exception, or in `done`. oracle.c says under which controls each runs.

        .arch   armv8.2-a+fp
        .macro  case name
        .balign 16
        .global \name
\name:
        .endm
        .macro  done
        hvc     #0x4243
        .endm

        .text
// ---- Entry, vectors and the way into a case and back ----
        .global _start
_start: msr     spsel, #1
        adrp    x0, stack_top
        add     x0, x0, :lo12:stack_top
        mov     sp, x0
        bl      run_all
        ldr     x0, =0x84000008         // PSCI SYSTEM_OFF
        smc     #0
1:      b       1b

// void enter(u64 pc, u64 spsr): returns when the case has ended.
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
        msr     elr_el2, x0
        msr     spsr_el2, x1
        ldr     x0, =data_page
        ldr     x1, =0x80000000
        mov     x2, #0
        mov     x3, #0
        isb
        eret

        .macro  vector el, index
        .balign 128
        mov     x30, #\index
        b       caught_el\el
        .endm
        .macro  table el
        .balign 2048
        .global vectors_el\el
vectors_el\el:
        vector  \el, 0
        vector  \el, 1
        vector  \el, 2
        vector  \el, 3
        vector  \el, 4
        vector  \el, 5
        vector  \el, 6
        vector  \el, 7
        vector  \el, 8
        vector  \el, 9
        vector  \el, 10
        vector  \el, 11
        vector  \el, 12
        vector  \el, 13
        vector  \el, 14
        vector  \el, 15
        .endm
        table   1
        table   2

// EL1: what there is to know goes into registers, then up to EL2. Stage 1 may be on.
caught_el1:
        mov     x20, x30
        mrs     x21, esr_el1
        mrs     x22, far_el1
        mrs     x23, elr_el1
        mrs     x24, spsr_el1
        mov     x25, x0
        hvc     #0x4242

caught_el2:
        mrs     x9, esr_el2
        movz    w10, #0x4242
        movk    w10, #0x5a00, lsl #16
        cmp     w9, w10
        b.eq    1f
        mov     x20, x30
        add     x20, x20, #0x100        // taken to EL2
        mov     x21, x9
        mrs     x22, far_el2
        mrs     x23, elr_el2
        mrs     x24, spsr_el2
        mov     x25, x0
        mrs     x26, hpfar_el2
1:      adrp    x9, seen
        add     x9, x9, :lo12:seen
        stp     x20, x21, [x9]
        stp     x22, x23, [x9, #16]
        stp     x24, x25, [x9, #32]
        str     x26, [x9, #48]
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

// ---- The cases ----
        case c_svc
        svc     #0x123
        done
        case c_hvc
        hvc     #0x321
        case c_smc
        smc     #0x55
        done
        case c_brk
        brk     #0x77
        done
        case c_udf
        udf     #1
        done
        case c_fp
        fmov    x0, d0
        done
        case c_wfi
        wfi
        done
        case c_pc
        adr     x9, .+6
        br      x9
        case c_eret
        adr     x9, 1f
        msr     elr_el1, x9
        mov     x9, #0x3cd              // EL3h
        msr     spsr_el1, x9
        eret
        nop
1:      nop
        done
        case c_step
        nop
        nop
        done

        .macro  read name, reg
        case \name
        mrs     x0, \reg
        done
        .endm
        .macro  write name, reg
        case \name
        msr     \reg, x0
        done
        .endm
        read    r_daif, daif
        read    r_currentel, currentel
        read    r_ctr, ctr_el0
        read    r_sctlr, sctlr_el1
        write   w_vbar, vbar_el1
        write   w_ttbr0, ttbr0_el1
        write   w_contextidr, contextidr_el1
        read    r_ttbr0, ttbr0_el1
        read    r_id, id_aa64pfr0_el1
        read    r_idgap, s3_0_c0_c7_7
        read    r_aidr, aidr_el1
        read    r_actlr, actlr_el1
        read    r_cpacr, cpacr_el1
        read    r_cntvct, cntvct_el0
        read    r_cntpct, cntpct_el0
        read    r_cntp, cntp_ctl_el0
        read    r_cntv, cntv_ctl_el0
        read    r_pmccntr, pmccntr_el0
        read    r_pmcr, pmcr_el0
        write   w_pmselr, pmselr_el0
        read    r_mdscr, mdscr_el1
        read    r_oslsr, oslsr_el1
        write   w_oslar, oslar_el1
        read    r_mdrar, mdrar_el1
        read    r_dbgbcr, dbgbcr0_el1
        read    r_hcr, hcr_el2
        read    r_elr12, s3_5_c4_c0_1
        read    r_tpidr, tpidr_el0
        read    r_tpidr1, tpidr_el1
        read    r_vmpidr, mpidr_el1
        read    r_isr, isr_el1
        read    r_cptr3, cptr_el3
        case i_spsel
        msr     spsel, #0
        done
        case i_tlbi
        tlbi    vmalle1is
        done
        case i_tlbi2
        tlbi    alle2
        done
        case i_isw
        dc      isw, x0
        done
        case i_civac
        dc      civac, x0
        done
        case i_cvau
        dc      cvau, x0
        done
        case i_ivau
        ic      ivau, x0
        done
        case i_iallu
        ic      iallu
        done
        case i_zva
        dc      zva, x0
        done
        case i_at
        at      s1e1r, x1
        isb
        mrs     x0, par_el1
        done
        case i_atw
        add     x1, x1, #0x1000
        at      s1e1w, x1
        isb
        mrs     x0, par_el1
        done
        case i_at0
        add     x1, x1, #0x1000
        at      s1e0r, x1
        isb
        mrs     x0, par_el1
        done
        case i_at12
        at      s12e1r, x1
        isb
        mrs     x0, par_el1
        done
        case i_at12w
        add     x1, x1, #0x1000
        at      s12e1w, x1
        isb
        mrs     x0, par_el1
        done

        .macro  access name, offset, insn:vararg
        case \name
        ldr     x9, =\offset
        add     x1, x1, x9
        \insn
        done
        .endm
        access  a_ldr, 0, ldr x7, [x1]
        access  a_ldrw, 4, ldr w7, [x1]
        access  a_ldrb, 3, ldrb w30, [x1]
        access  a_ldrsb, 3, ldrsb x7, [x1]
        access  a_ldrsh, 2, ldrsh w7, [x1]
        access  a_ldrsw, 4, ldrsw x7, [x1]
        access  a_str, 8, str x7, [x1]
        access  a_strb, 1, strb w7, [x1]
        access  a_strz, 8, str xzr, [x1]
        access  a_ldp, 0, ldp x7, x8, [x1]
        access  a_post, 0, ldr x7, [x1], #8
        access  a_pre, 0, str x7, [x1, #8]!
        access  a_reg, 0, ldr x7, [x1, x2]
        access  a_ldur, 9, ldur x7, [x1, #-1]
        access  a_ldar, 0, ldar x7, [x1]
        access  a_stlrb, 0, stlrb w7, [x1]
        access  a_ldxr, 0, ldxr x7, [x1]
        access  a_ldtr, 0, ldtr x7, [x1]
        access  a_prfm, 0, prfm pldl1keep, [x1]
        access  a_misldar, 4, ldar x7, [x1]
        access  a_misldxr, 4, ldxr x7, [x1]
        access  a_mis, 1, ldr x7, [x1]
        access  a_ro_ldr, 0x1000, ldr x7, [x1]
        access  a_ro_str, 0x1000, str x7, [x1]
        access  a_ro_ldadd, 0x1000, .inst 0xf8270027  // ldadd x7, x7, [x1]
        access  a_ldadd, 0x3000, .inst 0xf8270027
        access  a_user, 0x2000, ldr x7, [x1]
        access  a_user_ldtr, 0x2000, ldtr x7, [x1]
        access  a_flag, 0x3000, ldr x7, [x1]
        access  a_none, 0x5000, ldr x7, [x1]
        access  a_nonew, 0x5000, str x7, [x1]
        access  a_block, 0x200000, ldr x7, [x1]
        access  a_giga, 0x40000000, ldr x7, [x1]
        access  a_high, 0x4000000000, ldr x7, [x1]
        access  a_cross, 0x4ffc, ldr x7, [x1]
        access  a_jump, 0x5000, br x1
        access  a_jumpx, 0x3000, br x1
        access  a_cvac, 0x5000, ldrh w7, [x1]

        .bss
        .balign 16
        .global seen
context: .skip  128
seen:    .skip  64
        .balign 4096
        .skip   16384
stack_top:
        .global data_page
        .balign 4096
data_page:
        .skip   4096
