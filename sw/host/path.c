/* SPDX-License-Identifier: MIT */
#include "path.h"

#include "coresight.h"
#include "host.h"
#include "memory.h"
#include "parameter.h"
#include "spinlock.h"

/* Physical addresses; 0: there is none. The funnel's input of PE 0: the others follow. */
PARAMETER(host_funnel, 0);
PARAMETER(host_funnel_input, 0);
PARAMETER(host_etf, 0);
PARAMETER(host_replicator, 0);
PARAMETER(host_replicator_output, 0);
PARAMETER(host_etr, 0);
/* Bytes of the ETR's buffer, whole pages; whether it is scattered over pages. */
PARAMETER(host_etr_buffer, 0x40000);
PARAMETER(host_etr_scatter, 0);

static struct spinlock lock;
static struct tmc_buffer buffer;
static unsigned int users;

static uintptr_t at(uint64_t pa)
{
    return (uintptr_t)phys_to_virt(pa);
}

static void expect(const char *name, uint64_t pa, uint32_t part)
{
    if (pa != 0 && coresight_part(at(pa)) != part) {
        panic("%s at %lx is part %x instead of %x", name, pa, coresight_part(at(pa)), part);
    }
}

/** Every other page of twice as much memory, the last one first. */
static void scatter(unsigned int count)
{
    const unsigned int tables = tmc_tables(count);
    const size_t list_pages = (count * sizeof(uint64_t) + PAGE - 1) / PAGE;
    uint64_t *list = phys_to_virt(pages_alloc(list_pages));
    uint64_t *table = phys_to_virt(pages_alloc(1));
    uint32_t **entries = phys_to_virt(pages_alloc(1));
    const uint64_t memory = pages_alloc(2 * (size_t)count);

    for (unsigned int i = 0; i < count; i++) {
        list[i] = memory + 2 * (uint64_t)(count - 1 - i) * PAGE;
    }
    for (unsigned int i = 0; i < tables; i++) {
        table[i] = pages_alloc(1);
        entries[i] = phys_to_virt(table[i]);
    }
    tmc_fill_tables(entries, table, list, count);
    buffer.pages = list;
    buffer.table = table[0];
}

void path_init(void)
{
    if (!path_present()) {
        return;
    }
    expect("funnel", host_funnel, CORESIGHT_FUNNEL);
    expect("ETF", host_etf, CORESIGHT_TMC);
    expect("replicator", host_replicator, CORESIGHT_REPLICATOR);
    expect("ETR", host_etr, CORESIGHT_TMC);
    buffer.size = host_etr_buffer;
    if (host_etr_scatter != 0) {
        scatter((unsigned int)(buffer.size / PAGE));
    } else {
        buffer.flat = pages_alloc(buffer.size / PAGE);
    }
    if (host_replicator != 0 && !replicator_reset(at(host_replicator))) {
        panic("the replicator is claimed");
    }
}

bool path_present(void)
{
    return host_etr != 0;
}

static bool open_shared(void)
{
    return tmc_etr_enable(at(host_etr), &buffer) &&
           (host_replicator == 0 ||
            replicator_enable(at(host_replicator), (unsigned int)host_replicator_output)) &&
           (host_etf == 0 || tmc_etf_enable(at(host_etf)));
}

static void close_shared(void)
{
    if (host_etf != 0) {
        tmc_etf_disable(at(host_etf));
    }
    if (host_replicator != 0) {
        replicator_disable(at(host_replicator), (unsigned int)host_replicator_output);
    }
    tmc_etr_disable(at(host_etr));
}

static unsigned int input_of(unsigned int pe)
{
    return (unsigned int)host_funnel_input + pe;
}

bool path_enable(unsigned int pe)
{
    bool open = true;

    spin_lock(&lock);
    if (users == 0) {
        open = open_shared();
    }
    open = open && (host_funnel == 0 || funnel_enable(at(host_funnel), input_of(pe)));
    users += open;
    spin_unlock(&lock);
    return open;
}

struct tmc_result path_disable(unsigned int pe)
{
    struct tmc_result result = {0, 0, false, false};

    spin_lock(&lock);
    users--;
    if (users == 0) {
        /* While the links are open: the flush has to go through them. */
        result = tmc_etr_read(at(host_etr), &buffer);
    }
    if (host_funnel != 0) {
        funnel_disable(at(host_funnel), input_of(pe));
    }
    if (users == 0) {
        close_shared();
    }
    spin_unlock(&lock);
    return result;
}
