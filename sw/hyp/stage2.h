/* SPDX-License-Identifier: MIT */
/**
 * Stage-2 translation tables: 4 KB granule, 39-bit intermediate physical addresses, three levels,
 * pages and 2 MB blocks. Plain memory work; TLB maintenance is the caller's, through `flush`.
 */
#ifndef SL_HYP_STAGE2_H
#define SL_HYP_STAGE2_H

#include <stddef.h>
#include <stdint.h>

enum { STAGE2_IPA_BITS = 39 };

struct stage2 {
    uint64_t root;    /* physical address of the level 1 table; 0: none yet */
    uint64_t free;    /* unused pages, each with the address of the next in its first word */
    uintptr_t offset; /* virtual minus physical address of table memory */
};

/** A translation that the hardware may hold has been taken out of the tables at `ipa`. */
typedef void stage2_flush(const struct stage2 *tables, uint64_t ipa);

/** Adds pages to the pool. Their content is lost. */
void stage2_give(struct stage2 *tables, uint64_t pa, size_t pages);

/** Takes the root table from the pool: 0, or HYP_NO_MEMORY. */
int64_t stage2_create(struct stage2 *tables);

/**
 * Maps, as hyp_vm_map() says. Never changes a valid entry into another valid one, so no maintenance
 * is due.
 */
int64_t stage2_map(struct stage2 *tables, uint64_t ipa, uint64_t pa, uint64_t size,
                   unsigned int how);

/** Unmaps, and calls `flush` for every entry that was valid, after it has been written. */
int64_t stage2_unmap(struct stage2 *tables, uint64_t ipa, uint64_t size, stage2_flush *flush);

#endif /* SL_HYP_STAGE2_H */
