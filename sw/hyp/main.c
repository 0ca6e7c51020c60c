/* SPDX-License-Identifier: MIT */
/* Bringing a PE's EL2 up and the host to EL1. */

#include "arch.h"
#include "hyp.h"
#include "hyp_psci.h"
#include "layout.h"
#include "mmu.h"
#include "parameter.h"
#include "print.h"
#include "switch_design.h"
#include "switch_nvhe.h"
#include "vm.h"
#include "world.h"

/* The design that every PE starts with (enum design_id). */
PARAMETER(hyp_design, DESIGN_KVM_FINAL);
/* Where the host starts: at EL1, MMU off. */
PARAMETER(hyp_host_entry, LAYOUT_HOST);
/* 1: TRFCR_EL2.CX = 1, so that trace shows VMIDs. No kernel under nVHE does it. */
PARAMETER(hyp_trace_vmid, 0);

_Noreturn void host_start(uint64_t entry, uint64_t context, const char *vectors);
_Noreturn void hyp_primary(uint64_t x0);
_Noreturn void hyp_secondary(unsigned int number);

const struct cpu *panic_cpu(void)
{
    return (const struct cpu *)(uintptr_t)sysreg_read(TPIDR_EL2);
}

static void main_enable_gic(void)
{
    sysreg_write(ICC_SRE_EL2, FIELD(ICC_SRE_EL2, SRE, 1) | FIELD(ICC_SRE_EL2, DFB, 1) |
                                  FIELD(ICC_SRE_EL2, DIB, 1) | FIELD(ICC_SRE_EL2, Enable, 1));
    /* ICH_ registers are there only once SRE is in effect. */
    isb();
    sysreg_write(ICH_HCR_EL2, 0);
}

/* Owned by this PE or not there at all: what a kernel checks before it touches the registers. */
static void main_init_trace(const struct cpu *cpu)
{
    if ((cpu->features & FEATURE_TRF) != 0) {
        sysreg_write(TRFCR_EL2, hyp_trace_vmid != 0 ? FIELD(TRFCR_EL2, CX, 1) : 0);
        sysreg_write(TRFCR_EL1, 0);
    }
    if ((cpu->flags & CPU_HAS_SPE) != 0) {
        /* Host samples may carry physical addresses and the physical count. */
        sysreg_write(PMSCR_EL2, FIELD(PMSCR_EL1, PA, 1) | FIELD(PMSCR_EL1, PCT, 1));
    }
}

static void main_init_cpu(struct cpu *cpu)
{
    sysreg_write(TPIDR_EL2, (uintptr_t)cpu);
    main_enable_gic();
    features_detect(cpu);
    cpu->design = hyp_design;
    if (switch_design_of(cpu->design) == NULL) {
        hyp_panic("design %lu is not one of nVHE", cpu->design);
    }
    switch_design_reset(cpu);
    cpu->hcr_el2_host = FIELD(HCR_EL2, RW, 1);
    cpu->fp_owner = &cpu->host.fp;
    cpu->host.sys[CONTEXT_VMPIDR_EL2] = cpu->mpidr;

    sysreg_write(HCR_EL2, cpu->hcr_el2_host);
    sysreg_write(MDCR_EL2, features_host_mdcr(cpu));
    sysreg_write(CPTR_EL2, HOST_CPTR);
    sysreg_write(HSTR_EL2, 0);
    sysreg_write(VPIDR_EL2, sysreg_read(MIDR_EL1));
    sysreg_write(VMPIDR_EL2, cpu->mpidr);
    sysreg_write(CNTHCTL_EL2, FIELD(CNTHCTL_EL2, EL1PCTEN, 1) | FIELD(CNTHCTL_EL2, EL1PCEN, 1));
    sysreg_write(CNTVOFF_EL2, 0);
    sysreg_write(VTCR_EL2, vm_vtcr());
    sysreg_write(VTTBR_EL2, 0);
    main_init_trace(cpu);

    /* The host finds EL1 as after reset. */
    sysreg_write(SCTLR_EL1, 0x30d00980);
    sysreg_write(CPACR_EL1, 0);
    sysreg_write(MDSCR_EL1, 0);
    isb();
}

void hyp_primary(uint64_t x0)
{
    struct cpu *const cpu = hyp_psci_cpu(0);

    print_init(LAYOUT_PL011);
    vm_init(0);
    main_init_cpu(cpu);
    print("hyp: EL2 up, nVHE, design %s\n", design_name(cpu->design));
    host_start(hyp_host_entry, x0, host_vectors);
}

void hyp_secondary(unsigned int number)
{
    const struct hyp_psci_start start = hyp_psci_start_of(number);

    main_init_cpu(hyp_psci_cpu(number));
    host_start(start.entry, start.context, host_vectors);
}
