// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <cassert>
#include <cstring>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using Sctlr = sysreg::SCTLR_EL1; // M, I and WXN lie alike in all SCTLR_ELx
using sysreg::Feature;

} // namespace

/// Reads descriptors as the PE's table walker does.
class Pe::Walker final : public WalkMemory {
public:
    explicit Walker(Pe& pe)
        : pe_{pe}
    {
    }

    /// A walk for `va` that the PE really makes: observers hear of its reads.
    Walker(Pe& pe, u64 va)
        : pe_{pe},
          va_{va},
          told_{pe.transactions_ == Transactions::All}
    {
    }

    bool read_descriptor(const DescriptorPlace& place, u64& value) override
    {
        ++reads;
        const BusStatus status = read(place.pa, place.ns, value);
        if (told_)
            pe_.tell(Transaction::Kind::Walk, va_, place.pa, &value, sizeof value, status);
        if (pe_.witness_)
            seen.push_back({place, value});
        return status == BusStatus::Ok;
    }

    Swap swap_descriptor(const DescriptorPlace& place, u64 expected, u64 desired) override
    {
        u64 now = 0;
        ++reads;
        BusStatus status = read(place.pa, place.ns, now);
        if (status == BusStatus::Ok && now != expected)
            return Swap::Changed;
        if (status == BusStatus::Ok)
            status = write(place.pa, place.ns, desired);
        if (told_)
            pe_.tell(Transaction::Kind::WalkWrite, va_, place.pa, &desired, sizeof desired, status);
        // What the walk has set itself, the entry that it makes knows.
        for (DescriptorRead& read : seen)
            if (read.place.pa == place.pa)
                read.value = desired;
        return status == BusStatus::Ok ? Swap::Done : Swap::Aborted;
    }

    u64 reads = 0;
    std::vector<DescriptorRead> seen; ///< for the witness

private:
    BusStatus write(u64 pa, bool ns, u64 value)
    {
        if (const Bus::Page page = pe_.bus_.direct(pa, !ns); page.host && page.writable) {
            std::memcpy(page.host + (pa & ~page_mask), &value, sizeof value);
            pe_.changed(pa, sizeof value);
            return BusStatus::Ok;
        }
        u64 latency = 0;
        return pe_.bus_.write(pa, &value, sizeof value, initiator(ns), pe_.now_ps(), latency);
    }

    Initiator initiator(bool ns) const
    {
        Initiator who = pe_.initiator(false);
        who.secure = !ns;
        who.privileged = true;
        return who;
    }

    BusStatus read(u64 pa, bool ns, u64& value)
    {
        if (const Bus::Page page = pe_.bus_.direct(pa, !ns); page.host) {
            std::memcpy(&value, page.host + (pa & ~page_mask), sizeof value);
            return BusStatus::Ok;
        }
        u64 latency = 0;
        return pe_.bus_.read(pa, &value, sizeof value, initiator(ns), pe_.now_ps(), latency);
    }

    Pe& pe_;
    u64 va_ = 0;
    bool told_ = false;
};

// ---- What the registers say
// ----------------------------------------------------------------------

Stage1Controls Pe::stage1(Regime regime) const
{
    const auto of = [&](Reg control, Reg ttbr0, Reg ttbr1, Reg tcr, Reg mair) {
        Stage1Controls s1;
        const u64 sctlr_value = visible(control);
        s1.regime = regime;
        s1.enabled = Sctlr::M::get(sctlr_value) != 0;
        s1.icache = Sctlr::I::get(sctlr_value) != 0;
        s1.wxn = Sctlr::WXN::get(sctlr_value) != 0;
        s1.epan = config_.features.has(Feature::FEAT_PAN3) && Sctlr::EPAN::get(sctlr_value);
        s1.ttbr0 = visible(ttbr0);
        s1.ttbr1 = ttbr1 == Reg::Count ? 0 : visible(ttbr1);
        s1.tcr = visible(tcr);
        s1.mair = visible(mair);
        s1.secure = regime == Regime::El3 || secure_below();
        s1.secure_fetch_only =
            config_.has_el3 && sysreg::SCR_EL3::SIF::get(file_[Reg::SCR_EL3]) != 0;
        return s1;
    };
    switch (regime) {
    case Regime::El3:
        return of(Reg::SCTLR_EL3, Reg::TTBR0_EL3, Reg::Count, Reg::TCR_EL3, Reg::MAIR_EL3);
    case Regime::El2:
        return of(Reg::SCTLR_EL2, Reg::TTBR0_EL2, Reg::Count, Reg::TCR_EL2, Reg::MAIR_EL2);
    case Regime::El20:
        return of(Reg::SCTLR_EL2, Reg::TTBR0_EL2, Reg::TTBR1_EL2, Reg::TCR_EL2, Reg::MAIR_EL2);
    case Regime::El10:
        break;
    }
    Stage1Controls s1 =
        of(Reg::SCTLR_EL1, Reg::TTBR0_EL1, Reg::TTBR1_EL1, Reg::TCR_EL1, Reg::MAIR_EL1);
    s1.default_cacheable = Hcr::DC::get(visible_hcr()) != 0;
    if (s1.default_cacheable || Hcr::TGE::get(visible_hcr()))
        s1.enabled = false;
    return s1;
}

