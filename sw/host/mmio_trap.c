/* SPDX-License-Identifier: MIT */
#include "mmio_trap.h"

/* ESR_EL2.ISS of a data abort. */
enum {
    ISS_ISV = 1u << 24,
    ISS_SAS_SHIFT = 22,
    ISS_SSE = 1u << 21,
    ISS_SRT_SHIFT = 16,
    ISS_SF = 1u << 15,
    ISS_WNR = 1u << 6,
};

bool mmio_decode(uint64_t esr, struct mmio_access *access)
{
    if ((esr & ISS_ISV) == 0) {
        return false;
    }
    access->size = (uint8_t)(1u << ((esr >> ISS_SAS_SHIFT) & 3));
    access->is_write = (esr & ISS_WNR) != 0;
    access->sign_extend = (esr & ISS_SSE) != 0;
    access->wide = (esr & ISS_SF) != 0;
    access->reg = (uint8_t)((esr >> ISS_SRT_SHIFT) & 31);
    return true;
}

uint64_t mmio_extend(const struct mmio_access *access)
{
    const unsigned int bits = access->size * 8u;
    uint64_t value = access->value;

    if (bits < 64) {
        value &= (UINT64_C(1) << bits) - 1;
        if (access->sign_extend && ((value >> (bits - 1)) & 1) != 0) {
            value |= ~UINT64_C(0) << bits;
        }
    }
    return access->wide ? value : (uint32_t)value;
}

uint64_t mmio_ipa(uint64_t hpfar, uint64_t far)
{
    /* HPFAR_EL2.FIPA is bits 43:4 for bits 51:12 of the address. */
    return ((hpfar & UINT64_C(0x00000ffffffffff0)) << 8) | (far & 0xfff);
}

enum mmio_owner mmio_find(const struct mmio_region *regions, size_t count, uint64_t ipa,
                          uint64_t size, uint64_t *offset)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t in = ipa - regions[i].base;

        if (ipa >= regions[i].base && in < regions[i].size && size <= regions[i].size - in) {
            *offset = in;
            return regions[i].owner;
        }
    }
    return MMIO_NONE;
}
