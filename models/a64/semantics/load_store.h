// SPDX-License-Identifier: MIT
#pragma once

#include "a64/machine.h"

// Loads and stores of general-purpose registers (DDI 0487, A64 base instructions).
namespace sl::a64::semantics {

/// LDR (immediate, unsigned offset), 64 bits.
struct LoadUnsigned64 {
    template <class M>
    static void run(M& m, Imm<12, 3> offset, RegSp<Rn> n, Dst<Rt> t)
    {
        const auto address = m.add(m.base(n), m.imm(offset), 64);
        auto v = m.constant(0);
        if (!m.load(address, Access{.bytes = 8, .isv = true, .sf = true}, v))
            return;
        m.write(t, 64, v);
    }
};

/// STR (immediate, unsigned offset), 64 bits.
struct StoreUnsigned64 {
    template <class M>
    static void run(M& m, Imm<12, 3> offset, RegSp<Rn> n, Reg<Rt> t)
    {
        const auto address = m.add(m.base(n), m.imm(offset), 64);
        m.store(address, Access{.bytes = 8, .isv = true, .sf = true}, m.read(t, 64));
    }
};

} // namespace sl::a64::semantics
