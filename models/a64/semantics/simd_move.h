// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/semantics/simd_element.h"

namespace sl::a64::semantics {

// Moves into, out of and inside the SIMD&FP register file.

/// VFPExpandImm() for H, S and D: N is 16, 32 or 64.
constexpr u64 expand_fp_immediate(u32 imm8, unsigned n)
{
    const unsigned exponent_bits = n == 16 ? 5 : n == 32 ? 8 : 11;
    const unsigned fraction_bits = n - exponent_bits - 1;
    const u64 sign = imm8 >> 7, b6 = (imm8 >> 6) & 1;
    const u64 exponent = (b6 ^ 1) << (exponent_bits - 1) |
                         (b6 != 0 ? ones(exponent_bits - 3) << 2 : 0) | ((imm8 >> 4) & 3);
    return sign << (n - 1) | exponent << fraction_bits | u64{imm8 & 15} << (fraction_bits - 4);
}

/// AdvSIMDExpandImm(), inverted for MVNI and BIC.
constexpr u64 expand_simd_immediate(u32 op, u32 cmode, u32 imm8)
{
    const u64 byte = imm8;
    const auto twice = [](u64 v) { return v << 32 | v; };
    const auto four_times = [&](u64 v) { return twice(v << 16 | v); };
    u64 value = 0;
    switch (cmode >> 1) {
    case 0:
    case 1:
    case 2:
    case 3:
        value = twice(byte << 8 * (cmode >> 1));
        break;
    case 4:
    case 5:
        value = four_times(byte << 8 * ((cmode >> 1) & 1));
        break;
    case 6:
        value = twice((cmode & 1) != 0 ? byte << 16 | 0xffff : byte << 8 | 0xff);
        break;
    default:
        if (cmode == 15)
            return op != 0 ? expand_fp_immediate(imm8, 64) : twice(expand_fp_immediate(imm8, 32));
        if (op == 0)
            return four_times(byte << 8 | byte);
        for (unsigned i = 0; i < 8; ++i)
            value |= ((byte >> i) & 1) * 0xff << 8 * i;
        return value;
    }
    return op != 0 ? ~value : value;
}

/// Operand a:b:c:d:e:f:g:h of the modified-immediate instructions, expanded.
template <u32 O, u32 Cmode>
struct SimdImmediate {
    static constexpr unsigned width = 8;

    static bool decode(u32 field, Op& op)
    {
        op.imm = expand_simd_immediate(O, Cmode, field);
        return true;
    }
};

/// Operand imm8 of FMOV (scalar, immediate), expanded.
template <unsigned N>
struct FpImmediate {
    static constexpr unsigned width = 8;

