/* SPDX-License-Identifier: MIT */
/* State machine: classifies the words of a generated text as numbers of several shapes. */

#include "bench.h"

enum { LENGTH = 1024, PASSES = 4 };

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, EXPONENT_SIGN, SCALED, INVALID, STATES };

static char text[LENGTH];

static enum state step(enum state state, char c)
{
    const int digit = c >= '0' && c <= '9';

    switch (state) {
    case START:
        if (digit) {
            return INTEGER;
        }
        if (c == '+' || c == '-') {
            return SIGN;
        }
        return c == '.' ? FRACTION : INVALID;
    case SIGN:
        if (digit) {
            return INTEGER;
        }
        return c == '.' ? FRACTION : INVALID;
    case INTEGER:
        if (digit) {
            return INTEGER;
        }
        if (c == 'e') {
            return EXPONENT;
        }
        return c == '.' ? FRACTION : INVALID;
    case FRACTION:
        if (digit) {
            return FRACTION;
        }
        return c == 'e' ? EXPONENT : INVALID;
    case EXPONENT:
        if (c == '+' || c == '-') {
            return EXPONENT_SIGN;
        }
        return digit ? SCALED : INVALID;
    case EXPONENT_SIGN:
    case SCALED:
        return digit ? SCALED : INVALID;
    default:
        return INVALID;
    }
}

uint32_t machine_work(uint32_t seed)
{
    static const char alphabet[] = "0123456789012345678901234567+-.e,,,x";
    uint32_t random = seed | 1;
    uint32_t visits[STATES] = {0}, finals[STATES] = {0};
    uint32_t result = 0;

    for (unsigned int i = 0; i < LENGTH; i++) {
        /* A multiplication instead of a remainder: 36 letters, all nearly as likely. */
        text[i] = alphabet[((next_random(&random) >> 16) * (sizeof(alphabet) - 1)) >> 16];
    }
    for (unsigned int pass = 0; pass < PASSES; pass++) {
        enum state state = START;

        for (unsigned int i = 0; i < LENGTH; i++) {
            if (text[i] == ',') {
                finals[state]++;
                state = START;
                continue;
            }
            state = step(state, text[i]);
            visits[state]++;
        }
        text[pass * 17 % LENGTH] = ',';
    }
    for (unsigned int i = 0; i < STATES; i++) {
        result = result * 33 + visits[i] * 3 + finals[i];
    }
    return result;
}
