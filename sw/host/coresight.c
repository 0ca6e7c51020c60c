/* SPDX-License-Identifier: MIT */
#include "coresight.h"

#include "arch.h"
#include "mmio.h"

enum {
    UNLOCK_KEY = 0xc5acce55,
    /* Claim tags: bit 0 the external debugger, bit 1 self-hosted. */
    CLAIM_MASK = 3,
    CLAIM_SELF_HOSTED = 2,
    POLLS = 100000,
};

enum {
    FUNCTL = 0x000,
    PRICTL = 0x004,
    FUNCTL_PORTS = 0xff,
    FUNCTL_HOLD_MASK = 0xf00,
    FUNCTL_HOLD = 0x700,
    IDFILTER0 = 0x000,
    IDFILTER1 = 0x004,
    FILTER_ALL = 0xff,
};

uint32_t coresight_part(uintptr_t base)
{
    return (mmio_read32(base + CORESIGHT_PIDR0) & 0xff) |
           (mmio_read32(base + CORESIGHT_PIDR1) & 0xf) << 8;
}

void coresight_unlock(uintptr_t base)
{
    mmio_write32(base + CORESIGHT_LAR, UNLOCK_KEY);
    dsb(sy);
}

void coresight_lock(uintptr_t base)
{
    dsb(sy);
    mmio_write32(base + CORESIGHT_LAR, 0);
}

bool coresight_claim(uintptr_t base)
{
    if ((mmio_read32(base + CORESIGHT_CLAIMCLR) & CLAIM_MASK) != 0) {
        return false;
    }
    mmio_write32(base + CORESIGHT_CLAIMSET, CLAIM_SELF_HOSTED);
    return (mmio_read32(base + CORESIGHT_CLAIMCLR) & CLAIM_MASK) == CLAIM_SELF_HOSTED;
}

void coresight_disclaim(uintptr_t base)
{
    if ((mmio_read32(base + CORESIGHT_CLAIMCLR) & CLAIM_MASK) == CLAIM_SELF_HOSTED) {
        mmio_write32(base + CORESIGHT_CLAIMCLR, CLAIM_SELF_HOSTED);
    }
}

bool coresight_wait(uintptr_t base, uint32_t offset, uint32_t mask, uint32_t value)
{
    for (unsigned int i = 0; i < POLLS; i++) {
        if ((mmio_read32(base + offset) & mask) == value) {
            return true;
        }
    }
    return false;
}

bool funnel_enable(uintptr_t base, unsigned int input)
{
    uint32_t control = 0;
    bool claimed = true;

    coresight_unlock(base);
    control = mmio_read32(base + FUNCTL);
    if ((control & FUNCTL_PORTS) == 0) {
        claimed = coresight_claim(base);
    }
    if (claimed) {
        control = (control & ~(uint32_t)FUNCTL_HOLD_MASK) | FUNCTL_HOLD | 1u << input;
        mmio_write32(base + FUNCTL, control);
        mmio_write32(base + PRICTL, 0);
    }
    coresight_lock(base);
    return claimed;
}

void funnel_disable(uintptr_t base, unsigned int input)
{
    uint32_t control = 0;

    coresight_unlock(base);
    control = mmio_read32(base + FUNCTL) & ~(1u << input);
    mmio_write32(base + FUNCTL, control);
    if ((control & FUNCTL_PORTS) == 0) {
        coresight_disclaim(base);
    }
    coresight_lock(base);
}

bool replicator_reset(uintptr_t base)
{
    bool claimed = false;

    coresight_unlock(base);
    claimed = coresight_claim(base);
    if (claimed) {
        mmio_write32(base + IDFILTER0, FILTER_ALL);
        mmio_write32(base + IDFILTER1, FILTER_ALL);
        coresight_disclaim(base);
    }
    coresight_lock(base);
    return claimed;
}

bool replicator_enable(uintptr_t base, unsigned int output)
{
    uint32_t filter[2] = {0, 0};
    bool claimed = true;

    coresight_unlock(base);
    filter[0] = mmio_read32(base + IDFILTER0);
    filter[1] = mmio_read32(base + IDFILTER1);
    if (filter[0] == FILTER_ALL && filter[1] == FILTER_ALL) {
        claimed = coresight_claim(base);
    }
    if (claimed) {
        filter[output] = 0;
        mmio_write32(base + IDFILTER0, filter[0]);
        mmio_write32(base + IDFILTER1, filter[1]);
    }
    coresight_lock(base);
    return claimed;
}

void replicator_disable(uintptr_t base, unsigned int output)
{
    coresight_unlock(base);
    mmio_write32(base + (output == 0 ? IDFILTER0 : IDFILTER1), FILTER_ALL);
    if (mmio_read32(base + IDFILTER0) == FILTER_ALL &&
        mmio_read32(base + IDFILTER1) == FILTER_ALL) {
        coresight_disclaim(base);
    }
    coresight_lock(base);
}
