/* SPDX-License-Identifier: MIT */
/*
 * EL2's own translation: everything at its physical address. The hypervisor's image by pages, text
 * read-only and executable, the rest not executable; the software's RAM by 2 MB blocks; the first
 * GB as devices.
 */

#include "mmu.h"

#include <stdint.h>

#include "layout.h"

enum {
    ENTRIES = 512,
    DESC_BLOCK = 1,
    DESC_TABLE = 3, /* or a page, at level 3 */
    ATTR_NORMAL = 0 << 2,
    ATTR_DEVICE = 1 << 2,
    AP_RES1 = 1 << 6,
    AP_READ_ONLY = 1 << 7,
    SH_INNER = 3 << 8,
    ACCESS_FLAG = 1 << 10,
    BLOCK_SIZE = 1 << 21,
};

#define DESC_XN (UINT64_C(1) << 54)
#define COMMON ((uint64_t)(AP_RES1 | ACCESS_FLAG))
#define RAM (COMMON | ATTR_NORMAL | SH_INNER)

extern const char hyp_text_end[], hyp_rodata_end[], hyp_end[];

uint64_t mmu_level1[ENTRIES] __attribute__((aligned(4096)));
static uint64_t level2_ram[ENTRIES] __attribute__((aligned(4096)));
static uint64_t level3_hyp[ENTRIES] __attribute__((aligned(4096)));

_Static_assert(LAYOUT_HYP % BLOCK_SIZE == 0 && LAYOUT_HYP_SIZE == BLOCK_SIZE,
               "the hypervisor's image has one level 3 table");
_Static_assert(LAYOUT_RAM == UINT64_C(1) << 30 && LAYOUT_RAM_SIZE <= UINT64_C(1) << 30,
               "RAM has one level 2 table");

void mmu_build(void)
{
    mmu_level1[0] = COMMON | ATTR_DEVICE | DESC_XN | DESC_BLOCK;
    mmu_level1[LAYOUT_RAM >> 30] = (uintptr_t)level2_ram | DESC_TABLE;
    for (uint64_t pa = LAYOUT_RAM; pa < LAYOUT_RAM + LAYOUT_RAM_SIZE; pa += BLOCK_SIZE) {
        level2_ram[(pa - LAYOUT_RAM) / BLOCK_SIZE] = pa | RAM | DESC_XN | DESC_BLOCK;
    }

    level2_ram[(LAYOUT_HYP - LAYOUT_RAM) / BLOCK_SIZE] = (uintptr_t)level3_hyp | DESC_TABLE;
    for (uint64_t pa = LAYOUT_HYP; pa < (uintptr_t)hyp_end; pa += LAYOUT_PAGE_SIZE) {
        uint64_t attributes = RAM | DESC_XN;

        if (pa < (uintptr_t)hyp_text_end) {
            attributes = RAM | AP_READ_ONLY;
        } else if (pa < (uintptr_t)hyp_rodata_end) {
            attributes = RAM | AP_READ_ONLY | DESC_XN;
        }
        level3_hyp[(pa - LAYOUT_HYP) / LAYOUT_PAGE_SIZE] = pa | attributes | DESC_TABLE;
    }
}
