// SPDX-License-Identifier: MIT
#pragma once

#include "sysreg/file.h"

#include <optional>
#include <string>
#include <string_view>

namespace sl::sysreg {

/// From where a system register or instruction is accessed.
struct AccessState {
    const File& file;
    const Features& features;
    u8 el = 0;
    bool secure = false;
    bool has_el2 = true, has_el3 = false;
};

/// What becomes of an MRS, MSR (register), SYS or SYSL.
struct Resolution {
    enum class Kind : u8 { Ok, Undefined, Trap };
    Kind kind = Kind::Undefined;
    Reg reg = Reg::Count; ///< Ok: the register really accessed, E2H and _EL12 redirection done
    u8 target_el = 0;     ///< Trap: 1..3; EC is 0x18 with the ISS of `trap_iss`
};

/// Applies existence, direction, EL, E2H redirection and the trap rules, in the manual's order:
/// UNDEFINED, then traps to EL1, EL2 and EL3. `key` packs op0, op1, CRn, CRm, op2 as bits 20:5 of
/// the instruction do (op0 in bits 15:14).
Resolution resolve(u16 key, bool write, const AccessState& from);

/// ISS of EC 0x18 (trapped MSR, MRS or System instruction).
constexpr u32 trap_iss(u16 key, unsigned rt, bool write)
{
    const u32 op0 = key >> 14, op1 = (key >> 11) & 7, crn = (key >> 7) & 15, crm = (key >> 3) & 15,
              op2 = key & 7;
    return op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | (rt & 31) << 5 | crm << 1 |
           (write ? 0u : 1u);
}

/// The register with that encoding, aliases included; none if it is not described.
std::optional<Reg> find(u16 key);
/// By its name, as in `Reg`; case matters.
std::optional<Reg> find_name(std::string_view name);
/// "TRFCR_EL1", or "S3_0_C1_C2_1" for an encoding that is not described.
std::string name_of(u16 key);

} // namespace sl::sysreg
