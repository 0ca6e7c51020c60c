// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/simd_integer.h"

namespace sl::a64::semantics {

// Integer data processing of Advanced SIMD: how operands reach functions of lanes (simd_lanes.h,
// simd_integer.h). What is decided by Q and size alone becomes a static operand; `Sizes` says which
// an instruction has. In the instructions named for `Unsigned`, U is part of the row; in those
// derived from them, it is static.

/// `G` of the registers, and of the old destination before them if `Accumulate`.
template <class G, bool Accumulate, class M, Role D>
void map_two(M& m, Vec<Rn> a, Vec<Rm> b, Vec<D> d)
{
    const auto x = m.read_vector(a);
    const auto y = m.read_vector(b);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map<G>(old, x, y));
    } else {
        m.write_vector(d, m.template map<G>(x, y));
    }
}

template <class G, bool Accumulate, class M, Role D>
void map_one(M& m, Vec<Rn> a, Vec<D> d)
{
    const auto x = m.read_vector(a);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map<G>(old, x));
    } else {
        m.write_vector(d, m.template map<G>(x));
    }
}

template <class G, bool Accumulate, class M, class Number, Role D>
void map_one_with(M& m, Number number, Vec<Rn> a, Vec<D> d)
{
    const auto x = m.read_vector(a);
    const auto by = m.imm(number);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map<G>(by, old, x));
    } else {
        m.write_vector(d, m.template map<G>(by, x));
    }
}

// ---- Three same ---------------------------------------------------------------------------------

/// Static: Q, size.
template <class F, unsigned Sizes, u32 Unsigned, bool Accumulate = false>
struct ThreeSameAs {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_arrangement(Sizes, Q, Log2)> d)
    {
        if constexpr (has_arrangement(Sizes, Q, Log2)) {
            using G = ByLane<F, LaneOf<Log2, Unsigned>, VectorShape<Q, Log2>>;
            map_two<G, Accumulate>(m, a, b, d);
        }
    }
};

/// Static: Q, U, size.
template <class F, unsigned Sizes, bool Accumulate = false>
struct ThreeSame {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_arrangement(Sizes, Q, Log2)> d)
    {
        ThreeSameAs<F, Sizes, U, Accumulate>::template run<M, Q, Log2>(m, b, a, d);
    }
};

/// SMAXP and the like, ADDP. Static: Q, U, size.
template <class F, unsigned Sizes>
struct ThreePairwise {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_arrangement(Sizes, Q, Log2)> d)
    {
        if constexpr (has_arrangement(Sizes, Q, Log2)) {
            using G = Pairwise<F, LaneOf<Log2, U>, VectorShape<Q, Log2>>;
            map_two<G, false>(m, a, b, d);
        }
    }
};

/// ADDP (vector). Static: Q, size.
struct AddPairwise {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_arrangement(sizes_bhsd, Q, Log2)> d)
    {
        ThreePairwise<AddLane, sizes_bhsd>::template run<M, Q, 1, Log2>(m, b, a, d);
    }
};

enum class Bitwise : u8 { And, Bic, Orn, Eor, Bsl, Bit, Bif };

template <Bitwise What>
struct BitwiseLane {
    static u64 lane(bool&, u64 a, u64 b)
    {
        switch (What) {
        case Bitwise::And:
            return a & b;
        case Bitwise::Bic:
            return a & ~b;
        case Bitwise::Orn:
            return a | ~b;
        default:
            return a ^ b;
        }
    }

    static u64 lane(bool&, u64 old, u64 a, u64 b)
    {
        switch (What) {
        case Bitwise::Bsl:
            return (old & a) | (~old & b);
        case Bitwise::Bit:
            return (b & a) | (~b & old);
        default:
            return (~b & a) | (b & old);
        }
    }
};

/// Static: Q.
template <Bitwise What>
struct LogicalVector {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_two<ByLane<BitwiseLane<What>, u64, Shape<3, 1 + Q>>, What >= Bitwise::Bsl>(m, a, b, d);
    }
};

