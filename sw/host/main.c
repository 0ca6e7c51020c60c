/* SPDX-License-Identifier: MIT */
/* Start of the host kernel on all PEs. */

#include <stdarg.h>

#include "arch.h"
#include "bench.h"
#include "gic.h"
#include "host.h"
#include "hyp.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "path.h"
#include "print.h"
#include "psci.h"
#include "spinlock.h"

enum { TICK_COUNT = 1000, SECONDARY_STACK_PAGES = 2 };

struct pe pes[MAX_PES];
unsigned int pe_count;

static struct spinlock failing;
static unsigned int failures;

_Noreturn void host_main(void);
_Noreturn void host_secondary_main(struct pe *pe);
void host_secondary_entry(void);
_Noreturn void unexpected_exception(const struct frame *frame, uint64_t vector);

/*
 * The host at EL1 and the host at EL2 with E2H use the same register names, but for the one that
 * holds the PE's own structure: at EL2, TPIDR_EL1 is a guest's.
 */
struct pe *pe_self(void)
{
#ifdef HOST_VHE
    return (struct pe *)(uintptr_t)sysreg_read(TPIDR_EL2);
#else
    return (struct pe *)(uintptr_t)sysreg_read(TPIDR_EL1);
#endif
}

static void set_self(struct pe *pe)
{
#ifdef HOST_VHE
    sysreg_write(TPIDR_EL2, (uintptr_t)pe);
#else
    sysreg_write(TPIDR_EL1, (uintptr_t)pe);
#endif
}

void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_panic("host: panic: ", arguments);
    print_panic(format, arguments);
    print_panic("\nsightline: guest failed\n", arguments);
    va_end(arguments);
    psci_system_off();
}

void unexpected_exception(const struct frame *frame, uint64_t vector)
{
    panic("vector %lu: ESR %lx ELR %lx FAR %lx SPSR %lx LR %lx", vector, sysreg_read(ESR_EL1),
          frame->elr, sysreg_read(FAR_EL1), frame->spsr, frame->x[30]);
}

void check_failed(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    spin_lock(&failing);
    failures++;
    print_panic("FAIL: ", arguments);
    print_panic(format, arguments);
    print_panic("\n", arguments);
    spin_unlock(&failing);
    va_end(arguments);
}

unsigned int checks_failed(void)
{
    return failures;
}

void power_off(void)
{
    if (checks_failed() != 0) {
        print("host: %u checks failed\nsightline: guest failed\n", checks_failed());
    } else {
        print("host: all checks passed\n");
    }
    psci_system_off();
}

/** What every PE does once, in its own context. */
static void start_pe(struct pe *pe)
{
    set_self(pe);
    sysreg_write(CPACR_EL1, 0);
    sysreg_write(CNTKCTL_EL1, 3); /* EL0 may read the counters */
    pe->current = &pe->idle;
    user_space_use();
    pe->cpu = hyp_cpu_init();
    if (pe->cpu == NULL) {
        panic("no hypervisor on PE %u", pe->index);
    }
    gic_init_pe(pe);
    gic_enable_ppi(pe, LAYOUT_PPI_CNTV);
    gic_enable_ppi(pe, LAYOUT_PPI_CNTP);
    gic_enable_ppi(pe, LAYOUT_PPI_CNTHP);
    gic_enable_ppi(pe, LAYOUT_PPI_MAINTENANCE);
    gic_enable_ppi(pe, LAYOUT_PPI_TRBE);
    gic_enable_ppi(pe, LAYOUT_PPI_SPE);
    session_init(pe);
    profile_init(pe);
}

/** The host's timer interrupts this PE once: the whole path from the GIC to the handler works. */
static void check_timer(struct pe *pe)
{
    const uint64_t daif = irq_save();

    timer_arm(TICK_COUNT);
    while (pe->ticks == 0) {
        irq_wait();
    }
    irq_restore(daif);
}

void host_secondary_main(struct pe *pe)
{
    start_pe(pe);
    check_timer(pe);
    __atomic_store_n(&pe->online, 1, __ATOMIC_RELEASE);
    gic_send_sgi(&pes[0], SGI_WAKE);
    for (;;) {
        enum pe_request request = PE_IDLE;

        (void)irq_save();
        request = (enum pe_request)__atomic_load_n(&pe->request, __ATOMIC_ACQUIRE);
        if (request == PE_IDLE) {
            irq_wait();
            continue;
        }
        pe_serve(pe, request);
        __atomic_store_n(&pe->request, PE_IDLE, __ATOMIC_RELEASE);
        gic_send_sgi(&pes[0], SGI_WAKE);
    }
}

static void start_secondary(struct pe *pe)
{
    /* What start.S reads with the MMU off: by its physical address, cleaned to memory. */
    static uint64_t handover[MAX_PES][8] __attribute__((aligned(64)));
    uint64_t *mine = handover[pe->index];
    int64_t result = 0;

    mine[0] = (uint64_t)(uintptr_t)phys_to_virt(pages_alloc(SECONDARY_STACK_PAGES) +
                                                SECONDARY_STACK_PAGES * PAGE);
    mine[1] = (uint64_t)(uintptr_t)pe;
    __asm__ volatile("dc civac, %0\n\tdsb sy" : : "r"(mine) : "memory");
    result = psci_cpu_on(pe->mpidr, virt_to_phys((const void *)(uintptr_t)host_secondary_entry),
                         virt_to_phys(mine));
    if (result != PSCI_SUCCESS) {
        panic("CPU_ON of %lx: %ld", pe->mpidr, result);
    }
}

void host_main(void)
{
    const uint64_t daif = irq_save();

    print_init((uintptr_t)phys_to_virt(LAYOUT_PL011));
    gic_discover();
    user_space_init();
    gic_init();
    start_pe(&pes[0]);
    check_timer(&pes[0]);
    for (unsigned int i = 1; i < pe_count; i++) {
        start_secondary(&pes[i]);
        while (__atomic_load_n(&pes[i].online, __ATOMIC_ACQUIRE) == 0) {
            irq_wait();
        }
    }
    irq_restore(daif & ~UINT64_C(0x80)); /* DAIF.I */
    print("host: %u PE%s at EL%lu, %s\n", pe_count, pe_count == 1 ? "" : "s",
          sysreg_read(CurrentEL) >> 2, session_hardware(&pes[0]));
    machine_init();
    path_init();
    bench_main();
    power_off();
}
