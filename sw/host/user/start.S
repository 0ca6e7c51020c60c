/* SPDX-License-Identifier: MIT */
/* The user program: X0 is the slot of its vCPU; SP is set. */
#include "user/vmm.h"

    .text
    .globl  user_start
user_start:
    bl      vmm_main
    mov     x8, #SYS_EXIT
    svc     #0

/* uint64_t vmm_run(uint64_t slot) */
    .globl  vmm_run
vmm_run:
    mov     x8, #SYS_RUN
    svc     #0
    ret
