// SPDX-License-Identifier: MIT
#pragma once

#include "a64/fp/format.h"

#include <bit>
#include <initializer_list>

namespace sl::a64::fp {

enum class Kind : u8 { Zero, Number, Infinity, Quiet, Signaling };

/// A number, taken apart. Of a Kind::Number, the value is significand * 2^(exponent - 63), with the
/// significand's highest bit set.
struct Number {
    Kind kind = Kind::Zero;
    bool negative = false;
    int exponent = 0;
    u64 significand = 0;

    bool is_nan() const { return kind >= Kind::Quiet; }

    bool is(Kind k) const { return kind == k; }
};

/// Are denormal numbers zero? Of half precision by a control of its own, and never where it is
/// converted from or to another format (FPUnpackCV(), FPRoundCV()).
template <unsigned N, bool Conversion>
bool flushes(const Status& status)
{
    return N == 16 ? !Conversion && status.flush_half() : status.flush();
}

/// Half precision without infinities and NaNs (FPCR.AHP), which only conversions know.
template <unsigned N, bool Conversion>
bool is_alternative(const Status& status)
{
    return N == 16 && Conversion && status.alternative_half();
}

/// FPUnpack(), FPUnpackCV().
template <unsigned N, bool Conversion = false>
Number unpack(Status& status, u64 bits)
{
    using F = Format<N>;
    Number v;
    v.negative = (bits & F::sign_mask) != 0;
    const int biased = F::exponent(bits);
    const u64 fraction = bits & F::fraction_mask;
    if (biased == F::max_biased && !is_alternative<N, Conversion>(status)) {
        v.kind = fraction == 0                    ? Kind::Infinity
                 : (fraction & F::quiet_bit) != 0 ? Kind::Quiet
                                                  : Kind::Signaling;
    } else if (biased != 0) {
        v.kind = Kind::Number;
        v.exponent = biased - F::bias;
        v.significand = (fraction | (u64{1} << F::fraction_bits)) << (63 - F::fraction_bits);
    } else if (fraction != 0) {
        if (flushes<N, Conversion>(status)) {
            if (N != 16)
                status.raise(fpsr_idc);
            return v;
        }
        const int up = std::countl_zero(fraction);
        v.kind = Kind::Number;
        v.significand = fraction << up;
        v.exponent = 1 - F::bias + 63 - static_cast<int>(F::fraction_bits) - up;
    }
    return v;
}

/// Does what lies below the lowest kept bit round the magnitude up? `below` is its distance to the
/// kept bit, in units of which `half` is a half.
constexpr bool rounds_up(Rounding rounding, bool negative, bool odd, u64 below, u64 half)
{
    switch (rounding) {
    case Rounding::TieEven:
        return below > half || (below == half && odd);
    case Rounding::TieAway:
        return below >= half;
    case Rounding::PosInf:
        return below != 0 && !negative;
    case Rounding::NegInf:
        return below != 0 && negative;
    default:
        return false;
    }
}

/// Does a number that is too large become infinite?
constexpr bool overflows_to_infinity(Rounding rounding, bool negative)
{
    switch (rounding) {
    case Rounding::PosInf:
        return !negative;
    case Rounding::NegInf:
        return negative;
    case Rounding::Zero:
    case Rounding::Odd:
        return false;
    default:
        return true;
    }
}

/// FPRoundBase(): of a Kind::Number whose lowest bit is set where anything lay below it, to format
/// F.
template <class F>
u64 round_to(Status& status, const Number& v, Rounding rounding, bool flush, bool alternative)
{
    constexpr int min_exponent = 1 - F::bias;
    if (flush && v.exponent < min_exponent) {
        status.raise(fpsr_ufc); // before rounding, and not inexact
        return F::signed_of(v.negative, 0);
    }
    const bool tiny = v.exponent < min_exponent;
    int biased = tiny ? 0 : v.exponent + F::bias;
    // The bits that are not kept, at most 64 of them.
    const int drop =
        63 - static_cast<int>(F::fraction_bits) + (tiny ? min_exponent - v.exponent : 0);
    u64 kept = 0, below = 0, half = 0;
    if (drop < 64) {
        kept = v.significand >> drop;
        below = v.significand & ones(static_cast<unsigned>(drop));
        half = u64{1} << (drop - 1);
    } else {
        below = drop == 64 ? v.significand : 1;
        half = u64{1} << 63;
    }
    if (tiny && below != 0)
        status.raise(fpsr_ufc);
    if (rounds_up(rounding, v.negative, (kept & 1) != 0, below, half))
        ++kept;
    else if (rounding == Rounding::Odd && below != 0)
        kept |= 1;
    if (kept >> (F::fraction_bits + 1) != 0) {
        kept >>= 1;
        ++biased;
    } else if (tiny && kept >> F::fraction_bits != 0) {
        biased = 1;
    }
    if (alternative) {
        if (biased > F::max_biased) {
            status.raise(fpsr_ioc);
            return F::signed_of(v.negative, F::sign_mask - 1);
        }
    } else if (biased >= F::max_biased) {
        status.raise(fpsr_ofc | fpsr_ixc);
        const bool infinite = overflows_to_infinity(rounding, v.negative);
        return F::signed_of(v.negative, infinite ? F::infinity : F::largest);
    }
    if (below != 0)
        status.raise(fpsr_ixc);
    return F::signed_of(v.negative,
                        static_cast<u64>(biased) << F::fraction_bits | (kept & F::fraction_mask));
}

/// FPRound(), FPRoundCV().
template <unsigned N, bool Conversion = false>
u64 round(Status& status, const Number& v, Rounding rounding)
{
    return round_to<Format<N>>(status, v, rounding, flushes<N, Conversion>(status),
                               is_alternative<N, Conversion>(status));
}

/// FPProcessNaN(): of a NaN.
template <unsigned N>
u64 propagate(Status& status, const Number& v, u64 bits)
{
    using F = Format<N>;
    if (v.is(Kind::Signaling))
        status.raise(fpsr_ioc);
    return status.default_nan() ? F::default_nan : bits | F::quiet_bit;
}

/// FPProcessNaNs(): signaling NaNs first, then in order. False where neither is a NaN.
template <unsigned N>
bool propagate(Status& status, const Number& x, const Number& y, u64 a, u64 b, u64& result)
{
    for (const Kind kind : {Kind::Signaling, Kind::Quiet}) {
        if (x.is(kind) || y.is(kind)) {
            result = x.is(kind) ? propagate<N>(status, x, a) : propagate<N>(status, y, b);
            return true;
        }
    }
    return false;
}

/// FPConvertNaN(): sign and the highest bits of the fraction, quiet.
template <unsigned From, class T>
u64 convert_nan(bool negative, u64 bits)
{
    using F = Format<From>;
    const u64 fraction = (bits & F::fraction_mask) << (63 - F::fraction_bits);
    return T::signed_of(negative, T::infinity | T::quiet_bit | fraction >> (63 - T::fraction_bits));
}

template <unsigned N>
u64 invalid(Status& status)
{
    status.raise(fpsr_ioc);
    return Format<N>::default_nan;
}

} // namespace sl::a64::fp
