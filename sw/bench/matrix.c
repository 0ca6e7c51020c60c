/* SPDX-License-Identifier: MIT */
/* Matrix: product of two matrices of 16-bit numbers, then a scan that clips and counts. */

#include "bench.h"

enum { SIZE = 16 };

static int16_t a[SIZE][SIZE], b[SIZE][SIZE];
static int32_t product[SIZE][SIZE];

static void multiply(void)
{
    for (unsigned int row = 0; row < SIZE; row++) {
        for (unsigned int column = 0; column < SIZE; column++) {
            int32_t sum = 0;

            for (unsigned int k = 0; k < SIZE; k++) {
                sum += a[row][k] * b[k][column];
            }
            product[row][column] = sum;
        }
    }
}

uint32_t matrix_work(uint32_t seed)
{
    uint32_t random = seed | 1;
    uint32_t result = 0;

    for (unsigned int row = 0; row < SIZE; row++) {
        for (unsigned int column = 0; column < SIZE; column++) {
            a[row][column] = (int16_t)(next_random(&random) & 0x1fff);
            b[row][column] = (int16_t)(next_random(&random) & 0x1fff);
        }
    }
    for (unsigned int pass = 0; pass < 3; pass++) {
        int32_t before = 0;

        multiply();
        for (unsigned int row = 0; row < SIZE; row++) {
            for (unsigned int column = 0; column < SIZE; column++) {
                const int32_t value = product[row][column];

                result += value > before ? 10u : (uint32_t)value & 0xff;
                before = value;
                a[row][column] = (int16_t)((value >> 7) & 0x1fff);
            }
        }
    }
    return result;
}
