/* SPDX-License-Identifier: MIT */
/**
 * System registers, barriers and maintenance on the real thing. `fake/arch.h` has the same names
 * for unit tests on the build machine; the include path chooses.
 */
#ifndef SL_LIB_ARCH_H
#define SL_LIB_ARCH_H

#include <stdint.h>

#include "fields.h"

#define ARCH_STRING_(x) #x
#define ARCH_STRING(x) ARCH_STRING_(x)

/*
 * Every access is volatile, so accesses, barriers and marks (mark.h) stay in the order written.
 * Barriers also order memory accesses for the compiler.
 */

/** MRS: the register by its name in models/sysreg/description. */
#define sysreg_read(name)                                                                          \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " ARCH_STRING(SYS_##name) : "=r"(value_));                       \
        value_;                                                                                    \
    })

/** MSR. No synchronization of its own. */
#define sysreg_write(name, value)                                                                  \
    __asm__ volatile("msr " ARCH_STRING(SYS_##name) ", %x0" : : "rZ"((uint64_t)(value)))

#define isb() __asm__ volatile("isb" : : : "memory")
#define dsb(domain) __asm__ volatile("dsb " #domain : : : "memory")
#define dmb(domain) __asm__ volatile("dmb " #domain : : : "memory")
/** HINT #18: waits until the trace unit's operations so far are complete; then a DSB for writes. */
#define tsb_csync() __asm__ volatile("hint #18" : : : "memory")
/** HINT #17: the same for the profiling unit. */
#define psb_csync() __asm__ volatile("hint #17" : : : "memory")
#define wfi() __asm__ volatile("wfi" : : : "memory")
#define wfe() __asm__ volatile("wfe" : : : "memory")
#define sev() __asm__ volatile("sev" : : : "memory")

/** TLBI without and with an operand: tlbi(vmalle1is), tlbi_at(ipas2e1is, ipa >> 12). */
#define tlbi(op) __asm__ volatile("tlbi " #op : : : "memory")
#define tlbi_at(op, operand)                                                                       \
    __asm__ volatile("tlbi " #op ", %x0" : : "rZ"((uint64_t)(operand)) : "memory")
#define ic_iallu() __asm__ volatile("ic iallu" : : : "memory")
#define at_s1e1r(va) __asm__ volatile("at s1e1r, %0" : : "r"((uint64_t)(va)) : "memory")

/** Masks interrupts (DAIF.I) and tells whether they were masked before. */
static inline uint64_t irq_save(void)
{
    uint64_t daif;
    __asm__ volatile("mrs %0, daif\n\tmsr daifset, #2" : "=r"(daif) : : "memory");
    return daif;
}

/** Masks all of DAIF; irq_restore() undoes it. */
static inline uint64_t daif_save(void)
{
    uint64_t daif;
    __asm__ volatile("mrs %0, daif\n\tmsr daifset, #15" : "=r"(daif) : : "memory");
    return daif;
}

static inline void irq_restore(uint64_t daif)
{
    __asm__ volatile("msr daif, %0" : : "r"(daif) : "memory");
}

#endif /* SL_LIB_ARCH_H */
