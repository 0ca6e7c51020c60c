// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>

namespace sl::a64 {

/// Where register 31 lives once an operand has been decoded: nothing decided by the encoding is
/// tested at run time.
inline constexpr unsigned slot_zr = 31;   ///< reads as zero; never written
inline constexpr unsigned slot_sp = 32;   ///< the current SP
inline constexpr unsigned slot_sink = 33; ///< writes to XZR/WZR go here

struct alignas(16) VReg {
    u64 lo = 0, hi = 0;
};

/// The part of a PE's state that instructions touch directly. System registers live in
/// sysreg::File, the banked stack pointers in pe::Pe, which swaps `x[slot_sp]` on a change of EL or
/// SPSel.
struct State {
    std::array<u64, 34> x{};
    u64 pc = 0;
    // PSTATE.NZCV, one byte each (0 or 1): cheaper to produce and to test than packed bits.
    u8 n = 0, z = 0, c = 0, v = 0;

    u8 el = 0;          ///< PSTATE.EL
    bool sp_sel = true; ///< PSTATE.SP
    u8 daif = 0xf;      ///< PSTATE.{D,A,I,F}, D in bit 3
    bool il = false, ss = false, pan = false, uao = false;
    bool dit = false, ssbs = false;
    u8 btype = 0; ///< PSTATE.BTYPE; not 0 only before the instruction that a branch has led to

    std::array<VReg, 32> vreg{};
    u32 fpcr = 0, fpsr = 0;

    u32 nzcv() const { return u32{n} << 31 | u32{z} << 30 | u32{c} << 29 | u32{v} << 28; }

    void set_nzcv(u64 word)
    {
        n = (word >> 31) & 1;
        z = (word >> 30) & 1;
        c = (word >> 29) & 1;
        v = (word >> 28) & 1;
    }
};

} // namespace sl::a64
