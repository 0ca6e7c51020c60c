// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/fp_scalar.h"
#include "a64/semantics/simd_shift.h"

namespace sl::a64::semantics {

// Floating point of Advanced SIMD. Half is Log2 1, single 2, double 3; D, the low bit of size,
// tells the last two apart, and rows of half precision have none.

/// F of each lane of S, for M::map_fp(). An old destination that takes part comes first.
template <class F, class S>
struct FpByLane : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    template <class... V>
    static PlainVector apply(fp::Status& status, V... v)
    {
        return run(status, lanes_of<T>(v)...);
    }

private:
    template <class... L>
    static PlainVector run(fp::Status& status, const L&... l)
    {
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i)
            result[i] = static_cast<T>(F::template op<bits>(status, l[i]...));
        return vector_of<T>(result);
    }
};

/// Adjacent lanes of the second operand above the first, by two.
template <class F, class S>
struct FpPairwise : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    static PlainVector apply(fp::Status& status, PlainVector a, PlainVector b)
    {
        constexpr unsigned half = S::count / 2;
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i) {
            const auto& from = i < half ? x : y;
            const unsigned at = 2 * (i % half);
            result[i] = static_cast<T>(F::template op<bits>(status, from[at], from[at + 1]));
        }
        return vector_of<T>(result);
    }
};

/// All lanes by halves, in lane 0: as Reduce() does, whose order NaNs and exceptions show.
template <class F, class S>
struct FpAcross : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    static PlainVector apply(fp::Status& status, PlainVector a)
    {
        auto x = lanes_of<T>(a);
        for (unsigned count = S::count; count > 1; count /= 2)
            for (unsigned i = 0; i < count / 2; ++i)
                x[i] = static_cast<T>(F::template op<bits>(status, x[2 * i], x[2 * i + 1]));
        return {x[0], 0};
    }
};

template <u32 D>
inline constexpr unsigned fp_log2 = D == half_precision ? 1
                                    : D != 0            ? 3
                                                        : 2;

template <u32 Q, u32 D>
inline constexpr bool fp_arrangement = Q == 1 || D != 1;

template <u32 Q, u32 D>
using FpShape = VectorShape<Q, fp_log2<D>>;

/// The same of M::map_fp() as map_one(), map_two() are of M::map().
template <class G, class M>
void map_fp_one(M& m, Vec<Rn> a, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    m.write_vector(d, m.template map_fp<G>(x));
}

template <class G, bool Accumulate, class M>
void map_fp_two(M& m, Vec<Rn> a, Vec<Rm> b, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    const auto y = m.read_vector(b);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map_fp<G>(old, x, y));
    } else {
        m.write_vector(d, m.template map_fp<G>(x, y));
    }
}

/// Static: Q, D.
template <class F, bool Accumulate = false>
struct FpThreeSame {
    template <class M, u32 Q, u32 D = half_precision>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, fp_arrangement<Q, D>> d)
    {
        if constexpr (fp_arrangement<Q, D>)
            map_fp_two<FpByLane<F, FpShape<Q, D>>, Accumulate>(m, a, b, d);
    }
};

/// Static: Q, D.
template <class F>
struct FpThreePairwise {
    template <class M, u32 Q, u32 D = half_precision>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, fp_arrangement<Q, D>> d)
    {
        if constexpr (fp_arrangement<Q, D>)
            map_fp_two<FpPairwise<F, FpShape<Q, D>>, false>(m, a, b, d);
    }
};

/// Static: Q, D.
template <class F>
struct FpTwoMisc {
    template <class M, u32 Q, u32 D = half_precision>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, fp_arrangement<Q, D>> d)
    {
        if constexpr (fp_arrangement<Q, D>)
            map_fp_one<FpByLane<F, FpShape<Q, D>>>(m, a, d);
    }
};

/// Static: D.
template <class F>
struct FpScalarThree {
    template <class M, u32 D = half_precision>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_two<FpByLane<F, ScalarShape<fp_log2<D>>>, false>(m, a, b, d);
    }
};

/// Static: D.
template <class F>
struct FpScalarTwo {
    template <class M, u32 D = half_precision>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpByLane<F, ScalarShape<fp_log2<D>>>>(m, a, d);
    }
};

