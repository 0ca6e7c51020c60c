/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include "hyp.h"
#include "machine.h"
#include "mark.h"
#include "path.h"
#include "print.h"
#include "window.h"

/*
 * Parameters: symbols that a run may set in the image. Samples and warm-up per benchmark; designs
 * as a mask by enum design_id, of which a host runs those of its exception level; benchmarks as a
 * mask by enum benchmark_id; whether trace sessions are measured, too, and which exception levels
 * they trace of those worlds that they include.
 */
#define PARAMETER __attribute__((section(".data"), used)) volatile uint64_t
PARAMETER host_samples = 1000;
PARAMETER host_warmup = 20;
PARAMETER host_designs = ~UINT64_C(0) & ~(UINT64_C(1) << DESIGN_KVM_SHIPPED_61);
PARAMETER host_benchmarks = ~UINT64_C(0);
PARAMETER host_sessions = 1;
PARAMETER host_trace_kernel = 1;
PARAMETER host_trace_user = 1;

/* What reports call them: docs/software.md. Zero is no benchmark. */
enum benchmark_id {
    BENCH_HYPERCALL = 1,
    BENCH_GIC,
    BENCH_IPI,
    BENCH_EOI,
    BENCH_SWITCH,
    BENCH_KERNEL_IO,
    BENCH_USER_IO,
    BENCH_FAULT,
    BENCH_TIMER,
};

enum session_id {
    SESSION_NEVER,
    SESSION_TRBE_BOTH,
    SESSION_TRBE_NO_GUEST,
    SESSION_TRBE_NO_HOST,
    SESSION_TRBE_ENDED,
    SESSION_ATB_BOTH,
    SESSION_ATB_NO_GUEST,
    SESSION_ATB_NO_HOST,
    SESSION_ATB_ENDED,
    SESSION_SPE_HOST,
    SESSION_TRBE_AND_SPE,
    SESSIONS
};

/** A second vCPU that takes part, and where. */
enum partner { ALONE, SAME_PE, OTHER_PE };

struct benchmark {
    enum benchmark_id id;
    const char *name;
    enum guest_task task, partner_task;
    enum partner partner;
    enum exit_kind exit; /* what each operation ends the guest's stay by */
    uint64_t extra;      /* exits of that kind besides the operations */
};

static const struct benchmark benchmarks[] = {
    {.id = BENCH_HYPERCALL,
     .name = "hypercall",
     .task = GUEST_TASK_HYPERCALL,
     .exit = EXIT_HYPERCALL,
     .extra = 1}, /* that the guest has done */
    {.id = BENCH_GIC, .name = "interrupt controller", .task = GUEST_TASK_GIC, .exit = EXIT_GIC},
    {.id = BENCH_IPI,
     .name = "virtual IPI",
     .task = GUEST_TASK_IPI,
     .partner_task = GUEST_TASK_IPI_RECEIVER,
     .partner = OTHER_PE,
     .exit = EXIT_SGI},
    {.id = BENCH_EOI, .name = "virtual EOI", .task = GUEST_TASK_EOI, .exit = EXIT_SGI},
    {.id = BENCH_SWITCH,
     .name = "VM switch",
     .task = GUEST_TASK_SWITCH,
     .partner_task = GUEST_TASK_SWITCH_PARTNER,
     .partner = SAME_PE,
     .exit = EXIT_YIELD},
    {.id = BENCH_KERNEL_IO,
     .name = "I/O to host kernel",
     .task = GUEST_TASK_KERNEL_IO,
     .exit = EXIT_KERNEL_IO},
    {.id = BENCH_USER_IO,
     .name = "I/O to host user",
     .task = GUEST_TASK_USER_IO,
     .exit = EXIT_USER_IO},
    {.id = BENCH_FAULT, .name = "stage-2 fault", .task = GUEST_TASK_FAULT, .exit = EXIT_FAULT},
    {.id = BENCH_TIMER, .name = "timer interrupt", .task = GUEST_TASK_TIMER, .exit = EXIT_IRQ},
};

enum { BENCHMARKS = sizeof(benchmarks) / sizeof(benchmarks[0]) };

struct session_plan {
    const char *name;
    bool runs; /* a trace session is open meanwhile; else one was, before */
    struct session_options options;
    bool profiles; /* a profiling session is, too */
};

