/* SPDX-License-Identifier: MIT */
/**
 * What the host asks of its hypervisor, as C functions. Under nVHE they are HVCs (hyp_hvc.c); the
 * VHE host is linked with the hypervisor's own functions behind the same names.
 *
 * All run on the calling PE. Negative results are enum hyp_result.
 */
#ifndef SL_LIB_HYP_H
#define SL_LIB_HYP_H

#include <stddef.h>
#include <stdint.h>

#include "design.h"
#include "vcpu.h"

enum hyp_result {
    HYP_OK = 0,
    HYP_NOT_SUPPORTED = -1, /* no such call or design here */
    HYP_INVALID = -2,       /* an argument out of range */
    HYP_DENIED = -3,        /* not from this context (preemptible) */
    HYP_BUSY = -4,          /* a vCPU is running, or the design refuses buffers */
    HYP_NO_MEMORY = -5,     /* the VM's pool is empty: hyp_vm_add_pages() and try again */
};

/** HVC function numbers: X0. Arguments and result as the functions below, in X1… and X0. */
#define HYP_CALL(n) (0xc6000000u + (n))

enum {
    HYP_QUERY = HYP_CALL(1),
    HYP_CPU_INIT = HYP_CALL(2),
    HYP_SET_DESIGN = HYP_CALL(3),
    HYP_VM_CREATE = HYP_CALL(4),
    HYP_VM_ADD_PAGES = HYP_CALL(5),
    HYP_VM_MAP = HYP_CALL(6),
    HYP_VM_UNMAP = HYP_CALL(7),
    HYP_TLB_FLUSH_VM = HYP_CALL(8),
    HYP_FLUSH_CPU_CONTEXT = HYP_CALL(9),
    HYP_VCPU_RUN = HYP_CALL(10),
    HYP_TIMER_SET_OFFSET = HYP_CALL(11),
    HYP_VGIC_LOAD = HYP_CALL(12),
    HYP_VGIC_PUT = HYP_CALL(13),
    HYP_FP_SAVE = HYP_CALL(14),
};

enum hyp_query {
    HYP_QUERY_ABI = 0,            /* version of this interface: HYP_ABI_VERSION */
    HYP_QUERY_FEATURES = 1,       /* FEATURE_* of this PE */
    HYP_QUERY_DESIGN = 2,         /* of this PE */
    HYP_QUERY_DEFAULT_DESIGN = 3, /* the image parameter `hyp_design` */
    HYP_QUERY_LIST_REGISTERS = 4,
};

#define HYP_ABI_VERSION 1

int64_t hyp_query(enum hyp_query what);

/**
 * Once on each PE, when the host starts there and can take a C call: the structure of this PE, in
 * the host's address space. NULL: the hypervisor does not answer.
 */
struct cpu *hyp_cpu_init(void);

/**
 * Chooses the switch of this PE and puts its trace state back to that of a fresh boot (flags,
 * filters for guests, TRFCR_EL1 = 0). HYP_BUSY: the trace buffer of this PE is on. Between
 * vcpu_put() and vcpu_load() only.
 */
int64_t hyp_set_design(unsigned int design);

/**
 * A new VM, whose stage-2 tables grow out of `pages` pages at `pool` (physical; one at least, the
 * first becomes the root). The host must not touch them again. Returns its number: from 1, also its
 * VMID.
 */
int64_t hyp_vm_create(uint64_t pool, size_t pages);
int64_t hyp_vm_add_pages(uint64_t vm, uint64_t pool, size_t pages);

/** What a guest may do with a page; HYP_MAP_DEVICE: Device-nGnRE instead of Normal memory. */
enum { HYP_MAP_READ = 1, HYP_MAP_WRITE = 2, HYP_MAP_EXECUTE = 4, HYP_MAP_DEVICE = 8 };

/**
 * Maps `size` bytes of physical memory at `pa` to `ipa`; all three multiples of the page. Blocks of
 * 2 MB where alignment allows. HYP_INVALID: a part is mapped already or is not the host's to give.
 * HYP_NO_MEMORY: what could be mapped is; mapping the same again is not an error then.
 */
int64_t hyp_vm_map(uint64_t vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how);

/**
 * Unmaps, and returns when no PE holds a translation of it. A block that is only partly within is
 * split. Unmapping what is not mapped is not an error.
 */
int64_t hyp_vm_unmap(uint64_t vm, uint64_t ipa, uint64_t size);

/** Forgets all translations of the VM, on all PEs. */
int64_t hyp_tlb_flush_vm(uint64_t vm);

/**
 * A vCPU with the usual traps: `number` from 1 over all VMs, MPIDR_EL1 as the guest sees it (bit 31
 * is added), entry at EL1h with interrupts masked, MMU off, X0 = context.
 */
void vcpu_init(struct vcpu *vcpu, uint64_t number, uint64_t vm, uint64_t mpidr, uint64_t entry,
               uint64_t context);

/**
 * Makes the vCPU this PE's: stage 2, timer offset, virtual timer, virtual CPU interface, and what
 * the design decides at load. One vCPU per PE at a time, interrupts masked or preemption
 * impossible.
 */
void vcpu_load(struct cpu *cpu, struct vcpu *vcpu);

/**
 * Runs it until the next exit that is the host's. Interrupts masked (DAIF.I); an interrupt that
 * ends the run is taken when the host unmasks. Returns enum vcpu_exit or enum hyp_result.
 */
int64_t vcpu_run(struct cpu *cpu, struct vcpu *vcpu);

/** Gives it up; afterwards it may be loaded on another PE. */
void vcpu_put(struct cpu *cpu, struct vcpu *vcpu);

/** The guest's EL1 registers of a loaded vCPU: in memory or, under VHE, in the registers. */
uint64_t vcpu_read_sys(const struct vcpu *vcpu, enum context_register which);
void vcpu_write_sys(struct vcpu *vcpu, enum context_register which, uint64_t value);

/**
 * At the next entry the guest takes an exception to EL1: Unknown reason (the answer to registers
 * that it does not have), or a synchronous external abort at `far`. Or skips the instruction that
 * trapped.
 */
void vcpu_inject_undef(struct vcpu *vcpu);
void vcpu_inject_data_abort(struct vcpu *vcpu, uint64_t far);
void vcpu_skip_instruction(struct vcpu *vcpu);

/** X<n> of the guest, with 31 for XZR. */
static inline uint64_t vcpu_get(const struct vcpu *vcpu, unsigned int n)
{
    return n == 31 ? 0 : vcpu->context.x[n];
}

static inline void vcpu_set(struct vcpu *vcpu, unsigned int n, uint64_t value)
{
    if (n != 31) {
        vcpu->context.x[n] = value;
    }
}

/** PSCI for the host, by the right conduit. Entries are physical addresses, at the host's EL. */
int64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context);
int64_t psci_cpu_off(void);
int64_t psci_affinity_info(uint64_t mpidr);
__attribute__((noreturn)) void psci_system_off(void);

#endif /* SL_LIB_HYP_H */
