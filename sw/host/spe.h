/* SPDX-License-Identifier: MIT */
/** The PE's profiler (SPE) by its system registers. On the PE itself, interrupts masked. */
#ifndef SW_HOST_SPE_H
#define SW_HOST_SPE_H

#include <stdbool.h>
#include <stdint.h>

/** There is one, and no higher exception level keeps its buffer (PMBIDR_EL1.P). */
bool spe_present(void);

/** Off, drained, forgotten: whatever ran before on this PE. */
void spe_reset(void);

/**
 * Samples one instruction in `interval`, a multiple of 256, into the buffer from `base` to `limit`
 * (virtual addresses), until that is full and interrupts.
 */
void spe_enable(uint64_t base, uint64_t limit, bool kernel, bool user, uint64_t interval);

enum spe_event { SPE_NOTHING, SPE_FULL, SPE_FAULT };

/** Drains it and switches it off; what had happened; and how far it wrote from `base` on. */
enum spe_event spe_disable(uint64_t base, uint64_t *bytes);

/** The status shows an interrupt. */
bool spe_interrupting(void);

/** What a buffer's records say about where they were taken. */
struct spe_count {
    uint64_t records;
    uint64_t foreign; /* not at an address of the host: its kernel or its programs */
    bool broken;      /* these are no records */
};

struct spe_count spe_count_records(const uint8_t *bytes, uint64_t size);

#endif
