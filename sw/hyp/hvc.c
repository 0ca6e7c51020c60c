/* SPDX-License-Identifier: MIT */
/* What the nVHE host asks: exceptions from it, and the table of its calls. */

#include "arch.h"
#include "hyp.h"
#include "hyp_psci.h"
#include "layout.h"
#include "mark.h"
#include "switch_design.h"
#include "switch_nvhe.h"
#include "vm.h"
#include "world.h"

extern volatile uint64_t hyp_design; /* image parameter, main.c */

typedef int64_t call_handler(struct cpu *cpu, const uint64_t *x);

/* A vCPU in host memory, by its physical address. */
static struct vcpu *hvc_vcpu(uint64_t pa)
{
    return vm_host_memory(pa, sizeof(struct vcpu), _Alignof(struct vcpu))
               ? (struct vcpu *)(uintptr_t)pa
               : NULL;
}

static int64_t hvc_query(struct cpu *cpu, const uint64_t *x)
{
    switch (x[1]) {
    case HYP_QUERY_ABI:
        return HYP_ABI_VERSION;
    case HYP_QUERY_FEATURES:
        return (int64_t)cpu->features;
    case HYP_QUERY_DESIGN:
        return (int64_t)cpu->design;
    case HYP_QUERY_DEFAULT_DESIGN:
        return (int64_t)hyp_design;
    case HYP_QUERY_LIST_REGISTERS:
        return cpu->list_registers;
    default:
        return HYP_INVALID;
    }
}

static int64_t hvc_cpu_init(struct cpu *cpu, const uint64_t *x)
{
    (void)x;
    return (int64_t)(uintptr_t)cpu;
}

static int64_t hvc_set_design(struct cpu *cpu, const uint64_t *x)
{
    if (x[1] >= DESIGN_COUNT || switch_design_of(x[1]) == NULL) {
        return HYP_NOT_SUPPORTED;
    }
    if ((cpu->flags & CPU_HAS_TRBE) != 0 &&
        (sysreg_read(TRBLIMITR_EL1) & FIELD_MASK(TRBLIMITR_EL1, E)) != 0) {
        return HYP_BUSY;
    }
    cpu->design = x[1];
    switch_design_reset(cpu);
    if ((cpu->features & FEATURE_TRF) != 0) {
        sysreg_write(TRFCR_EL1, 0);
    }
    return HYP_OK;
}

static int64_t hvc_vm_create(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_create(x[1], x[2]);
}

static int64_t hvc_vm_add_pages(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_add_pages(x[1], x[2], x[3]);
}

static int64_t hvc_vm_map(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_map(x[1], x[2], x[3], x[4], (unsigned int)x[5]);
}

static int64_t hvc_vm_unmap(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_unmap(x[1], x[2], x[3]);
}

static int64_t hvc_tlb_flush_vm(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_flush(x[1]);
}

static int64_t hvc_flush_cpu_context(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    return vm_flush_here(x[1]);
}

static int64_t hvc_vcpu_run(struct cpu *cpu, const uint64_t *x)
{
    struct vcpu *const vcpu = hvc_vcpu(x[1]);
    uint64_t vttbr = 0;

    if (vcpu == NULL || !vm_vttbr(vcpu->vm, &vttbr) || vcpu->vgic.used_lrs > cpu->list_registers) {
        return HYP_INVALID;
    }
    if (!exception_pstate_sound(vcpu->context.pstate)) {
        return VCPU_EXIT_ILLEGAL;
    }
    return switch_run(cpu, vcpu, vm_vtcr(), vttbr);
}

static int64_t hvc_timer_set_offset(struct cpu *cpu, const uint64_t *x)
{
    (void)cpu;
    sysreg_write(CNTVOFF_EL2, x[1]);
    return HYP_OK;
}

static int64_t hvc_vgic_load(struct cpu *cpu, const uint64_t *x)
{
    const struct vcpu *const vcpu = hvc_vcpu(x[1]);

    if (vcpu == NULL) {
        return HYP_INVALID;
    }
    vgic_load(cpu, &vcpu->vgic);
    return HYP_OK;
}

static int64_t hvc_vgic_put(struct cpu *cpu, const uint64_t *x)
{
    struct vcpu *const vcpu = hvc_vcpu(x[1]);

    if (vcpu == NULL) {
        return HYP_INVALID;
    }
    vgic_put(cpu, &vcpu->vgic);
    return HYP_OK;
}

