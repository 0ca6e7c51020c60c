/* SPDX-License-Identifier: MIT */
/** VMs: a VMID and its stage-2 tables. Arguments come from the host and are checked. */
#ifndef SL_HYP_VM_H
#define SL_HYP_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Once, on the first PE: where table memory is seen, virtual minus physical address. */
void vm_init(uintptr_t offset);

int64_t vm_create(uint64_t pool, size_t pages);
int64_t vm_add_pages(uint64_t vm, uint64_t pool, size_t pages);
int64_t vm_map(uint64_t vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how);
int64_t vm_unmap(uint64_t vm, uint64_t ipa, uint64_t size);
int64_t vm_flush(uint64_t vm);
int64_t vm_flush_here(uint64_t vm);

/** VTCR_EL2 of every VM, and VTTBR_EL2 of one; false: there is no such VM. */
uint64_t vm_vtcr(void);
bool vm_vttbr(uint64_t vm, uint64_t *vttbr);

/** Memory that the host may give away or share: in RAM, outside the hypervisor, and aligned. */
bool vm_host_memory(uint64_t pa, uint64_t size, uint64_t alignment);

#endif /* SL_HYP_VM_H */
