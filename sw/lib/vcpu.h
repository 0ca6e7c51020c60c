/* SPDX-License-Identifier: MIT */
/**
 * What host and hypervisor share in memory, as under a non-protected nVHE KVM: the vCPU, which the
 * host allocates and both write (never at the same time), and one structure per PE, which the
 * hypervisor allocates and the host's half of the trace drivers writes.
 */
#ifndef SL_LIB_VCPU_H
#define SL_LIB_VCPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Registers of EL1 and EL0 that host and guest share and the switch exchanges, in the order in
 * which it saves them. SP_EL1 and on are reached by the same names at EL2 with and without VHE.
 */
#define CONTEXT_EL1_REGISTERS(X)                                                                   \
    X(SCTLR_EL1)                                                                                   \
    X(CPACR_EL1)                                                                                   \
    X(TTBR0_EL1)                                                                                   \
    X(TTBR1_EL1)                                                                                   \
    X(TCR_EL1)                                                                                     \
    X(ESR_EL1)                                                                                     \
    X(AFSR0_EL1)                                                                                   \
    X(AFSR1_EL1)                                                                                   \
    X(FAR_EL1)                                                                                     \
    X(MAIR_EL1)                                                                                    \
    X(VBAR_EL1)                                                                                    \
    X(CONTEXTIDR_EL1)                                                                              \
    X(AMAIR_EL1)                                                                                   \
    X(CNTKCTL_EL1)                                                                                 \
    X(PAR_EL1)                                                                                     \
    X(TPIDR_EL1)                                                                                   \
    X(SP_EL1)                                                                                      \
    X(ELR_EL1)                                                                                     \
    X(SPSR_EL1)                                                                                    \
    X(MDSCR_EL1)                                                                                   \
    X(TPIDR_EL0)                                                                                   \
    X(TPIDRRO_EL0)

enum context_register {

#define X(name) CONTEXT_##name,
    CONTEXT_EL1_REGISTERS(X)
#undef X
        CONTEXT_VMPIDR_EL2, /* what the guest reads as MPIDR_EL1 */
    /* Of kvm-reviewed only: the host's values in the PE's context, the guest's in the vCPU's. */
    CONTEXT_PMSCR_EL1,
    CONTEXT_TRFCR_EL1,
    CONTEXT_COUNT
};

/** The SIMD&FP registers, exchanged lazily. */
struct fp_context {
    uint64_t v[64]; /* V0..V31, low half first */
    uint64_t fpsr;
    uint64_t fpcr;
};

/** One world's registers. */
struct context {
    uint64_t x[31];
    uint64_t sp_el0;
    uint64_t pc;     /* ELR_EL2 */
    uint64_t pstate; /* SPSR_EL2 */
    uint64_t sys[CONTEXT_COUNT];
    struct fp_context fp __attribute__((aligned(16)));
};

/** Breakpoint and watchpoint registers; exchanged only while somebody uses them. */
struct debug_registers {
    uint64_t bcr[16], bvr[16], wcr[16], wvr[16];
    uint64_t mdccint_el1;
};

enum { VGIC_MAX_LRS = 16 };

/** The vCPU's virtual CPU interface. */
struct vgic_cpu_interface {
    uint64_t hcr;     /* ICH_HCR_EL2 while it runs */
    uint64_t vmcr;    /* ICH_VMCR_EL2 */
    uint64_t ap0r[4]; /* ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2: exchanged at load and put */
    uint64_t ap1r[4];
    uint64_t used_lrs;         /* list registers that are loaded and saved: the first ones */
    uint64_t lr[VGIC_MAX_LRS]; /* ICH_LR<n>_EL2; an empty one comes back with State 0 */
};

/** Host trace and profiling state that a switch puts aside. Which of it, and where: the design. */
struct host_debug_state {
    uint64_t pmscr_el1;
    uint64_t pmblimitr_el1;
    uint64_t trfcr_el1;       /* host_trfcr_el1 in kvm-v1 */
    uint64_t guest_trfcr_el1; /* kvm-v1: the guest's filter, copied here before every run */
    uint64_t trblimitr_el1;
    uint64_t brbcr_el1;
};

/** vcpu->flags */
enum {
    /* kvm-shipped, kvm-v1 and kvm-reviewed, recomputed at every load. */
    VCPU_SAVE_SPE = 1u << 0,
    VCPU_SAVE_TRBE = 1u << 1,
    VCPU_SAVE_TRFCR = 1u << 2,
    /* The guest's or the debugger's debug registers are in use: exchange them. */
    VCPU_DEBUG_IN_USE = 1u << 3,
    /* The PE's FP registers may hold this vCPU's state (hypervisor). */
    VCPU_FP_LOADED = 1u << 4,
    /* Done at the next entry, then cleared. */
    VCPU_SKIP_INSTRUCTION = 1u << 5,
    VCPU_INJECT_UNDEF = 1u << 6,
    VCPU_INJECT_DATA_ABORT = 1u << 7, /* synchronous external, at inject_far */
    /* Its EL1 registers are in the PE (VHE: from load to put). */
    VCPU_REGISTERS_LOADED = 1u << 8,
};

