// SPDX-License-Identifier: MIT
#pragma once

#include "a64/machine.h"

namespace sl::a64::semantics {

// Elements of a vector register. Log2 is the size of an element: 0 to 3 for B, H, S, D.

constexpr unsigned element_bits(unsigned log2_bytes)
{
    return 8u << log2_bytes;
}

/// The element whose index is a Value, zero-extended.
template <unsigned Log2, class M>
typename M::Value element(M& m, typename M::Vector v, typename M::Value index)
{
    constexpr unsigned half_bits = 3 - Log2; // of the index inside a half
    const auto high = m.lsr(index, m.constant(half_bits), 64);
    const auto half = m.select(m.nonzero(high), v.hi, v.lo);
    if constexpr (half_bits == 0) {
        return half;
    } else {
        const auto at = m.and_(index, m.constant(ones(half_bits)));
        const auto shift = m.lsl(at, m.constant(3 + Log2), 64);
        return m.zext(m.lsr(half, shift, 64), element_bits(Log2));
    }
}

/// `v` with the low bits of `e` in the element whose index is a Value.
template <unsigned Log2, class M>
typename M::Vector insert(M& m, typename M::Vector v, typename M::Value index, typename M::Value e)
{
    constexpr unsigned half_bits = 3 - Log2;
    const auto high = m.nonzero(m.lsr(index, m.constant(half_bits), 64));
    const auto at = m.and_(index, m.constant(ones(half_bits)));
    const auto shift = m.lsl(at, m.constant(3 + Log2), 64);
    const auto mask = m.lsl(m.constant(ones(element_bits(Log2))), shift, 64);
    const auto keep = m.not_(mask, 64);
    const auto moved = m.lsl(m.zext(e, element_bits(Log2)), shift, 64);
    const auto lo = m.or_(m.and_(v.lo, keep), moved);
    const auto hi = m.or_(m.and_(v.hi, keep), moved);
    return {m.select(high, v.lo, lo), m.select(high, hi, v.hi)};
}

/// The low bits of `e` in every element of a vector of 64 or, with `Full`, 128 bits.
template <unsigned Log2, bool Full, class M>
typename M::Vector replicate(M& m, typename M::Value e)
{
    constexpr u64 each = Log2 == 0   ? 0x0101'0101'0101'0101
                         : Log2 == 1 ? 0x0001'0001'0001'0001
                         : Log2 == 2 ? 0x0000'0001'0000'0001
                                     : 1;
    const auto half = m.mul(m.zext(e, element_bits(Log2)), m.constant(each), 64);
    return {half, Full ? half : m.constant(0)};
}

} // namespace sl::a64::semantics
