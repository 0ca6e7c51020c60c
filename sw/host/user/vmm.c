/* SPDX-License-Identifier: MIT */
/* The host's user program: drives one vCPU and emulates a device, as a VMM does. Runs at EL0. */

#include "user/vmm.h"

#include "guest/guest.h"
#include "mark.h"
#include "memory.h"

enum { SLOTS = 8 };

uint64_t vmm_run(uint64_t slot);
uint64_t vmm_main(uint64_t slot);

/** The device at GUEST_USER, one per vCPU: each read adds 1. */
static uint64_t counters[SLOTS];

uint64_t vmm_main(uint64_t slot)
{
    struct vmm_shared *shared = (struct vmm_shared *)USER_SHARED(slot);

    for (;;) {
        const uint64_t reason = vmm_run(slot);

        SL_PHASE("user-device");
        if (reason == VMM_DONE) {
            return shared->value;
        }
        if (reason != VMM_MMIO || shared->address != GUEST_USER) {
            return ~UINT64_C(0);
        }
        if (shared->is_write) {
            counters[slot] = shared->value;
        } else {
            shared->value = ++counters[slot];
        }
    }
}
