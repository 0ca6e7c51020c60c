// SPDX-License-Identifier: MIT
#include "a64/fp/number.h"
#include "a64/fp/operations.h"

#include <cassert>
#include <utility>

namespace sl::a64::fp {

namespace {

/// A finite magnitude of 128 bits: value * 2^(exponent - 126), its highest bit 126.
struct Wide {
    bool negative;
    int exponent;
    u128 value;
};

u128 shift_right_sticky(u128 v, int by)
{
    if (by == 0)
        return v;
    if (by > 127)
        return v != 0;
    return v >> by | ((v & ((u128{1} << by) - 1)) != 0);
}

int leading_zeros(u128 v)
{
    const u64 high = static_cast<u64>(v >> 64);
    return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<u64>(v));
}

Wide wide(const Number& v)
{
    return {v.negative, v.exponent, u128{v.significand} << 63};
}

Wide product(const Number& a, const Number& b)
{
    const u128 value = u128{a.significand} * b.significand;
    const bool negative = a.negative != b.negative;
    const int exponent = a.exponent + b.exponent;
    // No bit is lost: significands have at most 53.
    if (value >> 127 != 0)
        return {negative, exponent + 1, value >> 1};
    return {negative, exponent, value};
}

/// Of what is not zero.
Number narrow(const Wide& v)
{
    assert(v.value != 0);
    const int up = leading_zeros(v.value);
    const u128 value = v.value << up;
    const u64 sticky = static_cast<u64>(value) != 0 ? 1 : 0;
    return {Kind::Number, v.negative, v.exponent + 1 - up, static_cast<u64>(value >> 64) | sticky};
}

/// The sum of numbers that are not zero; Kind::Zero where it is. What is shifted out stays in the
/// lowest bit: it is only lost where no cancellation brings it near the rounding position.
Number sum(Wide a, Wide b)
{
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.value < b.value))
        std::swap(a, b);
    const u128 smaller = shift_right_sticky(b.value, a.exponent - b.exponent);
    if (a.negative == b.negative)
        a.value += smaller;
    else
        a.value -= smaller;
    return a.value == 0 ? Number{} : narrow(a);
}

template <unsigned N>
u64 zero(bool negative)
{
    return Format<N>::signed_of(negative, 0);
}

template <unsigned N>
u64 infinity(bool negative)
{
    return Format<N>::signed_of(negative, Format<N>::infinity);
}

/// A sum that is exactly zero, of numbers that are not both zeros of one sign.
template <unsigned N>
u64 zero_sum(const Status& status)
{
    return zero<N>(status.rounding() == Rounding::NegInf);
}

template <unsigned N>
u64 rounded_sum(Status& status, const Number& v)
{
    return v.is(Kind::Zero) ? zero_sum<N>(status) : round<N>(status, v, status.rounding());
}

/// FPAdd(), FPSub().
template <unsigned N>
u64 add_or_sub(Status& status, u64 a, u64 b, bool sub)
{
    const Number x = unpack<N>(status, a);
    Number y = unpack<N>(status, b);
    u64 result = 0;
    if (propagate<N>(status, x, y, a, b, result))
        return result;
    y.negative = y.negative != sub;
    if (x.is(Kind::Infinity) && y.is(Kind::Infinity))
        return x.negative == y.negative ? infinity<N>(x.negative) : invalid<N>(status);
    if (x.is(Kind::Infinity) || y.is(Kind::Infinity))
        return infinity<N>(x.is(Kind::Infinity) ? x.negative : y.negative);
    if (x.is(Kind::Zero) && y.is(Kind::Zero))
        return x.negative == y.negative ? zero<N>(x.negative) : zero_sum<N>(status);
    if (x.is(Kind::Zero))
        return round<N>(status, y, status.rounding());
    if (y.is(Kind::Zero))
        return round<N>(status, x, status.rounding());
    return rounded_sum<N>(status, sum(wide(x), wide(y)));
}

