/* SPDX-License-Identifier: MIT */
/* Building virtual machines: memory, vCPUs, the state that they start in. */

#include "machine.h"

#include "gic.h"
#include "hyp.h"
#include "mark.h"
#include "memory.h"
#include "string.h"
#include "window.h"

enum { TABLE_PAGES = 64, IMAGE_MAGIC = 0x54534755 };

struct machine machines[VMS];

/** The image's header (guest/start.S): after the branch that is its entry. */
struct image_header {
    uint32_t entry;
    uint32_t magic;
    uint64_t data_size; /* of what the image holds from GUEST_DATA on */
};

static const struct image_header *image(void)
{
    const struct image_header *header = phys_to_virt(LAYOUT_GUEST);

    if (header->magic != IMAGE_MAGIC) {
        panic("no guest image at %x", LAYOUT_GUEST);
    }
    return header;
}

static void map(struct machine *vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how)
{
    int64_t result = hyp_vm_map(vm->id, ipa, pa, size, how);

    if (result != HYP_OK) {
        panic("mapping %lx to %lx of VM %lu: %ld", pa, ipa, vm->id, result);
    }
}

static void vcpu_create(struct machine *vm, unsigned int index)
{
    struct virtual_cpu *vcpu =
        phys_to_virt(pages_alloc((sizeof(struct virtual_cpu) + PAGE - 1) / PAGE));
    const unsigned int slot = (unsigned int)(vm - machines) * VM_CPUS + index;
    const uint64_t shared = pages_alloc(1);

    vm->cpu[index] = vcpu;
    vcpu->vm = vm;
    vcpu->index = index;
    vcpu->shared = phys_to_virt(shared);
    vcpu->mailbox = phys_to_virt(vm->data + GUEST_MAILBOX(index) - GUEST_DATA);
    user_map(USER_SHARED(slot), shared);
    user_map(USER_STACK_TOP(slot) - PAGE, pages_alloc(1));
}

void machine_init(void)
{
    const uint64_t data_size = GUEST_MAILBOX(VM_CPUS) - GUEST_DATA;

    SL_NAME(SL_NAME_VCPU, 1, "vm 1 vcpu 0");
    SL_NAME(SL_NAME_VCPU, 2, "vm 1 vcpu 1");
    SL_NAME(SL_NAME_VCPU, 3, "vm 2 vcpu 0");
    SL_NAME(SL_NAME_VCPU, 4, "vm 2 vcpu 1");
    (void)image();
    for (struct machine *vm = machines; vm < machines + VMS; vm++) {
        const int64_t id = hyp_vm_create(pages_alloc(TABLE_PAGES), TABLE_PAGES);

        if (id < 0) {
            panic("creating a VM: %ld", id);
        }
        vm->id = (uint64_t)id;
        vm->data = pages_alloc(data_size / PAGE);
        vm->lazy = phys_to_virt(pages_alloc(VM_LAZY_MAX * sizeof(uint64_t) / PAGE));
        /* Code and constants are the image itself: nobody writes them. */
        map(vm, LAYOUT_GUEST_IPA, LAYOUT_GUEST, GUEST_TEXT_SIZE, HYP_MAP_READ | HYP_MAP_EXECUTE);
        map(vm, LAYOUT_GUEST_IPA + GUEST_DATA, vm->data, data_size, HYP_MAP_READ | HYP_MAP_WRITE);
        for (unsigned int i = 0; i < VM_CPUS; i++) {
            vcpu_create(vm, i);
        }
    }
}

void machine_reset(struct machine *vm)
{
    const uint64_t initialized = image()->data_size;

    memcpy(phys_to_virt(vm->data), phys_to_virt(LAYOUT_GUEST + GUEST_DATA), initialized);
    memset(phys_to_virt(vm->data + initialized), 0, GUEST_DATA_SIZE - initialized);
    vgic_init(&vm->vgic, VM_CPUS);
    for (unsigned int i = 0; i < VM_CPUS; i++) {
        vgic_map_hw(&vm->vgic, i, LAYOUT_PPI_CNTV, LAYOUT_PPI_CNTV);
    }
    vm->counter = 0;
}

/** All PEs have what the boot PE has, or the guest looks for less than it could. */
static uint64_t hidden(const struct pe *pe)
{
    return (pe->session.has_filter ? GUEST_HIDDEN_FILTER : 0u) |
           ((pe->cpu->features & FEATURE_TRBE) != 0 ? GUEST_HIDDEN_BUFFER : 0u) |
           (pe->session.has_unit ? GUEST_HIDDEN_UNIT : 0u) |
           ((pe->cpu->features & FEATURE_SPE) != 0 ? GUEST_HIDDEN_SPE : 0u);
}

void vcpu_reset(struct virtual_cpu *vcpu, enum guest_task task, uint64_t warmup, uint64_t count)
{
    struct machine *vm = vcpu->vm;
    const unsigned int slot = (unsigned int)(vm - machines) * VM_CPUS + vcpu->index;

    memset(&vcpu->vcpu, 0, sizeof(vcpu->vcpu));
    vcpu_init(&vcpu->vcpu, slot + 1, vm->id, vcpu->index, LAYOUT_GUEST_IPA,
              LAYOUT_GUEST_IPA + GUEST_MAILBOX(vcpu->index));
    memset(vcpu->exits, 0, sizeof(vcpu->exits));
    vcpu->mmio_pending = false;
    vcpu->done = false;
    vcpu->error = GUEST_OK;
    *vcpu->mailbox = (struct guest_mailbox){
        .task = task,
        .vm = (uint64_t)(vm - machines) + 1,
        .vcpu = vcpu->index,
        .warmup = warmup,
        .count = count,
        .hidden = hidden(&pes[0]),
    };
    window_tell(vcpu, vcpu->mailbox);
}

void machine_forget_lazy(struct machine *vm)
{
    if (vm->lazy_pages == 0) {
        return;
    }
    if (hyp_vm_unmap(vm->id, GUEST_LAZY_IPA, (uint64_t)vm->lazy_pages * PAGE) != HYP_OK) {
        panic("unmapping the lazy memory of VM %lu", vm->id);
    }
    for (unsigned int i = 0; i < vm->lazy_pages; i++) {
        page_free(vm->lazy[i]);
    }
    vm->lazy_pages = 0;
}

void machine_kick(struct machine *vm, uint32_t cpus)
{
    struct pe *self = pe_self();

    for (unsigned int i = 0; i < VM_CPUS; i++) {
        struct pe *there = vm->cpu[i]->in_guest;

        if ((cpus >> i & 1) != 0 && there != NULL && there != self) {
            gic_send_sgi(there, SGI_KICK);
        }
    }
}
