// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/semantics/load_store.h"

namespace sl::a64::semantics {

// Load and store exclusive, load-acquire and store-release, and the atomics of FEAT_LSE. Acquire
// and release have nothing to order: PEs take turns, and each sees all that was done before.

/// LDXR, LDAXR and their smaller forms.
template <unsigned Log2, bool Ordered>
struct LoadExclusive {
    template <class M>
    static void run(M& m, RegSp<Rn> n, Dst<Rt> t)
    {
        constexpr Access access{.bytes = 1u << Log2, .ordered = Ordered};
        const auto va = m.base(n);
        auto v = m.constant(0);
        auto unused = m.constant(0);
        if (!m.load_exclusive(va, access, access.bytes, v, unused))
            return;
        m.write(t, plain_width(Log2), v);
    }
};

/// LDXP, LDAXP. With one register for both the second element stays in it.
template <unsigned Log2, bool Ordered>
struct LoadExclusivePair {
    template <class M>
    static void run(M& m, Dst<Rt2> t2, RegSp<Rn> n, Dst<Rt> t)
    {
        constexpr Access access{.bytes = 1u << Log2, .ordered = Ordered};
        const auto va = m.base(n);
        auto first = m.constant(0);
        auto second = m.constant(0);
        if (!m.load_exclusive(va, access, 2u * access.bytes, first, second))
            return;
        if constexpr (Log2 == 2) {
            second = m.lsr(first, m.constant(32), 64);
            first = m.zext(first, 32);
        }
        m.write(t, plain_width(Log2), first);
        m.write(t2, plain_width(Log2), second);
        m.is(CostClass::Exclusive);
    }
};

/// STXR, STLXR and their smaller forms. The status is written last, whatever it overlaps.
template <unsigned Log2, bool Ordered>
struct StoreExclusive {
    template <class M>
    static void run(M& m, Dst<Rs> s, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr Access access{.bytes = 1u << Log2, .ordered = Ordered};
        const auto va = m.base(n);
        const auto v = m.read(t, plain_width(Log2));
        auto status = m.constant(0);
        if (!m.store_exclusive(va, access, access.bytes, v, m.constant(0), status))
            return;
        m.write(s, 32, status);
    }
};

/// STXP, STLXP.
template <unsigned Log2, bool Ordered>
struct StoreExclusivePair {
    template <class M>
    static void run(M& m, Dst<Rs> s, Reg<Rt2> t2, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr Access access{.bytes = 1u << Log2, .ordered = Ordered};
        const auto va = m.base(n);
        auto first = m.read(t, plain_width(Log2));
        auto second = m.read(t2, plain_width(Log2));
        if constexpr (Log2 == 2) {
            first = m.or_(first, m.lsl(second, m.constant(32), 64));
            second = m.constant(0);
        }
        auto status = m.constant(0);
        if (!m.store_exclusive(va, access, 2u * access.bytes, first, second, status))
            return;
        m.write(s, 32, status);
    }
};

/// A plain access with acquire or release semantics: single register, so its syndrome is valid.
constexpr Access ordered_access(unsigned log2_bytes)
{
    Access access = single_access(log2_bytes, false, plain_width(log2_bytes));
    access.ordered = true;
    return access;
}

/// LDAR and its smaller forms.
template <unsigned Log2>
struct LoadAcquire {
    template <class M>
    static void run(M& m, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto va = m.base(n);
        auto v = m.constant(0);
        if (!m.load(va, ordered_access(Log2), v))
            return;
        m.write(t, plain_width(Log2), v);
    }
};

/// STLR and its smaller forms.
template <unsigned Log2>
struct StoreRelease {
    template <class M>
    static void run(M& m, RegSp<Rn> n, Reg<Rt> t)
    {
        const auto va = m.base(n);
        const auto v = m.read(t, plain_width(Log2));
        m.store(va, ordered_access(Log2), v);
    }
};

/// LDAPUR and its smaller and sign-extending forms.
template <unsigned Log2, bool Signed, unsigned Width>
struct LoadAcquireUnscaled {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Dst<Rt> t)
    {
        constexpr Access access = [] {
            Access a = single_access(Log2, Signed, Width);
            a.ordered = true;
            return a;
        }();
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        auto v = m.constant(0);
        if (!load_extended<Log2, Signed, Width>(m, va, access, v))
            return;
        m.write(t, Width, v);
    }
};

