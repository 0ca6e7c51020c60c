/* SPDX-License-Identifier: MIT */
#include "vm.h"

#include "arch.h"
#include "hyp.h"
#include "layout.h"
#include "spinlock.h"
#include "stage2.h"
#include "tlb.h"

enum { VM_COUNT = LAST_VCPU_SLOTS - 1 };

struct vm {
    struct spinlock lock;
    struct stage2 tables;
    uint64_t vttbr; /* written last when a VM is made; 0: none */
};

static struct vm vms[VM_COUNT];
static struct spinlock create_lock;
static uintptr_t table_offset;
static uint64_t vtcr;

void vm_init(uintptr_t offset)
{
    const uint64_t mmfr0 = sysreg_read(ID_AA64MMFR0_EL1);
    uint64_t range = FIELD_GET(ID_AA64MMFR0_EL1, PARange, mmfr0);

    enum { RES1 = 1u << 31, WRITE_BACK = 1, INNER = 3, START_LEVEL_1 = 1, BITS_48 = 5 };

    /* What exceeds 48 bits needs another granule. */
    range = range < BITS_48 ? range : BITS_48;
    table_offset = offset;
    vtcr = RES1 | FIELD(VTCR_EL2, T0SZ, 64 - STAGE2_IPA_BITS) |
           FIELD(VTCR_EL2, SL0, START_LEVEL_1) | FIELD(VTCR_EL2, IRGN0, WRITE_BACK) |
           FIELD(VTCR_EL2, ORGN0, WRITE_BACK) | FIELD(VTCR_EL2, SH0, INNER) |
           FIELD(VTCR_EL2, PS, range);
}

uint64_t vm_vtcr(void)
{
    return vtcr;
}

bool vm_host_memory(uint64_t pa, uint64_t size, uint64_t alignment)
{
    const uint64_t end = LAYOUT_RAM + LAYOUT_RAM_SIZE;
    const uint64_t hyp_end = LAYOUT_HYP + LAYOUT_HYP_SIZE;

    return pa % alignment == 0 && pa >= LAYOUT_RAM && pa < end && size <= end - pa &&
           (pa >= hyp_end || pa + size <= LAYOUT_HYP);
}

static bool vm_pages_sound(uint64_t pool, size_t pages)
{
    return pages <= LAYOUT_RAM_SIZE / LAYOUT_PAGE_SIZE &&
           vm_host_memory(pool, pages * LAYOUT_PAGE_SIZE, LAYOUT_PAGE_SIZE);
}

static struct vm *vm_of(uint64_t number)
{
    if (number == 0 || number > VM_COUNT ||
        __atomic_load_n(&vms[number - 1].vttbr, __ATOMIC_ACQUIRE) == 0) {
        return NULL;
    }
    return &vms[number - 1];
}

bool vm_vttbr(uint64_t vm, uint64_t *vttbr)
{
    const struct vm *const found = vm_of(vm);

    if (found != NULL) {
        *vttbr = found->vttbr;
    }
    return found != NULL;
}

int64_t vm_create(uint64_t pool, size_t pages)
{
    int64_t number = HYP_NO_MEMORY;

    if (!vm_pages_sound(pool, pages) || pages == 0) {
        return HYP_INVALID;
    }
    spin_lock(&create_lock);
    for (size_t i = 0; i < VM_COUNT; i++) {
        struct vm *const vm = &vms[i];

        if (vm->vttbr == 0) {
            number = (int64_t)i + 1;
            vm->tables.offset = table_offset;
            stage2_give(&vm->tables, pool, pages);
            (void)stage2_create(&vm->tables); /* one page at least */
            __atomic_store_n(&vm->vttbr, vm->tables.root | FIELD(VTTBR_EL2, VMID, (uint64_t)number),
                             __ATOMIC_RELEASE);
            break;
        }
    }
    spin_unlock(&create_lock);
    return number;
}

int64_t vm_add_pages(uint64_t vm, uint64_t pool, size_t pages)
{
    struct vm *const found = vm_of(vm);

    if (found == NULL || !vm_pages_sound(pool, pages)) {
        return HYP_INVALID;
    }
    spin_lock(&found->lock);
    stage2_give(&found->tables, pool, pages);
    spin_unlock(&found->lock);
    return HYP_OK;
}

int64_t vm_map(uint64_t vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how)
{
    struct vm *const found = vm_of(vm);
    const bool device = (how & HYP_MAP_DEVICE) != 0;
    int64_t result = HYP_INVALID;

    /* Devices lie below RAM. */
    if (found == NULL || !(device ? pa < LAYOUT_RAM && size <= LAYOUT_RAM - pa
                                  : vm_host_memory(pa, size, LAYOUT_PAGE_SIZE))) {
        return HYP_INVALID;
    }
    spin_lock(&found->lock);
    result = stage2_map(&found->tables, ipa, pa, size, how);
    spin_unlock(&found->lock);
    /* The walkers of all PEs find the new entries; a guest that faulted is run again after this. */
    dsb(ish);
    return result;
}

static void vm_flush_entry(const struct stage2 *tables, uint64_t ipa)
{
    const struct vm *const vm =
        (const struct vm *)((uintptr_t)tables - offsetof(struct vm, tables));
    struct tlb_context before;

    before = tlb_enter(vtcr, vm->vttbr);
    tlb_flush_ipa(ipa);
    tlb_leave(&before);
}

int64_t vm_unmap(uint64_t vm, uint64_t ipa, uint64_t size)
{
    struct vm *const found = vm_of(vm);
    int64_t result = HYP_INVALID;

    if (found == NULL) {
        return HYP_INVALID;
    }
    spin_lock(&found->lock);
    result = stage2_unmap(&found->tables, ipa, size, vm_flush_entry);
    spin_unlock(&found->lock);
    return result;
}

int64_t vm_flush(uint64_t vm)
{
    const struct vm *const found = vm_of(vm);
    struct tlb_context before;

    if (found == NULL) {
        return HYP_INVALID;
    }
    before = tlb_enter(vtcr, found->vttbr);
    tlb_flush_all();
    tlb_leave(&before);
    return HYP_OK;
}

int64_t vm_flush_here(uint64_t vm)
{
    const struct vm *const found = vm_of(vm);
    struct tlb_context before;

    if (found == NULL) {
        return HYP_INVALID;
    }
    before = tlb_enter(vtcr, found->vttbr);
    tlb_flush_here();
    tlb_leave(&before);
    return HYP_OK;
}
