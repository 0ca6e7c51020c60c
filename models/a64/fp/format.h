// SPDX-License-Identifier: MIT
#pragma once

#include "a64/fp/status.h"
#include "common/bits.h"

namespace sl::a64::fp {

/// A binary format of IEEE 754: N is 16, 32 or 64. Numbers are bit patterns in the low N bits.
template <unsigned N>
struct Format {
    static constexpr unsigned exponent_bits = N == 16 ? 5 : N == 32 ? 8 : 11;
    static constexpr unsigned fraction_bits = N - 1 - exponent_bits;
    static constexpr int bias = (1 << (exponent_bits - 1)) - 1;
    static constexpr int max_biased = (1 << exponent_bits) - 1; ///< of infinities and NaNs
    static constexpr u64 sign_mask = u64{1} << (N - 1);
    static constexpr u64 fraction_mask = ones(fraction_bits);
    static constexpr u64 infinity = u64{max_biased} << fraction_bits;
    static constexpr u64 quiet_bit = u64{1} << (fraction_bits - 1);
    static constexpr u64 default_nan = infinity | quiet_bit;
    static constexpr u64 largest = infinity - 1;

    static constexpr int exponent(u64 v)
    {
        return static_cast<int>((v & ~sign_mask) >> fraction_bits);
    }

    static constexpr u64 signed_of(bool negative, u64 magnitude)
    {
        return (negative ? sign_mask : 0) | magnitude;
    }
};

/// BFloat16: the upper half of a single-precision number.
struct BFloat {
    static constexpr unsigned exponent_bits = 8, fraction_bits = 7;
    static constexpr int bias = 127, max_biased = 255;
    static constexpr u64 sign_mask = 0x8000, fraction_mask = 0x7f, infinity = 0x7f80,
                         quiet_bit = 0x40, default_nan = 0x7fc0, largest = 0x7f7f;

    static constexpr u64 signed_of(bool negative, u64 magnitude)
    {
        return (negative ? sign_mask : 0) | magnitude;
    }
};

} // namespace sl::a64::fp
