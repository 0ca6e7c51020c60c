/* SPDX-License-Identifier: MIT */
/* What makes a guest leave, and the answers. */

#include "arch.h"
#include "hyp.h"
#include "irq.h"
#include "machine.h"
#include "mark.h"
#include "memory.h"
#include "print.h"
#include "psci.h"
#include "window.h"

/* ESR_EL2.EC. */
enum {
    EC_WFX = 0x01,
    EC_HVC64 = 0x16,
    EC_SMC64 = 0x17,
    EC_SYSREG = 0x18,
    EC_IABT_LOWER = 0x20,
    EC_DABT_LOWER = 0x24,
};

/* The address of a system register as ISS has it: op0 21:20, op2 19:17, op1 16:14, CRn 13:10,
 * CRm 4:1. */
#define ISS_REGISTER(op0, op1, crn, crm, op2)                                                      \
    ((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

enum {
    ISS_REGISTER_MASK = 0x3ffc1e,
    ISS_READ = 1,
    ISS_RT_SHIFT = 5,
    ISS_ICC_SGI1R = ISS_REGISTER(3, 0, 12, 11, 5),
    ISS_ACTLR = ISS_REGISTER(3, 0, 1, 0, 1),
    ISS_ID_FIRST_CRM = 1,
    ISS_ID_LAST_CRM = 7,
};

static const struct mmio_region regions[] = {
    {GUEST_GICD, 0x10000, MMIO_DISTRIBUTOR},
    {GUEST_GICR, VM_CPUS *VGIC_FRAME, MMIO_REDISTRIBUTOR},
    {GUEST_UART, LAYOUT_PAGE_SIZE, MMIO_KERNEL},
    {GUEST_KERNEL, LAYOUT_PAGE_SIZE, MMIO_KERNEL},
    {GUEST_USER, LAYOUT_PAGE_SIZE, MMIO_USER},
};

/** ID registers as the guest shall see them: what the switch does not carry is not there. */
static uint64_t id_register(unsigned int crm, unsigned int op2)
{
    switch (crm << 4 | op2) {
    case 4 << 4 | 0: /* EL0 and EL1 in AArch64 only; FP and Advanced SIMD; GIC registers */
        return 0x11 | (sysreg_read(ID_AA64PFR0_EL1) & 0x0ff0000) | 1 << 24;
    case 5 << 4 | 0: /* debug architecture and its comparators; no trace, profiling, PMU */
        return sysreg_read(ID_AA64DFR0_EL1) & 0xf0f0f00f;
    case 6 << 4 | 0:
        return sysreg_read(ID_AA64ISAR0_EL1);
    case 7 << 4 | 0:
        return sysreg_read(ID_AA64MMFR0_EL1);
    case 7 << 4 | 1: /* no VHE, no hardware management of access flags without TCR_EL1 saying so */
        return sysreg_read(ID_AA64MMFR1_EL1) & ~UINT64_C(0xf00);
    default:
        return 0;
    }
}

/** MSR, MRS. False: the guest has no such register. */
static bool trap_sysreg(struct virtual_cpu *vcpu, uint64_t esr)
{
    const unsigned int rt = (esr >> ISS_RT_SHIFT) & 31;
    const unsigned int op0 = (esr >> 20) & 3, op1 = (esr >> 14) & 7, crn = (esr >> 10) & 15;
    const unsigned int crm = (esr >> 1) & 15, op2 = (esr >> 17) & 7;
    const bool read = (esr & ISS_READ) != 0;
    struct machine *vm = vcpu->vm;
    uint32_t news = 0;

    if ((esr & ISS_REGISTER_MASK) == ISS_ICC_SGI1R && !read) {
        vcpu->exits[EXIT_SGI]++;
        spin_lock(&vm->lock);
        news = vgic_send_sgi(&vm->vgic, vcpu->index, vcpu_get(&vcpu->vcpu, rt));
        machine_kick(vm, news);
        spin_unlock(&vm->lock);
        return true;
    }
    vcpu->exits[EXIT_SYSREG]++;
    if (op0 == 3 && op1 == 0 && crn == 0 && crm >= ISS_ID_FIRST_CRM && crm <= ISS_ID_LAST_CRM &&
        read) {
        vcpu_set(&vcpu->vcpu, rt, id_register(crm, op2));
        return true;
    }
    if ((esr & ISS_REGISTER_MASK) == ISS_ACTLR) {
        if (read) {
            vcpu_set(&vcpu->vcpu, rt, 0);
        }
        return true;
    }
    return false;
}

/** Memory that the guest may have and has not got yet: the host allocates and maps it. */
static bool lazy_memory(struct virtual_cpu *vcpu, uint64_t ipa)
{
    struct machine *vm = vcpu->vm;
    const uint64_t page = ipa / PAGE * PAGE;
    uint64_t pa = 0;
    int64_t result = HYP_OK;

    /* In order only: that is how this guest touches it, and it keeps the bookkeeping a list. */
    if (page != GUEST_LAZY_IPA + (uint64_t)vm->lazy_pages * PAGE || vm->lazy_pages == VM_LAZY_MAX) {
        return false;
    }
    SL_PHASE("host-allocate-page");
    pa = page_alloc();
    SL_PHASE("host-map-page");
    while ((result = hyp_vm_map(vm->id, page, pa, PAGE, HYP_MAP_READ | HYP_MAP_WRITE)) ==
           HYP_NO_MEMORY) {
        if (hyp_vm_add_pages(vm->id, pages_alloc(1), 1) != HYP_OK) {
            break;
        }
    }
    SL_PHASE("host-exit");
    if (result != HYP_OK) {
        panic("mapping lazy memory %lx: %ld", page, result);
    }
    vm->lazy[vm->lazy_pages++] = pa;
    vcpu->exits[EXIT_FAULT]++;
    return true;
}

/** The guest's console, a line at a time. */
static void console(struct virtual_cpu *vcpu, char c)
{
    if (c != '\n' && vcpu->line_length < sizeof(vcpu->line) - 1) {
        vcpu->line[vcpu->line_length++] = c;
        return;
    }
    vcpu->line[vcpu->line_length] = '\0';
    print("vm %u vcpu %u: %s\n", (unsigned int)(vcpu->vm - machines) + 1, vcpu->index, vcpu->line);
    vcpu->line_length = 0;
}

/** The devices that the host kernel emulates. */
static void kernel_device(struct virtual_cpu *vcpu, uint64_t base, struct mmio_access *access)
{
    if (base == GUEST_KERNEL) {
        if (access->is_write) {
            vcpu->vm->counter = access->value;
        } else {
            access->value = ++vcpu->vm->counter;
        }
    } else if (!access->is_write) {
        access->value = 0; /* UARTFR, too: there is always room */
    } else if (access->offset == 0) {
        console(vcpu, (char)(access->value & 0xff));
    }
}

/** Data abort at stage 2. False: there is nothing, the guest gets an external abort. */
static bool trap_data_abort(struct virtual_cpu *vcpu, uint64_t esr, bool *to_user)
{
    const uint64_t ipa = mmio_ipa(vcpu->vcpu.fault.hpfar_el2, vcpu->vcpu.fault.far_el2);
    struct mmio_access access = {0};
    struct machine *vm = vcpu->vm;
    enum mmio_owner owner = MMIO_NONE;

    if (ipa >= GUEST_LAZY_IPA) {
        return lazy_memory(vcpu, ipa);
    }
    if (!mmio_decode(esr, &access)) {
        return false;
    }
    owner =
        mmio_find(regions, sizeof(regions) / sizeof(regions[0]), ipa, access.size, &access.offset);
    access.value = access.is_write ? vcpu_get(&vcpu->vcpu, access.reg) : 0;
    switch (owner) {
    case MMIO_DISTRIBUTOR:
    case MMIO_REDISTRIBUTOR:
        SL_PHASE("host-emulate-gic");
        vcpu->exits[EXIT_GIC]++;
        spin_lock(&vm->lock);
        machine_kick(vm, owner == MMIO_DISTRIBUTOR
                             ? vgic_distributor(&vm->vgic, vcpu->index, &access)
                             : vgic_redistributor(&vm->vgic, &access));
        spin_unlock(&vm->lock);
        break;
    case MMIO_KERNEL:
        SL_PHASE("host-emulate-device");
        vcpu->exits[EXIT_KERNEL_IO]++;
        kernel_device(vcpu, ipa - access.offset, &access);
        break;
    case MMIO_USER:
        vcpu->exits[EXIT_USER_IO]++;
        vcpu->shared->address = ipa;
        vcpu->shared->size = access.size;
        vcpu->shared->is_write = access.is_write;
        vcpu->shared->value = access.value;
        vcpu->mmio = access;
        vcpu->mmio_pending = true;
        *to_user = true;
        break;
    default:
        return false;
    }
    if (owner != MMIO_USER && !access.is_write) {
        vcpu_set(&vcpu->vcpu, access.reg, mmio_extend(&access));
    }
    vcpu_skip_instruction(&vcpu->vcpu);
    return true;
}

/** Calls by HVC #0. The PC is already behind it. */
static bool hypercall(struct virtual_cpu *vcpu)
{
    int64_t answer = -1; /* SMCCC: NOT_SUPPORTED */

    switch ((uint32_t)vcpu_get(&vcpu->vcpu, 0)) {
    case GUEST_CALL_MEASURE:
        bench_measure(vcpu);
        answer = 0;
        break;
    case GUEST_CALL_DONE:
        vcpu->exits[EXIT_HYPERCALL]++;
        bench_measured(vcpu);
        vcpu->error = vcpu_get(&vcpu->vcpu, 1);
        vcpu->done = true;
        return false;
    case GUEST_CALL_YIELD:
        vcpu->exits[EXIT_YIELD]++;
        vcpu_give_way(vcpu);
        return true;
    case PSCI_VERSION:
        vcpu->exits[EXIT_HYPERCALL]++;
        answer = 0x10001;
        break;
    default:
        vcpu->exits[EXIT_HYPERCALL]++;
        window_remap(vcpu);
        break;
    }
    vcpu_set(&vcpu->vcpu, 0, (uint64_t)answer);
    return true;
}

/** WFI, WFE: sleeps until the guest has something to do. */
static void wait_for_event(struct virtual_cpu *vcpu, bool event)
{
    struct machine *vm = vcpu->vm;

    vcpu->exits[EXIT_WFX]++;
    vcpu_skip_instruction(&vcpu->vcpu);
    for (bool pending = event; !pending;) {
        spin_lock(&vm->lock);
        pending = vgic_pending(&vm->vgic, vcpu->index);
        vcpu->in_guest = pending ? NULL : pe_self(); /* a kick ends the wait, too */
        spin_unlock(&vm->lock);
        if (!pending) {
            irq_wait();
        }
    }
}

bool exit_handle(struct virtual_cpu *vcpu, int64_t exit)
{
    const uint64_t esr = vcpu->vcpu.fault.esr_el2;
    bool known = true, to_user = false;

    if (exit != VCPU_EXIT_TRAP) {
        panic("vCPU %lu: exit %ld at %lx", vcpu->vcpu.number, exit, vcpu->vcpu.context.pc);
    }
    switch (FIELD_GET(ESR_EL2, EC, esr)) {
    case EC_HVC64:
        return hypercall(vcpu);
    case EC_WFX:
        wait_for_event(vcpu, (esr & 1) != 0);
        return true;
    case EC_SYSREG:
        known = trap_sysreg(vcpu, esr);
        if (known) {
            vcpu_skip_instruction(&vcpu->vcpu);
        } else {
            vcpu_inject_undef(&vcpu->vcpu);
        }
        return true;
    case EC_DABT_LOWER:
        if (!trap_data_abort(vcpu, esr, &to_user)) {
            vcpu_inject_data_abort(&vcpu->vcpu, vcpu->vcpu.fault.far_el2);
        }
        return !to_user;
    case EC_IABT_LOWER:
        panic("vCPU %lu: nothing to execute at %lx: ESR %lx, IPA %lx", vcpu->vcpu.number,
              vcpu->vcpu.context.pc, esr,
              mmio_ipa(vcpu->vcpu.fault.hpfar_el2, vcpu->vcpu.fault.far_el2));
    default: /* SMC and what else a guest should not have here: as if it were not there */
        vcpu_inject_undef(&vcpu->vcpu);
        return true;
    }
}
