// SPDX-License-Identifier: MIT
#include "pe/mmu.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::pe {

namespace {

struct Desc {
    using Valid = Field<0>;
    using Table = Field<1>;
    using AttrIndx = Field<2, 3>;
    using Ns = Field<5>;
    using Ap1 = Field<6>; ///< unprivileged access
    using Ap2 = Field<7>; ///< read only
    using Sh = Field<8, 2>;
    using Af = Field<10>;
    using Ng = Field<11>;
    using Gp = Field<50>; ///< FEAT_BTI: guarded page
    using Pxn = Field<53>;
    using Uxn = Field<54>;
    using PxnTable = Field<59>;
    using UxnTable = Field<60>;
    using ApTable0 = Field<61>; ///< no unprivileged access
    using ApTable1 = Field<62>; ///< read only
    using NsTable = Field<63>;
};

/// What TCR_ELx says of the range that an address lies in.
struct Range {
    u64 ttbr = 0;
    unsigned tsz = 0;
    bool disabled = false, tbi = false, hpd = false;
    bool upper = false;
    unsigned ips = 0;
};

Range range_of(const Stage1Controls& s1, u64 va)
{
    Range r;
    if (!s1.two_ranges()) {
        r.ttbr = s1.ttbr0;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 5, 0));
        r.tbi = bit(s1.tcr, 20);
        r.hpd = bit(s1.tcr, 24);
        r.ips = static_cast<unsigned>(bits(s1.tcr, 18, 16));
        return r;
    }
    r.upper = bit(va, 55);
    r.ips = static_cast<unsigned>(bits(s1.tcr, 34, 32));
    if (r.upper) {
        r.ttbr = s1.ttbr1;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 21, 16));
        r.disabled = bit(s1.tcr, 23);
        r.tbi = bit(s1.tcr, 38);
        r.hpd = bit(s1.tcr, 42);
    } else {
        r.ttbr = s1.ttbr0;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 5, 0));
        r.disabled = bit(s1.tcr, 7);
        r.tbi = bit(s1.tcr, 37);
        r.hpd = bit(s1.tcr, 41);
    }
    return r;
}

Fault stage1_fault(u8 code, unsigned level)
{
    return {.fsc = static_cast<u8>(code | level)};
}

MemAttr decode(const Stage1Controls& s1, u64 desc)
{
    const auto mair = static_cast<u8>(s1.mair >> (8 * Desc::AttrIndx::get(desc)));
    if (mair >> 4 == 0)
        return {.device = true, .mair = static_cast<u8>(mair & 0b1100), .sh = 0b10};
    const auto sh = static_cast<u8>(Desc::Sh::get(desc));
    return {.device = false, .mair = mair, .sh = mair == 0x44 ? u8{0b10} : sh};
}

/// Limits that table descriptors set for what is below them.
struct Hierarchy {
    bool no_user = false, read_only = false, uxn = false, pxn = false, ns = false;

    void add(u64 table, bool ignore_permissions)
    {
        ns |= Desc::NsTable::get(table) != 0;
        if (ignore_permissions)
            return;
        no_user |= Desc::ApTable0::get(table) != 0;
        read_only |= Desc::ApTable1::get(table) != 0;
        uxn |= Desc::UxnTable::get(table) != 0;
        pxn |= Desc::PxnTable::get(table) != 0;
    }
};

u8 permissions(const Stage1Controls& s1, u64 desc, const Hierarchy& above)
{
    const bool read_only = Desc::Ap2::get(desc) || above.read_only;
    const bool uxn = Desc::Uxn::get(desc) || above.uxn;
    u8 perm = Perm::priv_read;
    if (!read_only)
        perm |= Perm::priv_write;

    if (!s1.two_ranges()) {
        // EL2 and EL3: one execute-never bit, no unprivileged accesses.
        if (!uxn && !(s1.wxn && !read_only))
            perm |= Perm::priv_exec;
        return perm;
    }

    const bool user = Desc::Ap1::get(desc) && !above.no_user;
    if (user)
        perm |= Perm::user_read;
    if (user && !read_only)
        perm |= Perm::user_write;
    if (!uxn && !(s1.wxn && (perm & Perm::user_write)))
        perm |= Perm::user_exec;
    // What EL0 can write, EL1 never executes.
    const bool pxn = Desc::Pxn::get(desc) || above.pxn || (perm & Perm::user_write);
    if (!pxn && !(s1.wxn && !read_only))
        perm |= Perm::priv_exec;
    return perm;
}

