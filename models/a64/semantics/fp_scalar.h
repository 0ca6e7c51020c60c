// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/semantics/fp_operations.h"
#include "a64/semantics/simd_lanes.h"

namespace sl::a64::semantics {

// Scalar floating point. D, the low bit of ftype, is 0 for single and 1 for double precision, and a
// static operand of most rows. Rows of half precision have no D: it is `half_precision` by default
// where it is the last of the static operands, and the functions whose name ends in Half say it
// where it is not.

inline constexpr u32 half_precision = 2;

constexpr unsigned fp_bits(u32 d)
{
    return d == half_precision ? 16 : d != 0 ? 64 : 32;
}

/// F of the low numbers of the operands; for M::map_fp().
template <class F, unsigned N>
struct ByNumber {
    static constexpr bool makes_vector = false;

    template <class... V>
    static u64 apply(fp::Status& status, V... v)
    {
        return F::template op<N>(status, (v & ones(N))...);
    }
};

/// A scalar result; the rest of the register is zero.
template <class M>
void write_scalar(M& m, Vec<Rd> d, typename M::Value v)
{
    m.write_vector(d, {v, m.constant(0)});
}

/// Static: D.
template <class F>
struct FpOneSource {
    template <class M, u32 D = half_precision>
    static void run(M& m, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        write_scalar(m, d, m.template map_fp<ByNumber<F, fp_bits(D)>>(a.lo));
    }
};

template <class F>
struct FpTwoSource {
    template <class M, u32 D = half_precision>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        write_scalar(m, d, m.template map_fp<ByNumber<F, fp_bits(D)>>(a.lo, b.lo));
    }
};

/// FMADD, FMSUB, FNMADD, FNMSUB. Static: D, o1, o0.
struct FpThreeSource {
    template <class M, u32 D, u32 Negate, u32 Sub>
    static void run(M& m, Vec<Rm> rm, Vec<Ra> ra, Vec<Rn> n, Vec<Rd> d)
    {
        using F = FpMulAdd<Negate == 1, Negate != Sub>;
        const auto addend = m.read_vector(ra);
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        write_scalar(m, d, m.template map_fp<ByNumber<F, fp_bits(D)>>(addend.lo, a.lo, b.lo));
    }
};

struct FpThreeSourceHalf {
    template <class M, u32 Negate, u32 Sub>
    static void run(M& m, Vec<Rm> rm, Vec<Ra> ra, Vec<Rn> n, Vec<Rd> d)
    {
        FpThreeSource::run<M, half_precision, Negate, Sub>(m, rm, ra, n, d);
    }
};

template <unsigned From, unsigned To>
struct FpConvert {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 a)
    {
        return fp::convert<From, To>(status, a & ones(From), status.rounding());
    }
};

/// FCVT.
template <unsigned From, unsigned To>
struct FcvtScalar {
    template <class M>
    static void run(M& m, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        write_scalar(m, d, m.template map_fp<FpConvert<From, To>>(a.lo));
    }
};

template <bool Signaling>
struct FpCompareFlags {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a, u64 b)
    {
        return fp::compare<N>(status, a, b, Signaling);
    }
};

/// FCMP, FCMPE. Static: D, E.
struct Fcmp {
    template <class M, u32 D, u32 E>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n)
    {
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        m.set_nzcv(m.template map_fp<ByNumber<FpCompareFlags<E == 1>, fp_bits(D)>>(a.lo, b.lo));
    }
};

struct FcmpHalf {
    template <class M, u32 E>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n)
    {
        Fcmp::run<M, half_precision, E>(m, rm, n);
    }
};

/// FCMP, FCMPE with zero. Static: D, E.
struct FcmpZero {
    template <class M, u32 D, u32 E>
    static void run(M& m, Vec<Rn> n)
    {
        const auto a = m.read_vector(n);
        const auto zero = m.constant(0);
        m.set_nzcv(m.template map_fp<ByNumber<FpCompareFlags<E == 1>, fp_bits(D)>>(a.lo, zero));
    }
};

struct FcmpZeroHalf {
    template <class M, u32 E>
    static void run(M& m, Vec<Rn> n)
    {
        FcmpZero::run<M, half_precision, E>(m, n);
    }
};

/// Where the condition does not hold, nothing is compared and no exception raised.
template <unsigned N, bool Signaling>
struct CompareWhere {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 condition, u64 otherwise, u64 a, u64 b)
    {
        return condition != 0 ? fp::compare<N>(status, a & ones(N), b & ones(N), Signaling)
                              : otherwise;
    }
};

/// FCCMP, FCCMPE. Static: D, cond, E.
struct Fccmp {
    template <class M, u32 D, u32 Cond, u32 E>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Imm<4> flags)
    {
        const auto condition = m.cond(Cond);
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        using G = CompareWhere<fp_bits(D), E == 1>;
        m.set_nzcv(m.template map_fp<G>(condition, m.imm(flags), a.lo, b.lo));
    }
};

struct FccmpHalf {
    template <class M, u32 Cond, u32 E>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Imm<4> flags)
    {
        Fccmp::run<M, half_precision, Cond, E>(m, rm, n, flags);
    }
};