/// Static: size.
template <class F, unsigned Sizes, u32 Unsigned>
struct ScalarThreeAs {
    template <class M, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        if constexpr (has_size(Sizes, Log2))
            map_two<ByLane<F, LaneOf<Log2, Unsigned>, ScalarShape<Log2>>, false>(m, a, b, d);
    }
};

/// Static: U, size.
template <class F, unsigned Sizes>
struct ScalarThree {
    template <class M, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        ScalarThreeAs<F, Sizes, U>::template run<M, Log2>(m, b, a, d);
    }
};

// ---- Two-register miscellaneous -----------------------------------------------------------------

/// Static: Q, size.
template <class F, unsigned Sizes, u32 Unsigned, bool Accumulate = false>
struct TwoMiscAs {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_arrangement(Sizes, Q, Log2)> d)
    {
        if constexpr (has_arrangement(Sizes, Q, Log2)) {
            using G = ByLane<F, LaneOf<Log2, Unsigned>, VectorShape<Q, Log2>>;
            map_one<G, Accumulate>(m, a, d);
        }
    }
};

/// Static: Q, U, size.
template <class F, unsigned Sizes, bool Accumulate = false>
struct TwoMisc {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_arrangement(Sizes, Q, Log2)> d)
    {
        TwoMiscAs<F, Sizes, U, Accumulate>::template run<M, Q, Log2>(m, a, d);
    }
};

/// Static: size.
template <class F, unsigned Sizes, u32 Unsigned, bool Accumulate = false>
struct ScalarTwoAs {
    template <class M, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        if constexpr (has_size(Sizes, Log2)) {
            using G = ByLane<F, LaneOf<Log2, Unsigned>, ScalarShape<Log2>>;
            map_one<G, Accumulate>(m, a, d);
        }
    }
};

/// Static: U, size.
template <class F, unsigned Sizes, bool Accumulate = false>
struct ScalarTwo {
    template <class M, u32 U, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        ScalarTwoAs<F, Sizes, U, Accumulate>::template run<M, Log2>(m, a, d);
    }
};

/// NOT. Static: Q.
struct LogicalNot {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, true> d)
    {
        TwoMiscAs<NotLane, size_b, 1>::template run<M, Q, 0>(m, a, d);
    }
};

/// RBIT (vector). Static: Q.
struct ReverseBitsVector {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, true> d)
    {
        TwoMiscAs<ReverseBitsLane, size_b, 1>::template run<M, Q, 0>(m, a, d);
    }
};

/// REV16, REV32, REV64: of containers of 2, 4, 8 bytes. Static: Q, size.
template <unsigned Container>
struct ReverseVector {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, (Log2 < Container)> d)
    {
        if constexpr (Log2 < Container) {
            using G = ReverseLanes<Container, UnsignedLane<Log2>, VectorShape<Q, Log2>>;
            map_one<G, false>(m, a, d);
        }
    }
};

/// SADDLP, UADDLP, SADALP, UADALP. Static: Q, U, size.
template <bool Accumulate>
struct AddLongPairwise {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2)) {
            using G = PairwiseLong<LaneOf<Log2, U>, VectorShape<Q, Log2>>;
            map_one<G, Accumulate>(m, a, d);
        }
    }
};

enum class Narrow : u8 { Plain, Saturate, ToUnsigned };

/// What XTN, SQXTN and UQXTN, SQXTUN make of a wide lane of either sign.
template <Narrow How, unsigned Log2, u32 U>
using NarrowTo = LaneOf<Log2, How == Narrow::ToUnsigned ? 1 : U>;
template <Narrow How, unsigned Log2, u32 U>
using NarrowLane = std::conditional_t<How == Narrow::Plain, SameLane,
                                      SaturatingNarrowLane<NarrowTo<How, Log2, U>, false>>;