/// Stage 1 disabled: addresses pass, if they fit.
Walked flat(const MmuControls& controls, u64 va, AccessKind kind)
{
    const Stage1Controls& s1 = controls.s1;
    const unsigned top = range_of(s1, va).tbi ? 55 : 63;
    if (bits(va, top, controls.pa_bits))
        return stage1_fault(Fsc::address_size, 0);

    TlbData entry;
    entry.mask = entry.s1_mask = page_size - 1;
    entry.va = va & ~entry.mask;
    entry.ipa = entry.pa = bits(va, 47, 0) & ~entry.mask;
    entry.ns = !s1.secure;
    entry.s1_off = true;
    if (s1.default_cacheable)
        entry.s1_attr = {.device = false, .mair = 0xff, .sh = 0b00};
    else if (kind.fetch)
        entry.s1_attr = {.device = false, .mair = s1.icache ? u8{0xaa} : u8{0x44}, .sh = 0b10};
    else
        entry.s1_attr = {.device = true, .mair = 0x00, .sh = 0b10};
    entry.attr = entry.s1_attr;
    return entry;
}

/// The stage 1 descriptor at `ipa`, which stage 2 translates first when it is on.
struct DescriptorRead {
    bool faulted = false;
    Fault fault;
    u64 value = 0;
};

DescriptorRead read_stage1(const MmuControls& controls, u64 ipa, bool ns, unsigned level,
                           WalkMemory& memory, u16& reads)
{
    DescriptorRead result;
    u64 pa = ipa;
    if (controls.s2.enabled) {
        const Stage2Result s2 = walk_stage2(controls, ipa, ns, memory, reads);
        const bool refused = !s2.faulted && (!(s2.perm & Perm::priv_read) ||
                                             (controls.s2.protect_walks && s2.attr.device));
        if (s2.faulted || refused) {
            result.faulted = true;
            result.fault = s2.fault;
            if (refused)
                result.fault = {.fsc = static_cast<u8>(Fsc::permission | s2.level),
                                .stage2 = true,
                                .ipa = ipa,
                                .ns = ns};
            result.fault.s1ptw = true;
            return result;
        }
        pa = s2.pa;
    }
    ++reads;
    if (!memory.read_descriptor({.pa = pa, .ns = ns}, result.value)) {
        result.faulted = true;
        result.fault = stage1_fault(Fsc::external_on_walk, level);
    }
    return result;
}

Walked walk_stage1(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory)
{
    const Stage1Controls& s1 = controls.s1;
    if (!s1.enabled)
        return flat(controls, va, kind);

    const Range range = range_of(s1, va);
    // A size outside 25 to 48 bits is treated as a range that translates nothing.
    if (range.disabled || range.tsz < 16 || range.tsz > 39)
        return stage1_fault(Fsc::translation, 0);
    const unsigned input = 64 - range.tsz;
    const u64 above = bits(va, range.tbi ? 55 : 63, input);
    if (above != (range.upper ? ones((range.tbi ? 56 : 64) - input) : 0))
        return stage1_fault(Fsc::translation, 0);

    unsigned level = 4 - (input - 12 + 8) / 9;
    const unsigned output = std::min(address_bits(range.ips), controls.pa_bits);
    const unsigned rest = (3 - level) * 9 + 12;
    u64 base = bits(range.ttbr, 47, 0) & ~ones(input - rest + 3);
    if (base >> output)
        return stage1_fault(Fsc::address_size, 0);

    TlbData entry;
    Hierarchy above_leaf;
    above_leaf.ns = !s1.secure;
    const bool ignore_permissions = range.hpd && controls.hierarchical_disable;
    unsigned top = input - 1;
    for (;; ++level) {
        const unsigned low = (3 - level) * 9 + 12;
        const DescriptorRead read = read_stage1(controls, base + 8 * bits(va, top, low),
                                                above_leaf.ns, level, memory, entry.reads);
        if (read.faulted)
            return read.fault;
        const u64 desc = read.value;
        const bool table = Desc::Table::get(desc);
        if (!Desc::Valid::get(desc) || (level == 3 && !table) || (level == 0 && !table))
            return stage1_fault(Fsc::translation, level);
        const u64 out = bits(desc, 47, 12) << 12;
        if (level < 3 && table) {
            if (out >> output)
                return stage1_fault(Fsc::address_size, level);
            above_leaf.add(desc, ignore_permissions);
            base = out;
            top = low - 1;
            continue;
        }
        entry.mask = entry.s1_mask = ones(low);
        if ((out & ~entry.mask) >> output)
            return stage1_fault(Fsc::address_size, level);
        if (!Desc::Af::get(desc))
            return stage1_fault(Fsc::access_flag, level);
        entry.va = va & ~entry.mask;
        entry.ipa = entry.pa = out & ~entry.mask;
        entry.s1_level = static_cast<u8>(level);
        entry.s1_attr = entry.attr = decode(s1, desc);
        entry.s1_perm = permissions(s1, desc, above_leaf);
        entry.ns = above_leaf.ns || Desc::Ns::get(desc);
        if (s1.secure_fetch_only && s1.secure && entry.ns)
            entry.s1_perm &= static_cast<u8>(~(Perm::priv_exec | Perm::user_exec));
        entry.guarded = controls.guarded && Desc::Gp::get(desc) != 0;
        entry.global = s1.two_ranges() ? !Desc::Ng::get(desc) : true;
        return entry;
    }
}

} // namespace

