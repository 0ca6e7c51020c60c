/* SPDX-License-Identifier: MIT */
/** Device accesses: one load or store each, so that a trapped access has a decodable syndrome. */
#ifndef SL_LIB_MMIO_H
#define SL_LIB_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read32(uintptr_t address)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

static inline uint64_t mmio_read64(uintptr_t address)
{
    uint64_t value;
    __asm__ volatile("ldr %x0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void mmio_write64(uintptr_t address, uint64_t value)
{
    __asm__ volatile("str %x0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

static inline void mmio_write8(uintptr_t address, uint8_t value)
{
    __asm__ volatile("strb %w0, [%1]" : : "rZ"((uint32_t)value), "r"(address) : "memory");
}

#endif /* SL_LIB_MMIO_H */