/// FPMul(), FPMulX().
template <unsigned N, bool Extended>
u64 multiply(Status& status, u64 a, u64 b)
{
    const Number x = unpack<N>(status, a), y = unpack<N>(status, b);
    u64 result = 0;
    if (propagate<N>(status, x, y, a, b, result))
        return result;
    const bool negative = x.negative != y.negative;
    const bool infinite = x.is(Kind::Infinity) || y.is(Kind::Infinity);
    const bool nothing = x.is(Kind::Zero) || y.is(Kind::Zero);
    if (infinite && nothing) {
        if (Extended)
            return Format<N>::signed_of(negative,
                                        u64{Format<N>::bias + 1} << Format<N>::fraction_bits);
        return invalid<N>(status);
    }
    if (infinite)
        return infinity<N>(negative);
    if (nothing)
        return zero<N>(negative);
    return round<N>(status, narrow(product(x, y)), status.rounding());
}

/// A whole root: the largest r with r * r <= v.
u64 whole_root(u128 v)
{
    u64 root = 0;
    u128 rest = 0;
    for (unsigned i = 0; i < 64; ++i) {
        rest = rest << 2 | (v >> 126);
        v <<= 2;
        const u128 trial = u128{root} << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    return rest == 0 ? root : root | 1;
}

template <unsigned N, bool Max>
u64 larger_or_smaller(Status& status, u64 a, u64 b)
{
    const Number x = unpack<N>(status, a), y = unpack<N>(status, b);
    u64 result = 0;
    if (propagate<N>(status, x, y, a, b, result))
        return result;
    const u64 p = x.is(Kind::Zero) ? zero<N>(x.negative) : a;
    const u64 q = y.is(Kind::Zero) ? zero<N>(y.negative) : b;
    // As integers, numbers of one sign are in order; negative ones in reverse.
    const auto key = [](u64 v) {
        const u64 magnitude = abs<N>(v);
        return v == magnitude ? static_cast<s64>(magnitude) : -static_cast<s64>(magnitude) - 1;
    };
    return (key(p) > key(q)) == Max ? p : q;
}

template <unsigned N, bool Max>
u64 larger_or_smaller_number(Status& status, u64 a, u64 b)
{
    Status quiet = status;
    const Number x = unpack<N>(quiet, a), y = unpack<N>(quiet, b);
    if (x.is(Kind::Quiet) && !y.is_nan())
        a = infinity<N>(Max);
    else if (y.is(Kind::Quiet) && !x.is_nan())
        b = infinity<N>(Max);
    return larger_or_smaller<N, Max>(status, a, b);
}

/// 2 - a * b, and with `Root` (3 - a * b) / 2.
template <unsigned N, bool Root>
u64 step(Status& status, u64 a, u64 b)
{
    using F = Format<N>;
    a = neg<N>(a);
    const Number x = unpack<N>(status, a), y = unpack<N>(status, b);
    u64 result = 0;
    if (propagate<N>(status, x, y, a, b, result))
        return result;
    const bool infinite = x.is(Kind::Infinity) || y.is(Kind::Infinity);
    const bool nothing = x.is(Kind::Zero) || y.is(Kind::Zero);
    if (infinite && !nothing)
        return infinity<N>(x.negative != y.negative);
    if (nothing) // 1.5 or 2
        return Root ? u64{F::bias} << F::fraction_bits | F::quiet_bit
                    : u64{F::bias + 1} << F::fraction_bits;
    const Number constant{Kind::Number, false, 1, Root ? u64{3} << 62 : u64{1} << 63};
    Number v = sum(wide(constant), product(x, y));
    if (Root)
        --v.exponent;
    return rounded_sum<N>(status, v);
}

/// FPProcessNaN() of a NaN of format From, as one of N.
template <unsigned N, unsigned From>
u64 propagate_to(Status& status, const Number& v, u64 bits)
{
    const u64 nan = propagate<From>(status, v, bits);
    if constexpr (N == From)
        return nan;
    else
        return convert_nan<From, Format<N>>((nan & Format<From>::sign_mask) != 0, nan);
}

/// FPMulAdd(); FPMulAddH() where From, the format of what is multiplied, is smaller.
template <unsigned N, unsigned From>
u64 fused(Status& status, u64 addend, u64 a, u64 b)
{
    const Number z = unpack<N>(status, addend);
    const Number x = unpack<From>(status, a), y = unpack<From>(status, b);
    const bool negative = x.negative != y.negative;
    const bool infinite = x.is(Kind::Infinity) || y.is(Kind::Infinity);
    const bool nothing = x.is(Kind::Zero) || y.is(Kind::Zero);
    for (const Kind kind : {Kind::Signaling, Kind::Quiet}) {
        if (kind == Kind::Quiet && z.is(Kind::Quiet) && infinite && nothing)
            return invalid<N>(status);
        if (z.is(kind))
            return propagate<N>(status, z, addend);
        if (x.is(kind))
            return propagate_to<N, From>(status, x, a);
        if (y.is(kind))
            return propagate_to<N, From>(status, y, b);
    }
    if (infinite && (nothing || (z.is(Kind::Infinity) && z.negative != negative)))
        return invalid<N>(status);
    if (infinite || z.is(Kind::Infinity))
        return infinity<N>(infinite ? negative : z.negative);
    if (nothing) {
        if (!z.is(Kind::Zero))
            return round<N>(status, z, status.rounding());
        return z.negative == negative ? zero<N>(negative) : zero_sum<N>(status);
    }
    const Wide p = product(x, y);
    return rounded_sum<N>(status, z.is(Kind::Zero) ? narrow(p) : sum(wide(z), p));
}

} // namespace

