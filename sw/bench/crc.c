/* SPDX-License-Identifier: MIT */
/* CRC-32 (IEEE 802.3, reflected polynomial), one bit at a time. */

#include "bench.h"

enum { BYTES = 512 };

static uint8_t buffer[BYTES];

static uint32_t crc_byte(uint32_t crc, uint8_t byte)
{
    crc ^= byte;
    for (unsigned int i = 0; i < 8; i++) {
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
    return crc;
}

uint32_t crc_word(uint32_t crc, uint32_t value)
{
    crc = ~crc;
    for (unsigned int i = 0; i < 4; i++) {
        crc = crc_byte(crc, (uint8_t)(value >> (8 * i)));
    }
    return ~crc;
}

uint32_t crc_work(uint32_t seed)
{
    uint32_t random = seed | 1;
    uint32_t crc = ~0u;

    for (unsigned int i = 0; i < BYTES; i++) {
        buffer[i] = (uint8_t)next_random(&random);
    }
    for (unsigned int i = 0; i < BYTES; i++) {
        crc = crc_byte(crc, buffer[i]);
    }
    return ~crc;
}
