/* SPDX-License-Identifier: MIT */
/** What a guest and its host agree on: the image, the task to do, the calls by HVC #0, devices. */
#ifndef SW_GUEST_GUEST_H
#define SW_GUEST_GUEST_H

#include "layout.h"

/*
 * The image begins with code and constants, which all VMs share; data follows at GUEST_DATA and
 * each VM has its own copy. The last page of a vCPU's tasks is its mailbox.
 */
#define GUEST_TEXT_SIZE 0x100000
#define GUEST_DATA GUEST_TEXT_SIZE
#define GUEST_DATA_SIZE 0x20000
#define GUEST_MAILBOX(vcpu) (GUEST_DATA + GUEST_DATA_SIZE + (vcpu)*LAYOUT_PAGE_SIZE)

/** Memory that is not there until it is touched: one page per access. */
#define GUEST_LAZY_IPA 0x88000000

/** EL0 executes the image at this plus its IPA. */
#define GUEST_USER_OFFSET 0x8000000000

/** Devices, at their IPAs. */
#define GUEST_GICD 0x08000000
#define GUEST_GICR 0x080a0000
#define GUEST_UART 0x09000000   /* write: a character; in the host kernel */
#define GUEST_KERNEL 0x09010000 /* a counter in the host kernel: each read adds 1 */
#define GUEST_USER 0x0a000000   /* the same in the host's user program */

/** X0 of a call; X1 is its argument, X0 the answer. */
#define GUEST_CALL_NOTHING                                                                         \
    0x86000001 /* answered by -1, as by any hypervisor that has no such call */
#define GUEST_CALL_MEASURE 0x86000002 /* warm-up is over */
#define GUEST_CALL_DONE 0x86000003    /* X1: 0, or what went wrong (enum guest_error) */
#define GUEST_CALL_YIELD 0x86000004   /* another vCPU of this PE shall run */

#ifndef __ASSEMBLER__

#include <stdint.h>

enum guest_task {
    GUEST_TASK_HELLO,
    GUEST_TASK_HYPERCALL,
    GUEST_TASK_GIC,
    GUEST_TASK_IPI,
    GUEST_TASK_IPI_RECEIVER,
    GUEST_TASK_EOI,
    GUEST_TASK_SWITCH,
    GUEST_TASK_SWITCH_PARTNER,
    GUEST_TASK_KERNEL_IO,
    GUEST_TASK_USER_IO,
    GUEST_TASK_FAULT,
    GUEST_TASK_TIMER,
    GUEST_TASKS
};

/** Whose registers answer a guest as UNDEFINED, though the PE has them. */
enum {
    GUEST_HIDDEN_FILTER = 1 << 0,
    GUEST_HIDDEN_BUFFER = 1 << 1,
    GUEST_HIDDEN_UNIT = 1 << 2,
    GUEST_HIDDEN_SPE = 1 << 3,
};

/** What the host writes before a vCPU starts. */
struct guest_mailbox {
    uint64_t task;   /* enum guest_task */
    uint64_t vm;     /* from 1 */
    uint64_t vcpu;   /* in the VM, from 0 */
    uint64_t warmup; /* operations before GUEST_CALL_MEASURE */
    uint64_t count;  /* and after it */
    uint64_t hidden; /* GUEST_HIDDEN_*: what the PE has and the guest must not find */
};

enum guest_error {
    GUEST_OK,
    GUEST_UNEXPECTED_EXCEPTION,
    GUEST_UNEXPECTED_INTERRUPT,
    GUEST_WRONG_ANSWER,
    GUEST_NOT_TRAPPED, /* a trace register answered */
    GUEST_SEES_TRACE,  /* an ID register tells of trace */
};

#endif

#endif