MmuFeatures Pe::mmu_features() const
{
    const auto has = [this](Feature feature) { return config_.features.has(feature); };
    return {.pa_bits =
                address_bits(sysreg::ID_AA64MMFR0_EL1::PARange::get(file_[Reg::ID_AA64MMFR0_EL1])),
            .granule16 = has(Feature::FEAT_TGran16K),
            .granule64 = has(Feature::FEAT_TGran64K),
            .hpds = has(Feature::FEAT_HPDS),
            .xnx = has(Feature::FEAT_XNX),
            .ttst = has(Feature::FEAT_TTST),
            .lva = has(Feature::FEAT_LVA),
            .lpa2 = has(Feature::FEAT_LPA2),
            .hafdbs = has(Feature::FEAT_HAFDBS),
            .e0pd = has(Feature::FEAT_E0PD),
            .guarded = has(Feature::FEAT_BTI),
            .tbid = has(Feature::FEAT_PAuth)};
}

MmuControls Pe::controls(Regime regime) const
{
    MmuControls c;
    c.s1 = stage1(regime);
    if (regime == Regime::El10) {
        c.s2.enabled = (visible_hcr() & (Hcr::VM::mask | Hcr::DC::mask)) != 0;
        c.s2.protect_walks = Hcr::PTW::get(visible_hcr()) != 0;
        c.s2.forced =
            config_.features.has(Feature::FEAT_S2FWB) && Hcr::FWB::get(visible_hcr()) != 0;
        c.s2.vttbr = visible(Reg::VTTBR_EL2);
        c.s2.vtcr = visible(Reg::VTCR_EL2);
    }
    c.features = mmu_features_;
    return c;
}

TlbTag Pe::tag(const MmuControls& c, bool fetch) const
{
    using Tcr = sysreg::TCR_EL1;
    TlbTag t;
    t.regime = c.s1.regime;
    t.secure = c.s1.secure;
    t.s1_off = !c.s1.enabled;
    t.s1_off_fetch = t.s1_off && fetch;
    t.stage2 = c.s2.enabled;
    if (c.s1.two_ranges() && c.s1.enabled) {
        const u64 ttbr = Tcr::A1::get(c.s1.tcr) ? c.s1.ttbr1 : c.s1.ttbr0;
        const u64 asid = sysreg::TTBR0_EL1::ASID::get(ttbr);
        t.asid = static_cast<u16>(Tcr::AS::get(c.s1.tcr) ? asid : asid & 0xff);
    }
    if (t.regime == Regime::El10 && el2_enabled()) {
        const u64 vmid = sysreg::VTTBR_EL2::VMID::get(visible(Reg::VTTBR_EL2));
        const bool wide = config_.features.has(Feature::FEAT_VMID16) &&
                          sysreg::VTCR_EL2::VS::get(visible(Reg::VTCR_EL2));
        t.vmid = static_cast<u16>(wide ? vmid : vmid & 0xff);
    }
    return t;
}

/// Tells the engine which translation is in force: all that decides what an address means and who
/// may go there, interned.
void Pe::translation_changed()
{
    constexpr u16 last_id = 4094;
    controls_ = controls(regime());
    const TlbTag t = tag(controls_, false);
    const u64 key = u64{t.asid} | u64{t.vmid} << 16 | u64{static_cast<u8>(t.regime)} << 32 |
                    u64{t.secure} << 34 | u64{t.s1_off} << 35 | u64{t.stage2} << 36 |
                    u64{state_.el != 0} << 37 | u64{state_.pan} << 38;
    auto& ids = core_->translation_ids;
    if (const auto known = ids.find(key); known != ids.end())
        return core_->engine.set_translation(known->second);
    if (ids.size() == last_id) {
        ids.clear();
        core_->engine.evict_all();
    }
    const auto id = static_cast<u16>(ids.size() + 1);
    ids.emplace(key, id);
    core_->engine.set_translation(id);
}

// ---- Translating
// -----------------------------------------------------------------------------------

/// A walk past the TLB that answers a question of the model.
Walked Pe::free_walk(const MmuControls& c, u64 va, AccessKind kind)
{
    Walker walker{*this};
    return walk(c, va, kind, walker);
}

