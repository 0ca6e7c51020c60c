/* SPDX-License-Identifier: MIT */
/* Every call of hyp.h and every kind of exit, on one line each: "ok …" or "not ok …". */

#include "arch.h"
#include "hyp.h"
#include "layout.h"
#include "mmio.h"
#include "parameter.h"
#include "print.h"
#include "psci.h"
#include "string.h"
#include "trace.h"

enum {
    EC_UNKNOWN = 0x00,
    EC_WFX = 0x01,
    EC_HVC64 = 0x16,
    EC_SYSREG = 0x18,
    EC_DABT_LOWER = 0x24,
};

enum { GUEST_RAM_SIZE = 0x200000, POOL_PAGES = 8, VINTID = 40, ROUNDS = 100 };

enum { GUEST_HOLE = 0x90000000u };

extern const char guest_image[], guest_image_end[];
void fp_set(uint64_t value);
uint64_t fp_get(void);
void secondary_start(void);
void selftest_main(void);
void selftest_secondary(uint64_t number);
void selftest_exception(unsigned int vector);

/* Mask of the designs that are tried, by enum design_id. */
PARAMETER(selftest_designs, ~UINT64_C(0));

static struct vcpu vcpu;
static volatile uint64_t secondaries_up, undefs;
static volatile bool expect_undef;
static unsigned int failures;

static void check(bool good, const char *what)
{
    print("%s %s\n", good ? "ok" : "not ok", what);
    failures += good ? 0u : 1u;
}

static uint64_t physical(const void *pointer)
{
    return (uintptr_t)pointer - LAYOUT_HOST_OFFSET;
}

static void *at(uint64_t pa)
{
    return (void *)(uintptr_t)(pa + LAYOUT_HOST_OFFSET);
}

void selftest_exception(unsigned int vector)
{
    const uint64_t esr = sysreg_read(ESR_EL1);

    if (expect_undef && FIELD_GET(ESR_EL1, EC, esr) == EC_UNKNOWN) {
        undefs++;
        sysreg_write(ELR_EL1, sysreg_read(ELR_EL1) + 4);
        return;
    }
    print("not ok: exception %u, ESR %lx, ELR %lx, FAR %lx\n", vector, esr, sysreg_read(ELR_EL1),
          sysreg_read(FAR_EL1));
    psci_system_off();
}

/* The secondaries count themselves and stay off. */
void selftest_secondary(uint64_t number)
{
    struct cpu *const cpu = hyp_cpu_init();

    if (cpu != NULL && (cpu->mpidr & 0xff) == number) {
        __atomic_fetch_add(&secondaries_up, 1, __ATOMIC_SEQ_CST);
    }
    (void)psci_cpu_off();
}

static void test_secondaries(void)
{
    const uint64_t mpidr = sysreg_read(MPIDR_EL1) & UINT64_C(0xff00ffff00);
    uint64_t started = 0;

    for (uint64_t n = 1; n < 4; n++) {
        if (psci_cpu_on(mpidr | n, physical((const void *)(uintptr_t)secondary_start), n) ==
            PSCI_SUCCESS) {
            started++;
        }
    }
    check(started == 3, "three more PEs start");
    while (secondaries_up < started) {
    }
    for (uint64_t n = 1; n <= started; n++) {
        while (psci_affinity_info(mpidr | n) != 1) {
        }
    }
    check(psci_cpu_on(0xffff, 0, 0) == PSCI_INVALID_PARAMETERS,
          "a PE that is not there is refused");
}

static bool exits_with(struct cpu *cpu, uint64_t ec)
{
    return vcpu_run(cpu, &vcpu) == VCPU_EXIT_TRAP &&
           FIELD_GET(ESR_EL2, EC, vcpu.fault.esr_el2) == ec;
}

static bool says(struct cpu *cpu, uint64_t number)
{
    return exits_with(cpu, EC_HVC64) && vcpu.context.x[0] == number;
}

static void test_arguments(uint64_t vm)
{
    check(hyp_vm_create(LAYOUT_HYP, 1) == HYP_INVALID, "no VM out of the hypervisor's own memory");
    check(hyp_vm_map(vm + 1, 0, LAYOUT_POOL, 4096, HYP_MAP_READ) == HYP_INVALID,
          "no mapping in a VM that is not there");
    check(hyp_vm_map(vm, 0, LAYOUT_HYP, 4096, HYP_MAP_READ) == HYP_INVALID,
          "no mapping of the hypervisor");
    check(hyp_vm_map(vm, 1, LAYOUT_POOL, 4096, HYP_MAP_READ) == HYP_INVALID,
          "no mapping of half a page");
    check(hyp_set_design(DESIGN_COUNT) == HYP_NOT_SUPPORTED, "no design beyond the last");
}

