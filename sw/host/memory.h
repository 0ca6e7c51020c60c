/* SPDX-License-Identifier: MIT */
/** Physical memory of the host, and the address space of its user programs. */
#ifndef SW_HOST_MEMORY_H
#define SW_HOST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "layout.h"

enum { PAGE = LAYOUT_PAGE_SIZE };

/** Where the kernel sees physical memory and devices. */
static inline void *phys_to_virt(uint64_t pa)
{
    return (void *)(uintptr_t)(pa + LAYOUT_HOST_OFFSET);
}

static inline uint64_t virt_to_phys(const void *va)
{
    return (uint64_t)(uintptr_t)va - LAYOUT_HOST_OFFSET;
}

/** `count` contiguous pages, zeroed, for ever; never fails (a panic does it). Physical address. */
uint64_t pages_alloc(size_t count);

/** One page, zeroed, that page_free() takes back. */
uint64_t page_alloc(void);
void page_free(uint64_t pa);

/** Stacks and shared pages of the user programs lie behind their code and data. */
#define USER_STACK_TOP(slot) (LAYOUT_USER_VA + 0x80000 + ((uint64_t)(slot) + 1) * 2 * PAGE)
#define USER_SHARED(slot) (LAYOUT_USER_VA + 0xc0000 + (uint64_t)(slot)*PAGE)

/** Builds the address space of EL0 that all PEs share. */
void user_space_init(void);
/** Makes it the calling PE's. */
void user_space_use(void);
/** Maps one page of memory at `va`, read-write for EL0. */
void user_map(uint64_t va, uint64_t pa);

#endif
