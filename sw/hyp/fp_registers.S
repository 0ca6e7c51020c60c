/* SPDX-License-Identifier: MIT */
/* The SIMD&FP registers, to and from struct fp_context: V0 to V31, FPSR, FPCR. */

.arch armv8-a+fp+simd

.macro fp_all instruction
    \instruction q0, q1, [x0, #0]
    \instruction q2, q3, [x0, #32]
    \instruction q4, q5, [x0, #64]
    \instruction q6, q7, [x0, #96]
    \instruction q8, q9, [x0, #128]
    \instruction q10, q11, [x0, #160]
    \instruction q12, q13, [x0, #192]
    \instruction q14, q15, [x0, #224]
    \instruction q16, q17, [x0, #256]
    \instruction q18, q19, [x0, #288]
    \instruction q20, q21, [x0, #320]
    \instruction q22, q23, [x0, #352]
    \instruction q24, q25, [x0, #384]
    \instruction q26, q27, [x0, #416]
    \instruction q28, q29, [x0, #448]
    \instruction q30, q31, [x0, #480]
.endm

.text
.global fp_registers_save
.type fp_registers_save, %function
fp_registers_save:
    fp_all stp
    mrs x1, FPSR
    mrs x2, FPCR
    str x1, [x0, #512]
    str x2, [x0, #520]
    ret
.size fp_registers_save, . - fp_registers_save

.global fp_registers_load
.type fp_registers_load, %function
fp_registers_load:
    fp_all ldp
    ldr x1, [x0, #512]
    ldr x2, [x0, #520]
    msr FPSR, x1
    msr FPCR, x2
    ret
.size fp_registers_load, . - fp_registers_load
