// SPDX-License-Identifier: MIT
#pragma once

#include "a64/machine.h"

namespace sl::a64::semantics {

// Loads and stores of general-purpose registers. CONSTRAINED UNPREDICTABLE cases are decided in
// docs/unpredictable.md: loads and stores whose base register is also transferred use its old value
// as data and as address, and write the base back last.

/// How an immediate offset and the base register make an address.
enum class Indexing : u8 { Offset, Unprivileged, Post, Pre };

constexpr bool writes_back(Indexing i)
{
    return i == Indexing::Post || i == Indexing::Pre;
}

/// Access of one general-purpose register. The syndrome of a stage 2 abort is valid without
/// writeback only (ESR_ELx, ISS encoding for a Data Abort, ISV).
constexpr Access single_access(unsigned log2_bytes, bool sign_extends, unsigned width,
                               Indexing indexing = Indexing::Offset)
{
    return {.bytes = static_cast<u8>(1u << log2_bytes),
            .unprivileged = indexing == Indexing::Unprivileged,
            .isv = !writes_back(indexing),
            .sse = sign_extends,
            .sf = width == 64};
}

/// The width of the register that a load without sign extension, or a store, transfers.
constexpr unsigned plain_width(unsigned log2_bytes)
{
    return log2_bytes == 3 ? 64 : 32;
}

/// Loads 1 << Log2 bytes and extends them to `Width`. False: an exception was taken.
template <unsigned Log2, bool Signed, unsigned Width, class M>
bool load_extended(M& m, typename M::Value va, Access access, typename M::Value& v)
{
    if (!m.load(va, access, v))
        return false;
    if constexpr (Signed)
        v = m.sext(v, 8u << Log2, Width);
    return true;
}

/// Rn + extended and shifted Rm. Bits: option<2> signed, option<0> 64-bit, S shifted.
template <unsigned Log2, u32 Signed, u32 Long, u32 Shifted, class M>
typename M::Value register_offset_address(M& m, Reg<Rm> rm, RegSp<Rn> n)
{
    const auto base = m.base(n);
    auto offset = m.read(rm, width_of(Long));
    if constexpr (Signed && !Long)
        offset = m.sext(offset, 32, 64);
    if constexpr (Shifted != 0 && Log2 != 0)
        offset = m.lsl(offset, m.constant(Log2), 64);
    return m.add(base, offset, 64);
}

/// LDR, LDRB, LDRH (immediate, unsigned offset), and LDRSB, LDRSH, LDRSW with `Signed`.
template <unsigned Log2, bool Signed, unsigned Width>
struct LoadUnsigned {
    template <class M>
    static void run(M& m, Imm<12, Log2> imm, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        auto v = m.constant(0);
        if (!load_extended<Log2, Signed, Width>(m, va, single_access(Log2, Signed, Width), v))
            return;
        m.write(t, Width, v);
    }
};

/// STR, STRB, STRH (immediate, unsigned offset).
template <unsigned Log2>
struct StoreUnsigned {
    template <class M>
    static void run(M& m, Imm<12, Log2> imm, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr unsigned width = plain_width(Log2);
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        const auto v = m.read(t, width);
        m.store(va, single_access(Log2, false, width), v);
    }
};

/// LDR (immediate, post- and pre-index), LDUR, LDTR and their smaller and sign-extending forms.
template <Indexing I, unsigned Log2, bool Signed, unsigned Width>
struct LoadIndexed {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        auto v = m.constant(0);
        if (!load_extended<Log2, Signed, Width>(m, va, single_access(Log2, Signed, Width, I), v))
            return;
        m.write(t, Width, v);
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// STR (immediate, post- and pre-index), STUR, STTR and their smaller forms.
template <Indexing I, unsigned Log2>
struct StoreIndexed {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr unsigned width = plain_width(Log2);
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        const auto v = m.read(t, width);
        if (!m.store(va, single_access(Log2, false, width, I), v))
            return;
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// LDR (register) and its smaller and sign-extending forms.
template <unsigned Log2, bool Signed, unsigned Width>
struct LoadRegister {
    template <class M, u32 OffsetSigned, u32 Long, u32 Shifted>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto va = register_offset_address<Log2, OffsetSigned, Long, Shifted>(m, rm, n);
        auto v = m.constant(0);
        if (!load_extended<Log2, Signed, Width>(m, va, single_access(Log2, Signed, Width), v))
            return;
        m.write(t, Width, v);
    }
};

/// STR (register) and its smaller forms.
template <unsigned Log2>
struct StoreRegister {
    template <class M, u32 OffsetSigned, u32 Long, u32 Shifted>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr unsigned width = plain_width(Log2);
        const auto va = register_offset_address<Log2, OffsetSigned, Long, Shifted>(m, rm, n);
        const auto v = m.read(t, width);
        m.store(va, single_access(Log2, false, width), v);
    }
};

/// LDR (literal), LDRSW (literal).
template <unsigned Log2, bool Signed, unsigned Width>
struct LoadLiteral {
    template <class M>
    static void run(M& m, Offset<19> offset, Dst<Rt> t)
    {
        const auto va = m.pc_relative(offset);
        auto v = m.constant(0);
        if (!load_extended<Log2, Signed, Width>(m, va, single_access(Log2, Signed, Width), v))
            return;
        m.write(t, Width, v);
    }
};

// PRFM never faults and changes nothing that the architecture can see.

/// PRFM (immediate).
struct PrefetchUnsigned {
    template <class M>
    static void run(M& m, Imm<12, 3> imm, RegSp<Rn> n, Extra<5>)
    {
        const auto base = m.base(n);
        m.prefetch(m.add(base, m.imm(imm), 64));
    }
};

/// PRFUM.
struct PrefetchUnscaled {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Extra<5>)
    {
        const auto base = m.base(n);
        m.prefetch(m.add(base, m.imm(imm), 64));
    }
};

