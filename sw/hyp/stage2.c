/* SPDX-License-Identifier: MIT */
/* Stage-2 descriptors: DDI 0487, VMSAv8-64 translation table format descriptors. */

#include "stage2.h"

#include <stdbool.h>

#include "hyp.h"
#include "string.h"

enum {
    PAGE_SHIFT = 12,
    PAGE_SIZE = 1 << PAGE_SHIFT,
    BLOCK_SIZE = 1 << 21,
    ENTRIES = 512,
    DESC_VALID = 1,
    DESC_TABLE = 2, /* or a page, at level 3 */
    ATTR_DEVICE_nGnRE = 0x1 << 2,
    ATTR_NORMAL_WB = 0xf << 2,
    S2AP_READ = 1 << 6,
    S2AP_WRITE = 2 << 6,
    SH_INNER = 3 << 8,
    ACCESS_FLAG = 1 << 10,
};

#define DESC_XN (UINT64_C(1) << 54)
#define DESC_ADDRESS UINT64_C(0x0000fffffffff000)
#define IPA_END (UINT64_C(1) << STAGE2_IPA_BITS)

static uint64_t *stage2_table(const struct stage2 *tables, uint64_t pa)
{
    return (uint64_t *)(tables->offset + (uintptr_t)pa);
}

static uint64_t stage2_take(struct stage2 *tables)
{
    const uint64_t pa = tables->free;

    if (pa != 0) {
        tables->free = *stage2_table(tables, pa);
        memset(stage2_table(tables, pa), 0, PAGE_SIZE);
    }
    return pa;
}

/* The walker of another PE must find the new table's content before it finds the table. */
static void stage2_install(uint64_t *entry, uint64_t descriptor)
{
    __atomic_store_n(entry, descriptor, __ATOMIC_RELEASE);
}

void stage2_give(struct stage2 *tables, uint64_t pa, size_t pages)
{
    for (size_t i = pages; i > 0; i--) {
        const uint64_t page = pa + (i - 1) * PAGE_SIZE;

        *stage2_table(tables, page) = tables->free;
        tables->free = page;
    }
}

int64_t stage2_create(struct stage2 *tables)
{
    tables->root = stage2_take(tables);
    return tables->root != 0 ? HYP_OK : HYP_NO_MEMORY;
}

static uint64_t *stage2_entry(const struct stage2 *tables, uint64_t table, uint64_t ipa, int level)
{
    const unsigned int shift = PAGE_SHIFT + 9 * (unsigned int)(3 - level);

    return stage2_table(tables, table) + (ipa >> shift) % ENTRIES;
}

static bool stage2_is_table(uint64_t descriptor)
{
    return (descriptor & (DESC_VALID | DESC_TABLE)) == (DESC_VALID | DESC_TABLE);
}

/* The next level's table, made if it is missing: its address, or 0 without memory. */
static uint64_t stage2_next(struct stage2 *tables, uint64_t *entry)
{
    if ((*entry & DESC_VALID) == 0) {
        const uint64_t page = stage2_take(tables);

        if (page == 0) {
            return 0;
        }
        stage2_install(entry, page | DESC_VALID | DESC_TABLE);
    }
    return *entry & DESC_ADDRESS;
}

static uint64_t stage2_attributes(unsigned int how)
{
    uint64_t attributes = DESC_VALID | ACCESS_FLAG;

    attributes |= (how & HYP_MAP_DEVICE) != 0 ? ATTR_DEVICE_nGnRE : ATTR_NORMAL_WB | SH_INNER;
    attributes |= (how & HYP_MAP_READ) != 0 ? S2AP_READ : 0;
    attributes |= (how & HYP_MAP_WRITE) != 0 ? S2AP_WRITE : 0;
    attributes |= (how & HYP_MAP_EXECUTE) != 0 ? 0 : DESC_XN;
    return attributes;
}

/* One leaf: HYP_OK also when just this is there already. */
static int64_t stage2_set(uint64_t *entry, uint64_t descriptor)
{
    if (*entry == descriptor) {
        return HYP_OK;
    }
    if ((*entry & DESC_VALID) != 0) {
        return HYP_INVALID;
    }
    stage2_install(entry, descriptor);
    return HYP_OK;
}

