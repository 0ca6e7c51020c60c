/* SPDX-License-Identifier: MIT */
/**
 * Trapped device accesses of a guest: what the syndrome says of one, and which device it is for.
 * No system register is touched here.
 */
#ifndef SW_HOST_MMIO_TRAP_H
#define SW_HOST_MMIO_TRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One access, already decoded. `value` is what is written, or where what was read goes. */
struct mmio_access {
    uint64_t offset; /**< in the device */
    uint64_t value;
    uint8_t size; /**< bytes: 1, 2, 4, 8 */
    bool is_write;
    bool sign_extend; /**< of a load */
    bool wide;        /**< a load fills 64 bits */
    uint8_t reg;      /**< X register, 31 is the zero register */
};

/**
 * Decodes the syndrome of a data abort from a guest (ESR_EL2, EC 0x24). False: the instruction
 * gives no syndrome (ISV clear: pairs, writeback, vectors), so guests must not use it on devices.
 * `offset` and `value` are left to the caller.
 */
bool mmio_decode(uint64_t esr, struct mmio_access *access);

/** What a load leaves in its register: `value` cut to size and extended as the syndrome says. */
uint64_t mmio_extend(const struct mmio_access *access);

/** The faulting IPA from HPFAR_EL2 (page) and FAR_EL2 (offset in the page). */
uint64_t mmio_ipa(uint64_t hpfar, uint64_t far);

/** Who emulates a device. */
enum mmio_owner { MMIO_NONE, MMIO_DISTRIBUTOR, MMIO_REDISTRIBUTOR, MMIO_KERNEL, MMIO_USER };

struct mmio_region {
    uint64_t base, size;
    enum mmio_owner owner;
};

/**
 * The region that holds all of [ipa, ipa + size), with the offset in it; MMIO_NONE when there is
 * none, as for an access across a region's end.
 */
enum mmio_owner mmio_find(const struct mmio_region *regions, size_t count, uint64_t ipa,
                          uint64_t size, uint64_t *offset);

#endif