/// Static: Q, size.
template <Narrow How, u32 Unsigned>
struct ExtractNarrow {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2)) {
            using G = Narrowing<NarrowLane<How, Log2, Unsigned>, NarrowTo<How, Log2, Unsigned>,
                                LaneOf<Log2 + 1, Unsigned>, Q>;
            const auto x = m.read_vector(a);
            typename M::Vector old{m.constant(0), m.constant(0)};
            if constexpr (Q == 1)
                old = m.read_vector(d);
            m.write_vector(d, m.template map<G>(old, x));
        }
    }
};

/// Static: size.
template <Narrow How, u32 Unsigned>
struct ScalarNarrow {
    template <class M, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2)) {
            using G = Narrowing<NarrowLane<How, Log2, Unsigned>, NarrowTo<How, Log2, Unsigned>,
                                LaneOf<Log2 + 1, Unsigned>, 0, 1>;
            const typename M::Vector old{m.constant(0), m.constant(0)};
            const auto x = m.read_vector(a);
            m.write_vector(d, m.template map<G>(old, x));
        }
    }
};

/// SHLL: by the size of the lane. Static: Q, size.
struct ShiftLeftLong {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2)) {
            const auto x = m.read_vector(a);
            using G = WideningWith<ShiftLeftLane, UnsignedLane<Log2>, Q>;
            m.write_vector(d, m.template map<G>(m.constant(8u << Log2), x));
        }
    }
};

// ---- Across lanes -------------------------------------------------------------------------------

/// Two S are no across-lanes operand.
constexpr bool has_across(u32 q, u32 log2)
{
    return log2 < 2 || (log2 == 2 && q == 1);
}

/// SMAXV and the like, ADDV; with `Long` SADDLV, UADDLV. Static: Q, U, size.
template <class F, bool Long>
struct AcrossLanes {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_across(Q, Log2)> d)
    {
        if constexpr (has_across(Q, Log2)) {
            using T = LaneOf<Log2, U>;
            using R = LaneOf<Log2 + (Long ? 1 : 0), U>;
            map_one<Across<F, T, R, VectorShape<Q, Log2>>, false>(m, a, d);
        }
    }
};

/// ADDV. Static: Q, size.
struct AddAcross {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rn> a, VecIf<Rd, has_across(Q, Log2)> d)
    {
        AcrossLanes<AddLane, false>::template run<M, Q, 1, Log2>(m, a, d);
    }
};

/// ADDP (scalar).
struct AddPairScalar {
    template <class M>
    static void run(M& m, Vec<Rn> a, Vec<Rd> d)
    {
        map_one<Across<AddLane, u64, u64, Shape<3, 2>>, false>(m, a, d);
    }
};

// ---- Three different ----------------------------------------------------------------------------

/// Long: two narrow operands, from the half that Q names. Static: Q, size.
template <class F, unsigned Sizes, u32 Unsigned, bool Accumulate = false>
struct ThreeLongAs {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        if constexpr (has_size(Sizes, Log2)) {
            using T = LaneOf<Log2, Unsigned>;
            map_two<Widening<F, T, Q, 8 / sizeof(T)>, Accumulate>(m, a, b, d);
        }
    }
};

/// Static: Q, U, size.
template <class F, unsigned Sizes, bool Accumulate = false>
struct ThreeLong {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(Sizes, Log2)> d)
    {
        ThreeLongAs<F, Sizes, U, Accumulate>::template run<M, Q, Log2>(m, b, a, d);
    }
};

/// Wide: the first operand is wide. Static: Q, U, size.
template <class F>
struct ThreeWide {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2))
            map_two<WideningSecond<F, LaneOf<Log2, U>, Q>, false>(m, a, b, d);
    }
};

