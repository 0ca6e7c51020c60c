/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include "arch.h"
#include "host.h"
#include "memory.h"
#include "spe.h"
#include "trace.h"

/* Bytes of each PE's profiling buffer: whole pages. A run may set it. */
__attribute__((section(".data"), used)) volatile uint64_t host_profile_buffer = 0x10000;

/* Instructions from sample to sample, a multiple of 256. A run may set it. */
__attribute__((section(".data"), used)) volatile uint64_t host_sample_interval = 4096;

void profile_init(struct pe *pe)
{
    pe->profile.present = spe_present();
    if (pe->profile.present) {
        spe_reset();
    }
}

static void switch_on(const struct profile *profile)
{
    spe_enable(profile->buffer, profile->buffer + host_profile_buffer, profile->kernel,
               profile->user, host_sample_interval);
}

/** Off, and what it has written counted: whether it was full. */
static bool switch_off(struct profile *profile)
{
    uint64_t bytes = 0;
    const enum spe_event event = spe_disable(profile->buffer, &bytes);
    const struct spe_count count =
        spe_count_records((const uint8_t *)(uintptr_t)profile->buffer, bytes);

    profile->bytes += bytes;
    profile->interrupts += event != SPE_NOTHING;
    profile->faults += event == SPE_FAULT;
    profile->samples += count.records;
    profile->foreign += count.foreign + (count.broken ? 1 : 0);
    return event == SPE_FULL;
}

enum session_result profile_start(struct pe *pe, bool kernel, bool user)
{
    struct profile *profile = &pe->profile;
    uint64_t daif = 0;

    if (!profile->present) {
        return SESSION_NO_HARDWARE;
    }
    if (design_refuses_buffers((unsigned int)pe->cpu->design)) {
        return SESSION_REFUSED;
    }
    daif = irq_save();
    if (profile->buffer == 0) {
        profile->buffer =
            (uint64_t)(uintptr_t)phys_to_virt(pages_alloc(host_profile_buffer / PAGE));
    }
    profile->kernel = kernel;
    profile->user = user;
    profile->bytes = 0;
    profile->interrupts = 0;
    profile->faults = 0;
    profile->samples = 0;
    profile->foreign = 0;
    profile->on = true;
    switch_on(profile);
    irq_restore(daif);
    return SESSION_STARTED;
}

void profile_stop(struct pe *pe)
{
    struct profile *profile = &pe->profile;
    const uint64_t daif = irq_save();

    if (profile->on) {
        (void)switch_off(profile);
        profile->on = false;
    }
    irq_restore(daif);
}

void profile_interrupt(struct pe *pe)
{
    struct profile *profile = &pe->profile;

    if (!profile->on || !spe_interrupting()) {
        return; /* taken care of between the interrupt and here */
    }
    if (switch_off(profile)) {
        switch_on(profile);
    }
}
