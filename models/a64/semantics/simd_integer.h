// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/simd_lanes.h"

namespace sl::a64::semantics {

// What integer instructions of Advanced SIMD do to one lane. A lane's type tells size and sign.
// Instructions of one name but for S and U, or a leading R (rounding), are one function.

template <class T>
constexpr unsigned lane_bits = 8 * sizeof(T);

/// The bits of a comparison: all ones or zero.
template <class T>
constexpr T mask_if(bool condition)
{
    return static_cast<T>(condition ? -1 : 0);
}

template <class T>
constexpr auto as_unsigned(T v)
{
    return static_cast<std::make_unsigned_t<T>>(v);
}

/// Wraps around, for signed lanes too.
struct AddLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        return static_cast<T>(u64(a) + u64(b));
    }
};

struct SubLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        return static_cast<T>(u64(a) - u64(b));
    }
};

struct MulLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        return static_cast<T>(u64(a) * u64(b));
    }
};

/// MLA, MLS: of all multiplications that add to or subtract from the old lane.
template <bool Sub>
struct MulAddLane {
    template <class T>
    static T lane(bool&, T old, T a, T b)
    {
        const u64 product = u64(a) * u64(b);
        return static_cast<T>(Sub ? u64(old) - product : u64(old) + product);
    }
};

/// SHADD, UHADD; with `Round` SRHADD, URHADD; with `Sub` SHSUB, UHSUB.
template <bool Sub, bool Round>
struct HalvingLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        const s64 sum = Sub ? s64{a} - s64{b} : s64{a} + s64{b} + (Round ? 1 : 0);
        return static_cast<T>(sum >> 1);
    }
};

template <bool Sub>
struct SaturatingAddLane {
    template <class T>
    static T lane(bool& saturated, T a, T b)
    {
        using W = Wider<T>;
        return saturate<T>(Sub ? W{a} - W{b} : W{a} + W{b}, saturated);
    }
};

/// SUQADD (T signed), USQADD (T unsigned): the operand has the other sign.
struct AddOtherSignLane {
    template <class T>
    static T lane(bool& saturated, T old, T a)
    {
        using W = Wider<T>;
        if constexpr (std::is_signed_v<T>)
            return saturate<T>(W{old} + W{as_unsigned(a)}, saturated);
        else
            return saturate<T>(W{old} + W{static_cast<std::make_signed_t<T>>(a)}, saturated);
    }
};

enum class Compare : u8 { Gt, Ge, Eq, Le, Lt, Test };

template <Compare What>
struct CompareLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        switch (What) {
        case Compare::Gt:
            return mask_if<T>(a > b);
        case Compare::Ge:
            return mask_if<T>(a >= b);
        case Compare::Eq:
            return mask_if<T>(a == b);
        case Compare::Le:
            return mask_if<T>(a <= b);
        case Compare::Lt:
            return mask_if<T>(a < b);
        case Compare::Test:
            return mask_if<T>((a & b) != 0);
        }
    }

    template <class T>
    static T lane(bool& q, T a)
    {
        return lane(q, a, T{0});
    }
};

template <bool Max>
struct MaxMinLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        return (a > b) == Max ? a : b;
    }
};

/// |a - b|; with an old lane, added to it.
struct AbsDiffLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        return static_cast<T>(a > b ? u64(a) - u64(b) : u64(b) - u64(a));
    }

    template <class T>
    static T lane(bool& q, T old, T a, T b)
    {
        return static_cast<T>(u64(old) + u64(lane(q, a, b)));
    }
};

/// Polynomial product modulo 2 of the low bytes.
struct PolynomialLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        u32 product = 0;
        for (unsigned i = 0; i < 8; ++i)
            product ^= ((u32(b) >> i) & 1) != 0 ? u32(u8(a)) << i : 0;
        return static_cast<T>(product);
    }
};

/// SQDMULH; with `Round` SQRDMULH.
template <bool Round>
struct DoublingHighLane {
    template <class T>
    static T lane(bool& saturated, T a, T b)
    {
        constexpr unsigned n = lane_bits<T>;
        // Doubling could overflow 64 bits: the product without its lowest n - 1 bits instead.
        const s64 product = s64{a} * s64{b};
        const s64 rounding = Round ? s64{1} << (n - 2) : 0;
        return saturate<T>((product + rounding) >> (n - 1), saturated);
    }
};

/// SQDMULL, on operands that are wide already.
struct DoublingLongLane {
    template <class T>
    static T lane(bool& saturated, T a, T b)
    {
        return saturate<T>(Wide{a} * Wide{b} * 2, saturated);
    }
};

/// SQDMLAL, SQDMLSL: the product saturates, then the sum.
template <bool Sub>
struct DoublingAddLane {
    template <class T>
    static T lane(bool& saturated, T old, T a, T b)
    {
        const Wide product = DoublingLongLane::lane(saturated, a, b);
        return saturate<T>(Sub ? Wide{old} - product : Wide{old} + product, saturated);
    }
};

/// The upper half of a sum or difference: ADDHN, SUBHN, RADDHN, RSUBHN.
template <bool Sub, bool Round>
struct HighHalfLane {
    template <class T>
    static T lane(bool&, T a, T b)
    {
        constexpr unsigned half = lane_bits<T> / 2;
        const u64 sum = Sub ? u64(a) - u64(b) : u64(a) + u64(b);
        return static_cast<T>(static_cast<T>(sum + (Round ? u64{1} << (half - 1) : 0)) >> half);
    }
};

