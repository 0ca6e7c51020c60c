// SPDX-License-Identifier: MIT
#pragma once

#include "a64/fp/operations.h"
#include "a64/machine.h"

namespace sl::a64::semantics {

// Floating-point operations as types, for instructions of scalars and vectors alike. N is 16, 32
// or 64; numbers have no bits above it.

struct FpAdd {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::add<N>(status, a, b);
    }
};

struct FpSub {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::sub<N>(status, a, b);
    }
};

/// FABD.
struct FpAbsDiff {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::abs<N>(fp::sub<N>(status, a, b));
    }
};

/// FMUL; with `Negate` FNMUL.
template <bool Negate>
struct FpMul {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        const u64 product = fp::mul<N>(status, a, b);
        return Negate ? fp::neg<N>(product) : product;
    }
};

struct FpMulx {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::mulx<N>(status, a, b);
    }
};

struct FpDiv {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::div<N>(status, a, b);
    }
};

/// FMAX, FMIN; with `Number` FMAXNM, FMINNM.
template <bool Max, bool Number>
struct FpMaxMin {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        if constexpr (Number)
            return Max ? fp::max_number<N>(status, a, b) : fp::min_number<N>(status, a, b);
        else
            return Max ? fp::max<N>(status, a, b) : fp::min<N>(status, a, b);
    }
};

/// FRECPS, FRSQRTS.
template <bool Root>
struct FpStep {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        if constexpr (Root)
            return fp::reciprocal_root_step<N>(status, a, b);
        else
            return fp::reciprocal_step<N>(status, a, b);
    }
};

/// The addend first: FMADD, FMSUB, FNMADD, FNMSUB, FMLA, FMLS.
template <bool NegateAddend, bool NegateProduct>
struct FpMulAdd {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 addend, u64 a, u64 b)
    {
        return fp::mul_add<N>(status, NegateAddend ? fp::neg<N>(addend) : addend,
                              NegateProduct ? fp::neg<N>(a) : a, b);
    }
};

struct FpAbs {
    template <unsigned N>
    static u64 op(fp::Status&, u64 a)
    {
        return fp::abs<N>(a);
    }
};

struct FpNeg {
    template <unsigned N>
    static u64 op(fp::Status&, u64 a)
    {
        return fp::neg<N>(a);
    }
};

struct FpSqrt {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return fp::sqrt<N>(status, a);
    }
};

/// How an instruction rounds: as FPCR says, or its own way.
enum class RoundBy : u8 { TieEven, PosInf, NegInf, Zero, TieAway, Current };

inline fp::Rounding rounding_of(const fp::Status& status, RoundBy by)
{
    return by == RoundBy::Current ? status.rounding() : static_cast<fp::Rounding>(by);
}

/// FRINT*.
template <RoundBy By, bool Exact>
struct FpRoundInt {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return fp::round_to_integer<N>(status, a, rounding_of(status, By), Exact);
    }
};

/// FRINT32Z, FRINT32X, FRINT64Z, FRINT64X.
template <RoundBy By, unsigned Width>
struct FpRoundSized {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return fp::round_to_sized_integer<N>(status, a, rounding_of(status, By), Width);
    }
};

enum class Estimate : u8 { Reciprocal, Root, Exponent };

/// FRECPE, FRSQRTE, FRECPX.
template <Estimate What>
struct FpEstimate {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        if constexpr (What == Estimate::Reciprocal)
            return fp::reciprocal_estimate<N>(status, a);
        else if constexpr (What == Estimate::Root)
            return fp::reciprocal_root_estimate<N>(status, a);
        else
            return fp::reciprocal_exponent<N>(status, a);
    }
};

enum class FpCompare : u8 { Eq, Ge, Gt, Le, Lt };

/// FCMEQ and the like: all ones or zero; of magnitudes, FACGE and FACGT. Only equality is quiet.
template <FpCompare What, bool Magnitudes>
struct FpCompareMask {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        constexpr bool swapped = What == FpCompare::Le || What == FpCompare::Lt;
        if constexpr (Magnitudes) {
            a = fp::abs<N>(a);
            b = fp::abs<N>(b);
        }
        const u64 nzcv =
            fp::compare<N>(status, swapped ? b : a, swapped ? a : b, What != FpCompare::Eq);
        const bool equal = nzcv == 6, greater = nzcv == 2;
        constexpr bool or_equal = What == FpCompare::Ge || What == FpCompare::Le;
        const bool holds = What == FpCompare::Eq ? equal : greater || (or_equal && equal);
        return holds ? ones(N) : 0;
    }

    /// With zero.
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return op<N>(status, a, 0);
    }
};

} // namespace sl::a64::semantics
