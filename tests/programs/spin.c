/* SPDX-License-Identifier: MIT */
/* Never ends. */
#include "program.h"

__attribute__((noinline)) void spin_here(void)
{
    for (;;) {
        __asm__ volatile("");
    }
}

void main(uint64_t x0)
{
    (void)x0;
    uart_enable();
    print("spinning\n");
    spin_here();
}
