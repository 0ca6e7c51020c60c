// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <algorithm>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;
using Sctlr = sysreg::SCTLR_EL1; // the enables lie alike in all SCTLR_ELx
using sysreg::Feature;

constexpr bool is_data(a64::PacKey key)
{
    return key == a64::PacKey::Da || key == a64::PacKey::Db;
}

constexpr bool is_b(a64::PacKey key)
{
    return key == a64::PacKey::Ib || key == a64::PacKey::Db;
}

struct KeyRegisters {
    Reg lo, hi;
    u64 enable; ///< in SCTLR_ELx
};

/// By PacKey.
constexpr KeyRegisters key_registers[] = {
    {Reg::APIAKeyLo_EL1, Reg::APIAKeyHi_EL1, Sctlr::EnIA::mask},
    {Reg::APIBKeyLo_EL1, Reg::APIBKeyHi_EL1, Sctlr::EnIB::mask},
    {Reg::APDAKeyLo_EL1, Reg::APDAKeyHi_EL1, Sctlr::EnDA::mask},
    {Reg::APDBKeyLo_EL1, Reg::APDBKeyHi_EL1, Sctlr::EnDB::mask},
};

} // namespace

/// The key, where its instructions do anything here.
std::optional<PointerAuth::Key> Pe::enabled_key(a64::PacKey key) const
{
    const KeyRegisters& registers = key_registers[static_cast<unsigned>(key)];
    if (!config_.features.has(Feature::FEAT_PAuth) || !(sctlr() & registers.enable))
        return std::nullopt;
    return PointerAuth::Key{file_[registers.hi], file_[registers.lo]};
}

/// Where the code of `pointer` lies, that is to be signed or, by its bit 55, has been.
PointerAuth::Layout Pe::pointer_layout(u64 pointer, bool data, bool to_be_signed) const
{
    const Stage1Controls& s1 = controls_.s1;
    PointerAuth::Layout layout;
    layout.ignored_top = range_of(s1, pointer, !data).tbi;
    layout.upper = bit(pointer, 55);
    if (to_be_signed) {
        // With TBI in either range, bits 63:56 of a pointer do not tell its range.
        const bool any_ignored =
            s1.two_ranges() ? range_of(s1, 0, !data).tbi || range_of(s1, u64{1} << 55, !data).tbi
                            : layout.ignored_top;
        layout.upper = bit(pointer, any_ignored ? 55 : 63);
    }
    const unsigned size = range_of(s1, u64{layout.upper} << 55, !data).tsz;
    layout.bottom = 64 - std::clamp(size, 16u, 39u);
    return layout;
}

/// Takes the trap of an instruction that uses a key, where EL2 or EL3 keeps them to itself.
bool Pe::pointer_auth_trapped()
{
    u8 target = 0;
    if (state_.el < 2 && el2_enabled() && !in_host() && !Hcr::API::get(hcr()))
        target = 2;
    else if (state_.el < 3 && config_.has_el3 && !Scr::API::get(file_[Reg::SCR_EL3]))
        target = 3;
    if (target == 0)
        return false;
    synchronous(Ec::pac_trap, 0, target, TraceException::Trap);
    return true;
}

bool Pe::sign(a64::PacKey key, u64 modifier, u64& pointer)
{
    const auto value = enabled_key(key);
    if (!value)
        return true;
    if (pointer_auth_trapped())
        return false;
    pointer =
        pointer_auth_.sign(pointer, modifier, *value, pointer_layout(pointer, is_data(key), true));
    return true;
}

bool Pe::authenticate(a64::PacKey key, u64 modifier, bool combined, u64& pointer)
{
    const auto value = enabled_key(key);
    if (!value)
        return true;
    if (pointer_auth_trapped())
        return false;
    const auto result = pointer_auth_.authenticate(pointer, modifier, *value,
                                                   pointer_layout(pointer, is_data(key), false),
                                                   is_b(key), combined);
    if (!result) {
        const u64 iss = u64{is_data(key)} << 1 | u64{is_b(key)};
        synchronous(Ec::pac_fail, iss, same_or_el1(), TraceException::Trap);
        return false;
    }
    pointer = *result;
    return true;
}

u64 Pe::strip(bool data, u64 pointer)
{
    if (!config_.features.has(Feature::FEAT_PAuth))
        return pointer; // XPACLRI is a NOP
    return PointerAuth::strip(pointer, pointer_layout(pointer, data, false));
}

bool Pe::generic_code(u64 modifier, u64& value)
{
    if (pointer_auth_trapped())
        return false;
    const PointerAuth::Key key{file_[Reg::APGAKeyHi_EL1], file_[Reg::APGAKeyLo_EL1]};
    value = pointer_auth_.code(value, modifier, key) & ~ones(32);
    return true;
}

} // namespace sl::pe