template <unsigned N>
u64 add(Status& status, u64 a, u64 b)
{
    return add_or_sub<N>(status, a, b, false);
}

template <unsigned N>
u64 sub(Status& status, u64 a, u64 b)
{
    return add_or_sub<N>(status, a, b, true);
}

template <unsigned N>
u64 mul(Status& status, u64 a, u64 b)
{
    return multiply<N, false>(status, a, b);
}

template <unsigned N>
u64 mulx(Status& status, u64 a, u64 b)
{
    return multiply<N, true>(status, a, b);
}

template <unsigned N>
u64 div(Status& status, u64 a, u64 b)
{
    const Number x = unpack<N>(status, a), y = unpack<N>(status, b);
    u64 result = 0;
    if (propagate<N>(status, x, y, a, b, result))
        return result;
    const bool negative = x.negative != y.negative;
    if (x.kind == y.kind && !x.is(Kind::Number))
        return invalid<N>(status);
    if (y.is(Kind::Zero) && x.is(Kind::Number))
        status.raise(fpsr_dzc);
    if (x.is(Kind::Infinity) || y.is(Kind::Zero))
        return infinity<N>(negative);
    if (x.is(Kind::Zero) || y.is(Kind::Infinity))
        return zero<N>(negative);
    const bool below = x.significand < y.significand;
    const u128 dividend = u128{x.significand} << (below ? 64 : 63);
    const u64 quotient = static_cast<u64>(dividend / y.significand);
    const u64 sticky = dividend % y.significand != 0 ? 1 : 0;
    const int exponent = x.exponent - y.exponent - (below ? 1 : 0);
    return round<N>(status, {Kind::Number, negative, exponent, quotient | sticky},
                    status.rounding());
}

template <unsigned N>
u64 sqrt(Status& status, u64 a)
{
    const Number x = unpack<N>(status, a);
    if (x.is_nan())
        return propagate<N>(status, x, a);
    if (x.is(Kind::Zero))
        return zero<N>(x.negative);
    if (x.negative)
        return invalid<N>(status);
    if (x.is(Kind::Infinity))
        return infinity<N>(false);
    const bool odd = (x.exponent & 1) != 0;
    const u64 root = whole_root(u128{x.significand} << (odd ? 64 : 63));
    return round<N>(status, {Kind::Number, false, (x.exponent - (odd ? 1 : 0)) / 2, root},
                    status.rounding());
}

template <unsigned N>
u64 mul_add(Status& status, u64 addend, u64 a, u64 b)
{
    return fused<N, N>(status, addend, a, b);
}

u64 mul_add_long(Status& status, u64 addend, u64 a, u64 b)
{
    return fused<32, 16>(status, addend, a, b);
}

template <unsigned N>
u64 max(Status& status, u64 a, u64 b)
{
    return larger_or_smaller<N, true>(status, a, b);
}

