// SPDX-License-Identifier: MIT
#pragma once

#include "pe_bench.h"

namespace sl::pe {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;

constexpr u64 vbar1 = 0x4001'0000, vbar2 = 0x4002'0000, vbar3 = 0x4003'0000;

/// A bench with vectors at every EL.
struct Vectored : Bench {
    explicit Vectored(bool el3 = false)
        : Bench{test_config(el3)}
    {
        vectors();
    }

    void vectors()
    {
        set(Reg::VBAR_EL1, vbar1);
        set(Reg::VBAR_EL2, vbar2);
        set(Reg::VBAR_EL3, vbar3);
        set(Reg::SCTLR_EL1, 0x30d0'0980 | 1 << 16 | 1 << 18); // nTWI, nTWE
    }

    u64 pc() { return pe.state().pc; }
};

} // namespace sl::pe