/// FADDP, FMAXP and the like (scalar). Static: D.
template <class F>
struct FpPairScalar {
    template <class M, u32 D = half_precision>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpAcross<F, Shape<fp_log2<D>, 2>>>(m, a, d);
    }
};

/// FMAXV and the like, of S: always four.
template <class F>
struct FpAcrossLanes {
    template <class M>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpAcross<F, Shape<2, 4>>>(m, a, d);
    }
};

/// The same of H. Static: Q.
template <class F>
struct FpAcrossLanesHalf {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpAcross<F, VectorShape<Q, 1>>>(m, a, d);
    }
};

/// To and from integers of the lane's own width.
template <RoundBy By, bool Unsigned>
struct FpToLane {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return fp::to_fixed<N>(status, a, 0, Unsigned, rounding_of(status, By), N);
    }
};

template <bool Unsigned>
struct FpFromLane {
    template <unsigned N>
    static u64 op(fp::Status& status, u64 a)
    {
        return fp::from_fixed<N>(status, a, 0, Unsigned, N);
    }
};

/// URECPE, URSQRTE.
template <bool Root>
struct UnsignedEstimate {
    template <unsigned N>
    static u64 op(fp::Status&, u64 a)
    {
        const u32 v = static_cast<u32>(a);
        return Root ? fp::unsigned_reciprocal_root_estimate(v)
                    : fp::unsigned_reciprocal_estimate(v);
    }
};

/// Static: Q.
template <bool Root>
struct UnsignedEstimateVector {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpByLane<UnsignedEstimate<Root>, FpShape<Q, 0>>>(m, a, d);
    }
};

/// Fixed-point conversions with the fraction bits in the lane's shift operand.
template <bool To, bool Unsigned, class S>
struct FixedByLane : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    static PlainVector apply(fp::Status& status, u64 fraction, PlainVector a)
    {
        const auto x = lanes_of<T>(a);
        const unsigned below = static_cast<unsigned>(fraction);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i) {
            const u64 v =
                To ? fp::to_fixed<bits>(status, x[i], below, Unsigned, fp::Rounding::Zero, bits)
                   : fp::from_fixed<bits>(status, x[i], below, Unsigned, bits);
            result[i] = static_cast<T>(v);
        }
        return vector_of<T>(result);
    }
};

template <class G, unsigned Log2, class M>
void map_fixed(M& m, RightBy<Log2> by, Vec<Rn> a, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    m.write_vector(d, m.template map_fp<G>(m.imm(by), x));
}

/// FCVTZS, FCVTZU, SCVTF, UCVTF (vector, fixed-point). Static: Q, U.
template <bool To, unsigned Log2>
struct FixedVector {
    template <class M, u32 Q, u32 U>
    static void run(M& m, RightBy<Log2> by, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        if constexpr (Q == 1 || Log2 != 3)
            map_fixed<FixedByLane<To, U == 1, VectorShape<Q, Log2>>>(m, by, a, d);
    }
};

/// The same (scalar, fixed-point). Static: U.
template <bool To, unsigned Log2>
struct FixedScalar {
    template <class M, u32 U>
    static void run(M& m, RightBy<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        map_fixed<FixedByLane<To, U == 1, ScalarShape<Log2>>>(m, by, a, d);
    }
};

/// Half the vector (the upper, with Q) to numbers of twice the width.
template <unsigned From, u32 Q>
struct FpWidening : MakesVector {
    using T = UnsignedLane<From == 16 ? 1 : 2>;
    using W = Doubled<T>;

    static PlainVector apply(fp::Status& status, PlainVector a)
    {
        constexpr unsigned count = 64 / From;
        const auto x = lanes_of<T>(a);
        Lanes<W> result{};
        for (unsigned i = 0; i < count; ++i)
            result[i] = static_cast<W>(
                fp::convert<From, 2 * From>(status, x[Q * count + i], status.rounding()));
        return vector_of<W>(result);
    }
};