static const struct session_plan plans[SESSIONS] = {
    [SESSION_NEVER] = {.name = "no session"},
    [SESSION_TRBE_BOTH] = {"TRBE: host and guest", true, {.sink = SESSION_TRBE}},
    [SESSION_TRBE_NO_GUEST] = {"TRBE: guest excluded",
                               true,
                               {.sink = SESSION_TRBE, .exclude_guest = true}},
    [SESSION_TRBE_NO_HOST] = {"TRBE: host excluded",
                              true,
                              {.sink = SESSION_TRBE, .exclude_host = true}},
    [SESSION_TRBE_ENDED] = {.name = "TRBE: session ended"},
    [SESSION_ATB_BOTH] = {"ATB: host and guest", true, {.sink = SESSION_ATB}},
    [SESSION_ATB_NO_GUEST] = {"ATB: guest excluded",
                              true,
                              {.sink = SESSION_ATB, .exclude_guest = true}},
    [SESSION_ATB_NO_HOST] = {"ATB: host excluded",
                             true,
                             {.sink = SESSION_ATB, .exclude_host = true}},
    [SESSION_ATB_ENDED] = {.name = "ATB: session ended"},
    [SESSION_SPE_HOST] = {.name = "SPE: host", .profiles = true},
    [SESSION_TRBE_AND_SPE] = {"TRBE and SPE", true, {.sink = SESSION_TRBE}, .profiles = true},
};

/** What is being measured. */
static struct {
    struct virtual_cpu *vcpu;
    enum benchmark_id benchmark;
    unsigned int design;
    enum session_id session;
    uint64_t exits[EXIT_KINDS];
} current;

static void name_everything(void)
{
    SL_NAME(SL_NAME_BENCHMARK, BENCH_HYPERCALL, "hypercall");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_GIC, "interrupt controller");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_IPI, "virtual IPI");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_EOI, "virtual EOI");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_SWITCH, "VM switch");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_KERNEL_IO, "I/O to host kernel");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_USER_IO, "I/O to host user");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_FAULT, "stage-2 fault");
    SL_NAME(SL_NAME_BENCHMARK, BENCH_TIMER, "timer interrupt");
    SL_NAME(SL_NAME_DESIGN, DESIGN_NONE, "none");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_SHIPPED, "kvm-shipped");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_V1, "kvm-v1");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_REVIEWED, "kvm-reviewed");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_LANDED, "kvm-landed");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_FINAL, "kvm-final");
    SL_NAME(SL_NAME_DESIGN, DESIGN_VHE, "vhe");
    SL_NAME(SL_NAME_DESIGN, DESIGN_KVM_SHIPPED_61, "kvm-shipped-6.1");
    SL_NAME(SL_NAME_SESSION, SESSION_NEVER, "no session");
    SL_NAME(SL_NAME_SESSION, SESSION_TRBE_BOTH, "TRBE: host and guest");
    SL_NAME(SL_NAME_SESSION, SESSION_TRBE_NO_GUEST, "TRBE: guest excluded");
    SL_NAME(SL_NAME_SESSION, SESSION_TRBE_NO_HOST, "TRBE: host excluded");
    SL_NAME(SL_NAME_SESSION, SESSION_TRBE_ENDED, "TRBE: session ended");
    SL_NAME(SL_NAME_SESSION, SESSION_ATB_BOTH, "ATB: host and guest");
    SL_NAME(SL_NAME_SESSION, SESSION_ATB_NO_GUEST, "ATB: guest excluded");
    SL_NAME(SL_NAME_SESSION, SESSION_ATB_NO_HOST, "ATB: host excluded");
    SL_NAME(SL_NAME_SESSION, SESSION_ATB_ENDED, "ATB: session ended");
    SL_NAME(SL_NAME_SESSION, SESSION_SPE_HOST, "SPE: host");
    SL_NAME(SL_NAME_SESSION, SESSION_TRBE_AND_SPE, "TRBE and SPE");
}

void bench_measure(struct virtual_cpu *vcpu)
{
    if (vcpu != current.vcpu) {
        return;
    }
    for (unsigned int i = 0; i < EXIT_KINDS; i++) {
        vcpu->exits[i] = 0;
    }
    SL_RUN(current.benchmark, current.design, current.session);
}

void bench_measured(struct virtual_cpu *vcpu)
{
    if (vcpu != current.vcpu) {
        return;
    }
    SL_RUN_END();
    for (unsigned int i = 0; i < EXIT_KINDS; i++) {
        current.exits[i] = vcpu->exits[i];
    }
}

static void check_guest(const char *name, const struct virtual_cpu *vcpu)
{
    const uint64_t result = vcpu->thread.result;

    if (!vcpu->done || result != GUEST_OK) {
        check_failed("%s: vm %u vcpu %u ended with %ld", name,
                     (unsigned int)(vcpu->vm - machines) + 1, vcpu->index, result);
    }
}

