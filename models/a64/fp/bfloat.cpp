// SPDX-License-Identifier: MIT
#include "a64/fp/number.h"
#include "a64/fp/operations.h"

#include <utility>

namespace sl::a64::fp {

namespace {

// BFRound() and BFUnpack() are FPRound() and FPUnpack() with denormal numbers flushed, the default
// NaN, and round to odd, but that too large a number becomes infinite.

u64 rounded(Status& status, const Number& v)
{
    using F = Format<32>;
    if (v.exponent > F::bias)
        return F::signed_of(v.negative, F::infinity);
    return round<32>(status, v, Rounding::Odd);
}

/// BFMul(): exact, but for what is too large or too small.
u64 product(Status& status, u64 a, u64 b)
{
    using F = Format<32>;
    const Number x = unpack<32>(status, a << 16), y = unpack<32>(status, b << 16);
    const bool infinite = x.is(Kind::Infinity) || y.is(Kind::Infinity);
    const bool nothing = x.is(Kind::Zero) || y.is(Kind::Zero);
    const bool negative = x.negative != y.negative;
    if (x.is_nan() || y.is_nan() || (infinite && nothing))
        return F::default_nan;
    if (infinite || nothing)
        return F::signed_of(negative, infinite ? F::infinity : 0);
    // 8 bits each: at bit 126 or 127 of the product.
    const u64 high = static_cast<u64>((u128{x.significand} * y.significand) >> 64);
    const int up = std::countl_zero(high);
    return rounded(status, {Kind::Number, negative, x.exponent + y.exponent + 1 - up, high << up});
}

/// BFAdd().
u64 sum(Status& status, u64 a, u64 b)
{
    using F = Format<32>;
    Number x = unpack<32>(status, a), y = unpack<32>(status, b);
    if (x.is_nan() || y.is_nan() ||
        (x.is(Kind::Infinity) && y.is(Kind::Infinity) && x.negative != y.negative))
        return F::default_nan;
    if (x.is(Kind::Infinity) || y.is(Kind::Infinity))
        return F::signed_of(x.is(Kind::Infinity) ? x.negative : y.negative, F::infinity);
    if (x.is(Kind::Zero) && y.is(Kind::Zero))
        return F::signed_of(x.negative && y.negative, 0);
    if (x.is(Kind::Zero) || y.is(Kind::Zero))
        return x.is(Kind::Zero) ? b : a;
    if (x.exponent < y.exponent || (x.exponent == y.exponent && x.significand < y.significand))
        std::swap(x, y);
    // 24 bits each, with room for a carry above and for what is shifted out below.
    const int by = x.exponent - y.exponent;
    const u64 larger = x.significand >> 1;
    const u64 smaller = y.significand >> 1;
    const u64 moved =
        by > 62 ? 1 : smaller >> by | ((smaller & ones(static_cast<unsigned>(by))) != 0 ? 1 : 0);
    const u64 total = x.negative == y.negative ? larger + moved : larger - moved;
    if (total == 0)
        return 0;
    const int up = std::countl_zero(total);
    return rounded(status, {Kind::Number, x.negative, x.exponent + 1 - up, total << up});
}

} // namespace

u32 bfloat_dot_add(u32 addend, u32 a, u32 b)
{
    Status status{u32{1} << 24, 0}; // FZ; what it raises is nobody's
    const u64 low = product(status, a & 0xffff, b & 0xffff);
    const u64 high = product(status, a >> 16, b >> 16);
    return static_cast<u32>(sum(status, addend, sum(status, low, high)));
}

} // namespace sl::a64::fp