static void test_guest(struct cpu *cpu, uint64_t vm)
{
    const uint64_t ram = LAYOUT_POOL + GUEST_RAM_SIZE, hole = LAYOUT_POOL + 0x100000;

    memcpy(at(ram), guest_image, (size_t)(guest_image_end - guest_image));
    check(hyp_vm_map(vm, LAYOUT_GUEST_IPA, ram, GUEST_RAM_SIZE,
                     HYP_MAP_READ | HYP_MAP_WRITE | HYP_MAP_EXECUTE) == HYP_OK,
          "guest memory is mapped");
    vcpu_init(&vcpu, 1, vm, 0x102, LAYOUT_GUEST_IPA, 0);
    vcpu.cntvoff_el2 = sysreg_read(CNTPCT_EL0);
    vcpu.vgic.hcr = FIELD(ICH_HCR_EL2, En, 1);
    vcpu.vgic.vmcr = FIELD(ICH_VMCR_EL2, VENG1, 1) | FIELD(ICH_VMCR_EL2, VPMR, 0xf8);
    vcpu_load(cpu, &vcpu);

    check(says(cpu, 1), "the guest says hello");
    vcpu.context.x[0] = 0xabc;
    check(exits_with(cpu, EC_DABT_LOWER) && vcpu.fault.hpfar_el2 << 8 == GUEST_HOLE &&
              vcpu.fault.far_el2 == GUEST_HOLE + 8,
          "a store to nowhere comes out with its address");
    *(uint64_t *)at(hole + 8) = 0;
    check(hyp_vm_map(vm, GUEST_HOLE, hole, 4096, HYP_MAP_READ | HYP_MAP_WRITE) == HYP_OK,
          "the hole is filled");
    check(says(cpu, 2) && *(uint64_t *)at(hole + 8) == 0x55, "the store arrives");

    fp_set(0x1234);
    check(says(cpu, 3), "the guest uses FP registers");
    if (cpu->design != DESIGN_VHE) {
        check(fp_get() == 0x1234, "the host's FP registers are untouched");
    }
    /* Under VHE the host has no trap, and its registers come back at the put. */
    vcpu_put(cpu, &vcpu);
    vcpu_load(cpu, &vcpu);
    check(fp_get() == 0x1234, "and still so after another vCPU load");
    fp_set(0x5678);
    check(says(cpu, 4) && vcpu.context.x[1] == 7 && vcpu.context.x[2] == 7,
          "the guest finds its FP registers again");

    check(exits_with(cpu, EC_SYSREG), "an ID register read is trapped");
    vcpu_inject_undef(&vcpu);
    check(says(cpu, 5) && FIELD_GET(ESR_EL1, EC, vcpu.context.x[11]) == EC_UNKNOWN,
          "the guest takes the injected exception");

    check(exits_with(cpu, EC_WFX) && vcpu.context.x[1] == 0xabc, "WFI is trapped");
    vcpu_skip_instruction(&vcpu);
    check(says(cpu, 6), "the guest continues after it");

    vcpu.vgic.used_lrs = 1;
    vcpu.vgic.lr[0] = FIELD(ICH_LR0_EL2, State, 1) | FIELD(ICH_LR0_EL2, Group, 1) |
                      FIELD(ICH_LR0_EL2, Priority, 0x80) | FIELD(ICH_LR0_EL2, vINTID, VINTID);
    check(says(cpu, 7) && vcpu.context.x[13] == VINTID, "the guest takes a virtual interrupt");
    check(FIELD_GET(ICH_LR0_EL2, State, vcpu.vgic.lr[0]) == 0, "and its list register is free");
    vcpu.vgic.used_lrs = 0;

    check(says(cpu, 8) && vcpu.context.x[1] == 0x80000102,
          "the guest has the MPIDR_EL1 it was given");
    check(vcpu.context.x[2] < sysreg_read(CNTPCT_EL0) - vcpu.cntvoff_el2 + 1,
          "the virtual count starts with the guest");
}