static bool stage2_range_sound(uint64_t ipa, uint64_t size)
{
    return (ipa | size) % PAGE_SIZE == 0 && ipa < IPA_END && size <= IPA_END - ipa;
}

int64_t stage2_map(struct stage2 *tables, uint64_t ipa, uint64_t pa, uint64_t size,
                   unsigned int how)
{
    const uint64_t attributes = stage2_attributes(how);
    const uint64_t end = ipa + size;

    if (!stage2_range_sound(ipa, size) || pa % PAGE_SIZE != 0) {
        return HYP_INVALID;
    }
    while (ipa < end) {
        const uint64_t level2 = stage2_next(tables, stage2_entry(tables, tables->root, ipa, 1));
        const bool fits = (ipa | pa) % BLOCK_SIZE == 0 && end - ipa >= BLOCK_SIZE;
        uint64_t *entry = NULL;
        uint64_t step = PAGE_SIZE;
        int64_t result = HYP_OK;

        if (level2 == 0) {
            return HYP_NO_MEMORY;
        }
        entry = stage2_entry(tables, level2, ipa, 2);
        if (fits && !stage2_is_table(*entry)) {
            step = BLOCK_SIZE;
            result = stage2_set(entry, pa | attributes);
        } else if ((*entry & DESC_VALID) != 0 && !stage2_is_table(*entry)) {
            result = HYP_INVALID;
        } else {
            const uint64_t level3 = stage2_next(tables, entry);

            if (level3 == 0) {
                return HYP_NO_MEMORY;
            }
            result = stage2_set(stage2_entry(tables, level3, ipa, 3), pa | attributes | DESC_TABLE);
        }
        if (result != HYP_OK) {
            return result;
        }
        ipa += step;
        pa += step;
    }
    return HYP_OK;
}

/* A block becomes a table of the same pages: break before make. */
static int64_t stage2_split(struct stage2 *tables, uint64_t *entry, uint64_t ipa,
                            stage2_flush *flush)
{
    const uint64_t block = *entry;
    const uint64_t page = stage2_take(tables);

    if (page == 0) {
        return HYP_NO_MEMORY;
    }
    for (uint64_t i = 0; i < ENTRIES; i++) {
        stage2_table(tables, page)[i] = (block | DESC_TABLE) + i * PAGE_SIZE;
    }
    stage2_install(entry, 0);
    flush(tables, ipa - ipa % BLOCK_SIZE);
    stage2_install(entry, page | DESC_VALID | DESC_TABLE);
    return HYP_OK;
}

int64_t stage2_unmap(struct stage2 *tables, uint64_t ipa, uint64_t size, stage2_flush *flush)
{
    const uint64_t end = ipa + size;

    if (!stage2_range_sound(ipa, size)) {
        return HYP_INVALID;
    }
    while (ipa < end) {
        const uint64_t level1 = *stage2_entry(tables, tables->root, ipa, 1);
        const uint64_t in_block = ipa % BLOCK_SIZE;
        uint64_t *entry = NULL;
        uint64_t step = BLOCK_SIZE - in_block;

        if ((level1 & DESC_VALID) == 0) {
            ipa += step;
            continue;
        }
        entry = stage2_entry(tables, level1 & DESC_ADDRESS, ipa, 2);
        if ((*entry & DESC_VALID) != 0) {
            if (!stage2_is_table(*entry) && (in_block != 0 || end - ipa < BLOCK_SIZE)) {
                const int64_t result = stage2_split(tables, entry, ipa, flush);

                if (result != HYP_OK) {
                    return result;
                }
            }
            if (stage2_is_table(*entry)) {
                entry = stage2_entry(tables, *entry & DESC_ADDRESS, ipa, 3);
                step = PAGE_SIZE;
            }
            if ((*entry & DESC_VALID) != 0) {
                stage2_install(entry, 0);
                flush(tables, ipa);
            }
        }
        ipa += step;
    }
    return HYP_OK;
}
