// SPDX-License-Identifier: MIT
#pragma once

#include "a64/fp/operations.h"
#include "a64/semantics/fp_vector.h"

namespace sl::a64::semantics {

// FEAT_RDM, and the products of vectors and matrices: FEAT_DotProd, FEAT_I8MM, FEAT_BF16.

/// SQRDMLAH, SQRDMLSH.
template <bool Sub>
struct RoundingDoublingAddLane {
    template <class T>
    static T lane(bool& saturated, T old, T a, T b)
    {
        constexpr unsigned n = lane_bits<T>;
        const Wide product = Wide{a} * Wide{b} * 2;
        const Wide sum = (Wide{old} << n) + (Sub ? -product : product) + (Wide{1} << (n - 1));
        return saturate<T>(sum >> n, saturated);
    }
};

/// The scalar forms. Static: size.
template <class F>
struct ScalarThreeAccumulate {
    template <class M, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(sizes_hs, Log2)> d)
    {
        if constexpr (has_size(sizes_hs, Log2))
            map_two<ByLane<F, SignedLane<Log2>, ScalarShape<Log2>>, true>(m, a, b, d);
    }
};

template <class F, unsigned Log2>
struct ScalarAccumulateByElement {
    template <class M>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_element<ByLane<F, SignedLane<Log2>, ScalarShape<Log2>>, Log2, true>(m, index, b, a, d);
    }
};

// ---- Dot products: of the four bytes or two BFloat16 in each word -------------------------------

/// Of bytes of A and of B.
template <class A, class B>
struct ByteProducts {
    static u32 add(u32 sum, u32 a, u32 b)
    {
        for (unsigned at = 0; at < 32; at += 8)
            sum += static_cast<u32>(s32{static_cast<A>(a >> at)} * s32{static_cast<B>(b >> at)});
        return sum;
    }
};

/// BFDotAdd() without FEAT_EBF16: FPCR has no part in it.
struct BFloatProducts {
    static u32 add(u32 sum, u32 a, u32 b) { return fp::bfloat_dot_add(sum, a, b); }
};

template <class P, u32 Q>
struct DotProducts : MakesVector {
    static PlainVector apply(bool&, PlainVector old, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<u32>(a), y = lanes_of<u32>(b), before = lanes_of<u32>(old);
        Lanes<u32> result{};
        for (unsigned i = 0; i < lane_count(Q, 2); ++i)
            result[i] = P::add(before[i], x[i], y[i]);
        return vector_of<u32>(result);
    }
};

/// SDOT, UDOT, USDOT, BFDOT (vector). Static: Q.
template <class P>
struct DotVector {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_two<DotProducts<P, Q>, true>(m, a, b, d);
    }
};

/// The same by element, and SUDOT. Static: Q.
template <class P>
struct DotByElement {
    template <class M, u32 Q>
    static void run(M& m, IndexS index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_element<DotProducts<P, Q>, 2, true>(m, index, b, a, d);
    }
};

/// Two rows of the first operand with each of two rows of the second, `Words` words long.
template <class P, unsigned Words>
struct MatrixProduct : MakesVector {
    static PlainVector apply(bool&, PlainVector old, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<u32>(a), y = lanes_of<u32>(b);
        auto result = lanes_of<u32>(old);
        for (unsigned i = 0; i < 4; ++i)
            for (unsigned k = 0; k < Words; ++k)
                result[i] = P::add(result[i], x[Words * (i / 2) + k], y[Words * (i % 2) + k]);
        return vector_of<u32>(result);
    }
};

/// SMMLA, UMMLA, USMMLA, BFMMLA.
template <class P>
struct MatrixMultiply {
    template <class M>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_two<MatrixProduct<P, 2>, true>(m, a, b, d);
    }
};

// ---- BFloat16 to single precision ---------------------------------------------------------------

