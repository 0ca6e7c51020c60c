/* SPDX-License-Identifier: MIT */
/* The end: what is known goes to the console in one recognisable line, and the platform off. */

#include <stdarg.h>

#include "arch.h"
#include "hyp.h"
#include "print.h"
#include "psci.h"
#include "smccc.h"
#include "vectors.h"
#include "world.h"

static const char *const vectors[VECTOR_COUNT] = {
    [VECTOR_EL2_SP0] = "exception with SP_EL0",
    [VECTOR_EL2_SYNC] = "synchronous exception at EL2",
    [VECTOR_EL2_IRQ] = "IRQ at EL2",
    [VECTOR_EL2_FIQ] = "FIQ at EL2",
    [VECTOR_EL2_SERROR] = "SError at EL2",
    [VECTOR_HOST_IRQ] = "IRQ from the host",
    [VECTOR_HOST_FIQ] = "FIQ from the host",
    [VECTOR_HOST_SERROR] = "SError from the host",
    [VECTOR_AARCH32] = "exception from AArch32",
};

static void panic_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_panic(format, arguments);
    va_end(arguments);
}

/* The PE's structure may not be there yet. */
static _Noreturn void panic_end(void)
{
    const struct cpu *const cpu = panic_cpu();

    panic_print("; design %s, PE %lx, ELR %lx, ESR %lx, FAR %lx, SPSR %lx\n",
                cpu != NULL ? design_name(cpu->design) : "unknown",
                sysreg_read(MPIDR_EL1) & 0xffffff, sysreg_read(ELR_EL2), sysreg_read(ESR_EL2),
                sysreg_read(FAR_EL2), sysreg_read(SPSR_EL2));
    for (;;) {
        (void)smccc_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
    }
}

void hyp_panic(const char *format, ...)
{
    va_list arguments;

    panic_print("\nHYP PANIC: ");
    va_start(arguments, format);
    print_panic(format, arguments);
    va_end(arguments);
    panic_end();
}

void hyp_panic_exception(unsigned int vector)
{
    panic_print("\nHYP PANIC: %s", vectors[vector]);
    panic_end();
}