template <unsigned N>
u64 min(Status& status, u64 a, u64 b)
{
    return larger_or_smaller<N, false>(status, a, b);
}

template <unsigned N>
u64 max_number(Status& status, u64 a, u64 b)
{
    return larger_or_smaller_number<N, true>(status, a, b);
}

template <unsigned N>
u64 min_number(Status& status, u64 a, u64 b)
{
    return larger_or_smaller_number<N, false>(status, a, b);
}

template <unsigned N>
u64 compare(Status& status, u64 a, u64 b, bool signaling)
{
    constexpr u64 unordered = 3, equal = 6, less = 8, greater = 2;
    const Number x = unpack<N>(status, a), y = unpack<N>(status, b);
    if (x.is_nan() || y.is_nan()) {
        if (signaling || x.is(Kind::Signaling) || y.is(Kind::Signaling))
            status.raise(fpsr_ioc);
        return unordered;
    }
    if (x.is(Kind::Zero) && y.is(Kind::Zero))
        return equal;
    const u64 p = x.is(Kind::Zero) ? 0 : a, q = y.is(Kind::Zero) ? 0 : b;
    if (p == q)
        return equal;
    const bool p_negative = p != abs<N>(p), q_negative = q != abs<N>(q);
    if (p_negative != q_negative)
        return p_negative ? less : greater;
    return (abs<N>(p) < abs<N>(q)) != p_negative ? less : greater;
}

template <unsigned N>
u64 reciprocal_step(Status& status, u64 a, u64 b)
{
    return step<N, false>(status, a, b);
}

template <unsigned N>
u64 reciprocal_root_step(Status& status, u64 a, u64 b)
{
    return step<N, true>(status, a, b);
}

template u64 add<16>(Status&, u64, u64);
template u64 sub<16>(Status&, u64, u64);
template u64 mul<16>(Status&, u64, u64);
template u64 mulx<16>(Status&, u64, u64);
template u64 div<16>(Status&, u64, u64);
template u64 max<16>(Status&, u64, u64);
template u64 min<16>(Status&, u64, u64);
template u64 max_number<16>(Status&, u64, u64);
template u64 min_number<16>(Status&, u64, u64);
template u64 reciprocal_step<16>(Status&, u64, u64);
template u64 reciprocal_root_step<16>(Status&, u64, u64);
template u64 sqrt<16>(Status&, u64);
template u64 mul_add<16>(Status&, u64, u64, u64);
template u64 compare<16>(Status&, u64, u64, bool);

template u64 add<32>(Status&, u64, u64);
template u64 sub<32>(Status&, u64, u64);
template u64 mul<32>(Status&, u64, u64);
template u64 mulx<32>(Status&, u64, u64);
template u64 div<32>(Status&, u64, u64);
template u64 max<32>(Status&, u64, u64);
template u64 min<32>(Status&, u64, u64);
template u64 max_number<32>(Status&, u64, u64);
template u64 min_number<32>(Status&, u64, u64);
template u64 reciprocal_step<32>(Status&, u64, u64);
template u64 reciprocal_root_step<32>(Status&, u64, u64);
template u64 sqrt<32>(Status&, u64);
template u64 mul_add<32>(Status&, u64, u64, u64);
template u64 compare<32>(Status&, u64, u64, bool);

template u64 add<64>(Status&, u64, u64);
template u64 sub<64>(Status&, u64, u64);
template u64 mul<64>(Status&, u64, u64);
template u64 mulx<64>(Status&, u64, u64);
template u64 div<64>(Status&, u64, u64);
template u64 max<64>(Status&, u64, u64);
template u64 min<64>(Status&, u64, u64);
template u64 max_number<64>(Status&, u64, u64);
template u64 min_number<64>(Status&, u64, u64);
template u64 reciprocal_step<64>(Status&, u64, u64);
template u64 reciprocal_root_step<64>(Status&, u64, u64);
template u64 sqrt<64>(Status&, u64);
template u64 mul_add<64>(Status&, u64, u64, u64);
template u64 compare<64>(Status&, u64, u64, bool);

} // namespace sl::a64::fp