/** What vcpu_run() returns. */
enum vcpu_exit {
    VCPU_EXIT_IRQ = 0,     /* a physical interrupt: unmask, and the host takes it */
    VCPU_EXIT_TRAP = 1,    /* synchronous exception: see vcpu->fault */
    VCPU_EXIT_SERROR = 2,  /* SError while the guest ran */
    VCPU_EXIT_ILLEGAL = 3, /* the vCPU's PSTATE is not one that a guest may have */
};

/**
 * A virtual CPU. Zero it, then vcpu_init(). `context` is the guest's registers while it does not
 * run (under VHE: x, sp_el0, pc, pstate and fp; `sys` only while it is not loaded either: use
 * vcpu_read_sys() and vcpu_write_sys()).
 */
struct vcpu {
    struct context context;
    uint64_t number;                      /* from 1, over all VMs: SL_VCPU */
    uint64_t vm;                          /* what hyp_vm_create() returned */
    uint64_t hcr_el2;                     /* traps while it runs; vcpu_init() gives the usual */
    uint64_t mdcr_el2;                    /* likewise; vcpu_load() gives it */
    uint64_t cntvoff_el2;                 /* virtual count = physical count - this */
    uint64_t cntv_ctl_el0, cntv_cval_el0; /* its virtual timer while not loaded */
    uint64_t flags;
    uint64_t inject_far;

    /* The last VCPU_EXIT_TRAP. HPFAR_EL2 is valid for aborts at stage 2. */
    struct {
        uint64_t esr_el2, far_el2, hpfar_el2;
    } fault;

    struct vgic_cpu_interface vgic;
    struct debug_registers debug;
    /* kvm-shipped and kvm-v1 keep the host's filters in the vCPU. */
    struct host_debug_state host_debug_state;
} __attribute__((aligned(64)));

/** cpu->flags of kvm-landed and kvm-final. */
enum {
    CPU_HAS_SPE = 1u << 0,
    CPU_HAS_TRBE = 1u << 1,
    CPU_TRBE_ENABLED = 1u << 2,
    CPU_EL1_TRACING_CONFIGURED = 1u << 3,
    CPU_HAS_BRBE = 1u << 4,
};

/** What this PE implements: found from its ID registers once, when it starts. */
enum {
    FEATURE_TRF = 1u << 0,  /* ID_AA64DFR0_EL1.TraceFilt */
    FEATURE_TRBE = 1u << 1, /* ID_AA64DFR0_EL1.TraceBuffer */
    FEATURE_SPE = 1u << 2,  /* ID_AA64DFR0_EL1.PMSVer */
    FEATURE_BRBE = 1u << 3, /* ID_AA64DFR0_EL1.BRBE */
    FEATURE_PMU = 1u << 4,  /* ID_AA64DFR0_EL1.PMUVer, not IMPLEMENTATION DEFINED */
    FEATURE_VHE = 1u << 5,
};

enum { LAST_VCPU_SLOTS = 64 };

/** Per PE. Fields without a remark are the hypervisor's. */
struct cpu {
    struct context host;
    uint64_t mpidr;
    uint64_t features;
    uint64_t design; /* enum design_id: set by hyp_set_design() on this PE */
    struct vcpu *running;

    /* kvm-landed, kvm-final: the host states its wishes here (trace.h), EL2 reads them. */
    uint64_t flags;
    uint64_t trfcr_while_in_guest;
    /* kvm-v1, kvm-reviewed: the host's per-CPU filter for guests (trace.h). EL2 never looks. */
    uint64_t guest_trfcr;
    /* Where kvm-landed and kvm-final put the host's state aside. */
    struct host_debug_state host_debug_state;

    /* PMU counters that count for host or guest only; the host writes them, 0: none. */
    uint64_t pmu_host_events, pmu_guest_events;

    uint64_t mdcr_el2_host, hcr_el2_host, vbar_el2_host;
    uint64_t pmuserenr_el0; /* the host's, while a guest runs */
    uint64_t hpmn;          /* PMCR_EL0.N */
    struct debug_registers host_debug;
    unsigned int breakpoints, watchpoints, list_registers, priority_registers;
    struct fp_context *fp_owner; /* whose state the FP registers hold */

    /* vcpu_load(): which vCPU of a VM ran here last. */
    struct vcpu *last[LAST_VCPU_SLOTS];
} __attribute__((aligned(64)));

#endif /* SL_LIB_VCPU_H */
