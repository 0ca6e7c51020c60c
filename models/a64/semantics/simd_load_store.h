// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/load_store.h"

namespace sl::a64::semantics {

// Loads and stores of the SIMD&FP register file. Log2 is 0 to 4: B, H, S, D, Q.

constexpr Access vector_access(unsigned log2_bytes)
{
    return {.bytes = static_cast<u8>(1u << log2_bytes)};
}

/// LDR (immediate, SIMD&FP, unsigned offset).
template <unsigned Log2>
struct LoadVectorUnsigned {
    template <class M>
    static void run(M& m, Imm<12, Log2> imm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        typename M::Vector v{};
        if (!m.load_vector(va, vector_access(Log2), v))
            return;
        m.write_vector(t, v);
    }
};

/// STR (immediate, SIMD&FP, unsigned offset).
template <unsigned Log2>
struct StoreVectorUnsigned {
    template <class M>
    static void run(M& m, Imm<12, Log2> imm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        const auto v = m.read_vector(t);
        m.store_vector(va, vector_access(Log2), v);
    }
};

/// LDR (immediate, SIMD&FP, post- and pre-index), LDUR (SIMD&FP).
template <Indexing I, unsigned Log2>
struct LoadVectorIndexed {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        typename M::Vector v{};
        if (!m.load_vector(va, vector_access(Log2), v))
            return;
        m.write_vector(t, v);
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// STR (immediate, SIMD&FP, post- and pre-index), STUR (SIMD&FP).
template <Indexing I, unsigned Log2>
struct StoreVectorIndexed {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        const auto v = m.read_vector(t);
        if (!m.store_vector(va, vector_access(Log2), v))
            return;
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// LDR (register, SIMD&FP).
template <unsigned Log2>
struct LoadVectorRegister {
    template <class M, u32 OffsetSigned, u32 Long, u32 Shifted>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto va = register_offset_address<Log2, OffsetSigned, Long, Shifted>(m, rm, n);
        typename M::Vector v{};
        if (!m.load_vector(va, vector_access(Log2), v))
            return;
        m.write_vector(t, v);
    }
};

/// STR (register, SIMD&FP).
template <unsigned Log2>
struct StoreVectorRegister {
    template <class M, u32 OffsetSigned, u32 Long, u32 Shifted>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto va = register_offset_address<Log2, OffsetSigned, Long, Shifted>(m, rm, n);
        const auto v = m.read_vector(t);
        m.store_vector(va, vector_access(Log2), v);
    }
};

/// LDR (literal, SIMD&FP).
template <unsigned Log2>
struct LoadVectorLiteral {
    template <class M>
    static void run(M& m, Offset<19> offset, Vec<Rt> t)
    {
        const auto va = m.pc_relative(offset);
        typename M::Vector v{};
        if (!m.load_vector(va, vector_access(Log2), v))
            return;
        m.write_vector(t, v);
    }
};

/// LDP, LDNP (SIMD&FP). With one register for both the second element stays in it.
template <Indexing I, unsigned Log2>
struct LoadVectorPair {
    template <class M>
    static void run(M& m, SImm<7, Log2> imm, Vec<Rt2> t2, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        typename M::Vector first{};
        typename M::Vector second{};
        if (!m.load_vector_pair(va, vector_access(Log2), first, second))
            return;
        m.write_vector(t, first);
        m.write_vector(t2, second);
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// STP, STNP (SIMD&FP).
template <Indexing I, unsigned Log2>
struct StoreVectorPair {
    template <class M>
    static void run(M& m, SImm<7, Log2> imm, Vec<Rt2> t2, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        const auto first = m.read_vector(t);
        const auto second = m.read_vector(t2);
        if (!m.store_vector_pair(va, vector_access(Log2), first, second))
            return;
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

} // namespace sl::a64::semantics
