// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/machine.h"

#include <bit>

namespace sl::a64::semantics {

// FEAT_FlagM, FEAT_FlagM2: the flags as data. NZCV is a number with N in bit 3.

/// What M::map() is given to make a number.
struct MakesNumber {
    static constexpr bool makes_vector = false;
};

/// CFINV.
struct InvertCarry : MakesNumber {
    static u64 apply(bool&, u64 nzcv) { return nzcv ^ 2; }
};

/// XAFLAG: from the form that AXFLAG makes to that of FCMP.
struct FromExternal : MakesNumber {
    static u64 apply(bool&, u64 nzcv)
    {
        const u64 z = (nzcv >> 2) & 1, c = (nzcv >> 1) & 1;
        return (~c & ~z & 1) << 3 | (z & c) << 2 | (c | z) << 1 | (~c & z);
    }
};

/// AXFLAG.
struct ToExternal : MakesNumber {
    static u64 apply(bool&, u64 nzcv)
    {
        const u64 z = (nzcv >> 2) & 1, c = (nzcv >> 1) & 1, v = nzcv & 1;
        return (z | v) << 2 | (c & ~v) << 1;
    }
};

/// Flags that F makes of the flags.
template <class F>
struct ChangeFlags {
    template <class M>
    static void run(M& m)
    {
        const auto old = m.nzcv();
        m.set_nzcv(m.template map<F>(old));
    }
};

/// The low bits of `v`, rotated, where the mask is set.
struct InsertFlags : MakesNumber {
    static u64 apply(bool&, u64 nzcv, u64 v, u64 amount, u64 mask)
    {
        const u64 rotated = std::rotr(v, static_cast<int>(amount));
        return (nzcv & ~mask) | (rotated & mask);
    }
};

/// RMIF.
struct Rmif {
    template <class M>
    static void run(M& m, Imm<6> amount, Reg<Rn> n, Extra<4> mask)
    {
        const auto old = m.nzcv();
        const auto v = m.read(n, 64);
        m.set_nzcv(m.template map<InsertFlags>(old, v, m.imm(amount), m.extra(mask)));
    }
};

/// N, Z and V as of a sum of `Bits` bits; C stays.
template <unsigned Bits>
struct EvaluateFlags : MakesNumber {
    static u64 apply(bool&, u64 nzcv, u64 v)
    {
        const u64 n = (v >> (Bits - 1)) & 1, overflow = ((v >> Bits) & 1) ^ n;
        return n << 3 | u64{(v & ones(Bits)) == 0} << 2 | (nzcv & 2) | overflow;
    }
};

/// SETF8, SETF16.
template <unsigned Bits>
struct Setf {
    template <class M>
    static void run(M& m, Reg<Rn> n)
    {
        const auto old = m.nzcv();
        const auto v = m.read(n, 32);
        m.set_nzcv(m.template map<EvaluateFlags<Bits>>(old, v));
    }
};

} // namespace sl::a64::semantics
