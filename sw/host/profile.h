/* SPDX-License-Identifier: MIT */
/**
 * Profiling sessions, one per PE: SPE samples the host into a buffer of its own, beside whatever
 * trace session is open. No design of the switch samples guests, so there is nothing to exclude.
 */
#ifndef SW_HOST_PROFILE_H
#define SW_HOST_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "session.h"

struct profile {
    bool present;
    uint64_t buffer; /* virtual address; 0: not allocated yet */
    bool on;
    bool kernel, user;   /* what is sampled */
    uint64_t bytes;      /* of records since the start */
    uint32_t interrupts; /* of the buffer, since the start */
    uint32_t faults;     /* of them, those that were not a full buffer */
    uint64_t samples;
    uint64_t foreign; /* of them, those that are not of the host, or no records */
};

/** Finds out whether this PE has a profiler that is the host's, and resets it. On the PE itself. */
void profile_init(struct pe *pe);

/** Both on the PE itself. The second leaves `bytes` and the counts to be read. */
enum session_result profile_start(struct pe *pe, bool kernel, bool user);
void profile_stop(struct pe *pe);

/** The profiling buffer's interrupt. */
void profile_interrupt(struct pe *pe);

#endif
