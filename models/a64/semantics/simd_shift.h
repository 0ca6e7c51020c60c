// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/simd_data.h"

namespace sl::a64::semantics {

// Advanced SIMD shift by immediate. immh:immb is the position of a one, which tells the size, and
// below it the operand of these rows.

/// The size, less the field: 1 to the size.
template <unsigned Log2>
struct RightBy {
    static constexpr unsigned width = 3 + Log2;

    static bool decode(u32 field, Op& op)
    {
        op.imm = (8u << Log2) - field;
        return true;
    }
};

template <unsigned Log2>
using LeftBy = Imm<3 + Log2>;

/// Static: Q, U.
template <class F, unsigned Log2, template <unsigned> class By, bool Accumulate = false>
struct ShiftVector {
    template <class M, u32 Q, u32 U>
    static void run(M& m, By<Log2> by, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        using G = ByLaneWith<F, LaneOf<Log2, U>, VectorShape<Q, Log2>>;
        if constexpr (Q == 1 || Log2 != 3)
            map_one_with<G, Accumulate>(m, by, a, d);
    }
};

/// With U in the row. Static: Q.
template <class F, unsigned Log2, template <unsigned> class By, u32 Unsigned,
          bool Accumulate = false>
struct ShiftVectorAs {
    template <class M, u32 Q>
    static void run(M& m, By<Log2> by, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        ShiftVector<F, Log2, By, Accumulate>::template run<M, Q, Unsigned>(m, by, a, d);
    }
};

/// Static: U.
template <class F, unsigned Log2, template <unsigned> class By, bool Accumulate = false>
struct ShiftScalar {
    template <class M, u32 U>
    static void run(M& m, By<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        using G = ByLaneWith<F, LaneOf<Log2, U>, ScalarShape<Log2>>;
        map_one_with<G, Accumulate>(m, by, a, d);
    }
};

template <class F, unsigned Log2, template <unsigned> class By, u32 Unsigned,
          bool Accumulate = false>
struct ShiftScalarAs {
    template <class M>
    static void run(M& m, By<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        ShiftScalar<F, Log2, By, Accumulate>::template run<M, Unsigned>(m, by, a, d);
    }
};

/// SSHLL, USHLL. Static: Q, U.
template <unsigned Log2>
struct ShiftLong {
    template <class M, u32 Q, u32 U>
    static void run(M& m, LeftBy<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        map_one_with<WideningWith<ShiftLeftLane, LaneOf<Log2, U>, Q>, false>(m, by, a, d);
    }
};

template <Narrow How, bool Round, unsigned Log2, u32 U>
using ShiftNarrowOf = std::conditional_t<How == Narrow::Plain, ShiftNarrowLane<Round>,
                                         SaturatingNarrowLane<NarrowTo<How, Log2, U>, Round>>;

/// The shifts that narrow. Log2 is of the result. Static: Q.
template <Narrow How, bool Round, u32 Unsigned, unsigned Log2>
struct ShiftNarrow {
    template <class M, u32 Q>
    static void run(M& m, RightBy<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        using G = Narrowing<ShiftNarrowOf<How, Round, Log2, Unsigned>,
                            NarrowTo<How, Log2, Unsigned>, LaneOf<Log2 + 1, Unsigned>, Q>;
        const auto x = m.read_vector(a);
        typename M::Vector old{m.constant(0), m.constant(0)};
        if constexpr (Q == 1)
            old = m.read_vector(d);
        m.write_vector(d, m.template map<G>(m.imm(by), old, x));
    }
};

template <Narrow How, bool Round, u32 Unsigned, unsigned Log2>
struct ShiftNarrowScalar {
    template <class M>
    static void run(M& m, RightBy<Log2> by, Vec<Rn> a, Vec<Rd> d)
    {
        using G = Narrowing<ShiftNarrowOf<How, Round, Log2, Unsigned>,
                            NarrowTo<How, Log2, Unsigned>, LaneOf<Log2 + 1, Unsigned>, 0, 1>;
        const auto x = m.read_vector(a);
        const typename M::Vector old{m.constant(0), m.constant(0)};
        m.write_vector(d, m.template map<G>(m.imm(by), old, x));
    }
};

} // namespace sl::a64::semantics
