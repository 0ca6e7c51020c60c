// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"

#include <optional>

namespace sl::gic {

/// What a system register of the CPU interface is, apart from its name.
enum class Op : u8 {
    // Group 0 and Group 1 have one each; `n` is the group of the name.
    Iar,
    Eoir,
    Hppir,
    Bpr,
    Igrpen,
    Apr0,
    Apr1, ///< ICC_AP<m>R<n>_EL1
    // Common to both groups.
    Pmr,
    Ctlr,
    Dir,
    Rpr,
    // Never virtual.
    Sre,
    Sgi0r,
    Sgi1r,
    Asgi1r,
    CtlrEl3,
    Igrpen1El3,
    // EL2's view of the virtual interface.
    HypApr0,
    HypApr1,
    Hcr,
    Vtr,
    Misr,
    Eisr,
    Elrsr,
    Vmcr,
    Lr,
};

struct Decoded {
    Op op{};
    u8 n = 0;
};

/// None: not a register of the CPU interface.
std::optional<Decoded> decode(pe::Reg reg);

} // namespace sl::gic
