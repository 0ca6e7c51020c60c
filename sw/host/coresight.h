/* SPDX-License-Identifier: MIT */
/**
 * CoreSight components with memory-mapped registers: what their drivers share, and the links of a
 * trace path. Each function programs the registers as the Linux driver of the component does.
 *
 * `base`: virtual address of the component's 4 KB. Not for several PEs at once.
 */
#ifndef SW_HOST_CORESIGHT_H
#define SW_HOST_CORESIGHT_H

#include <stdbool.h>
#include <stdint.h>

/** Registers that all components have (CoreSight Architecture Specification, IHI 0029). */
enum {
    CORESIGHT_CLAIMSET = 0xfa0,
    CORESIGHT_CLAIMCLR = 0xfa4,
    CORESIGHT_LAR = 0xfb0,
    CORESIGHT_AUTHSTATUS = 0xfb8,
    CORESIGHT_DEVID = 0xfc8,
    CORESIGHT_PIDR0 = 0xfe0,
    CORESIGHT_PIDR1 = 0xfe4,
};

enum {
    CORESIGHT_FUNNEL = 0x908,
    CORESIGHT_REPLICATOR = 0x909,
    CORESIGHT_TMC = 0x961,
};

/** The part number in PIDR0 and PIDR1. */
uint32_t coresight_part(uintptr_t base);

/** Opens and closes the Software Lock, in the right order with what lies between. */
void coresight_unlock(uintptr_t base);
void coresight_lock(uintptr_t base);

/** Claims an unlocked component for self-hosted trace. False: somebody else has it. */
bool coresight_claim(uintptr_t base);
void coresight_disclaim(uintptr_t base);

/** Polls until the bit has the value; false: it never had. */
bool coresight_wait(uintptr_t base, uint32_t offset, uint32_t mask, uint32_t value);

/** Opens an input of a funnel, with a hold time of 8 transactions and the highest priority. */
bool funnel_enable(uintptr_t base, unsigned int input);
void funnel_disable(uintptr_t base, unsigned int input);

/** Both outputs closed; then one opened or closed again, for all trace IDs. */
bool replicator_reset(uintptr_t base);
bool replicator_enable(uintptr_t base, unsigned int output);
void replicator_disable(uintptr_t base, unsigned int output);

#endif
