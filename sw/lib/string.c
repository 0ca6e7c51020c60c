/* SPDX-License-Identifier: MIT */
#include "string.h"

#include <stdint.h>

/* Words where both ends are aligned: strict alignment may be in force, and devices never come here.
 */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    if ((((uintptr_t)t | (uintptr_t)f) & 7) == 0) {
        for (; size >= 8; size -= 8, t += 8, f += 8) {
            *(uint64_t *)(void *)t = *(const uint64_t *)(const void *)f;
        }
    }
    for (; size > 0; size--) {
        *t++ = *f++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    if ((uintptr_t)t - (uintptr_t)f >= size) {
        return memcpy(to, from, size);
    }
    while (size > 0) {
        size--;
        t[size] = f[size];
    }
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    unsigned char *t = to;

    if (((uintptr_t)t & 7) == 0) {
        const uint64_t word = UINT64_C(0x0101010101010101) * (unsigned char)byte;

        for (; size >= 8; size -= 8, t += 8) {
            *(uint64_t *)(void *)t = word;
        }
    }
    for (; size > 0; size--) {
        *t++ = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;

    for (; size > 0; size--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

size_t strlen(const char *text)
{
    size_t n = 0;

    while (text[n] != 0) {
        n++;
    }
    return n;
}