/* Gives the FP registers back to the host, with the owner's state put aside. */
static void hvc_fp_to_host(struct cpu *cpu)
{
    sysreg_write(CPTR_EL2, HOST_CPTR);
    isb();
    fp_switch(cpu, &cpu->host.fp);
}

static int64_t hvc_fp_save(struct cpu *cpu, const uint64_t *x)
{
    struct vcpu *const vcpu = hvc_vcpu(x[1]);

    if (vcpu == NULL) {
        return HYP_INVALID;
    }
    if (fp_is_loaded(cpu, &vcpu->context.fp)) {
        hvc_fp_to_host(cpu);
    }
    vcpu->flags &= ~(uint64_t)VCPU_FP_LOADED;
    return HYP_OK;
}

static call_handler *const handlers[] = {
    [HYP_QUERY - HYP_CALL(0)] = hvc_query,
    [HYP_CPU_INIT - HYP_CALL(0)] = hvc_cpu_init,
    [HYP_SET_DESIGN - HYP_CALL(0)] = hvc_set_design,
    [HYP_VM_CREATE - HYP_CALL(0)] = hvc_vm_create,
    [HYP_VM_ADD_PAGES - HYP_CALL(0)] = hvc_vm_add_pages,
    [HYP_VM_MAP - HYP_CALL(0)] = hvc_vm_map,
    [HYP_VM_UNMAP - HYP_CALL(0)] = hvc_vm_unmap,
    [HYP_TLB_FLUSH_VM - HYP_CALL(0)] = hvc_tlb_flush_vm,
    [HYP_FLUSH_CPU_CONTEXT - HYP_CALL(0)] = hvc_flush_cpu_context,
    [HYP_VCPU_RUN - HYP_CALL(0)] = hvc_vcpu_run,
    [HYP_TIMER_SET_OFFSET - HYP_CALL(0)] = hvc_timer_set_offset,
    [HYP_VGIC_LOAD - HYP_CALL(0)] = hvc_vgic_load,
    [HYP_VGIC_PUT - HYP_CALL(0)] = hvc_vgic_put,
    [HYP_FP_SAVE - HYP_CALL(0)] = hvc_fp_save,
};

static int64_t hvc_call(struct cpu *cpu, const uint64_t *x)
{
    const uint64_t index = x[0] - HYP_CALL(0);

    if (index < sizeof(handlers) / sizeof(handlers[0]) && handlers[index] != NULL) {
        return handlers[index](cpu, x);
    }
    return hyp_psci_call(x[0], x[1], x[2], x[3]);
}

/* The host did what it may not: Unknown reason at its own EL1, as where the feature is missing. */
static void hvc_inject_undef(void)
{
    enum { PSTATE_EL1H = 5, PSTATE_EL0 = 0, PSTATE_DAIF = 0x3c0, ESR_IL = 1 << 25 };

    const uint64_t spsr = sysreg_read(SPSR_EL2);
    const uint64_t offset = (spsr & 0xf) == PSTATE_EL0 ? 0x400 : 0x200;

    sysreg_write(ESR_EL1, ESR_IL);
    sysreg_write(SPSR_EL1, spsr);
    sysreg_write(ELR_EL1, sysreg_read(ELR_EL2));
    sysreg_write(ELR_EL2, sysreg_read(VBAR_EL1) + offset);
    sysreg_write(SPSR_EL2, (spsr & ~UINT64_C(0xf)) | PSTATE_DAIF | PSTATE_EL1H);
}

void hyp_host_sync(struct cpu *cpu);

/** Every synchronous exception from the host; its X0 to X30 are in cpu->host. */
void hyp_host_sync(struct cpu *cpu)
{
    enum { EC_FP_ACCESS = 0x07, EC_HVC64 = 0x16 };

    switch (FIELD_GET(ESR_EL2, EC, sysreg_read(ESR_EL2))) {
    case EC_HVC64:
        cpu->host.x[0] = (uint64_t)hvc_call(cpu, cpu->host.x);
        break;
    case EC_FP_ACCESS:
        hvc_fp_to_host(cpu);
        break;
    default:
        hvc_inject_undef();
        break;
    }
}
