/* SPDX-License-Identifier: MIT */
/* Finds itself at fault. */
#include "program.h"

void main(uint64_t x0)
{
    (void)x0;
    uart_enable();
    print("sightline: guest failed\r\n");
}