/// PRFM (register).
struct PrefetchRegister {
    template <class M, u32 OffsetSigned, u32 Long, u32 Shifted>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Extra<5>)
    {
        m.prefetch(register_offset_address<3, OffsetSigned, Long, Shifted>(m, rm, n));
    }
};

/// PRFM (literal).
struct PrefetchLiteral {
    template <class M>
    static void run(M& m, Offset<19> offset, Extra<5>)
    {
        m.prefetch(m.pc_relative(offset));
    }
};

/// LDP, LDNP, and LDPSW with `Signed`. With one register for both the first element stays in it.
template <Indexing I, unsigned Log2, bool Signed = false>
struct LoadPair {
    template <class M>
    static void run(M& m, SImm<7, Log2> imm, Dst<Rt2> t2, RegSp<Rn> n, Dst<Rt> t)
    {
        constexpr unsigned width = Signed || Log2 == 3 ? 64 : 32;
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        auto first = m.constant(0);
        auto second = m.constant(0);
        if (!m.load_pair(va, {.bytes = 1u << Log2}, first, second))
            return;
        if constexpr (Signed) {
            first = m.sext(first, 32, 64);
            second = m.sext(second, 32, 64);
        }
        m.write(t2, width, second);
        m.write(t, width, first);
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

/// STP, STNP.
template <Indexing I, unsigned Log2>
struct StorePair {
    template <class M>
    static void run(M& m, SImm<7, Log2> imm, Reg<Rt2> t2, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr unsigned width = plain_width(Log2);
        const auto base = m.base(n);
        const auto moved = m.add(base, m.imm(imm), 64);
        const auto va = I == Indexing::Post ? base : moved;
        const auto first = m.read(t, width);
        const auto second = m.read(t2, width);
        if (!m.store_pair(va, {.bytes = 1u << Log2}, first, second))
            return;
        if constexpr (writes_back(I))
            m.write(n, 64, moved);
    }
};

} // namespace sl::a64::semantics
