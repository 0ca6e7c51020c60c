/* SPDX-License-Identifier: MIT */
#ifndef SW_BENCH_BENCH_H
#define SW_BENCH_BENCH_H

#include <stdint.h>

/** Each workload does a fixed amount of work that depends on `seed` and returns what it found. */
uint32_t list_work(uint32_t seed);
uint32_t matrix_work(uint32_t seed);
uint32_t machine_work(uint32_t seed);

/** CRC-32 (IEEE 802.3, reflected) of one value's four bytes, continued from `crc`. */
uint32_t crc_word(uint32_t crc, uint32_t value);
/** The same of a buffer, bit by bit: the workload that is all shifts and selects. */
uint32_t crc_work(uint32_t seed);

/** Self-hosted trace of what lies between, if the parameter `bench_trace` asks for it. */
void trace_begin(void);
void trace_end(void);

/** xorshift32: the same numbers on every machine. */
static inline uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return x;
}

#endif
