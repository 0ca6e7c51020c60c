// SPDX-License-Identifier: MIT
#pragma once

#include "a64/crypto/crypto.h"
#include "a64/semantics/simd_data.h"

namespace sl::a64::semantics {

// Cryptographic extensions: how registers reach the functions of crypto/crypto.h.

/// F of whole registers as blocks of one type, and of a number where there is one; for M::map().
template <auto F>
struct OfBlocks;

template <class Block, class... Rest, Block (*F)(Block, Rest...)>
struct OfBlocks<F> : MakesVector {
    template <class... V>
    static PlainVector apply(bool&, V... v)
    {
        return std::bit_cast<PlainVector>(F(block(v)...));
    }

private:
    static Block block(PlainVector v) { return std::bit_cast<Block>(v); }

    static u64 block(u64 number) { return number; }
};

/// F(Vn), or F(Vd, Vn) with `Accumulate`.
template <auto F, bool Accumulate>
struct CryptoTwo {
    template <class M>
    static void run(M& m, Vec<Rn> n, Vec<Rd> d)
    {
        map_one<OfBlocks<F>, Accumulate>(m, n, d);
    }
};

/// F(Vn, Vm), or F(Vd, Vn, Vm) with `Accumulate`.
template <auto F, bool Accumulate>
struct CryptoThree {
    template <class M>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        map_two<OfBlocks<F>, Accumulate>(m, a, b, d);
    }
};

/// F(Vn, Vm, Va).
template <auto F>
struct CryptoFour {
    template <class M>
    static void run(M& m, Vec<Rm> b, Vec<Ra> c, Vec<Rn> a, Vec<Rd> d)
    {
        const auto x = m.read_vector(a);
        const auto y = m.read_vector(b);
        const auto z = m.read_vector(c);
        m.write_vector(d, m.template map<OfBlocks<F>>(x, y, z));
    }
};

/// XAR.
struct Xar {
    template <class M>
    static void run(M& m, Vec<Rm> b, Imm<6> amount, Vec<Rn> a, Vec<Rd> d)
    {
        const auto x = m.read_vector(a);
        const auto y = m.read_vector(b);
        m.write_vector(d, m.template map<OfBlocks<crypto::xar>>(x, y, m.imm(amount)));
    }
};

/// SM3TT1A and the like: F(Vd, Vn, Vm, index).
template <auto F>
struct Sm3Round {
    template <class M>
    static void run(M& m, Vec<Rm> b, Imm<2> index, Vec<Rn> a, Vec<Rd> d)
    {
        const auto old = m.read_vector(d);
        const auto x = m.read_vector(a);
        const auto y = m.read_vector(b);
        m.write_vector(d, m.template map<OfBlocks<F>>(old, x, y, m.imm(index)));
    }
};

/// PMULL, PMULL2 of D. Static: Q.
struct MultiplyPolynomials {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, Vec<Rd> d)
    {
        constexpr auto product = Q == 1 ? crypto::multiply_high : crypto::multiply_low;
        map_two<OfBlocks<product>, false>(m, a, b, d);
    }
};

} // namespace sl::a64::semantics
