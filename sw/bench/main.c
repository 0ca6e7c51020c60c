/* SPDX-License-Identifier: MIT */
/* The integer benchmark of the instruction engine: prints one checksum over all work done. */

#include "bench.h"

/**
 * Rounds of all four workloads; about 250,000 instructions each. A symbol, so that a run can set
 * it without another build: in .data, because it is patched in the ELF.
 */
__attribute__((section(".data"), used)) volatile uint64_t bench_iterations = 10;

/* PL011 of the `virt` machine: off after reset, when what is sent waits for ever. */
static volatile uint32_t *const uart_data = (volatile uint32_t *)0x09000000;
static volatile uint32_t *const uart_flags = (volatile uint32_t *)0x09000018;
static volatile uint32_t *const uart_line = (volatile uint32_t *)0x0900002c;
static volatile uint32_t *const uart_control = (volatile uint32_t *)0x09000030;

enum {
    UART_TX_FULL = 1 << 5,
    UART_8_BITS_FIFO = 0x70,
    UART_ENABLE = 1 << 0,
    UART_TX_ENABLE = 1 << 8
};

static void put(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((*uart_flags & UART_TX_FULL) != 0) {
        }
        *uart_data = (uint8_t)*text;
    }
}

static void put_hex(uint32_t value)
{
    char text[9];

    for (unsigned int i = 0; i < 8; i++) {
        text[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 0xf];
    }
    text[8] = '\0';
    put(text);
}

void bench_main(void);

void bench_main(void)
{
    const uint64_t rounds = bench_iterations;
    uint32_t crc = 0;

    *uart_line = UART_8_BITS_FIFO;
    *uart_control = UART_ENABLE | UART_TX_ENABLE;
    trace_begin();
    for (uint64_t i = 0; i < rounds; i++) {
        const uint32_t seed = (uint32_t)i * 2654435761u + 1;

        crc = crc_word(crc, list_work(seed));
        crc = crc_word(crc, matrix_work(seed));
        crc = crc_word(crc, machine_work(seed));
        crc = crc_word(crc, crc_work(seed));
    }
    trace_end();
    put("bench checksum ");
    put_hex(crc);
    put("\n");
}
