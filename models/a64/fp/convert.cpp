// SPDX-License-Identifier: MIT
#include "a64/fp/number.h"
#include "a64/fp/operations.h"

namespace sl::a64::fp {

namespace {

/// A magnitude as an integer, rounded; saturates far above any width.
struct Whole {
    u128 value = 0;
    bool exact = true;
};

Whole whole(const Number& v, Rounding rounding)
{
    if (v.exponent > 64)
        return {u128{1} << 65, true};
    const int drop = 63 - v.exponent; // -1 to any
    if (drop <= 0)
        return {u128{v.significand} << -drop, true};
    u64 kept = 0, below = 1, half = u64{1} << 63;
    if (drop < 64) {
        kept = v.significand >> drop;
        below = v.significand & ones(static_cast<unsigned>(drop));
        half = u64{1} << (drop - 1);
    } else if (drop == 64) {
        below = v.significand;
    }
    const bool up = rounds_up(rounding, v.negative, (kept & 1) != 0, below, half);
    return {u128{kept} + (up ? 1 : 0), below == 0};
}

/// A whole number as a Number.
Number number_of(bool negative, u64 magnitude)
{
    const int up = std::countl_zero(magnitude);
    return {Kind::Number, negative, 63 - up, magnitude << up};
}

} // namespace

template <unsigned From, unsigned To>
u64 convert(Status& status, u64 a, Rounding rounding)
{
    using T = Format<To>;
    const Number v = unpack<From, true>(status, a);
    const bool alternative = To == 16 && status.alternative_half();
    if (v.is_nan()) {
        if (alternative || v.is(Kind::Signaling))
            status.raise(fpsr_ioc);
        if (alternative)
            return T::signed_of(v.negative, 0);
        return status.default_nan() ? T::default_nan : convert_nan<From, T>(v.negative, a);
    }
    if (v.is(Kind::Infinity)) {
        if (alternative)
            status.raise(fpsr_ioc);
        return T::signed_of(v.negative, alternative ? T::sign_mask - 1 : T::infinity);
    }
    if (v.is(Kind::Zero))
        return T::signed_of(v.negative, 0);
    return round<To, true>(status, v, rounding);
}

template <unsigned N>
u64 to_fixed(Status& status, u64 a, unsigned fraction_bits, bool is_unsigned, Rounding rounding,
             unsigned width)
{
    Number v = unpack<N>(status, a);
    if (v.is_nan()) {
        status.raise(fpsr_ioc);
        return 0;
    }
    if (v.is(Kind::Zero))
        return 0;
    v.exponent = v.is(Kind::Infinity) ? 1000 : v.exponent + static_cast<int>(fraction_bits);
    const Whole result = whole(v, rounding);
    const u128 limit = is_unsigned ? (v.negative ? 0 : u128{ones(width)})
                                   : (u128{1} << (width - 1)) - (v.negative ? 0 : 1);
    if (result.value > limit)
        status.raise(fpsr_ioc);
    else if (!result.exact)
        status.raise(fpsr_ixc);
    const u64 magnitude = static_cast<u64>(result.value > limit ? limit : result.value);
    return (v.negative ? -magnitude : magnitude) & ones(width);
}

template <unsigned N>
u64 from_fixed(Status& status, u64 a, unsigned fraction_bits, bool is_unsigned, unsigned width)
{
    const u64 value = is_unsigned ? a & ones(width) : sign_extend(a, width);
    if (value == 0)
        return 0;
    const bool negative = !is_unsigned && value >> 63 != 0;
    Number v = number_of(negative, negative ? -value : value);
    v.exponent -= static_cast<int>(fraction_bits);
    return round<N>(status, v, status.rounding());
}

template <unsigned N>
u64 round_to_integer(Status& status, u64 a, Rounding rounding, bool exact)
{
    using F = Format<N>;
    const Number v = unpack<N>(status, a);
    if (v.is_nan())
        return propagate<N>(status, v, a);
    if (v.is(Kind::Infinity) || v.exponent >= static_cast<int>(F::fraction_bits))
        return a;
    if (v.is(Kind::Zero))
        return F::signed_of(v.negative, 0);
    const Whole result = whole(v, rounding);
    if (exact && !result.exact)
        status.raise(fpsr_ixc);
    if (result.value == 0)
        return F::signed_of(v.negative, 0);
    return round<N>(status, number_of(v.negative, static_cast<u64>(result.value)), rounding);
}

u64 convert_to_bfloat(Status& status, u64 a)
{
    const Number v = unpack<32>(status, a);
    if (v.is_nan()) {
        if (v.is(Kind::Signaling))
            status.raise(fpsr_ioc);
        return status.default_nan() ? BFloat::default_nan : convert_nan<32, BFloat>(v.negative, a);
    }
    if (v.is(Kind::Infinity))
        return BFloat::signed_of(v.negative, BFloat::infinity);
    if (v.is(Kind::Zero))
        return BFloat::signed_of(v.negative, 0);
    return round_to<BFloat>(status, v, status.rounding(), status.flush(), false);
}

template <unsigned N>
u64 round_to_sized_integer(Status& status, u64 a, Rounding rounding, unsigned width)
{
    using F = Format<N>;
    const u64 lowest = F::signed_of(true, (u64{width} + F::bias - 1) << F::fraction_bits);
    const Number v = unpack<N>(status, a);
    if (v.is(Kind::Zero))
        return F::signed_of(v.negative, 0);
    if (v.is_nan() || v.is(Kind::Infinity)) {
        status.raise(fpsr_ioc);
        return lowest;
    }
    const Whole result = whole(v, rounding);
    const u128 limit = (u128{1} << (width - 1)) - (v.negative ? 0 : 1);
    if (result.value > limit) {
        status.raise(fpsr_ioc);
        return lowest;
    }
    if (!result.exact)
        status.raise(fpsr_ixc);
    if (result.value == 0)
        return F::signed_of(v.negative, 0);
    return round<N>(status, number_of(v.negative, static_cast<u64>(result.value)), Rounding::Zero);
}

u64 to_javascript_integer(Status& status, u64 a)
{
    const Number v = unpack<64>(status, a);
    if (v.is_nan() || v.is(Kind::Infinity)) {
        status.raise(fpsr_ioc);
        return 0;
    }
    constexpr u64 exactly = u64{1} << 32;
    if (v.is(Kind::Zero))
        return a == 0 ? exactly : 0; // neither -0 nor what was flushed
    // Below bit 64 only, which is enough.
    const int drop = 63 - v.exponent;
    const u64 magnitude = drop >= 64   ? 0
                          : drop >= 0  ? v.significand >> drop
                          : drop > -64 ? v.significand << -drop
                                       : 0;
    const bool exact = drop <= 0 || (drop < 64 && v.significand << (64 - drop) == 0);
    const u64 result = (v.negative ? -magnitude : magnitude) & 0xffff'ffff;
    const u64 limit = (u64{1} << 31) - (v.negative ? 0 : 1);
    if (drop < 0 || magnitude > limit) {
        status.raise(fpsr_ioc);
        return result;
    }
    if (!exact) {
        status.raise(fpsr_ixc);
        return result;
    }
    return result | exactly;
}

template u64 convert<16, 32>(Status&, u64, Rounding);
template u64 convert<16, 64>(Status&, u64, Rounding);
template u64 convert<32, 16>(Status&, u64, Rounding);
template u64 convert<32, 64>(Status&, u64, Rounding);
template u64 convert<64, 16>(Status&, u64, Rounding);
template u64 convert<64, 32>(Status&, u64, Rounding);
template u64 to_fixed<16>(Status&, u64, unsigned, bool, Rounding, unsigned);
template u64 to_fixed<32>(Status&, u64, unsigned, bool, Rounding, unsigned);
template u64 to_fixed<64>(Status&, u64, unsigned, bool, Rounding, unsigned);
template u64 from_fixed<16>(Status&, u64, unsigned, bool, unsigned);
template u64 from_fixed<32>(Status&, u64, unsigned, bool, unsigned);
template u64 from_fixed<64>(Status&, u64, unsigned, bool, unsigned);
template u64 round_to_integer<16>(Status&, u64, Rounding, bool);
template u64 round_to_integer<32>(Status&, u64, Rounding, bool);
template u64 round_to_integer<64>(Status&, u64, Rounding, bool);

template u64 round_to_sized_integer<32>(Status&, u64, Rounding, unsigned);
template u64 round_to_sized_integer<64>(Status&, u64, Rounding, unsigned);

} // namespace sl::a64::fp
