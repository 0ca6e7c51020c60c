/* SPDX-License-Identifier: MIT */
/* The assembly half of report_marks_fixture.c. */
#include "lib/mark.h"

    .text
    .globl world_switch
    .type world_switch, %function
world_switch:
    SL_PHASE_CALL("guest; \"quoted\"")
    hvc #0
after_hvc:
    SL_PHASE_RETURN()
    SL_PHASE("both at one address")
    ret
    .size world_switch, . - world_switch

    .globl assembly_marks
    .type assembly_marks, %function
assembly_marks:
    SL_RUN(x7, x30, xzr)
    nop
    SL_VCPU(x19)
    ret
    .size assembly_marks, . - assembly_marks
    SL_NAME(SL_NAME_DESIGN, 5, "vhe")
