/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include "arch.h"
#include "host.h"
#include "spinlock.h"
#include "string.h"

/* Descriptors (DDI 0487, VMSAv8-64, 4 KB granule). */
#define DESC_TABLE UINT64_C(3)
#define DESC_PAGE UINT64_C(0x703) /* AF, inner shareable, AttrIndx 0 */
#define DESC_NG (UINT64_C(1) << 11)
#define DESC_EL0 (UINT64_C(1) << 6)
#define DESC_RO (UINT64_C(1) << 7)
#define DESC_PXN (UINT64_C(1) << 53)
#define DESC_UXN (UINT64_C(1) << 54)

enum { USER_ASID = 1 };

extern char user_text_load[], user_text_load_end[], user_data_load[], user_data_load_end[];

static struct spinlock lock;
static uint64_t next = LAYOUT_POOL;
static uint64_t free_pages; /* each holds the address of the next one */

static uint64_t *user_pages; /* the only table of level 3 */
static uint64_t user_table;  /* level 0, physical */

uint64_t pages_alloc(size_t count)
{
    uint64_t pa = 0;

    spin_lock(&lock);
    pa = next;
    next += count * PAGE;
    spin_unlock(&lock);
    if (next > LAYOUT_POOL + LAYOUT_POOL_SIZE) {
        panic("out of memory");
    }
    memset(phys_to_virt(pa), 0, count * PAGE);
    return pa;
}

uint64_t page_alloc(void)
{
    uint64_t pa = 0;

    spin_lock(&lock);
    pa = free_pages;
    if (pa != 0) {
        free_pages = *(uint64_t *)phys_to_virt(pa);
    }
    spin_unlock(&lock);
    if (pa == 0) {
        return pages_alloc(1);
    }
    memset(phys_to_virt(pa), 0, PAGE);
    return pa;
}

void page_free(uint64_t pa)
{
    spin_lock(&lock);
    *(uint64_t *)phys_to_virt(pa) = free_pages;
    free_pages = pa;
    spin_unlock(&lock);
}

static void map(uint64_t va, uint64_t pa, uint64_t attributes)
{
    user_pages[(va / PAGE) & 511] = pa | DESC_PAGE | DESC_NG | DESC_EL0 | DESC_PXN | attributes;
    dsb(ishst);
    isb();
}

void user_map(uint64_t va, uint64_t pa)
{
    map(va, pa, DESC_UXN);
}

void user_space_init(void)
{
    uint64_t *table = NULL;

    user_table = pages_alloc(4);
    for (unsigned int level = 0; level < 3; level++) {
        table = phys_to_virt(user_table + level * PAGE);
        table[(LAYOUT_USER_VA >> (39 - 9 * level)) & 511] =
            (user_table + (level + 1) * PAGE) | DESC_TABLE;
    }
    user_pages = phys_to_virt(user_table + 3 * PAGE);
    for (uint64_t at = 0; at < (uint64_t)(user_text_load_end - user_text_load); at += PAGE) {
        map(LAYOUT_USER_VA + at, virt_to_phys(user_text_load) + at, DESC_RO);
    }
    for (uint64_t at = 0; at < (uint64_t)(user_data_load_end - user_data_load); at += PAGE) {
        map(LAYOUT_USER_VA + 0x40000 + at, virt_to_phys(user_data_load) + at, DESC_UXN);
    }
}

void user_space_use(void)
{
    sysreg_write(TTBR0_EL1, user_table | (uint64_t)USER_ASID << 48);
    isb();
    tlbi(vmalle1); /* the one-to-one mapping of the start was global */
    dsb(nsh);
    isb();
}
