// SPDX-License-Identifier: MIT
#include "pe/mmu.h"
#include "pe/table_format.h"

#include "common/bits.h"

#include <algorithm>
#include <optional>

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
    using Dbm = Field<51>;
    using Pxn = Field<53>;
    using Uxn = Field<54>;
    using PxnTable = Field<59>;
    using UxnTable = Field<60>;
    using ApTable0 = Field<61>; ///< no unprivileged access
    using ApTable1 = Field<62>; ///< read only
    using NsTable = Field<63>;
};

/// What is reserved or not implemented is taken as 4 KB.
unsigned implemented(const MmuFeatures& has, std::optional<unsigned> granule)
{
    if (!granule || (*granule == 14 && !has.granule16) || (*granule == 16 && !has.granule64))
        return 12;
    return *granule;
}

} // namespace

namespace {

/// The range of `va`, but for the limits of its size.
Range fields_of(const MmuControls& controls, u64 va, bool fetch)
{
    const Stage1Controls& s1 = controls.s1;
    const MmuFeatures& has = controls.features;
    Range r;
    const auto ignored = [&](unsigned tbi, unsigned tbid) {
        return bit(s1.tcr, tbi) && !(fetch && has.tbid && bit(s1.tcr, tbid));
    };
    if (!s1.two_ranges()) {
        r.ttbr = s1.ttbr0;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 5, 0));
        r.sh = static_cast<u8>(bits(s1.tcr, 13, 12));
        r.granule = implemented(has, granule_of_tg0(bits(s1.tcr, 15, 14)));
        r.size = bits(s1.tcr, 18, 16);
        r.tbi = ignored(20, 29);
        r.ha = has.hafdbs && bit(s1.tcr, 21);
        r.hd = r.ha && bit(s1.tcr, 22);
        r.hpd = has.hpds && bit(s1.tcr, 24);
        r.ds = has.lpa2 && bit(s1.tcr, 32);
        return r;
    }
    r.upper = bit(va, 55);
    r.size = bits(s1.tcr, 34, 32);
    r.ha = has.hafdbs && bit(s1.tcr, 39);
    r.hd = r.ha && bit(s1.tcr, 40);
    r.ds = has.lpa2 && bit(s1.tcr, 59);
    if (r.upper) {
        r.ttbr = s1.ttbr1;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 21, 16));
        r.disabled = bit(s1.tcr, 23);
        r.sh = static_cast<u8>(bits(s1.tcr, 29, 28));
        r.granule = implemented(has, granule_of_tg1(bits(s1.tcr, 31, 30)));
        r.tbi = ignored(38, 52);
        r.hpd = has.hpds && bit(s1.tcr, 42);
        r.e0pd = has.e0pd && bit(s1.tcr, 56);
    } else {
        r.ttbr = s1.ttbr0;
        r.tsz = static_cast<unsigned>(bits(s1.tcr, 5, 0));
        r.disabled = bit(s1.tcr, 7);
        r.sh = static_cast<u8>(bits(s1.tcr, 13, 12));
        r.granule = implemented(has, granule_of_tg0(bits(s1.tcr, 15, 14)));
        r.tbi = ignored(37, 51);
        r.hpd = has.hpds && bit(s1.tcr, 41);
        r.e0pd = has.e0pd && bit(s1.tcr, 55);
    }
    return r;
}

} // namespace

Range range_of(const MmuControls& controls, u64 va, bool fetch)
{
    const MmuFeatures& has = controls.features;
    Range r = fields_of(controls, va, fetch);
    const bool kib64 = r.granule == 16;
    r.ds = r.ds && !kib64;
    r.least_tsz = (kib64 ? has.lva : r.ds) ? 12 : 16;
    r.most_tsz = !has.ttst ? 39 : kib64 ? 47 : 48;
    return r;
}

