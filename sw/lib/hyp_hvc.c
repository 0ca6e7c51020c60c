/* SPDX-License-Identifier: MIT */
/* hyp.h for the nVHE host at EL1: one HVC each. Physical addresses cross the border. */

#include "hyp.h"

#include "layout.h"
#include "psci.h"
#include "smccc.h"

int64_t hyp_query(enum hyp_query what)
{
    return smccc_hvc(HYP_QUERY, what, 0, 0, 0, 0);
}

struct cpu *hyp_cpu_init(void)
{
    const int64_t pa = smccc_hvc(HYP_CPU_INIT, 0, 0, 0, 0, 0);

    return pa < 0 ? NULL : (struct cpu *)(uintptr_t)((uint64_t)pa + LAYOUT_HOST_OFFSET);
}

int64_t hyp_set_design(unsigned int design)
{
    return smccc_hvc(HYP_SET_DESIGN, design, 0, 0, 0, 0);
}

int64_t hyp_vm_create(uint64_t pool, size_t pages)
{
    return smccc_hvc(HYP_VM_CREATE, pool, pages, 0, 0, 0);
}

int64_t hyp_vm_add_pages(uint64_t vm, uint64_t pool, size_t pages)
{
    return smccc_hvc(HYP_VM_ADD_PAGES, vm, pool, pages, 0, 0);
}

int64_t hyp_vm_map(uint64_t vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how)
{
    return smccc_hvc(HYP_VM_MAP, vm, ipa, pa, size, how);
}

int64_t hyp_vm_unmap(uint64_t vm, uint64_t ipa, uint64_t size)
{
    return smccc_hvc(HYP_VM_UNMAP, vm, ipa, size, 0, 0);
}

int64_t hyp_tlb_flush_vm(uint64_t vm)
{
    return smccc_hvc(HYP_TLB_FLUSH_VM, vm, 0, 0, 0, 0);
}

int64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    return smccc_hvc(PSCI_CPU_ON, mpidr, entry, context, 0, 0);
}

int64_t psci_cpu_off(void)
{
    return smccc_hvc(PSCI_CPU_OFF, 0, 0, 0, 0, 0);
}

int64_t psci_affinity_info(uint64_t mpidr)
{
    return smccc_hvc(PSCI_AFFINITY_INFO, mpidr, 0, 0, 0, 0);
}

void psci_system_off(void)
{
    for (;;) {
        (void)smccc_hvc(PSCI_SYSTEM_OFF, 0, 0, 0, 0, 0);
    }
}
