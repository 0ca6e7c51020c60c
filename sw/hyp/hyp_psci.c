/* SPDX-License-Identifier: MIT */
#include "hyp_psci.h"

#include "arch.h"
#include "layout.h"
#include "psci.h"
#include "smccc.h"
#include "spinlock.h"

/* Affinity fields of MPIDR_EL1, as PSCI names PEs. */
#define AFFINITY UINT64_C(0xff00ffffff)

/* Shared with the host: it maps the hypervisor's image to reach them. */
static struct cpu cpus[LAYOUT_MAX_PES] __attribute__((aligned(LAYOUT_PAGE_SIZE)));
static struct hyp_psci_start starts[LAYOUT_MAX_PES];
static unsigned int known = 1;
static struct spinlock lock;

void hyp_secondary_entry(void);

struct cpu *hyp_psci_cpu(unsigned int number)
{
    return &cpus[number];
}

struct hyp_psci_start hyp_psci_start_of(unsigned int number)
{
    return starts[number];
}

/* A PE keeps its number when it goes off and on again. */
static unsigned int hyp_psci_number(uint64_t mpidr)
{
    unsigned int number = 0;

    while (number < known && (cpus[number].mpidr & AFFINITY) != mpidr) {
        number++;
    }
    return number;
}

static int64_t hyp_psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    int64_t result = PSCI_INVALID_PARAMETERS;
    unsigned int number = 0;

    if ((mpidr & ~AFFINITY) != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    spin_lock(&lock);
    number = hyp_psci_number(mpidr);
    if (number < LAYOUT_MAX_PES) {
        const struct hyp_psci_start before = starts[number];

        starts[number] = (struct hyp_psci_start){.entry = entry, .context = context};
        cpus[number].mpidr = mpidr;
        dsb(sy);
        result = smccc_smc(PSCI_CPU_ON, mpidr, (uintptr_t)hyp_secondary_entry, number);
        if (result == PSCI_SUCCESS) {
            known = number == known ? known + 1 : known;
        } else {
            starts[number] = before;
        }
    }
    spin_unlock(&lock);
    return result;
}

int64_t hyp_psci_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return function == PSCI_CPU_ON ? hyp_psci_cpu_on(a1, a2, a3) : smccc_smc(function, a1, a2, a3);
}