/** As many exits as operations, of the kind that the operation is about. */
static void check_exits(const struct benchmark *benchmark, uint64_t count)
{
    const uint64_t seen = current.exits[benchmark->exit];
    const uint64_t expected = count + benchmark->extra;
    /* Other interrupts may come between; all others are the guest's doing. */
    const bool exact = benchmark->exit != EXIT_IRQ;

    if (exact ? seen != expected : seen < expected) {
        check_failed("%s: %lu exits instead of %lu", benchmark->name, seen, expected);
    }
    if (current.exits[EXIT_SYSREG] != 0 || current.exits[EXIT_WFX] != 0) {
        check_failed("%s: %lu register and %lu wait exits that it should not have", benchmark->name,
                     current.exits[EXIT_SYSREG], current.exits[EXIT_WFX]);
    }
}

static void run(const struct benchmark *benchmark, enum session_id session)
{
    struct virtual_cpu *first = machines[0].cpu[0];
    struct virtual_cpu *second = NULL;
    uint64_t count = host_samples;
    const unsigned int failed_before = checks_failed();

    machine_reset(&machines[0]);
    machine_reset(&machines[1]);
    if (benchmark->partner == SAME_PE) {
        second = machines[1].cpu[0];
        count = (count + 1) / 2; /* each of the two measures one direction */
    } else if (benchmark->partner == OTHER_PE) {
        second = machines[0].cpu[1];
    }
    vcpu_reset(first, benchmark->task, host_warmup, count);
    current.vcpu = first;
    current.benchmark = benchmark->id;
    current.session = session;
    (void)thread_new(first);
    if (second != NULL) {
        vcpu_reset(second, benchmark->partner_task, host_warmup, count);
        (void)thread_new(second);
    }
    if (benchmark->partner == SAME_PE) {
        first->thread.next = &second->thread;
        second->thread.next = &first->thread;
    } else if (benchmark->partner == OTHER_PE) {
        pe_run_threads(&pes[1], &second->thread);
    }
    pe_run_threads(&pes[0], &first->thread);
    if (benchmark->partner == OTHER_PE) {
        pe_wait(&pes[1]);
    }
    current.vcpu = NULL;

    check_guest(benchmark->name, first);
    if (second != NULL) {
        check_guest(benchmark->name, second);
    }
    check_exits(benchmark, count);
    machine_forget_lazy(&machines[0]);
    print("%-16s %-22s %-22s %5lu %s\n", design_name(current.design), benchmark->name,
          plans[session].name, benchmark->partner == SAME_PE ? 2 * count : count,
          checks_failed() == failed_before ? "ok" : "FAIL");
}

static bool wanted(const struct benchmark *benchmark)
{
    if (((host_benchmarks >> benchmark->id) & 1) == 0) {
        return false;
    }
    if (benchmark->partner == OTHER_PE && pe_count < 2) {
        print("%-16s %-22s skipped: needs a second PE\n", design_name(current.design),
              benchmark->name);
        return false;
    }
    return true;
}

static enum session_result start(const struct session_plan *plan)
{
    const bool kernel = host_trace_kernel != 0, user = host_trace_user != 0;
    struct session_options options = plan->options;
    enum session_result result = SESSION_STARTED;

    if (plan->runs) {
        options.exclude_kernel = !kernel;
        options.exclude_user = !user;
        result = session_start(&pes[0], &options);
    }
    if (plan->profiles && result == SESSION_STARTED) {
        result = profile_start(&pes[0], kernel, user);
    }
    return result;
}

static void stop(const struct session_plan *plan)
{
    if (plan->profiles) {
        profile_stop(&pes[0]);
    }
    if (plan->runs) {
        session_stop(&pes[0]);
    }
}

static void check_trace(const struct session_plan *plan)
{
    const struct session *session = &pes[0].session;

    print("%-16s %lu bytes of trace, %u buffer interrupts\n", "", session->bytes,
          session->interrupts);
    window_report();
    if (session->faults != 0) {
        check_failed("%s: %u trace buffer faults", plan->name, session->faults);
    }
    if (!plan->options.exclude_host && host_trace_kernel != 0 && session->bytes == 0) {
        check_failed("%s: nothing was captured", plan->name);
    }
}

static void check_profile(const struct session_plan *plan)
{
    const struct profile *profile = &pes[0].profile;

    print("%-16s %lu samples, %u buffer interrupts\n", "", profile->samples, profile->interrupts);
    if (profile->faults != 0) {
        check_failed("%s: %u profiling buffer faults", plan->name, profile->faults);
    }
    if (profile->foreign != 0) {
        check_failed("%s: %lu samples are not of the host", plan->name, profile->foreign);
    }
    if (host_trace_kernel != 0 && profile->samples == 0) {
        check_failed("%s: nothing was sampled", plan->name);
    }
}

