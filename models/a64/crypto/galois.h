// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <bit>

namespace sl::a64::crypto {

// Bytes as elements of GF(2^8), of which S-boxes are made.

/// The product of `a` and `b` modulo `polynomial`, which has nine bits.
constexpr u8 multiply(unsigned a, unsigned b, unsigned polynomial)
{
    unsigned product = 0;
    for (unsigned i = 0; i < 8; ++i) {
        product ^= ((b >> i) & 1) != 0 ? a : 0;
        a = (a << 1) ^ ((a & 0x80) != 0 ? polynomial : 0);
    }
    return static_cast<u8>(product);
}

/// The inverse of `a`, and 0 of 0: its 254th power.
constexpr u8 inverse(u8 a, unsigned polynomial)
{
    // 254 = 2 + 4 + … + 128.
    u8 power = 1;
    for (unsigned i = 1; i < 8; ++i) {
        a = multiply(a, a, polynomial);
        power = multiply(power, a, polynomial);
    }
    return power;
}

/// The sum of `v` rotated left by each position that is set in `rotations`, and `constant`.
constexpr u8 affine(u8 v, unsigned rotations, u8 constant)
{
    u8 sum = constant;
    for (int by = 0; by < 8; ++by)
        if (((rotations >> by) & 1) != 0)
            sum ^= std::rotl(v, by);
    return sum;
}

using Box = std::array<u8, 256>;

} // namespace sl::a64::crypto