/// `v` shifted right by at least 1 and at most 127.
template <class T, bool Round>
constexpr Wide shifted_right(T v, u64 by)
{
    return (Wide{v} + (Round ? Wide{1} << (by - 1) : Wide{0})) >> by;
}

/// SSHL, USHL and their forms: by the signed low byte of the second operand.
template <bool Saturate, bool Round>
struct ShiftLane {
    template <class T>
    static T lane(bool& saturated, T a, T b)
    {
        const int by{static_cast<s8>(b)};
        if (by < 0)
            return static_cast<T>(shifted_right<T, Round>(a, u64(by < -120 ? 120 : -by)));
        constexpr unsigned n = lane_bits<T>;
        if (!Saturate)
            return static_cast<T>(unsigned(by) >= n ? 0 : u64(a) << by);
        // By its width or more, everything but 0 is out of range.
        if (unsigned(by) >= n)
            return a == 0 ? T{0} : saturate<T>(Wide{a < 0 ? -1 : 1} << n, saturated);
        return saturate<T>(Wide{a} << by, saturated);
    }
};

// ---- Shifts by immediate: the amount comes first, then the old lane where it takes part ---------

template <bool Round>
struct ShiftRightLane {
    template <class T>
    static T lane(bool&, u64 by, T a)
    {
        return static_cast<T>(shifted_right<T, Round>(a, by));
    }
};

/// SSRA, USRA, SRSRA, URSRA.
template <bool Round>
struct ShiftRightAddLane {
    template <class T>
    static T lane(bool&, u64 by, T old, T a)
    {
        return static_cast<T>(u64(old) + static_cast<u64>(shifted_right<T, Round>(a, by)));
    }
};

struct ShiftLeftLane {
    template <class T>
    static T lane(bool&, u64 by, T a)
    {
        return static_cast<T>(u64(a) << by);
    }
};

/// SRI.
struct InsertRightLane {
    template <class T>
    static T lane(bool&, u64 by, T old, T a)
    {
        constexpr unsigned n = lane_bits<T>;
        const u64 keep = by == 0 ? 0 : ~ones(static_cast<unsigned>(n - by));
        const u64 moved = by == n ? 0 : u64(as_unsigned(a)) >> by;
        return static_cast<T>((u64(old) & keep) | moved);
    }
};

/// SLI.
struct InsertLeftLane {
    template <class T>
    static T lane(bool&, u64 by, T old, T a)
    {
        return static_cast<T>((u64(old) & ones(static_cast<unsigned>(by))) | u64(a) << by);
    }
};

/// SQSHL, UQSHL (immediate), and SQSHLU, whose result R is unsigned.
template <bool ToUnsigned>
struct SaturatingLeftLane {
    template <class T>
    static T lane(bool& saturated, u64 by, T a)
    {
        using R = std::conditional_t<ToUnsigned, std::make_unsigned_t<T>, T>;
        return static_cast<T>(saturate<R>(Wide{a} << by, saturated));
    }
};

/// SHRN, RSHRN: T is the wide lane.
template <bool Round>
struct ShiftNarrowLane {
    template <class T>
    static T lane(bool&, u64 by, T a)
    {
        return static_cast<T>(shifted_right<T, Round>(a, by));
    }
};

/// SQSHRN, UQSHRN, SQSHRUN and their rounding forms, to a lane of R.
template <class R, bool Round>
struct SaturatingNarrowLane {
    template <class T>
    static R lane(bool& saturated, u64 by, T a)
    {
        return saturate<R>(shifted_right<T, Round>(a, by), saturated);
    }

    /// SQXTN, UQXTN, SQXTUN.
    template <class T>
    static R lane(bool& saturated, T a)
    {
        return saturate<R>(Wide{a}, saturated);
    }
};

// ---- One operand --------------------------------------------------------------------------------

struct SameLane {
    template <class T>
    static T lane(bool&, T a)
    {
        return a;
    }
};

/// ABS, NEG; with `Saturate` SQABS, SQNEG.
template <bool Negate, bool Saturate>
struct SignLane {
    template <class T>
    static T lane(bool& saturated, T a)
    {
        const Wide value = Negate || a < 0 ? -Wide{a} : Wide{a};
        if constexpr (Saturate)
            return saturate<T>(value, saturated);
        else
            return static_cast<T>(value);
    }
};

/// CLS, CLZ: of signed and unsigned lanes.
struct CountLeadingLane {
    template <class T>
    static T lane(bool&, T a)
    {
        if constexpr (std::is_signed_v<T>)
            return static_cast<T>(std::countl_zero(as_unsigned(static_cast<T>(a ^ (a >> 1)))) - 1);
        else
            return static_cast<T>(std::countl_zero(a));
    }
};

struct CountBitsLane {
    template <class T>
    static T lane(bool&, T a)
    {
        return static_cast<T>(std::popcount(as_unsigned(a)));
    }
};

struct NotLane {
    template <class T>
    static T lane(bool&, T a)
    {
        return static_cast<T>(~a);
    }
};

struct ReverseBitsLane {
    template <class T>
    static T lane(bool&, T a)
    {
        return static_cast<T>(alu::rbit(as_unsigned(a), 64) >> (64 - lane_bits<T>));
    }
};

} // namespace sl::a64::semantics
