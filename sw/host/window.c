/* SPDX-License-Identifier: MIT */
#include "window.h"

#include "arch.h"
#include "hyp.h"
#include "memory.h"
#include "parameter.h"
#include "print.h"
#include "session.h"

/* 1: the guest of the hypercall benchmark maps the addresses of the host's buffer for itself. */
PARAMETER(host_window, 0);
/* 1: each of its hypercalls has stage 2 maintenance done for it; 2: with the buffer off meanwhile.
 */
PARAMETER(host_window_remap, 0);

/* IPA, and physical address, of GUEST_DECOY_PAGES; and of the page that comes and goes. */
static uint64_t decoy, remapped;

static bool concerned(const struct virtual_cpu *vcpu)
{
    return host_window != 0 && vcpu == machines[0].cpu[0] && pes[0].session.buffer != 0;
}

static void map(uint64_t pa, uint64_t pages)
{
    const int64_t result =
        hyp_vm_map(machines[0].id, pa, pa, pages * PAGE, HYP_MAP_READ | HYP_MAP_WRITE);

    if (result != HYP_OK) {
        panic("mapping %lx to itself: %ld", pa, result);
    }
}

void window_tell(const struct virtual_cpu *vcpu, struct guest_mailbox *mailbox)
{
    if (!concerned(vcpu)) {
        return;
    }
    if (decoy == 0) {
        decoy = pages_alloc(GUEST_DECOY_PAGES);
        remapped = pages_alloc(1);
        map(decoy, GUEST_DECOY_PAGES);
        map(remapped, 1);
    }
    mailbox->decoy_va = pes[0].session.buffer;
    mailbox->decoy_size = host_trace_buffer;
    mailbox->decoy_memory = decoy;
}

void window_remap(const struct virtual_cpu *vcpu)
{
    const bool off = host_window_remap == 2 && pes[0].session.on;
    uint64_t daif = 0;

    if (host_window_remap == 0 || !concerned(vcpu)) {
        return;
    }
    daif = irq_save();
    if (off) {
        session_pause(&pes[0]);
    }
    if (hyp_vm_unmap(machines[0].id, remapped, PAGE) != HYP_OK) {
        panic("unmapping %lx", remapped);
    }
    if (off) {
        session_resume(&pes[0]);
    }
    irq_restore(daif);
    map(remapped, 1);
}

void window_report(void)
{
    const uint64_t *const page = phys_to_virt(decoy + (GUEST_DECOY_PAGES - 1) * (uint64_t)PAGE);
    uint64_t changed = 0;

    if (host_window == 0 || decoy == 0) {
        return;
    }
    for (unsigned int i = 0; i < PAGE / sizeof(*page); i++) {
        changed += page[i] != GUEST_DECOY_PATTERN ? sizeof(*page) : 0;
    }
    print("%-16s %lu bytes of the guest's page are trace of the host\n", "", changed);
}