namespace {

Fault stage1_fault(u8 kind, int level)
{
    return {.fsc = fsc_at(kind, level)};
}

MemAttr decode(const Stage1Controls& s1, u64 desc, u8 sh)
{
    const auto mair = static_cast<u8>(s1.mair >> (8 * Desc::AttrIndx::get(desc)));
    if (mair >> 4 == 0)
        return {.device = true, .mair = static_cast<u8>(mair & 0b1100), .sh = 0b10};
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

/// `managed`: with DBM set and TCR_ELx.HD, AP[2] says "not yet written" and not "read only".
u8 permissions(const Stage1Controls& s1, u64 desc, bool managed, const Hierarchy& above)
{
    const bool read_only = (Desc::Ap2::get(desc) && !managed) || above.read_only;
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
    const unsigned top = range_of(controls, va, kind.fetch).tbi ? 55 : 63;
    if (bits(va, top, controls.features.pa_bits))
        return stage1_fault(Fsc::address_size, 0);

    TlbData entry;
    entry.mask = entry.s1_mask = page_size - 1;
    entry.va = va & ~entry.mask;
    entry.ipa = entry.pa = bits(va, 51, 0) & ~entry.mask;
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

/// What keeps a walk from an answer: a fault, or tables that changed under it.
struct Obstacle {
    std::optional<Fault> fault = std::nullopt;
    bool again = false;

    explicit operator bool() const { return fault || again; }
};

/// A stage 1 descriptor: where it lies, and its value.
struct Leaf {
    u64 ipa = 0, value = 0;
    bool ns = true;
    bool hardware_af = false; ///< TCR_ELx.HA
    bool clean = false;       ///< its dirty state is still to be set
};

/// Where the stage 1 descriptor at `ipa` lies: stage 2 translates it first when it is on.
Obstacle place_of(const MmuControls& controls, u64 ipa, bool ns, bool write, WalkMemory& memory,
                  u16& reads, u64& pa)
{
    pa = ipa;
    if (!controls.s2.enabled)
        return {};
    const Stage2Result s2 = walk_stage2(controls, ipa, ns, memory, reads);
    const u8 needed = write ? Perm::priv_read | Perm::priv_write : Perm::priv_read;
    Fault fault = s2.fault;
    if (!s2.faulted) {
        auto swapped = WalkMemory::Swap::Done;
        const bool permitted =
            (s2.perm & needed) == needed && !(controls.s2.protect_walks && s2.device());
        if (permitted)
            swapped = settle_stage2(controls, s2, write, memory);
        pa = s2.pa;
        if (permitted && swapped != WalkMemory::Swap::Aborted)
            return {.again = swapped == WalkMemory::Swap::Changed};
        const u8 kind = permitted ? Fsc::external_on_walk : Fsc::permission;
        fault = {.fsc = fsc_at(kind, s2.level), .stage2 = true, .ipa = ipa, .ns = ns};
    }
    fault.s1ptw = true;
    return {.fault = fault};
}

Obstacle read_stage1(const MmuControls& controls, Leaf& leaf, int level, WalkMemory& memory,
                     u16& reads)
{
    u64 pa = 0;
    if (const Obstacle found = place_of(controls, leaf.ipa, leaf.ns, false, memory, reads, pa))
        return found;
    ++reads;
    if (!memory.read_descriptor({.pa = pa, .ns = leaf.ns}, leaf.value))
        return {.fault = stage1_fault(Fsc::external_on_walk, level)};
    return {};
}

/// Sets Access flag and, for a write, dirty state of `leaf`, whose access stage 1 permits
/// (DDI 0487, D8.5 "Hardware management of the Access flag and dirty state"). An AT instruction
/// sets the flag, and leaves the dirty state alone.
Obstacle settle_stage1(const MmuControls& controls, const Leaf& leaf, int level, AccessKind kind,
                       WalkMemory& memory, u16& reads)
{
    u64 wanted = leaf.value;
    if (leaf.hardware_af)
        wanted |= Desc::Af::mask;
    if (leaf.clean && kind.dirties())
        wanted &= ~Desc::Ap2::mask;
    if (wanted == leaf.value || !controls.updates)
        return {};
    u64 pa = 0;
    if (const Obstacle found = place_of(controls, leaf.ipa, leaf.ns, true, memory, reads, pa))
        return found;
    switch (memory.swap_descriptor({.pa = pa, .ns = leaf.ns}, leaf.value, wanted)) {
    case WalkMemory::Swap::Done:
        return {};
    case WalkMemory::Swap::Changed:
        return {.again = true};
    case WalkMemory::Swap::Aborted:
        break;
    }
    return {.fault = stage1_fault(Fsc::external_on_walk, level)};
}

Walked walk_stage1(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory,
                   Leaf& leaf)
{
    const Stage1Controls& s1 = controls.s1;
    if (kept_from_el0(controls, va, kind))
        return stage1_fault(Fsc::translation, 0);
    if (!s1.enabled)
        return flat(controls, va, kind);

    const Range range = range_of(controls, va, kind.fetch);
    const TableFormat format{range.granule, range.ds, controls.features.pa_bits, range.size};
    // Other sizes translate nothing.
    if (range.disabled || range.tsz < range.least_tsz || range.tsz > range.most_tsz)
        return stage1_fault(Fsc::translation, 0);
    const unsigned input = 64 - range.tsz;
    const u64 above = bits(va, range.tbi ? 55 : 63, input);
    if (above != (range.upper ? ones((range.tbi ? 56 : 64) - input) : 0))
        return stage1_fault(Fsc::translation, 0);

    int level = format.first_level(input);
    u64 base = format.base(range.ttbr, input - format.low(level));
    if (format.too_large(base))
        return stage1_fault(Fsc::address_size, 0);

    TlbData entry;
    Hierarchy above_leaf;
    above_leaf.ns = !s1.secure;
    unsigned top = input - 1;
    for (;; ++level) {
        const unsigned low = format.low(level);
        leaf = {.ipa = base + 8 * bits(va, top, low), .ns = above_leaf.ns};
        while (const Obstacle found = read_stage1(controls, leaf, level, memory, entry.reads))
            if (found.fault)
                return *found.fault;
        const u64 desc = leaf.value;
        const bool last = level == TableFormat::last_level, table = Desc::Table::get(desc);
        if (!Desc::Valid::get(desc) || (last ? !table : !table && !format.blocks(level)))
            return stage1_fault(Fsc::translation, level);
        const u64 out = format.output(desc);
        if (!last && table) {
            if (format.too_large(out))
                return stage1_fault(Fsc::address_size, level);
            above_leaf.add(desc, range.hpd);
            base = out;
            top = low - 1;
            continue;
        }
        entry.mask = entry.s1_mask = ones(low);
        if (format.too_large(out & ~entry.mask))
            return stage1_fault(Fsc::address_size, level);
        if (!Desc::Af::get(desc) && !range.ha)
            return stage1_fault(Fsc::access_flag, level);
        const bool managed = range.hd && Desc::Dbm::get(desc);
        leaf.hardware_af = range.ha;
        entry.va = va & ~entry.mask;
        entry.ipa = entry.pa = out & ~entry.mask;
        entry.s1_level = static_cast<u8>(level);
        // With TCR_ELx.DS these bits are address, and the register has the shareability.
        const u64 sh = format.ds() ? range.sh : Desc::Sh::get(desc);
        entry.s1_attr = entry.attr = decode(s1, desc, static_cast<u8>(sh));
        entry.s1_perm = permissions(s1, desc, managed, above_leaf);
        entry.clean = leaf.clean =
            managed && Desc::Ap2::get(desc) && (entry.s1_perm & Perm::priv_write);
        entry.epan = s1.epan;
        entry.ns = above_leaf.ns || Desc::Ns::get(desc);
        if (s1.secure_fetch_only && s1.secure && entry.ns)
            entry.s1_perm &= static_cast<u8>(~(Perm::priv_exec | Perm::user_exec));
        entry.guarded = controls.features.guarded && Desc::Gp::get(desc) != 0;
        entry.global = s1.two_ranges() ? !Desc::Ng::get(desc) : true;
        return entry;
    }
}

} // namespace

u64 branch_address(const MmuControls& controls, u64 target)
{
    constexpr unsigned address_bits = 56;
    if (!range_of(controls, target, true).tbi)
        return target;
    return controls.s1.two_ranges() ? sign_extend(target, address_bits)
                                    : target & ones(address_bits);
}

bool kept_from_el0(const MmuControls& controls, u64 va, AccessKind kind)
{
    return controls.features.e0pd && !kind.privileged && controls.s1.two_ranges() &&
           controls.s1.enabled && range_of(controls, va, kind.fetch).e0pd;
}

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
    const u8 users = entry.epan ? Perm::user_read | Perm::user_write | Perm::user_exec
                                : Perm::user_read | Perm::user_write;
    const bool pan =
        kind.pan && kind.privileged && !kind.fetch && !entry.s1_off && (entry.s1_perm & users);
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
            .writable = !entry.clean && !check(entry, va, write).faulted,
            .page_mask = entry.mask,
            .reads = entry.reads};
}

