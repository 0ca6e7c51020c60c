// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/data_processing_register.h"
#include "a64/semantics/simd_integer.h"

namespace sl::a64::semantics {

// FEAT_CSSC: what Advanced SIMD does to lanes, done to general registers.

/// F of numbers of `Width` bits, signed or not.
template <class F, u32 Unsigned, unsigned Width>
struct OfNumbers {
    static constexpr bool makes_vector = false;
    using T = LaneOf<Width == 64 ? 3 : 2, Unsigned>;

    template <class... V>
    static u64 apply(bool& saturated, V... v)
    {
        return as_unsigned(F::lane(saturated, static_cast<T>(v)...));
    }
};

/// ABS, CNT. Static: sf.
template <class F, u32 Unsigned>
struct OneGeneral {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        m.write(d, width, m.template map<OfNumbers<F, Unsigned, width>>(a));
    }
};

/// CTZ. Static: sf.
struct CountTrailing {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        m.write(d, width, m.clz(m.rbit(m.read(n, width), width), width));
    }
};

/// SMAX, SMIN, UMAX, UMIN (register). Static: sf.
template <class F, u32 Unsigned>
struct TwoGeneral {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = m.read(r, width);
        m.write(d, width, m.template map<OfNumbers<F, Unsigned, width>>(a, b));
    }
};

/// The same with an immediate, which is signed where the numbers are. Static: sf.
template <class F, u32 Unsigned>
struct GeneralImmediate {
    using Immediate = std::conditional_t<Unsigned != 0, Imm<8>, SImm<8>>;

    template <class M, u32 sf>
    static void run(M& m, Immediate imm, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        m.write(d, width, m.template map<OfNumbers<F, Unsigned, width>>(a, m.imm(imm)));
    }
};

} // namespace sl::a64::semantics