    static bool decode(u32 field, Op& op)
    {
        op.imm = expand_fp_immediate(field, N);
        return true;
    }
};

/// FMOV (register): H, S and D.
template <unsigned Width>
struct FmovRegister {
    template <class M>
    static void run(M& m, Vec<Rn> n, Vec<Rd> d)
    {
        auto v = m.read_vector(n);
        if constexpr (Width != 64)
            v.lo = m.zext(v.lo, Width);
        v.hi = m.constant(0);
        m.write_vector(d, v);
    }
};

/// FMOV (scalar, immediate).
template <unsigned Width>
struct FmovImmediate {
    template <class M>
    static void run(M& m, FpImmediate<Width> imm, Vec<Rd> d)
    {
        m.write_vector(d, {m.imm(imm), m.constant(0)});
    }
};

/// FMOV (general): from W or X to S or D, or from either to H.
template <unsigned Width>
struct FmovFromGeneral {
    template <class M>
    static void run(M& m, Reg<Rn> n, Vec<Rd> d)
    {
        const auto v = m.read(n, Width == 64 ? 64 : 32);
        m.write_vector(d, {Width == 16 ? m.zext(v, 16) : v, m.constant(0)});
    }
};

/// FMOV (general): from S or D to W or X, or from H to either.
template <unsigned Width>
struct FmovToGeneral {
    template <class M>
    static void run(M& m, Vec<Rn> n, Dst<Rd> d)
    {
        const auto v = m.read_vector(n);
        m.write(d, Width == 64 ? 64 : 32, m.zext(v.lo, Width));
    }
};

/// FMOV (general): from X to V.D[1].
struct FmovFromGeneralTop {
    template <class M>
    static void run(M& m, Reg<Rn> n, Vec<Rd> d)
    {
        auto v = m.read_vector(d);
        v.hi = m.read(n, 64);
        m.write_vector(d, v);
    }
};

/// FMOV (general): from V.D[1] to X.
struct FmovToGeneralTop {
    template <class M>
    static void run(M& m, Vec<Rn> n, Dst<Rd> d)
    {
        const auto v = m.read_vector(n);
        m.write(d, 64, v.hi);
    }
};

/// The index of an element in imm5, above the one that tells its size.
template <unsigned Log2>
struct ElementIndex : Extra<4> {
    static constexpr unsigned width = 4 - Log2;
};

/// The second index of INS (element), in imm4 above bits that are ignored.
template <unsigned Log2>
struct SourceIndex : Imm<4> {
    static constexpr unsigned width = 4 - Log2;
};

/// The destination of DUP (vector): a single 64-bit element is reserved.
template <unsigned Log2, u32 Q>
struct DupDestination : Vec<Rd> {
    static bool decode(u32 field, Op& op)
    {
        return (Log2 != 3 || Q == 1) && Vec<Rd>::decode(field, op);
    }
};

/// DUP (element), vector. Static: Q.
template <unsigned Log2>
struct DupElement {
    template <class M, u32 Q>
    static void run(M& m, ElementIndex<Log2> index, Vec<Rn> n, DupDestination<Log2, Q> d)
    {
        const auto v = m.read_vector(n);
        const auto e = element<Log2>(m, v, m.extra(index));
        m.write_vector(d, replicate<Log2, Q == 1>(m, e));
        m.is(CostClass::FpMove);
    }
};

/// DUP (element), scalar: MOV.
template <unsigned Log2>
struct DupScalar {
    template <class M>
    static void run(M& m, ElementIndex<Log2> index, Vec<Rn> n, Vec<Rd> d)
    {
        const auto v = m.read_vector(n);
        const auto e = element<Log2>(m, v, m.extra(index));
        m.write_vector(d, {e, m.constant(0)});
        m.is(CostClass::FpMove);
    }
};

/// DUP (general). Static: Q.
template <unsigned Log2>
struct DupGeneral {
    template <class M, u32 Q>
    static void run(M& m, Reg<Rn> n, DupDestination<Log2, Q> d)
    {
        const auto v = m.read(n, 64);
        m.write_vector(d, replicate<Log2, Q == 1>(m, v));
        m.is(CostClass::FpMove);
    }
};

/// INS (general).
template <unsigned Log2>
struct InsGeneral {
    template <class M>
    static void run(M& m, ElementIndex<Log2> index, Reg<Rn> n, Vec<Rd> d)
    {
        const auto before = m.read_vector(d);
        const auto e = m.read(n, 64);
        m.write_vector(d, insert<Log2>(m, before, m.extra(index), e));
        m.is(CostClass::FpMove);
    }
};

/// INS (element).
template <unsigned Log2>
struct InsElement {
    template <class M>
    static void run(M& m, ElementIndex<Log2> to, SourceIndex<Log2> from, Vec<Rn> n, Vec<Rd> d)
    {
        const auto before = m.read_vector(d);
        const auto v = m.read_vector(n);
        const auto e = element<Log2>(m, v, m.imm(from));
        m.write_vector(d, insert<Log2>(m, before, m.extra(to), e));
        m.is(CostClass::FpMove);
    }
};

/// UMOV, and SMOV with `Signed`.
template <unsigned Log2, bool Signed, unsigned Width>
struct MoveElement {
    template <class M>
    static void run(M& m, ElementIndex<Log2> index, Vec<Rn> n, Dst<Rd> d)
    {
        const auto v = m.read_vector(n);
        auto e = element<Log2>(m, v, m.extra(index));
        if constexpr (Signed)
            e = m.sext(e, element_bits(Log2), Width);
        m.write(d, Width, e);
        m.is(CostClass::FpMove);
    }
};

/// FMOV (vector, immediate) of D.
struct MoveDoubleImmediate {
    template <class M>
    static void run(M& m, SimdImmediate<1, 15> imm, Vec<Rd> d)
    {
        const auto half = m.imm(imm);
        m.write_vector(d, {half, half});
    }
};

/// Operand a:b:c:d:e:f:g:h of FMOV (vector, immediate) of H, expanded.
struct HalfImmediate {
    static constexpr unsigned width = 8;

    static bool decode(u32 field, Op& op)
    {
        op.imm = expand_fp_immediate(field, 16) * 0x0001'0001'0001'0001;
        return true;
    }
};

/// FMOV (vector, immediate) of H. Static: Q.
struct MoveHalfImmediate {
    template <class M, u32 Q>
    static void run(M& m, HalfImmediate imm, Vec<Rd> d)
    {
        const auto half = m.imm(imm);
        m.write_vector(d, {half, Q == 1 ? half : m.constant(0)});
    }
};

// cmode is `Fixed`, with the bits that the row leaves open, which are static, from bit `Shift` up.

/// MOVI, MVNI, FMOV (vector, immediate) of S; `O` is the field op. Static: Q, open bits of cmode.
template <u32 O, u32 Fixed, unsigned Shift = 0>
struct MoveImmediate {
    template <class M, u32 Q, u32 Open = 0>
    static void run(M& m, SimdImmediate<O, Fixed | Open << Shift> imm, Vec<Rd> d)
    {
        const auto half = m.imm(imm);
        m.write_vector(d, {half, Q == 1 ? half : m.constant(0)});
    }
};

/// ORR, and BIC with `O`, (vector, immediate). Static: Q, open bits of cmode.
template <u32 O, u32 Fixed>
struct CombineImmediate {
    template <class M, u32 Q, u32 Open>
    static void run(M& m, SimdImmediate<O, Fixed | Open << 1> imm, Vec<Rd> d)
    {
        auto v = m.read_vector(d);
        const auto half = m.imm(imm);
        // The immediate of BIC is inverted already.
        v.lo = O == 1 ? m.and_(v.lo, half) : m.or_(v.lo, half);
        v.hi = Q == 0 ? m.constant(0) : O == 1 ? m.and_(v.hi, half) : m.or_(v.hi, half);
        m.write_vector(d, v);
    }
};

/// ORR (vector, register), of which MOV (vector) is an alias. Static: Q.
struct OrrVector {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> rm, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        const auto b = m.read_vector(rm);
        const auto lo = m.or_(a.lo, b.lo);
        m.write_vector(d, {lo, Q == 1 ? m.or_(a.hi, b.hi) : m.constant(0)});
    }
};

} // namespace sl::a64::semantics