/// STLUR and its smaller forms.
template <unsigned Log2>
struct StoreReleaseUnscaled {
    template <class M>
    static void run(M& m, SImm<9> imm, RegSp<Rn> n, Reg<Rt> t)
    {
        const auto base = m.base(n);
        const auto va = m.add(base, m.imm(imm), 64);
        const auto v = m.read(t, plain_width(Log2));
        m.store(va, ordered_access(Log2), v);
    }
};

/// LDADD, LDCLR, LDEOR, LDSET, LDSMAX, LDSMIN, LDUMAX, LDUMIN, SWP. Static: size.
template <AtomicOp What>
struct Atomic {
    template <class M, u32 Log2>
    static void run(M& m, Reg<Rs> s, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto va = m.base(n);
        auto v = m.read(s, plain_width(Log2));
        if (!m.atomic(va, {.bytes = 1u << Log2}, What, v))
            return;
        m.write(t, plain_width(Log2), v);
    }
};

/// CAS. Static: size.
struct CompareAndSwap {
    template <class M, u32 Log2>
    static void run(M& m, InOut<Rs, Rm> s, RegSp<Rn> n, Reg<Rt> t)
    {
        constexpr unsigned width = plain_width(Log2);
        const auto va = m.base(n);
        const auto zero = m.constant(0);
        typename M::Vector v{m.zext(m.read(s.in, width), 8u << Log2), zero};
        const auto desired = m.read(t, width);
        if (!m.compare_and_swap(va, {.bytes = 1u << Log2}, v, {desired, zero}))
            return;
        m.write(s.out, width, v.lo);
    }
};

/// Register pair to read: an even register, through role First, and the next, through Second. Odd
/// registers are UNDEFINED (CASP).
template <Role First, Role Second>
struct PairIn {
    static constexpr unsigned width = 5;
    static constexpr Reg<First> first{};
    static constexpr Reg<Second> second{};

    static bool decode(u32 field, Op& op)
    {
        return field % 2 == 0 && Reg<First>::decode(field, op) &&
               Reg<Second>::decode(field + 1, op);
    }
};

/// Register pair that is read and written; the second of it is written through role Out.
template <Role First, Role Second, Role Out>
struct PairInOut {
    static constexpr unsigned width = 5;
    static constexpr Reg<First> first{}; ///< even, so never 31
    static constexpr Reg<Second> second{};
    static constexpr Dst<Out> second_out{};

    static bool decode(u32 field, Op& op)
    {
        return PairIn<First, Second>::decode(field, op) && Dst<Out>::decode(field + 1, op);
    }
};

/// CASP. Static: sz.
struct CompareAndSwapPair {
    template <class M, u32 Long>
    static void run(M& m, PairInOut<Rs, Rs2, Rm> s, RegSp<Rn> n, PairIn<Rt, Rt2> t)
    {
        constexpr unsigned width = width_of(Long);
        const auto va = m.base(n);
        auto expected_first = m.read(s.first, width);
        auto expected_second = m.read(s.second, width);
        auto first = m.read(t.first, width);
        auto second = m.read(t.second, width);
        if constexpr (!Long) {
            expected_first = m.or_(expected_first, m.lsl(expected_second, m.constant(32), 64));
            expected_second = m.constant(0);
            first = m.or_(first, m.lsl(second, m.constant(32), 64));
            second = m.constant(0);
        }
        typename M::Vector v{expected_first, expected_second};
        if (!m.compare_and_swap(va, {.bytes = Long ? 16 : 8}, v, {first, second}))
            return;
        if constexpr (!Long) {
            v.hi = m.lsr(v.lo, m.constant(32), 64);
            v.lo = m.zext(v.lo, 32);
        }
        m.write(s.first, width, v.lo);
        m.write(s.second_out, width, v.hi);
        m.is(CostClass::Atomic);
    }
};

} // namespace sl::a64::semantics