/// FCSEL. Static: D, cond.
struct Fcsel {
    template <class M, u32 D, u32 Cond>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        const auto chosen = m.select(m.cond(Cond), a.lo, b.lo);
        write_scalar(m, d, m.zext(chosen, fp_bits(D)));
    }
};

struct FcselHalf {
    template <class M, u32 Cond>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Vec<Rd> d)
    {
        Fcsel::run<M, half_precision, Cond>(m, rm, n, d);
    }
};

/// Scale of the fixed-point conversions: 64 less the number of fraction bits, at most 32 of which a
/// W register has.
template <u32 Sf>
struct FractionBits {
    static constexpr unsigned width = 6;

    static bool decode(u32 field, Op& op)
    {
        op.imm = 64 - field;
        return Sf == 1 || field >= 32;
    }
};

/// FCVT* to an integer or, with fraction bits, fixed point.
template <unsigned N, RoundBy By, bool Unsigned, unsigned Width>
struct ToFixed {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 fraction_bits, u64 a)
    {
        return fp::to_fixed<N>(status, a & ones(N), static_cast<unsigned>(fraction_bits), Unsigned,
                               rounding_of(status, By), Width);
    }
};

template <unsigned N, bool Unsigned, unsigned Width>
struct FromFixed {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 fraction_bits, u64 a)
    {
        return fp::from_fixed<N>(status, a, static_cast<unsigned>(fraction_bits), Unsigned, Width);
    }
};

/// FCVTNS and the like, to a general register. Static: sf, D, U.
template <RoundBy By>
struct FcvtToGeneral {
    template <class M, u32 Sf, u32 D, u32 U>
    static void run(M& m, Vec<Rn> n, Dst<Rd> d)
    {
        const auto a = m.read_vector(n);
        using G = ToFixed<fp_bits(D), By, U == 1, width_of(Sf)>;
        m.write(d, width_of(Sf), m.template map_fp<G>(m.constant(0), a.lo));
    }
};

template <RoundBy By>
struct FcvtToGeneralHalf {
    template <class M, u32 Sf, u32 U>
    static void run(M& m, Vec<Rn> n, Dst<Rd> d)
    {
        FcvtToGeneral<By>::template run<M, Sf, half_precision, U>(m, n, d);
    }
};

/// SCVTF, UCVTF from a general register. Static: sf, D, U.
struct CvtfFromGeneral {
    template <class M, u32 Sf, u32 D, u32 U>
    static void run(M& m, Reg<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read(n, width_of(Sf));
        using G = FromFixed<fp_bits(D), U == 1, width_of(Sf)>;
        write_scalar(m, d, m.template map_fp<G>(m.constant(0), a));
    }
};

struct CvtfFromGeneralHalf {
    template <class M, u32 Sf, u32 U>
    static void run(M& m, Reg<Rn> n, Vec<Rd> d)
    {
        CvtfFromGeneral::run<M, Sf, half_precision, U>(m, n, d);
    }
};

/// FCVTZS, FCVTZU (scalar, fixed-point). Static: sf, D, U.
struct FcvtzToFixed {
    template <class M, u32 Sf, u32 D, u32 U>
    static void run(M& m, FractionBits<Sf> bits, Vec<Rn> n, Dst<Rd> d)
    {
        const auto a = m.read_vector(n);
        using G = ToFixed<fp_bits(D), RoundBy::Zero, U == 1, width_of(Sf)>;
        m.write(d, width_of(Sf), m.template map_fp<G>(m.imm(bits), a.lo));
    }
};

struct FcvtzToFixedHalf {
    template <class M, u32 Sf, u32 U>
    static void run(M& m, FractionBits<Sf> bits, Vec<Rn> n, Dst<Rd> d)
    {
        FcvtzToFixed::run<M, Sf, half_precision, U>(m, bits, n, d);
    }
};

/// SCVTF, UCVTF (scalar, fixed-point). Static: sf, D, U.
struct CvtfFromFixed {
    template <class M, u32 Sf, u32 D, u32 U>
    static void run(M& m, FractionBits<Sf> bits, Reg<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read(n, width_of(Sf));
        using G = FromFixed<fp_bits(D), U == 1, width_of(Sf)>;
        write_scalar(m, d, m.template map_fp<G>(m.imm(bits), a));
    }
};

struct CvtfFromFixedHalf {
    template <class M, u32 Sf, u32 U>
    static void run(M& m, FractionBits<Sf> bits, Reg<Rn> n, Vec<Rd> d)
    {
        CvtfFromFixed::run<M, Sf, half_precision, U>(m, bits, n, d);
    }
};

struct ToJavaScript {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 a) { return fp::to_javascript_integer(status, a); }
};

/// FJCVTZS: Z tells whether the result is the number.
struct Fjcvtzs {
    template <class M>
    static void run(M& m, Vec<Rn> n, Dst<Rd> d)
    {
        const auto a = m.read_vector(n);
        const auto result = m.template map_fp<ToJavaScript>(a.lo);
        m.write(d, 32, m.zext(result, 32));
        m.set_nzcv(m.lsl(m.lsr(result, m.constant(32), 64), m.constant(2), 64));
        m.is(CostClass::FpMove);
    }
};

} // namespace sl::a64::semantics
