// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::a64::fp {

// FPSR: the cumulative bits.
inline constexpr u32 fpsr_ioc = 1u << 0, fpsr_dzc = 1u << 1, fpsr_ofc = 1u << 2, fpsr_ufc = 1u << 3,
                     fpsr_ixc = 1u << 4, fpsr_idc = 1u << 7, fpsr_qc = 1u << 27;

/// FPRounding, as FPCR.RMode encodes it, and the modes that only instructions ask for.
enum class Rounding : u8 { TieEven, PosInf, NegInf, Zero, TieAway, Odd };

/// FPCR as an operation sees it, and FPSR, in which it sets the exceptions that it raises.
struct Status {
    u32 fpcr = 0, fpsr = 0;

    Rounding rounding() const { return static_cast<Rounding>((fpcr >> 22) & 3); }

    bool flush() const { return (fpcr >> 24 & 1) != 0; }

    /// FPCR.FZ16: of half precision, which conversions do not heed.
    bool flush_half() const { return (fpcr >> 19 & 1) != 0; }

    bool default_nan() const { return (fpcr >> 25 & 1) != 0; }

    bool alternative_half() const { return (fpcr >> 26 & 1) != 0; }

    void raise(u32 exceptions) { fpsr |= exceptions; }
};

} // namespace sl::a64::fp