/// The even or odd BFloat16 of both operands, multiplied and added: BFMLALB, BFMLALT.
template <u32 Odd>
struct BFloatMulAddLong : MakesVector {
    static PlainVector apply(fp::Status& status, PlainVector old, PlainVector a, PlainVector b)
    {
        const auto wide = [](u32 pair) { return Odd != 0 ? pair & 0xffff'0000 : pair << 16; };
        const auto x = lanes_of<u32>(a), y = lanes_of<u32>(b), before = lanes_of<u32>(old);
        Lanes<u32> result{};
        for (unsigned i = 0; i < 4; ++i)
            result[i] =
                static_cast<u32>(fp::mul_add<32>(status, before[i], wide(x[i]), wide(y[i])));
        return vector_of<u32>(result);
    }
};

/// Static: Q, which is odd.
struct Bfmlal {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_two<BFloatMulAddLong<Q>, true>(m, a, b, d);
    }
};

struct BfmlalByElement {
    template <class M, u32 Q>
    static void run(M& m, IndexH index, LowVec b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<BFloatMulAddLong<Q>, 1, true>(m, index, b, a, d);
    }
};

struct ToBFloat {
    static constexpr bool makes_vector = false;

    static u64 apply(fp::Status& status, u64 a)
    {
        return fp::convert_to_bfloat(status, a & 0xffff'ffff);
    }
};

/// BFCVT.
struct Bfcvt {
    template <class M>
    static void run(M& m, Vec<Rn> n, Vec<Rd> d)
    {
        const auto a = m.read_vector(n);
        write_scalar(m, d, m.template map_fp<ToBFloat>(a.lo));
    }
};

/// Into the lower half, or with Q into the upper half of the old destination.
template <u32 Q>
struct BFloatNarrowing : MakesVector {
    static PlainVector apply(fp::Status& status, PlainVector old, PlainVector a)
    {
        const auto x = lanes_of<u32>(a);
        u64 half = 0;
        for (unsigned i = 0; i < 4; ++i)
            half |= fp::convert_to_bfloat(status, x[i]) << 16 * i;
        return Q == 1 ? PlainVector{old.lo, half} : PlainVector{half, 0};
    }
};

/// BFCVTN. Static: Q.
struct Bfcvtn {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        const auto x = m.read_vector(a);
        typename M::Vector old{m.constant(0), m.constant(0)};
        if constexpr (Q == 1)
            old = m.read_vector(d);
        m.write_vector(d, m.template map_fp<BFloatNarrowing<Q>>(old, x));
    }
};

// ---- FEAT_FHM -----------------------------------------------------------------------------------

/// Half precision of the lower or upper half of the lanes, multiplied and added in single.
template <u32 Q, bool Upper, bool Negate>
struct HalfMulAddLong : MakesVector {
    static PlainVector apply(fp::Status& status, PlainVector old, PlainVector a, PlainVector b)
    {
        constexpr unsigned count = lane_count(Q, 2), from = Upper ? count : 0;
        const auto x = lanes_of<u16>(a), y = lanes_of<u16>(b);
        const auto before = lanes_of<u32>(old);
        Lanes<u32> result{};
        for (unsigned i = 0; i < count; ++i) {
            const u64 factor = Negate ? fp::neg<16>(x[from + i]) : x[from + i];
            result[i] = static_cast<u32>(fp::mul_add_long(status, before[i], factor, y[from + i]));
        }
        return vector_of<u32>(result);
    }
};

/// FMLAL, FMLSL; with `Upper` FMLAL2, FMLSL2. Static: Q.
template <bool Upper, bool Negate>
struct Fmlal {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_two<HalfMulAddLong<Q, Upper, Negate>, true>(m, a, b, d);
    }
};

template <bool Upper, bool Negate>
struct FmlalByElement {
    template <class M, u32 Q>
    static void run(M& m, IndexH index, LowVec b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<HalfMulAddLong<Q, Upper, Negate>, 1, true>(m, index, b, a, d);
    }
};

} // namespace sl::a64::semantics
