// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"

namespace sl::a64 {

/// The context word: everything outside an instruction's own bits that its decoding bakes into a
/// block. Blocks of different words coexist; the PE supplies the current word.
struct Context {
    using El = Field<0, 2>;          ///< PSTATE.EL: ERET, HVC, SMC and LDTR depend on it
    using SpSel = Field<2>;          ///< PSTATE.SP: SP_EL0 is UNDEFINED while it is the current SP
    using FpTrapped = Field<3>;      ///< CPACR_EL1, CPTR_ELx trap SIMD&FP here
    using AlignCheck = Field<4>;     ///< SCTLR_ELx.A
    using SpCheck = Field<5>;        ///< SCTLR_ELx.SA, or SA0 at EL0
    using Traced = Field<6>;         ///< waypoints are reported
    using Log = Field<7>;            ///< every instruction is reported
    using Annotated = Field<8>;      ///< priced by the cost model; otherwise a fixed cost
    using SingleStep = Field<9>;     ///< run() returns after each instruction
    using IllegalState = Field<10>;  ///< PSTATE.IL: no instruction executes
    using Bti = Field<11>;           ///< FEAT_BTI: PSTATE.BTYPE is kept and checked
    using StrictLanding = Field<12>; ///< SCTLR_ELx.BT: PACIASP and PACIBSP are no target of BR
    using Guarded = Field<13>; ///< of a block: its page is guarded; the engine's, not the PE's
    using Sampled = Field<14>; ///< each block asks whether the sample point is in it
    /// With Sampled, the engine's own: it is, and each instruction asks. Callers leave it clear.
    using SamplePoint = Field<15>;
};

} // namespace sl::a64
