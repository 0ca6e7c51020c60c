/* SPDX-License-Identifier: MIT */
/**
 * The Trace Memory Controller: an ETF that passes trace on, and an ETR, whose buffer is flat or
 * scattered over pages. Programs the registers as Linux' coresight-tmc driver does.
 */
#ifndef SW_HOST_TMC_H
#define SW_HOST_TMC_H

#include <stdbool.h>
#include <stdint.h>

/** An ETF as a hardware FIFO. False: it is busy, or somebody else has it. */
bool tmc_etf_enable(uintptr_t base);
void tmc_etf_disable(uintptr_t base);

/** Where an ETR writes: physical addresses. */
struct tmc_buffer {
    uint64_t size;         /* bytes: whole pages */
    uint64_t flat;         /* of a flat buffer; 0: scattered */
    const uint64_t *pages; /* of a scattered one, in the order of the trace */
    uint64_t table;        /* its first table page, which tmc_fill_tables() has filled */
};

enum { TMC_TABLE_ENTRIES = 1024 };

/** Table pages that a scattered buffer of so many pages needs: the last entry of each links on. */
unsigned int tmc_tables(unsigned int pages);

/** Fills them: `entries` is where they are mapped, `tables` their physical addresses. */
void tmc_fill_tables(uint32_t *const *entries, const uint64_t *tables, const uint64_t *pages,
                     unsigned int count);

/** False: it is busy, somebody else has it, or it may not write Non-secure memory. */
bool tmc_etr_enable(uintptr_t base, const struct tmc_buffer *buffer);

struct tmc_result {
    uint64_t first; /* offset of the oldest byte in the buffer */
    uint64_t bytes; /* of trace in it */
    bool full;      /* it went round: older trace is lost */
    bool error;     /* the memory refused a write, or the formatter did not stop */
};

/** Flushes what is under way on the trace bus, stops the formatter, and tells what there is. */
struct tmc_result tmc_etr_read(uintptr_t base, const struct tmc_buffer *buffer);
void tmc_etr_disable(uintptr_t base);

#endif
