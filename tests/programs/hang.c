/* SPDX-License-Identifier: MIT */
/* Waits for an interrupt that nobody will send; so does PE 1, for an event. */
#include "program.h"

void secondary_main(uint64_t x0)
{
    (void)x0;
    for (;;) {
        WFE();
    }
}

__attribute__((noinline)) void wait_for_ever(void)
{
    for (;;) {
        WFI();
    }
}

void main(uint64_t x0)
{
    (void)x0;
    psci_cpu_on(1, 0);
    wait_for_ever();
}
