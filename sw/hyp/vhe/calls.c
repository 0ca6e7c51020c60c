/* SPDX-License-Identifier: MIT */
/* hyp.h for the VHE host: no border to cross, no physical addresses to pass. */

#include "arch.h"
#include "hyp.h"
#include "layout.h"
#include "psci.h"
#include "smccc.h"
#include "vm.h"
#include "world.h"

static struct cpu cpus[LAYOUT_MAX_PES];
static unsigned int known;

/* Not found: NULL. Called in a panic, too. */
static struct cpu *calls_find(uint64_t mpidr)
{
    const unsigned int count = __atomic_load_n(&known, __ATOMIC_ACQUIRE);

    for (unsigned int i = 0; i < count && i < LAYOUT_MAX_PES; i++) {
        if (cpus[i].mpidr == mpidr) {
            return &cpus[i];
        }
    }
    return NULL;
}

const struct cpu *panic_cpu(void)
{
    return calls_find(sysreg_read(MPIDR_EL1));
}

static struct cpu *calls_here(void)
{
    return calls_find(sysreg_read(MPIDR_EL1));
}

static void calls_reset_trace(const struct cpu *cpu)
{
    if ((cpu->features & FEATURE_TRF) != 0) {
        sysreg_write(TRFCR_EL2, 0);
        sysreg_write(TRFCR_EL12, 0);
    }
    if (features_owns_spe(cpu)) {
        /* Nobody else ever writes it: guests are not sampled. */
        sysreg_write(PMSCR_EL12, 0);
    }
}

struct cpu *hyp_cpu_init(void)
{
    enum { EL1PCTEN_EL1PTEN = 3 << 10 };

    struct cpu *cpu = calls_here();

    if (cpu == NULL) {
        const unsigned int number = __atomic_fetch_add(&known, 1, __ATOMIC_ACQ_REL);

        if (number >= LAYOUT_MAX_PES) {
            return NULL;
        }
        if (number == 0) {
            vm_init(LAYOUT_HOST_OFFSET);
        }
        cpu = &cpus[number];
    }
    sysreg_write(ICC_SRE_EL2, FIELD(ICC_SRE_EL2, SRE, 1) | FIELD(ICC_SRE_EL2, DFB, 1) |
                                  FIELD(ICC_SRE_EL2, DIB, 1) | FIELD(ICC_SRE_EL2, Enable, 1));
    isb();
    sysreg_write(ICH_HCR_EL2, 0);
    features_detect(cpu);
    if ((cpu->features & FEATURE_VHE) == 0) {
        return NULL;
    }
    cpu->design = DESIGN_VHE;
    cpu->fp_owner = &cpu->host.fp;
    cpu->hcr_el2_host = sysreg_read(HCR_EL2);
    /* Buffers belong to EL2, which is the host: E2TB and E2PB are 0. */
    sysreg_write(MDCR_EL2, FIELD(MDCR_EL2, HPMN, cpu->hpmn));
    sysreg_write(CNTHCTL_EL2, sysreg_read(CNTHCTL_EL2) | EL1PCTEN_EL1PTEN);
    sysreg_write(CNTVOFF_EL2, 0);
    sysreg_write(HSTR_EL2, 0);
    sysreg_write(VTTBR_EL2, 0);
    calls_reset_trace(cpu);
    isb();
    return cpu;
}

int64_t hyp_query(enum hyp_query what)
{
    const struct cpu *const cpu = calls_here();

    switch (what) {
    case HYP_QUERY_ABI:
        return HYP_ABI_VERSION;
    case HYP_QUERY_DESIGN:
    case HYP_QUERY_DEFAULT_DESIGN:
        return DESIGN_VHE;
    case HYP_QUERY_FEATURES:
        return cpu != NULL ? (int64_t)cpu->features : HYP_INVALID;
    case HYP_QUERY_LIST_REGISTERS:
        return cpu != NULL ? (int64_t)cpu->list_registers : HYP_INVALID;
    default:
        return HYP_INVALID;
    }
}

int64_t hyp_set_design(unsigned int design)
{
    struct cpu *const cpu = calls_here();

    if (cpu == NULL || design != DESIGN_VHE) {
        return HYP_NOT_SUPPORTED;
    }
    if (features_owns_trbe(cpu) &&
        (sysreg_read(TRBLIMITR_EL1) & FIELD_MASK(TRBLIMITR_EL1, E)) != 0) {
        return HYP_BUSY;
    }
    calls_reset_trace(cpu);
    return HYP_OK;
}

int64_t hyp_vm_create(uint64_t pool, size_t pages)
{
    return vm_create(pool, pages);
}

int64_t hyp_vm_add_pages(uint64_t vm, uint64_t pool, size_t pages)
{
    return vm_add_pages(vm, pool, pages);
}

int64_t hyp_vm_map(uint64_t vm, uint64_t ipa, uint64_t pa, uint64_t size, unsigned int how)
{
    return vm_map(vm, ipa, pa, size, how);
}

int64_t hyp_vm_unmap(uint64_t vm, uint64_t ipa, uint64_t size)
{
    return vm_unmap(vm, ipa, size);
}

int64_t hyp_tlb_flush_vm(uint64_t vm)
{
    return vm_flush(vm);
}

int64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    return smccc_smc(PSCI_CPU_ON, mpidr, entry, context);
}

int64_t psci_cpu_off(void)
{
    return smccc_smc(PSCI_CPU_OFF, 0, 0, 0);
}

int64_t psci_affinity_info(uint64_t mpidr)
{
    return smccc_smc(PSCI_AFFINITY_INFO, mpidr, 0, 0);
}

void psci_system_off(void)
{
    for (;;) {
        (void)smccc_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
    }
}
