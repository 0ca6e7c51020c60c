/* SPDX-License-Identifier: MIT */
#include "spe.h"

#include "arch.h"
#include "layout.h"

enum { BSC_FULL = 1 };

bool spe_present(void)
{
    if (FIELD_GET(ID_AA64DFR0_EL1, PMSVer, sysreg_read(ID_AA64DFR0_EL1)) == 0) {
        return false;
    }
    return FIELD_GET(PMBIDR_EL1, P, sysreg_read(PMBIDR_EL1)) == 0;
}

/** As Linux does it: no more samples, then none on its way, then no buffer. */
static void switch_off(void)
{
    sysreg_write(PMSCR_EL1, 0);
    isb();
    psb_csync();
    dsb(nsh);
    sysreg_write(PMBLIMITR_EL1, 0);
    isb();
}

void spe_reset(void)
{
    switch_off();
    sysreg_write(PMBPTR_EL1, 0);
    isb();
    sysreg_write(PMBSR_EL1, 0);
    isb();
}

void spe_enable(uint64_t base, uint64_t limit, bool kernel, bool user, uint64_t interval)
{
    sysreg_write(PMBPTR_EL1, base);
    sysreg_write(PMBLIMITR_EL1, limit | FIELD(PMBLIMITR_EL1, E, 1));
    sysreg_write(PMSFCR_EL1, 0);
    sysreg_write(PMSEVFR_EL1, 0);
    sysreg_write(PMSLATFR_EL1, 0);
    sysreg_write(PMSIRR_EL1, interval);
    isb();
    sysreg_write(PMSICR_EL1, interval);
    isb();
    sysreg_write(PMSCR_EL1, FIELD(PMSCR_EL1, TS, 1) | FIELD(PMSCR_EL1, PA, 1) |
                                FIELD(PMSCR_EL1, E1SPE, kernel ? 1 : 0) |
                                FIELD(PMSCR_EL1, E0SPE, user ? 1 : 0));
}

enum spe_event spe_disable(uint64_t base, uint64_t *bytes)
{
    uint64_t status = 0;

    switch_off();
    status = sysreg_read(PMBSR_EL1);
    *bytes = sysreg_read(PMBPTR_EL1) - base;
    if (FIELD_GET(PMBSR_EL1, S, status) == 0) {
        return SPE_NOTHING;
    }
    sysreg_write(PMBSR_EL1, 0);
    isb();
    return FIELD_GET(PMBSR_EL1, EC, status) == 0 && FIELD_GET(PMBSR_EL1, EA, status) == 0 &&
                   FIELD_GET(PMBSR_EL1, BSC, status) == BSC_FULL
               ? SPE_FULL
               : SPE_FAULT;
}

bool spe_interrupting(void)
{
    return FIELD_GET(PMBSR_EL1, S, sysreg_read(PMBSR_EL1)) != 0;
}

/** Bytes of a packet after its header (DDI 0487, Statistical Profiling record format). */
static uint64_t payload_size(uint8_t header)
{
    enum { PADDING = 0, END = 1 };

    return header == PADDING || header == END ? 0 : UINT64_C(1) << ((header >> 4) & 3);
}

static bool is_host(uint64_t pc)
{
    enum { ADDRESS_BITS = 56 };

    const uint64_t mask = (UINT64_C(1) << ADDRESS_BITS) - 1;
    const uint64_t kernel = (LAYOUT_HOST_OFFSET + LAYOUT_HOST) & mask;

    pc &= mask;
    return pc - kernel < LAYOUT_HOST_SIZE || pc - LAYOUT_USER_VA < LAYOUT_USER_SIZE;
}

struct spe_count spe_count_records(const uint8_t *bytes, uint64_t size)
{
    enum { HEADER_TIMESTAMP = 0x71, HEADER_PC = 0xb0 };

    struct spe_count count = {0, 0, false};
    unsigned int addresses = 0; /* of this record's instruction */

    for (uint64_t at = 0; at < size;) {
        const uint8_t header = bytes[at];
        const uint64_t payload = payload_size(header);
        uint64_t value = 0;

        if (at + 1 + payload > size) {
            count.broken = true;
            break;
        }
        for (uint64_t i = 0; i < payload; i++) {
            value |= (uint64_t)bytes[at + 1 + i] << (8 * i);
        }
        if (header == HEADER_PC) {
            addresses++;
            count.foreign += is_host(value) ? 0 : 1;
        } else if (header == HEADER_TIMESTAMP) {
            count.records++;
            count.broken = count.broken || addresses != 1;
            addresses = 0;
        }
        at += 1 + payload;
    }
    count.broken = count.broken || addresses != 0;
    return count;
}