/** The hypercall benchmark with a session open, or after one. False: no more of this sink. */
static bool run_session(enum session_id id)
{
    const struct session_plan *plan = &plans[id];
    const enum session_result result = start(plan);

    switch (result) {
    case SESSION_STARTED:
        break;
    case SESSION_NO_HARDWARE:
        print("%-16s %-22s %-22s skipped: %s\n", design_name(current.design), benchmarks[0].name,
              plan->name, session_hardware(&pes[0]));
        return false;
    case SESSION_REFUSED:
        print("%-16s %-22s %-22s refused by the design\n", design_name(current.design),
              benchmarks[0].name, plan->name);
        if (!design_refuses_buffers(current.design)) {
            check_failed("%s refuses a session", design_name(current.design));
        }
        return false;
    default:
        check_failed("%s: the trace unit or a link does not start", plan->name);
        return false;
    }
    run(&benchmarks[0], id);
    stop(plan);
    if (plan->runs && (plan->options.sink == SESSION_TRBE || path_present())) {
        check_trace(plan);
    }
    if (plan->profiles) {
        check_profile(plan);
    }
    return true;
}

static void run_sessions(void)
{
    for (unsigned int id = SESSION_TRBE_BOTH; id <= SESSION_TRBE_ENDED; id++) {
        if (!run_session((enum session_id)id)) {
            break;
        }
    }
    /* As if nothing had been: the other sink's sessions stand for themselves. */
    for (unsigned int pe = 0; pe < pe_count; pe++) {
        pe_set_design(&pes[pe], current.design);
        pe_wait(&pes[pe]);
    }
    for (unsigned int id = SESSION_ATB_BOTH; id <= SESSION_ATB_ENDED; id++) {
        if (!run_session((enum session_id)id)) {
            break;
        }
    }
    if (!pes[0].profile.present) {
        return;
    }
    (void)run_session(SESSION_SPE_HOST);
    if (pes[0].session.has_buffer) {
        (void)run_session(SESSION_TRBE_AND_SPE);
    }
}

/** All vCPUs of both VMs at once, spread over the PEs, each saying that it is there. */
static void run_all_guests(void)
{
    struct thread *first[MAX_PES] = {NULL}, *last[MAX_PES] = {NULL};
    const unsigned int slots = VMS * VM_CPUS;

    for (unsigned int i = 0; i < VMS; i++) {
        machine_reset(&machines[i]);
    }
    for (unsigned int slot = 0; slot < slots; slot++) {
        struct virtual_cpu *vcpu = machines[slot / VM_CPUS].cpu[slot % VM_CPUS];
        const unsigned int pe = slot % pe_count;
        struct thread *thread = NULL;

        vcpu_reset(vcpu, GUEST_TASK_HELLO, 0, 0);
        thread = thread_new(vcpu);
        if (first[pe] == NULL) {
            first[pe] = thread;
        } else {
            last[pe]->next = thread;
        }
        thread->next = first[pe];
        last[pe] = thread;
    }
    for (unsigned int pe = pe_count; pe-- > 0;) {
        if (first[pe] != NULL) {
            pe_run_threads(&pes[pe], first[pe]);
        }
    }
    for (unsigned int pe = 1; pe < pe_count; pe++) {
        pe_wait(&pes[pe]);
    }
    for (unsigned int slot = 0; slot < slots; slot++) {
        check_guest("start", machines[slot / VM_CPUS].cpu[slot % VM_CPUS]);
    }
}

void bench_main(void)
{
    bool greeted = false;

    name_everything();
    for (unsigned int design = 0; design < DESIGN_COUNT; design++) {
#ifdef HOST_VHE
        const bool possible = design == DESIGN_VHE;
#else
        const bool possible = design != DESIGN_VHE;
#endif
        if (!possible || ((host_designs >> design) & 1) == 0) {
            continue;
        }
        current.design = design;
        for (unsigned int pe = 0; pe < pe_count; pe++) {
            pe_set_design(&pes[pe], design);
            pe_wait(&pes[pe]);
        }
        if (!greeted) {
            run_all_guests();
            greeted = true;
        }
        for (unsigned int i = 0; i < BENCHMARKS; i++) {
            if (wanted(&benchmarks[i])) {
                run(&benchmarks[i], SESSION_NEVER);
            }
        }
        if (host_sessions != 0 && ((host_benchmarks >> BENCH_HYPERCALL) & 1) != 0) {
            run_sessions();
        }
    }
}
