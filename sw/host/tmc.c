/* SPDX-License-Identifier: MIT */
#include "tmc.h"

#include "coresight.h"
#include "layout.h"
#include "mmio.h"

enum {
    RSZ = 0x004,
    STS = 0x00c,
    RRP = 0x014,
    RWP = 0x018,
    TRG = 0x01c,
    CTL = 0x020,
    MODE = 0x028,
    BUFWM = 0x034,
    RRPHI = 0x038,
    RWPHI = 0x03c,
    AXICTL = 0x110,
    DBALO = 0x118,
    DBAHI = 0x11c,
    FFCR = 0x304,
};

enum {
    STS_FULL = 1 << 0,
    STS_READY = 1 << 2,
    STS_MEMERR = 1 << 5,
    MODE_CIRCULAR = 0,
    MODE_HARDWARE_FIFO = 2,
    FFCR_EN_FMT = 1 << 0,
    FFCR_EN_TI = 1 << 1,
    FFCR_FON_FLIN = 1 << 4,
    FFCR_FON_TRIG_EVT = 1 << 5,
    FFCR_FLUSHMAN = 1 << 6,
    FFCR_TRIGON_TRIGIN = 1 << 8,
    FFCR_STOP_ON_FLUSH = 1 << 12,
    AXICTL_CLEAR = 0xfbf,
    AXICTL_NONSECURE = 1 << 1,
    AXICTL_SCATTER_GATHER = 1 << 7,
    AXICTL_BURST_16 = 0xf << 8,
    AUTHSTATUS_NSID_ENABLED = 3,
};

/* Entries of a scatter-gather table: address bits 39:12 in 31:4. */
enum { ENTRY_LAST = 1, ENTRY_PAGE = 2, ENTRY_LINK = 3 };

static bool wait_ready(uintptr_t base)
{
    return coresight_wait(base, STS, STS_READY, STS_READY);
}

static bool flush_and_stop(uintptr_t base)
{
    uint32_t control = mmio_read32(base + FFCR) | FFCR_STOP_ON_FLUSH;
    bool flushed = false;

    mmio_write32(base + FFCR, control);
    control |= FFCR_FLUSHMAN;
    mmio_write32(base + FFCR, control);
    flushed = coresight_wait(base, FFCR, FFCR_FLUSHMAN, 0);
    return wait_ready(base) && flushed;
}

static void disable(uintptr_t base)
{
    mmio_write32(base + CTL, 0);
    coresight_disclaim(base);
    coresight_lock(base);
}

bool tmc_etf_enable(uintptr_t base)
{
    bool enabled = false;

    coresight_unlock(base);
    enabled = coresight_claim(base) && wait_ready(base);
    if (enabled) {
        mmio_write32(base + MODE, MODE_HARDWARE_FIFO);
        mmio_write32(base + FFCR, FFCR_EN_FMT | FFCR_EN_TI);
        mmio_write32(base + BUFWM, 0);
        mmio_write32(base + CTL, 1);
    }
    coresight_lock(base);
    return enabled;
}

void tmc_etf_disable(uintptr_t base)
{
    coresight_unlock(base);
    (void)flush_and_stop(base);
    disable(base);
}

unsigned int tmc_tables(unsigned int pages)
{
    unsigned int tables = 1;

    /* A table's last entry is a page only in the last table. */
    while (pages > TMC_TABLE_ENTRIES) {
        pages -= TMC_TABLE_ENTRIES - 1;
        tables++;
    }
    return tables;
}

static uint32_t entry(uint64_t pa, uint32_t type)
{
    return (uint32_t)(pa >> 12 << 4) | type;
}

void tmc_fill_tables(uint32_t *const *entries, const uint64_t *tables, const uint64_t *pages,
                     unsigned int count)
{
    unsigned int table = 0, at = 0;

    for (unsigned int page = 0; page < count; page++) {
        const bool last = page + 1 == count;

        if (at == TMC_TABLE_ENTRIES - 1 && !last) {
            entries[table][at] = entry(tables[table + 1], ENTRY_LINK);
            table++;
            at = 0;
        }
        entries[table][at] = entry(pages[page], last ? ENTRY_LAST : ENTRY_PAGE);
        at++;
    }
}

bool tmc_etr_enable(uintptr_t base, const struct tmc_buffer *buffer)
{
    const uint64_t address = buffer->flat != 0 ? buffer->flat : buffer->table;
    uint32_t axictl = 0;
    bool enabled = false;

    if ((mmio_read32(base + CORESIGHT_AUTHSTATUS) & 3) != AUTHSTATUS_NSID_ENABLED) {
        return false;
    }
    coresight_unlock(base);
    enabled = coresight_claim(base) && wait_ready(base);
    if (enabled) {
        mmio_write32(base + RSZ, (uint32_t)(buffer->size / 4));
        mmio_write32(base + MODE, MODE_CIRCULAR);
        axictl = mmio_read32(base + AXICTL) & ~(uint32_t)AXICTL_CLEAR;
        axictl |= AXICTL_BURST_16 | AXICTL_NONSECURE;
        axictl |= buffer->flat != 0 ? 0u : (uint32_t)AXICTL_SCATTER_GATHER;
        mmio_write32(base + AXICTL, axictl);
        mmio_write32(base + DBALO, (uint32_t)address);
        mmio_write32(base + DBAHI, (uint32_t)(address >> 32));
        mmio_write32(base + FFCR, FFCR_EN_FMT | FFCR_EN_TI | FFCR_FON_FLIN | FFCR_FON_TRIG_EVT |
                                      FFCR_TRIGON_TRIGIN);
        mmio_write32(base + TRG, 0);
        mmio_write32(base + CTL, 1);
    }
    coresight_lock(base);
    return enabled;
}

/** The place in the buffer of a physical address; `size`: it is in none. */
static uint64_t offset_of(const struct tmc_buffer *buffer, uint64_t pa)
{
    if (buffer->flat != 0) {
        return pa - buffer->flat;
    }
    for (uint64_t page = 0; page < buffer->size / LAYOUT_PAGE_SIZE; page++) {
        if (pa - buffer->pages[page] < LAYOUT_PAGE_SIZE) {
            return page * LAYOUT_PAGE_SIZE + (pa - buffer->pages[page]);
        }
    }
    return buffer->size;
}

struct tmc_result tmc_etr_read(uintptr_t base, const struct tmc_buffer *buffer)
{
    struct tmc_result result = {0, 0, false, false};
    uint64_t first = 0, end = 0;
    uint32_t status = 0;

    coresight_unlock(base);
    result.error = !flush_and_stop(base);
    first = mmio_read32(base + RRP) | (uint64_t)mmio_read32(base + RRPHI) << 32;
    end = mmio_read32(base + RWP) | (uint64_t)mmio_read32(base + RWPHI) << 32;
    status = mmio_read32(base + STS);
    coresight_lock(base);

    first = offset_of(buffer, first);
    end = offset_of(buffer, end);
    result.full = (status & STS_FULL) != 0;
    result.error =
        result.error || (status & STS_MEMERR) != 0 || first > buffer->size || end > buffer->size;
    result.first = first;
    result.bytes = result.full ? buffer->size : end - first;
    return result;
}

void tmc_etr_disable(uintptr_t base)
{
    coresight_unlock(base);
    (void)flush_and_stop(base);
    disable(base);
}