/// ADDHN, SUBHN; U is rounding. Static: Q, U, size.
template <bool Sub>
struct ThreeNarrow {
    template <class M, u32 Q, u32 U, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(sizes_bhs, Log2)> d)
    {
        if constexpr (has_size(sizes_bhs, Log2)) {
            using G =
                Narrowing<HighHalfLane<Sub, U == 1>, UnsignedLane<Log2>, UnsignedLane<Log2 + 1>, Q>;
            const auto x = m.read_vector(a);
            const auto y = m.read_vector(b);
            typename M::Vector old{m.constant(0), m.constant(0)};
            if constexpr (Q == 1)
                old = m.read_vector(d);
            m.write_vector(d, m.template map<G>(old, x, y));
        }
    }
};

/// SQDMULL, SQDMLAL, SQDMLSL (scalar). Static: size.
template <class F, bool Accumulate>
struct ScalarLong {
    template <class M, u32 Log2>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, has_size(sizes_hs, Log2)> d)
    {
        if constexpr (has_size(sizes_hs, Log2))
            map_two<Widening<F, SignedLane<Log2>, 0, 1>, Accumulate>(m, a, b, d);
    }
};

// ---- By element ---------------------------------------------------------------------------------
// H elements are of V0 to V15, indexed by H:L:M, S elements by H:L; fields come as L:M:H, L:H.

struct IndexH {
    static constexpr unsigned width = 3;

    static bool decode(u32 field, Op& op)
    {
        op.extra = static_cast<u16>((field & 1) << 2 | field >> 1);
        return true;
    }
};

struct IndexS {
    static constexpr unsigned width = 2;

    static bool decode(u32 field, Op& op)
    {
        op.extra = static_cast<u16>((field & 1) << 1 | field >> 1);
        return true;
    }
};

/// The register of an element: 4 bits of it for H.
struct LowVec : Vec<Rm> {
    static constexpr unsigned width = 4;
};

template <unsigned Log2>
using ElementAt = std::conditional_t<Log2 == 1, IndexH, IndexS>;
template <unsigned Log2>
using ElementOf = std::conditional_t<Log2 == 1, LowVec, Vec<Rm>>;

/// `G` of a vector and one element of another, repeated.
template <class G, unsigned Log2, bool Accumulate, class M>
void map_element(M& m, ElementAt<Log2> index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    const auto whole = m.read_vector(b);
    const auto y = m.template map<Repeat<Log2>>(m.extra(index), whole);
    if constexpr (Accumulate) {
        const auto old = m.read_vector(d);
        m.write_vector(d, m.template map<G>(old, x, y));
    } else {
        m.write_vector(d, m.template map<G>(x, y));
    }
}

/// Static: Q.
template <class F, unsigned Log2, bool Accumulate = false>
struct ByElement {
    template <class M, u32 Q>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        using G = ByLane<F, SignedLane<Log2>, VectorShape<Q, Log2>>;
        map_element<G, Log2, Accumulate>(m, index, b, a, d);
    }
};

/// Static: Q, U.
template <class F, unsigned Log2, bool Accumulate = false>
struct LongByElement {
    template <class M, u32 Q, u32 U>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        using T = LaneOf<Log2, U>;
        map_element<Widening<F, T, Q, 8 / sizeof(T)>, Log2, Accumulate>(m, index, b, a, d);
    }
};

/// SQDMULL, SQDMLAL, SQDMLSL. Static: Q.
template <class F, unsigned Log2, bool Accumulate = false>
struct SignedLongByElement {
    template <class M, u32 Q>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        LongByElement<F, Log2, Accumulate>::template run<M, Q, 0>(m, index, b, a, d);
    }
};

template <class F, unsigned Log2>
struct ScalarByElement {
    template <class M>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        using G = ByLane<F, SignedLane<Log2>, ScalarShape<Log2>>;
        map_element<G, Log2, false>(m, index, b, a, d);
    }
};

template <class F, unsigned Log2, bool Accumulate = false>
struct ScalarLongByElement {
    template <class M>
    static void run(M& m, ElementAt<Log2> index, ElementOf<Log2> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_element<Widening<F, SignedLane<Log2>, 0, 1>, Log2, Accumulate>(m, index, b, a, d);
    }
};

} // namespace sl::a64::semantics
