/* SPDX-License-Identifier: MIT */
/* Says what it was given, and ends. */
#include "program.h"

volatile uint64_t parameter = 1;

void main(uint64_t x0)
{
    uart_enable();
    print("hello ");
    print_number(parameter);
    print(" ");
    print_number(x0);
    print("\n");
}