/// The same as part of executing an instruction: it takes time, and may be recorded.
Walked Pe::executed_walk(const MmuControls& c, u64 va, AccessKind kind)
{
    Walker walker{*this, va};
    Walked result = walk(c, va, kind, walker);
    charge(walker.reads * config_.profile.walk_read);
    // AT of one stage tells of no access.
    if (witness_ && !c.stage1_only)
        tell_walked(c, va, kind, result, walker.seen);
    return result;
}

/// One of a buffer, beside the instructions.
Walked Pe::buffer_walk(const MmuControls& c, u64 va, AccessKind kind)
{
    Walker walker{*this};
    Walked result = walk(c, va, kind, walker);
    if (witness_)
        tell_walked(c, va, kind, result, walker.seen);
    return result;
}

void Pe::tell_walked(const MmuControls& c, u64 va, AccessKind kind, const Walked& result,
                     std::span<const DescriptorRead> read)
{
    const TlbTag t = tag(c, kind.fetch);
    witness_->looked_up({c.s1.regime, t, va, kind, std::get_if<TlbData>(&result), read});
}

Walked Pe::walk_again(Regime of, u64 va, AccessKind kind, bool stage1_only)
{
    MmuControls c = controls(of);
    c.stage1_only = stage1_only;
    return free_walk(c, va, kind);
}

std::variant<Pe::Place, Fault> Pe::locate(u64 va, AccessKind kind)
{
    Place place;
    const bool flat = !controls_.s1.enabled && !controls_.s2.enabled;
    const TlbTag t = tag(controls_, kind.fetch);
    const TlbData* hit = flat ? nullptr : core_->tlb.find(t, va);
    // A write that is the first to make a page dirty, and an unprivileged access of a half that is
    // kept from EL0, are for the walk.
    const bool walks =
        hit && ((hit->clean && kind.dirties()) || kept_from_el0(controls_, va, kind));
    if (hit && !walks) {
        if (const Verdict verdict = check(*hit, va, kind); verdict.faulted)
            return verdict.fault;
        place.entry = *hit;
        if (witness_)
            witness_->looked_up({controls_.s1.regime, t, va, kind, hit, {}});
    } else {
        const u64 before = cycle();
        const Walked walked = executed_walk(controls_, va, kind);
        place.walked = !flat;
        place.walk_cycles = cycle() - before;
        if (const Fault* fault = std::get_if<Fault>(&walked))
            return *fault;
        place.entry = std::get<TlbData>(walked);
        if (!flat)
            core_->tlb.insert(t, place.entry);
    }
    place.pa = place.entry.pa | (va & place.entry.mask);
    place.direct = bus_.direct(place.pa, !place.entry.ns);
    return place;
}

/// Lets the engine access the page by itself from now on.
void Pe::fill(u64 va, const Place& place, AccessKind kind)
{
    // What is inline is not seen by observers.
    if (transactions_ == Transactions::All || (witness_ && witness_->minds(va)))
        return;
    if (!place.direct.host || kind.privileged != (state_.el != 0))
        return;
    // Unaligned accesses to Device memory fault: the engine must not make them inline.
    const bool checked = core_->engine.context() & a64::Context::AlignCheck::mask;
    if (place.entry.attr.device && !checked)
        return;
    AccessKind read = kind;
    read.write = read.atomic = read.unaligned = false;
    AccessKind write = read;
    write.write = true;
    const bool writable = place.direct.writable && !place.entry.clean;
    core_->engine.fill(va & page_mask, place.pa & page_mask, place.direct.host,
                       !check(place.entry, va, read).faulted,
                       writable && !check(place.entry, va, write).faulted);
}

Translated Pe::translate(Regime of, u64 va, AccessKind kind)
{
    // Those of the current regime are at hand; an adversary may see older ones.
    MmuControls c = of == regime() && !adversary_ ? controls_ : controls(of);
    // TRBIDR_EL1.F is 0: the buffer manages neither Access flag nor dirty state.
    c.features.hafdbs = false;
    const Walked walked = adversary_ && adversary_->prefetches() ? walked_ahead(c, va, kind)
                                                                 : buffer_walk(c, va, kind);
    if (const Fault* fault = std::get_if<Fault>(&walked))
        return *fault;
    return translation_of(std::get<TlbData>(walked), va, kind);
}

Translated Pe::translate_as_written(Regime of, u64 va, AccessKind kind, bool stage1_only)
{
    // Without the adversary, registers are seen as they are written, and nothing is kept.
    std::unique_ptr<Adversary> aside = std::move(adversary_);
    const Walked walked = walk_again(of, va, kind, stage1_only);
    adversary_ = std::move(aside);
    if (const Fault* fault = std::get_if<Fault>(&walked))
        return *fault;
    return translation_of(std::get<TlbData>(walked), va, kind);
}