bool permitted(u8 perm, AccessKind kind)
{
    const u8 shifted = kind.privileged ? perm : static_cast<u8>(perm >> 3);
    if (kind.fetch)
        return shifted & Perm::priv_exec;
    if (kind.atomic)
        return (shifted & Perm::priv_read) && (shifted & Perm::priv_write);
    return shifted & (kind.write ? Perm::priv_write : Perm::priv_read);
}

namespace {

Verdict check_stage1(const TlbData& entry, AccessKind kind)
{
    if (kind.unaligned && entry.s1_attr.device && !kind.fetch)
        return {true, {.fsc = Fsc::alignment}};
    const bool pan = kind.pan && kind.privileged && !kind.fetch && !entry.s1_off &&
                     (entry.s1_perm & (Perm::user_read | Perm::user_write));
    if (!permitted(entry.s1_perm, kind) || pan)
        return {true, stage1_fault(Fsc::permission, entry.s1_level)};
    return {};
}

Verdict check_stage2(const TlbData& entry, u64 va, AccessKind kind)
{
    if (!entry.two_stage)
        return {};
    const u64 ipa = entry.ipa | (va & entry.mask);
    if (kind.unaligned && entry.attr.device && !kind.fetch)
        return {true, {.fsc = Fsc::alignment, .stage2 = true, .ipa = ipa, .ns = entry.ns}};
    if (!permitted(entry.s2_perm, kind))
        return {true,
                {.fsc = static_cast<u8>(Fsc::permission | entry.s2_level),
                 .stage2 = true,
                 .ipa = ipa,
                 .ns = entry.ns}};
    return {};
}

} // namespace

Verdict check(const TlbData& entry, u64 va, AccessKind kind)
{
    const Verdict s1 = check_stage1(entry, kind);
    return s1.faulted ? s1 : check_stage2(entry, va, kind);
}

Translation translation_of(const TlbData& entry, u64 va, AccessKind kind)
{
    AccessKind write = kind;
    write.write = true;
    write.fetch = write.atomic = false;
    return {.pa = entry.pa | (va & entry.mask),
            .attr = entry.attr,
            .ns = entry.ns,
            .writable = !check(entry, va, write).faulted,
            .page_mask = entry.mask,
            .reads = entry.reads};
}

Walked walk(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory)
{
    Walked walked = walk_stage1(controls, va, kind, memory);
    auto* entry = std::get_if<TlbData>(&walked);
    if (!entry)
        return walked;
    if (const Verdict s1 = check_stage1(*entry, kind); s1.faulted)
        return s1.fault;
    if (!controls.s2.enabled || controls.stage1_only)
        return walked;

    const u64 ipa = entry->ipa | (va & entry->mask);
    const Stage2Result s2 = walk_stage2(controls, ipa, entry->ns, memory, entry->reads);
    if (s2.faulted)
        return s2.fault;
    entry->two_stage = true;
    entry->mask = std::min(entry->mask, s2.mask);
    entry->va = va & ~entry->mask;
    entry->ipa = ipa & ~entry->mask;
    entry->pa = s2.pa & ~entry->mask;
    entry->s2_perm = s2.perm;
    entry->s2_level = s2.level;
    entry->attr = combine(entry->s1_attr, s2.attr);
    if (const Verdict verdict = check_stage2(*entry, va, kind); verdict.faulted)
        return verdict.fault;
    return walked;
}

} // namespace sl::pe