static void test_interrupt(struct cpu *cpu)
{
    const uintptr_t gicr = (uintptr_t)at(LAYOUT_GICR), sgi = gicr + 0x10000;
    const uint32_t ppis = 1u << LAYOUT_PPI_CNTP | 1u << LAYOUT_PPI_CNTHP;
    const struct context before = vcpu.context;

    mmio_write32((uintptr_t)at(LAYOUT_GICD), 0x12); /* ARE, group 1 */
    mmio_write32(gicr + 0x14, 0);                   /* GICR_WAKER: awake */
    while ((mmio_read32(gicr + 0x14) & 4) != 0) {
    }
    mmio_write32(sgi + 0x80, ~0u);   /* GICR_IGROUPR0 */
    mmio_write32(sgi + 0x100, ppis); /* GICR_ISENABLER0 */
    sysreg_write(ICC_SRE_EL1, 7);
    isb();
    sysreg_write(ICC_PMR_EL1, 0xff);
    sysreg_write(ICC_IGRPEN1_EL1, 1);
    sysreg_write(CNTP_CVAL_EL0, sysreg_read(CNTPCT_EL0));
    sysreg_write(CNTP_CTL_EL0, 1);
    isb();
    while ((sysreg_read(ISR_EL1) & FIELD_MASK(ISR_EL1, I)) == 0) {
    }
    vcpu.context.x[0] = 77;
    check(vcpu_run(cpu, &vcpu) == VCPU_EXIT_IRQ && vcpu.context.x[0] == 77,
          "with an interrupt pending the guest is not entered");
    check(vcpu.context.pstate == before.pstate && vcpu.context.pc == before.pc,
          "and keeps PC and PSTATE");
    sysreg_write(CNTP_CTL_EL0, 0);
    isb();
    check(says(cpu, 9), "without one it is");
}

static void test_unmap(struct cpu *cpu, uint64_t vm)
{
    check(hyp_vm_unmap(vm, LAYOUT_GUEST_IPA, GUEST_RAM_SIZE) == HYP_OK, "guest memory is unmapped");
    check(vcpu_run(cpu, &vcpu) == VCPU_EXIT_TRAP &&
              FIELD_GET(ESR_EL2, EC, vcpu.fault.esr_el2) == 0x20 &&
              vcpu.fault.hpfar_el2 << 8 == LAYOUT_GUEST_IPA,
          "the guest faults on its next instruction");
    check(hyp_vm_map(vm, LAYOUT_GUEST_IPA, LAYOUT_POOL + GUEST_RAM_SIZE, GUEST_RAM_SIZE,
                     HYP_MAP_READ | HYP_MAP_WRITE | HYP_MAP_EXECUTE) == HYP_OK &&
              says(cpu, 9),
          "mapped again, it continues");
    check(hyp_tlb_flush_vm(vm) == HYP_OK && says(cpu, 9), "all translations can be forgotten");
}

static void test_designs(struct cpu *cpu)
{
    for (unsigned int design = 0; design < DESIGN_COUNT; design++) {
        bool good = true;

        if ((selftest_designs >> design & 1) == 0) {
            continue;
        }
        vcpu_put(cpu, &vcpu);
        if (hyp_set_design(design) != HYP_OK) {
            print("ok # %s is not of this host\n", design_name(design));
            vcpu_load(cpu, &vcpu);
            continue;
        }
        vcpu_load(cpu, &vcpu);
        for (unsigned int i = 0; i < ROUNDS; i++) {
            good &= says(cpu, 9);
        }
        check(good && cpu->design == design, design_name(design));
    }
}

void selftest_main(void)
{
    struct cpu *cpu = NULL;
    int64_t vm = 0;

    sysreg_write(CPACR_EL1, FIELD(CPACR_EL1, FPEN, 3));
    isb();
    print_init((uintptr_t)at(LAYOUT_PL011));
    check(hyp_query(HYP_QUERY_ABI) == HYP_ABI_VERSION, "the hypervisor answers");
    cpu = hyp_cpu_init();
    check(cpu != NULL, "this PE has its structure");
    print("# features %lx, design %s\n", cpu->features, design_name(cpu->design));
    test_secondaries();

    vm = hyp_vm_create(LAYOUT_POOL, POOL_PAGES);
    check(vm == 1, "the first VM is number 1");
    test_arguments((uint64_t)vm);
    test_guest(cpu, (uint64_t)vm);
    test_interrupt(cpu);
    test_unmap(cpu, (uint64_t)vm);
    test_designs(cpu);

    vcpu.context.pstate = 0x3c9;
    check(vcpu_run(cpu, &vcpu) == VCPU_EXIT_ILLEGAL, "a vCPU at EL2 is not run");
    vcpu_put(cpu, &vcpu);
    print("selftest: %u failures\n", failures);
    psci_system_off();
}