std::optional<u64> Pe::peek_word(u64 pa, bool secure)
{
    const Bus::Page page = bus_.direct(pa, secure);
    if (!page.host)
        return std::nullopt;
    u64 value = 0;
    std::memcpy(&value, page.host + (pa & ~page_mask), sizeof value);
    return value;
}

void Pe::forget_inline(u64 va, u64 size)
{
    if (core_)
        core_->engine.evict(va, size);
}

Translated Pe::translate_ipa(u64 ipa, AccessKind kind)
{
    MmuControls c = controls(Regime::El10);
    c.features.hafdbs = false; // as for translate()
    if (!c.s2.enabled)
        return Translation{.pa = ipa,
                           .attr = {},
                           .ns = !secure_below(),
                           .writable = true,
                           .page_mask = page_size - 1};
    Walker walker{*this};
    u16 reads = 0;
    const Stage2Result s2 = walk_stage2(c, ipa, true, walker, reads);
    if (s2.faulted)
        return s2.fault;
    if (!permitted(s2.perm, kind))
        return Fault{
            .fsc = static_cast<u8>(Fsc::permission | s2.level), .stage2 = true, .ipa = ipa};
    AccessKind write = kind;
    write.write = true;
    return Translation{.pa = s2.pa,
                       .attr = s2.with({}),
                       .writable = !s2.clean && permitted(s2.perm, write),
                       .page_mask = s2.mask,
                       .reads = reads};
}

void Pe::invalidate(const TlbInvalidate& what)
{
    if (core_)
        core_->tlb.drop_if([&](const Tlb::Entry& entry) { return what.drops(entry); });
    // Maintenance of a PE's TLB is also its trace buffer's (DDI 0487, R_GQJMC).
    if (adversary_)
        adversary_->tlb().drop_if([&](const Tlb::Entry& entry) { return what.drops(entry); });
}

// ---- Faults
// ----------------------------------------------------------------------------------------

AccessKind Pe::data_kind(const a64::Access& access) const
{
    AccessKind kind;
    kind.write = access.write;
    kind.atomic = access.atomic;
    const bool as_user =
        access.unprivileged && !state_.uao && (state_.el == 1 || (state_.el == 2 && in_host()));
    kind.privileged = state_.el != 0 && !as_user;
    kind.pan = state_.pan && kind.privileged;
    return kind;
}

/// ESR_ELx.WnR of an atomic: it says "read" where a plain read would have had the same fault.
bool Pe::read_faults_too(u64 va, AccessKind kind, const Fault& fault)
{
    kind.write = kind.atomic = false;
    MmuControls asked = controls_;
    asked.updates = false;
    const Walked walked = free_walk(asked, va, kind);
    const Fault* const of_read = std::get_if<Fault>(&walked);
    return of_read && of_read->fsc == fault.fsc && of_read->stage2 == fault.stage2;
}

/// Takes the Instruction or Data Abort for `fault`.
void Pe::abort(u64 va, const Fault& fault, const Doing& doing)
{
    using Iss = DataAbortIss;
    const bool is_external = Fsc::is_external(fault.fsc);
    u8 target = fault.stage2 ? 2 : same_or_el1();
    if (is_external && config_.has_el3 && sysreg::SCR_EL3::EA::get(file_[Reg::SCR_EL3]))
        target = 3;
    const bool same = target == state_.el;

    u64 iss = Iss::Dfsc::make(fault.fsc) | Iss::S1ptw::make(fault.s1ptw);
    u8 ec = same ? Ec::instr_abort_same : Ec::instr_abort_lower;
    if (!doing.kind.fetch) {
        ec = same ? Ec::data_abort_same : Ec::data_abort_lower;
        const bool write =
            doing.cache_maintenance ||
            (doing.kind.atomic ? !read_faults_too(va, doing.kind, fault) : doing.kind.write);
        iss |= Iss::Wnr::make(write) | Iss::Cm::make(doing.cache_maintenance);
        if (fault.stage2 && !fault.s1ptw)
            iss |= doing.instruction_syndrome;
    }
    Exception exception{.target_el = target,
                        .trace = doing.kind.fetch              ? TraceException::InstructionFault
                                 : fault.fsc == Fsc::alignment ? TraceException::Alignment
                                                               : TraceException::DataFault,
                        .esr = esr_of(ec, iss),
                        .far = va,
                        .return_address = state_.pc};
    if (fault.stage2)
        exception.hpfar = sysreg::HPFAR_EL2::FIPA::make(fault.ipa >> 12);
    take(exception);
}

} // namespace sl::pe
