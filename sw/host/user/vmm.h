/* SPDX-License-Identifier: MIT */
/** The system calls of the host, and what kernel and user program share per vCPU. */
#ifndef SW_HOST_USER_VMM_H
#define SW_HOST_USER_VMM_H

/** X8 at SVC #0. */
#define SYS_RUN 1  /* X0: slot of the vCPU; returns enum vmm_reason */
#define SYS_EXIT 2 /* X0: result */

#ifndef __ASSEMBLER__

#include <stdint.h>

enum vmm_reason {
    VMM_MMIO,  /* see the shared page; a load is answered in `value` */
    VMM_DONE,  /* the guest has ended; `value` is its error */
    VMM_ERROR, /* the kernel does not know how to go on */
};

struct vmm_shared {
    uint64_t address;
    uint64_t value;
    uint64_t size;
    uint64_t is_write;
};

#endif

#endif