namespace {

/// One walk of both stages. `again`: a descriptor changed while it was updated.
Walked walk_once(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory,
                 bool& again)
{
    Leaf leaf;
    Walked walked = walk_stage1(controls, va, kind, memory, leaf);
    auto* entry = std::get_if<TlbData>(&walked);
    if (!entry)
        return walked;
    if (const Verdict s1 = check_stage1(*entry, kind); s1.faulted)
        return s1.fault;
    const bool sets_dirty = kind.dirties();
    const Obstacle found =
        settle_stage1(controls, leaf, entry->s1_level, kind, memory, entry->reads);
    again = found.again;
    if (found.fault)
        return *found.fault;
    entry->clean = entry->clean && !sets_dirty;
    if (again || !controls.s2.enabled || controls.stage1_only)
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
    entry->attr = s2.with(entry->s1_attr);
    if (const Verdict verdict = check_stage2(*entry, va, kind); verdict.faulted)
        return verdict.fault;
    entry->clean = entry->clean || (s2.clean && !sets_dirty);
    switch (settle_stage2(controls, s2, sets_dirty, memory)) {
    case WalkMemory::Swap::Done:
        return walked;
    case WalkMemory::Swap::Changed:
        again = true;
        return walked;
    case WalkMemory::Swap::Aborted:
        break;
    }
    return Fault{.fsc = fsc_at(Fsc::external_on_walk, s2.level),
                 .stage2 = true,
                 .ipa = ipa,
                 .ns = entry->ns};
}

} // namespace

Walked walk(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory)
{
    for (;;) {
        bool again = false;
        Walked walked = walk_once(controls, va, kind, memory, again);
        if (!again)
            return walked;
    }
}

} // namespace sl::pe