/// To numbers of half the width, in the lower half or, with Q, the upper half of the old
/// destination.
template <unsigned From, u32 Q, bool Odd, unsigned Count = 128 / From>
struct FpNarrowing : MakesVector {
    using W = UnsignedLane<From == 64 ? 3 : 2>;
    using T = UnsignedLane<From == 64 ? 2 : 1>;

    static PlainVector apply(fp::Status& status, PlainVector old, PlainVector a)
    {
        const auto x = lanes_of<W>(a);
        Lanes<T> result{};
        for (unsigned i = 0; i < Count; ++i)
            result[i] = static_cast<T>(fp::convert<From, From / 2>(
                status, x[i], Odd ? fp::Rounding::Odd : status.rounding()));
        const u64 half = vector_of<T>(result).lo;
        return Q == 1 ? PlainVector{old.lo, half} : PlainVector{half, 0};
    }
};

/// FCVTL. Static: Q, size.
struct Fcvtl {
    template <class M, u32 Q, u32 S>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_one<FpWidening<S == 0 ? 16 : 32, Q>>(m, a, d);
    }
};

/// FCVTN, FCVTXN. Static: Q, size.
template <bool Odd>
struct Fcvtn {
    template <class M, u32 Q, u32 S>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, (!Odd || S == 1)> d)
    {
        const auto x = m.read_vector(a);
        typename M::Vector old{m.constant(0), m.constant(0)};
        if constexpr (Q == 1)
            old = m.read_vector(d);
        m.write_vector(d, m.template map_fp<FpNarrowing<S == 0 ? 32 : 64, Q, Odd>>(old, x));
    }
};

/// FCVTXN (scalar).
struct FcvtxnScalar {
    template <class M>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        const auto x = m.read_vector(a);
        const typename M::Vector old{m.constant(0), m.constant(0)};
        m.write_vector(d, m.template map_fp<FpNarrowing<64, 0, true, 1>>(old, x));
    }
};

// ---- By element: S by H:L, D by H; the field comes as L:H, or H
// -----------------------------------

struct IndexD : Extra<1> {};

template <unsigned Log2>
using FpElementAt =
    std::conditional_t<Log2 == 1, IndexH, std::conditional_t<Log2 == 2, IndexS, IndexD>>;

template <class G, unsigned Log2, bool Accumulate, class M>
void map_fp_element(M& m, FpElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    const auto whole = m.read_vector(b);
    const auto y = m.template map<Repeat<Log2>>(m.extra(index), whole);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map_fp<G>(old, x, y));
    } else {
        m.write_vector(d, m.template map_fp<G>(x, y));
    }
}

/// Of S. Static: Q.
template <class F, bool Accumulate>
struct FpByElementS {
    template <class M, u32 Q>
    static void run(M& m, IndexS index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, FpShape<Q, 0>>, 2, Accumulate>(m, index, b, a, d);
    }
};

/// Of D: always two.
template <class F, bool Accumulate>
struct FpByElementD {
    template <class M>
    static void run(M& m, Vec<Rm> b, IndexD index, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, FpShape<1, 1>>, 3, Accumulate>(m, index, b, a, d);
    }
};

template <class F, bool Accumulate>
struct FpScalarByElementS {
    template <class M>
    static void run(M& m, IndexS index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, ScalarShape<2>>, 2, Accumulate>(m, index, b, a, d);
    }
};

template <class F, bool Accumulate>
struct FpScalarByElementD {
    template <class M>
    static void run(M& m, Vec<Rm> b, IndexD index, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, ScalarShape<3>>, 3, Accumulate>(m, index, b, a, d);
    }
};

/// Of H, in V0 to V15. Static: Q.
template <class F, bool Accumulate>
struct FpByElementH {
    template <class M, u32 Q>
    static void run(M& m, IndexH index, LowVec b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, FpShape<Q, half_precision>>, 1, Accumulate>(m, index, b, a, d);
    }
};

template <class F, bool Accumulate>
struct FpScalarByElementH {
    template <class M>
    static void run(M& m, IndexH index, LowVec b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_element<FpByLane<F, ScalarShape<1>>, 1, Accumulate>(m, index, b, a, d);
    }
};

} // namespace sl::a64::semantics
