// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl {

/// A mask of `width` low bits; width 64 is all ones.
constexpr u64 ones(unsigned width)
{
    return width >= 64 ? ~u64{0} : (u64{1} << width) - 1;
}

/// value<hi:lo>, as the manual writes it.
constexpr u64 bits(u64 value, unsigned hi, unsigned lo)
{
    return (value >> lo) & ones(hi - lo + 1);
}

constexpr bool bit(u64 value, unsigned n)
{
    return (value >> n) & 1;
}

/// SignExtend(value<width-1:0>, 64).
constexpr u64 sign_extend(u64 value, unsigned width)
{
    const unsigned shift = 64 - width;
    return static_cast<u64>(static_cast<s64>(value << shift) >> shift);
}

/// A bit-field of a register of up to 64 bits, named as the manual names it.
template <unsigned Lsb, unsigned Width = 1>
struct Field {
    static_assert(Width > 0 && Lsb + Width <= 64);
    static constexpr unsigned lsb = Lsb, width = Width;
    static constexpr u64 mask = ones(Width) << Lsb;

    static constexpr u64 get(u64 word) { return (word & mask) >> Lsb; }

    static constexpr u64 make(u64 value) { return (value << Lsb) & mask; }

    static constexpr u64 set(u64 word, u64 value) { return (word & ~mask) | make(value); }
};

} // namespace sl
