// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/fp_vector.h"

namespace sl::a64::semantics {

// FEAT_FCMA: pairs of lanes are complex numbers, the real part first.

/// FCMLA: adds half of the product of each pair, the second operand turned by Turn quarters.
template <class S, u32 Turn>
struct ComplexMulAdd : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    static PlainVector apply(fp::Status& status, PlainVector old, PlainVector a, PlainVector b)
    {
        constexpr unsigned odd = Turn & 1;
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        auto result = lanes_of<T>(old);
        for (unsigned i = 0; i < S::count; i += 2) {
            const u64 by = x[i + odd];
            const u64 real = sign < Turn == 1 || Turn == 2 > (y[i + odd]);
            const u64 imaginary = sign<Turn >= 2>(y[i + 1 - odd]);
            result[i] = static_cast<T>(fp::mul_add<bits>(status, result[i], by, real));
            result[i + 1] = static_cast<T>(fp::mul_add<bits>(status, result[i + 1], by, imaginary));
        }
        for (unsigned i = S::count; i < result.size(); ++i)
            result[i] = 0;
        return vector_of<T>(result);
    }

private:
    template <bool Negate>
    static u64 sign(u64 v)
    {
        return Negate ? fp::neg<bits>(v) : v;
    }
};

/// FCADD: adds the second operand, turned by one quarter or, with Back, three.
template <class S, bool Back>
struct ComplexAdd : MakesVector {
    static constexpr unsigned bits = 8u << S::log2;
    using T = UnsignedLane<S::log2>;

    static PlainVector apply(fp::Status& status, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; i += 2) {
            const u64 real = Back ? y[i + 1] : fp::neg<bits>(y[i + 1]);
            const u64 imaginary = Back ? fp::neg<bits>(y[i]) : y[i];
            result[i] = static_cast<T>(fp::add<bits>(status, x[i], real));
            result[i + 1] = static_cast<T>(fp::add<bits>(status, x[i + 1], imaginary));
        }
        return vector_of<T>(result);
    }
};

/// FCMLA (vector). Static: Q, rot.
template <unsigned Log2>
struct Fcmla {
    template <class M, u32 Q, u32 Turn>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        if constexpr (Q == 1 || Log2 != 3)
            map_fp_two<ComplexMulAdd<VectorShape<Q, Log2>, Turn>, true>(m, a, b, d);
    }
};

/// FCADD. Static: Q, rot.
template <unsigned Log2>
struct Fcadd {
    template <class M, u32 Q, u32 Back>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        if constexpr (Q == 1 || Log2 != 3)
            map_fp_two<ComplexAdd<VectorShape<Q, Log2>, Back == 1>, false>(m, a, b, d);
    }
};

/// Which pair of half precision: H:L, in a vector of 64 bits L. The field comes as L:H.
template <u32 Q>
struct PairIndexH {
    static constexpr unsigned width = 2;

    static bool decode(u32 field, Op& op)
    {
        return IndexS::decode(field, op) && (Q == 1 || (field & 1) == 0);
    }
};

template <class G, unsigned Log2, class M>
void map_fp_pair(M& m, auto index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
{
    const auto x = m.read_vector(a);
    const auto whole = m.read_vector(b);
    const auto y = m.template map<Repeat<Log2 + 1>>(m.extra(index), whole);
    const auto old = m.read_vector(d);
    m.write_vector(d, m.template map_fp<G>(old, x, y));
}

/// FCMLA (by element), of half precision. Static: Q, rot.
struct FcmlaByElementH {
    template <class M, u32 Q, u32 Turn>
    static void run(M& m, PairIndexH<Q> index, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_pair<ComplexMulAdd<VectorShape<Q, 1>, Turn>, 1>(m, index, b, a, d);
    }
};

/// FCMLA (by element), of single precision: always two pairs. Static: rot.
struct FcmlaByElementS {
    template <class M, u32 Turn>
    static void run(M& m, Vec<Rm> b, IndexD index, Vec<Rn> a, Vec<Rd> d)
    {
        map_fp_pair<ComplexMulAdd<VectorShape<1, 2>, Turn>, 2>(m, index, b, a, d);
    }
};

} // namespace sl::a64::semantics
