/* SPDX-License-Identifier: MIT */
/* Executes an unallocated encoding twice, and goes on after it. */
#include "program.h"

void program_sync(uint64_t* frame)
{
    frame[FRAME_ELR] += 4;
}

__attribute__((noinline)) void not_an_instruction(void)
{
    __asm__ volatile("udf #42");
}

void main(uint64_t x0)
{
    (void)x0;
    uart_enable();
    not_an_instruction();
    not_an_instruction();
    print("survived\n");
}
