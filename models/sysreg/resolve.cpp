// SPDX-License-Identifier: MIT
#include "sysreg/resolve.h"

#include "sysreg/tables.h"

#include <array>
#include <vector>

namespace sl::sysreg {

namespace {

constexpr u16 op1_of(u16 key)
{
    return (key >> 11) & 7;
}

constexpr u16 with_op1(u16 key, unsigned op1)
{
    return static_cast<u16>((key & ~(7u << 11)) | op1 << 11);
}

/// Encoding to register, dense: one load an access.
struct Map {
    static constexpr u16 none = 0x3fff, alias_bit = 0x8000;
    std::vector<u16> at = std::vector<u16>(0x10000, none);

    Map()
    {
        const auto rows = descriptions();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            at[rows[i].key] = static_cast<u16>(i);
            if (rows[i].alias != Alias::None)
                at[with_op1(rows[i].key, 5)] = static_cast<u16>(i | alias_bit);
        }
        static_assert(static_cast<std::size_t>(Reg::Count) < none);
    }
};

const Map& map()
{
    static const Map m;
    return m;
}

/// The lowest EL that the encoding's op1 admits (DDI 0487, "op1 encoding of the exception level").
constexpr u8 lowest_el(u16 key)
{
    switch (op1_of(key)) {
    case 3:
        return 0;
    case 4:
    case 5:
        return 2;
    case 6:
        return 3;
    default:
        return 1;
    }
}

bool e2h(const AccessState& from)
{
    return HCR_EL2::E2H::get(from.file[Reg::HCR_EL2]) != 0;
}

bool host(const AccessState& from)
{
    return e2h(from) && HCR_EL2::TGE::get(from.file[Reg::HCR_EL2]) != 0;
}

/// EL2 exists in the current Security state (FEAT_SEL2 is not implemented).
bool el2_enabled(const AccessState& from)
{
    return from.has_el2 && !from.secure;
}

bool holds(const Condition& c, const AccessState& from)
{
    bool result = false;
    switch (c.kind) {
    case Condition::Field:
        result = (from.file[c.reg] & c.mask) == c.value;
        break;
    case Condition::HOST:
        result = host(from);
        break;
    case Condition::E2H:
        result = e2h(from);
        break;
    case Condition::EL3:
        result = from.has_el3;
        break;
    case Condition::SECURE:
        result = from.secure;
        break;
    }
    return result != c.negate;
}

bool holds(const Rule& rule, bool write, const AccessState& from)
{
    if (!((rule.els >> from.el) & 1) || !(write ? rule.on_write : rule.on_read))
        return false;
    if ((rule.target == 2 && !el2_enabled(from)) || (rule.target == 3 && !from.has_el3))
        return false;
    for (const Condition& c : rule.conditions)
        if (!holds(c, from))
            return false;
    return true;
}

/// The whole ID space reads as zero where nothing is allocated, and is never UNDEFINED (DDI 0487,
/// ID register encodings; op0 = 3, op1 = 0, CRn = 0, CRm = 1..7): the one unallocated entry serves.
bool id_space(u16 key)
{
    return (key >> 7) == (3u << 7) && ((key >> 3) & 15) >= 1 && ((key >> 3) & 15) <= 7;
}

} // namespace

Resolution resolve(u16 key, bool write, const AccessState& from)
{
    u16 entry = map().at[key];
    if (entry == Map::none) {
        if (!id_space(key))
            return {};
        entry = static_cast<u16>(Reg::ID_AA64PFR2_EL1); // reads as zero, traps by TID3
    }
    const bool alias = entry & Map::alias_bit;
    Reg reg = static_cast<Reg>(entry & ~Map::alias_bit);
    const Description& row = describe(reg);

    if (!(write ? row.writable : row.readable))
        return {};
    if (row.feature != Feature::Count && !from.features.has(row.feature) &&
        (row.or_feature == Feature::Count || !from.features.has(row.or_feature)))
        return {};
    u8 lowest = lowest_el(key);
    if (write && row.write_el == 4)
        lowest = from.has_el3 ? 3 : from.has_el2 ? 2 : 1;
    else if (write && row.write_el >= 0)
        lowest = static_cast<u8>(row.write_el);
    if (from.el < lowest)
        return {};
    // EL2's registers need EL2; from EL3 they exist whenever it is implemented.
    const bool of_el2 = op1_of(key) == 4 || op1_of(key) == 5;
    if (of_el2 && !from.has_el2)
        return {};
    if (op1_of(key) == 6 && !from.has_el3)
        return {};
    if (alias) {
        if (!from.features.has(Feature::FEAT_VHE) || !e2h(from))
            return {};
        return {Resolution::Kind::Ok, reg, 0};
    }

    // From EL2 with E2H, EL1 names mean EL2's registers; so do EL0's timer names, also from EL0
    // when TGE is set.
    const bool redirected = row.e2h != Reg::Count && el2_enabled(from) &&
                            ((from.el == 2 && e2h(from)) || (from.el == 0 && host(from)));

    for (const RuleId id : row.rules) {
        const Rule& rule = rules()[static_cast<std::size_t>(id)];
        if (!holds(rule, write, from))
            continue;
        if (rule.target == 0)
            return {};
        u8 target = static_cast<u8>(rule.target);
        if (target == 1 && from.el == 0 && el2_enabled(from) &&
            HCR_EL2::TGE::get(from.file[Reg::HCR_EL2]))
            target = 2;
        if (target == 2 && from.el == 3)
            continue;
        return {Resolution::Kind::Trap, reg, target};
    }

    if (redirected)
        reg = row.e2h;
    // What EL1 reads of the PE's identity is EL2's to decide.
    if (from.el == 1 && el2_enabled(from) && !write) {
        if (reg == Reg::MIDR_EL1)
            reg = Reg::VPIDR_EL2;
        else if (reg == Reg::MPIDR_EL1)
            reg = Reg::VMPIDR_EL2;
    }
    return {Resolution::Kind::Ok, reg, 0};
}

std::optional<Reg> find(u16 key)
{
    const u16 entry = map().at[key];
    if (entry == Map::none)
        return std::nullopt;
    return static_cast<Reg>(entry & ~Map::alias_bit);
}

std::optional<Reg> find_name(std::string_view name)
{
    const auto rows = descriptions();
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (name == rows[i].name)
            return static_cast<Reg>(i);
    return std::nullopt;
}

std::string name_of(u16 key)
{
    const u16 entry = map().at[key];
    if (entry != Map::none) {
        const Description& row = describe(static_cast<Reg>(entry & ~Map::alias_bit));
        std::string name = row.name;
        if (entry & Map::alias_bit) {
            name.erase(name.rfind('_'));
            name += row.alias == Alias::El12 ? "_EL12" : "_EL02";
        }
        return name;
    }
    return "S" + std::to_string(key >> 14) + "_" + std::to_string(op1_of(key)) + "_C" +
           std::to_string((key >> 7) & 15) + "_C" + std::to_string((key >> 3) & 15) + "_" +
           std::to_string(key & 7);
}

} // namespace sl::sysreg
