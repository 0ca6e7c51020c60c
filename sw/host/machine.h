/* SPDX-License-Identifier: MIT */
/** Virtual machines of the host: two, of two vCPUs each. */
#ifndef SW_HOST_MACHINE_H
#define SW_HOST_MACHINE_H

#include "guest/guest.h"
#include "host.h"
#include "mmio_trap.h"
#include "spinlock.h"
#include "user/vmm.h"
#include "vcpu.h"
#include "vgic.h"

enum { VMS = 2, VM_CPUS = 2 };

/** What ended a stay in the guest, by who deals with it. Self-checks count these. */
enum exit_kind {
    EXIT_HYPERCALL,
    EXIT_YIELD,
    EXIT_GIC,    /* Distributor or Redistributor register */
    EXIT_SGI,    /* ICC_SGI1R_EL1 */
    EXIT_SYSREG, /* any other register */
    EXIT_KERNEL_IO,
    EXIT_USER_IO,
    EXIT_FAULT, /* stage 2: memory that was not there yet */
    EXIT_IRQ,
    EXIT_WFX,
    EXIT_KINDS
};

/** A vCPU, and what the host knows of it. */
struct virtual_cpu {
    struct vcpu vcpu; /* shared with the hypervisor */
    struct machine *vm;
    unsigned int index; /* in the VM */
    struct thread thread;
    struct pe *in_guest; /* the PE that is about to enter, or in; NULL: none. Under the VM's lock */
    uint64_t exits[EXIT_KINDS]; /* since vcpu_reset(), or since the guest asked to be measured */
    struct vmm_shared *shared;  /* with the user program */
    struct guest_mailbox *mailbox;
    struct mmio_access mmio; /* a load that the user program answers */
    bool mmio_pending;
    bool done;
    uint64_t error; /* enum guest_error */
    char line[80];  /* what it has written to its UART */
    unsigned int line_length;
};

struct machine {
    struct spinlock lock; /* vgic, in_guest, lazy_pages */
    struct vgic vgic;
    struct virtual_cpu *cpu[VM_CPUS];
    uint64_t id;      /* the hypervisor's */
    uint64_t data;    /* physical */
    uint64_t counter; /* the device at GUEST_KERNEL */
    uint64_t *lazy;   /* physical page of each lazily mapped one, in the order of addresses */
    unsigned int lazy_pages;
};

extern struct machine machines[VMS];

void machine_init(void);

/** The most pages of lazy memory that a VM can have at a time. */
enum { VM_LAZY_MAX = 16384 };

/** Takes lazy memory away again. No vCPU of the VM may run. */
void machine_forget_lazy(struct machine *vm);

/** Data of the VM as in the image, interrupts as after reset. No vCPU of it may run. */
void machine_reset(struct machine *vm);

/** Ready to start `task` from the beginning. */
void vcpu_reset(struct virtual_cpu *vcpu, enum guest_task task, uint64_t warmup, uint64_t count);

/** run.c: enters the user program that drives this vCPU; returns what it ends with. */
uint64_t vcpu_enter_user(struct virtual_cpu *vcpu, uint64_t *kernel_stack);

/** run.c: a system call of the user program (vectors.S). */
void syscall_handle(struct frame *frame);

/** The virtual timer of the vCPU loaded on this PE has fired: false if there is none. */
bool vcpu_timer_fired(struct pe *pe);

/** The vCPUs in `cpus` (a bit each) have news in the vGIC: those in their guest must look. */
void machine_kick(struct machine *vm, uint32_t cpus);

/** exits.c: deals with what made the guest leave. True: it may go on; false: to the user program.
 */
bool exit_handle(struct virtual_cpu *vcpu, int64_t exit);

/** bench.c: the guest says that its warm-up is over, and that it has ended. */
void bench_measure(struct virtual_cpu *vcpu);
void bench_measured(struct virtual_cpu *vcpu);

/** run.c, for exits.c: gives the PE to another vCPU of its ring. */
void vcpu_give_way(struct virtual_cpu *vcpu);

#endif
