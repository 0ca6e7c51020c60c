// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "sysreg/tables.h"

#include <bit>
#include <string_view>
#include <utility>
#include <vector>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;
using Kind = sysreg::Resolution::Kind;
using sysreg::Feature;

/// Who answers for a register that is computed.
enum class Owner : u8 { Pe, Gic, Timer, Pmu, Trace, Profiling };

Owner owner_of(Reg reg)
{
    static const auto owners = [] {
        std::vector<Owner> made;
        for (const sysreg::Description& row : sysreg::descriptions()) {
            const std::string_view name = row.name;
            Owner owner = Owner::Pe;
            if (row.feature == Feature::FEAT_SPE)
                owner = Owner::Profiling;
            else if (name.starts_with("ICC_") || name.starts_with("ICH_"))
                owner = Owner::Gic;
            else if (name.starts_with("CNT"))
                owner = Owner::Timer;
            else if (name.starts_with("PM"))
                owner = Owner::Pmu;
            else if (name.starts_with("TRC") || name.starts_with("TRB"))
                owner = Owner::Trace;
            made.push_back(owner);
        }
        return made;
    }();
    return owners[static_cast<std::size_t>(reg)];
}

/// A witness wants to know the values of these: what decides about translation, trace and its
/// traps. Reading them has no effect.
bool is_witnessed(Reg reg)
{
    return Adversary::lags(reg) || reg == Reg::CPTR_EL2 || owner_of(reg) == Owner::Trace;
}

void tell_refused(Witness& witness, a64::SysKey key, bool write)
{
    if (const auto named = sysreg::find(key.value))
        witness.refused(*named, write);
}

/// E2H has led the access to another register than the one that it names.
void tell_renamed(Witness& witness, a64::SysKey key, Reg reached, bool write)
{
    const auto named = sysreg::find(key.value);
    if (named && *named != reached)
        witness.renamed(*named, reached, write);
}

} // namespace

// ---- Access ------------------------------------------------------------------------------------

sysreg::Resolution Pe::resolve(a64::SysKey key, bool write) const
{
    return sysreg::resolve(key.value, write,
                           {.file = file_,
                            .features = config_.features,
                            .el = state_.el,
                            .secure = secure_below(),
                            .has_el2 = config_.has_el2,
                            .has_el3 = config_.has_el3});
}

/// Takes the exception that an access which may not be made ends in; false when it may.
bool Pe::access_refused(const sysreg::Resolution& r, a64::SysKey key, unsigned rt, bool read)
{
    switch (r.kind) {
    case Kind::Ok:
        return false;
    case Kind::Trap:
        if (witness_)
            tell_refused(*witness_, key, !read);
        sysreg_trap(key, rt, read, r.target_el);
        return true;
    case Kind::Undefined:
        break;
    }
    if (witness_)
        tell_refused(*witness_, key, !read);
    report((read ? "undefined MRS " : "undefined MSR ") + sysreg::name_of(key.value), key.value);
    undefined_here();
    return true;
}

bool Pe::read_sysreg(a64::SysKey key, unsigned rt, u64& value)
{
    sysreg::Resolution r = resolve(key, false);
    if (r.kind == Kind::Ok && !present(r.reg))
        r.kind = Kind::Undefined;
    if (access_refused(r, key, rt, true))
        return false;
    if (witness_) {
        tell_renamed(*witness_, key, r.reg, false);
        witness_->read(r.reg);
    }
    if (!sysreg::describe(r.reg).computed) {
        value = file_[r.reg];
        return true;
    }
    if ((r.reg == Reg::FPCR || r.reg == Reg::FPSR) && fp_trap())
        return false;
    if (adversary_) {
        // A direct read sees the direct write before it; that they may do so, too, is allowed.
        if (const auto write = adversary_->land(r.reg))
            land(*write);
    }
    value = read_computed(r.reg);
    // Acknowledging an interrupt lowers its line.
    if (owner_of(r.reg) == Owner::Gic)
        recheck();
    return true;
}

bool Pe::write_sysreg(a64::SysKey key, unsigned rt, u64 value)
{
    sysreg::Resolution r = resolve(key, true);
    if (r.kind == Kind::Ok && !present(r.reg))
        r.kind = Kind::Undefined;
    if (access_refused(r, key, rt, false))
        return false;
    if ((r.reg == Reg::FPCR || r.reg == Reg::FPSR) && fp_trap())
        return false;
    if (!witness_) {
        write_resolved(r.reg, value);
        return true;
    }
    tell_renamed(*witness_, key, r.reg, true);
    const bool told = is_witnessed(r.reg) && sysreg::describe(r.reg).readable;
    const u64 before = told ? peek_register(r.reg) : 0;
    write_resolved(r.reg, value);
    if (told)
        witness_->wrote(r.reg, before, peek_register(r.reg));
    return true;
}

void Pe::write_resolved(Reg reg, u64 value)
{
    if (adversary_ && Adversary::lags(reg))
        return write_lagging(reg, value);
    if (sysreg::describe(reg).computed)
        write_computed(reg, value);
    else
        file_.write(reg, value);
    written(reg);
}

/// The built-in firmware keeps the buffer (MDCR_EL3.{NSTB,NSPB}): what traps to it, it answers with
/// an UNDEFINED exception.
bool Pe::kept(Reg reg) const
{
    const Feature feature = sysreg::describe(reg).feature;
    return (config_.firmware_keeps_trbe && feature == Feature::FEAT_TRBE &&
            reg != Reg::TRBIDR_EL1) ||
           (config_.firmware_keeps_spe && feature == Feature::FEAT_SPE && reg != Reg::PMBIDR_EL1);
}

/// Registers that exist here for some builds, or states, only.
bool Pe::present(Reg reg) const
{
    if (reg == Reg::SP_EL0)
        return state_.sp_sel; // otherwise it is the SP in use
    switch (owner_of(reg)) {
    case Owner::Gic:
        return gic_.implements(reg);
    case Owner::Trace:
        return trace_ && trace_->implements(reg) && !kept(reg);
    case Owner::Profiling:
        return profiling_ && !kept(reg);
    default:
        return true;
    }
}

bool Pe::read_has_effect(Reg reg)
{
    return reg == Reg::ICC_IAR0_EL1 || reg == Reg::ICC_IAR1_EL1 || reg == Reg::RNDR ||
           reg == Reg::RNDRRS;
}

void Pe::set_register(Reg reg, u64 value)
{
    if (adversary_)
        adversary_->land(reg); // what it replaces
    if (sysreg::describe(reg).computed)
        write_computed(reg, value);
    else
        file_.write(reg, value);
    if (core_)
        written(reg);
}

u64 Pe::peek_register(Reg reg)
{
    if (read_has_effect(reg))
        return 0;
    if (adversary_ && (Adversary::is_trace_buffer(reg) || Adversary::is_profiling_buffer(reg))) {
        if (const Adversary::Write* const write = adversary_->find(reg))
            return write->value;
    }
    for (const auto& [name, el] : {std::pair{Reg::SP_EL0, 0}, {Reg::SP_EL1, 1}, {Reg::SP_EL2, 2}})
        if (reg == name && (state_.sp_sel ? state_.el : 0) == el)
            return state_.x[a64::slot_sp]; // the one in use
    if (owner_of(reg) == Owner::Gic)       // without what read_computed() brings up to date
        return gic_.read(reg, gic_context());
    return sysreg::describe(reg).computed ? read_computed(reg) : file_[reg];
}

// ---- Registers that are computed
// -----------------------------------------------------------------

u64 Pe::read_computed(Reg reg)
{
    switch (owner_of(reg)) {
    case Owner::Gic:
        refresh_lines(); // what the timers drive is pending by now
        return gic_.read(reg, gic_context());
    case Owner::Timer:
        return read_timer(reg);
    case Owner::Pmu:
        return read_pmu(reg);
    case Owner::Trace:
        return trace_->read(reg);
    case Owner::Profiling:
        return profiling_->read(reg);
    case Owner::Pe:
        break;
    }
    switch (reg) {
    case Reg::CurrentEL:
        return u64{state_.el} << 2;
    case Reg::SPSel:
        return state_.sp_sel;
    case Reg::PAN:
        return u64{state_.pan} << 22;
    case Reg::UAO:
        return u64{state_.uao} << 23;
    case Reg::RNDR:
    case Reg::RNDRRS:
        return random();
    case Reg::DIT:
        return u64{state_.dit} << 24;
    case Reg::SSBS:
        return u64{state_.ssbs} << 12;
    case Reg::NZCV:
        return state_.nzcv();
    case Reg::DAIF:
        return u64{state_.daif} << 6;
    case Reg::FPCR:
        return state_.fpcr;
    case Reg::FPSR:
        return state_.fpsr;
    case Reg::SP_EL0:
        return sp_[0];
    case Reg::SP_EL1:
        return sp_[1];
    case Reg::SP_EL2:
        return sp_[2];
    case Reg::ISR_EL1:
        return isr();
    case Reg::CCSIDR_EL1:
        return ccsidr();
    case Reg::DCZID_EL0:
        return dczid();
    case Reg::OSLSR_EL1:
        return file_[Reg::OSLSR_EL1];
    case Reg::DBGCLAIMSET_EL1:
        return 0xff; // eight tags
    case Reg::DBGCLAIMCLR_EL1:
        return file_[Reg::DBGCLAIMCLR_EL1];
    default: // RVBAR_ELx: resets begin where the platform says
        return 0;
    }
}

/// RNDR, RNDRRS: runs repeat, so these are numbers of splitmix64, of each PE its own. They never
/// run out, which NZCV says.
u64 Pe::random()
{
    state_.set_nzcv(0);
    random_ += 0x9e37'79b9'7f4a'7c15;
    u64 v = random_;
    v = (v ^ v >> 30) * 0xbf58'476d'1ce4'e5b9;
    v = (v ^ v >> 27) * 0x94d0'49bb'1331'11eb;
    return v ^ v >> 31;
}

void Pe::write_computed(Reg reg, u64 value)
{
    switch (owner_of(reg)) {
    case Owner::Gic:
        refresh_lines();
        gic_.write(reg, value, gic_context());
        mirror_gic();
        return;
    case Owner::Timer:
        return write_timer(reg, value);
    case Owner::Pmu:
        return write_pmu(reg, value);
    case Owner::Trace:
        return trace_->write(reg, value);
    case Owner::Profiling:
        return profiling_->write(reg, value);
    case Owner::Pe:
        break;
    }
    switch (reg) {
    case Reg::SPSel:
        set_el(state_.el, value & 1);
        break;
    case Reg::PAN:
        state_.pan = bit(value, 22);
        break;
    case Reg::UAO:
        state_.uao = bit(value, 23);
        break;
    case Reg::DIT:
        state_.dit = bit(value, 24);
        break;
    case Reg::SSBS:
        state_.ssbs = bit(value, 12);
        break;
    case Reg::NZCV:
        state_.set_nzcv(value);
        break;
    case Reg::DAIF:
        state_.daif = static_cast<u8>(bits(value, 9, 6));
        break;
    case Reg::FPCR:
        // AHP, DN, FZ, RMode, and FZ16 where it exists: no exceptions are trapped.
        state_.fpcr = static_cast<u32>(
            value & (config_.features.has(sysreg::Feature::FEAT_FP16) ? 0x07c8'0000 : 0x07c0'0000));
        break;
    case Reg::FPSR:
        state_.fpsr = static_cast<u32>(value & 0x0800'009f);
        break;
    case Reg::SP_EL0:
        sp_[0] = value;
        break;
    case Reg::SP_EL1:
        sp_[1] = value;
        break;
    case Reg::SP_EL2:
        sp_[2] = value;
        break;
    case Reg::OSLAR_EL1:
        file_[Reg::OSLSR_EL1] = sysreg::OSLSR_EL1::OSLK::set(file_[Reg::OSLSR_EL1], value & 1);
        if (trace_)
            trace_->context_changed();
        break;
    case Reg::DBGCLAIMSET_EL1:
        file_[Reg::DBGCLAIMCLR_EL1] |= value & 0xff;
        break;
    case Reg::DBGCLAIMCLR_EL1:
        file_[Reg::DBGCLAIMCLR_EL1] &= ~value;
        break;
    default:
        break;
    }
}

/// What pends, as this EL sees it: EL1 sees virtual interrupts where HCR_EL2 gives it those; EL2
/// and EL3 see the physical ones, whatever the routing.
u64 Pe::isr() const
{
    using Isr = sysreg::ISR_EL1;
    const GicPort::Lines lines = gic_.lines(state_.el, secure());
    const u64 control = state_.el == 1 ? hcr() : 0;
    const bool irq = Hcr::IMO::get(control) ? lines.virq || Hcr::VI::get(control) : lines.irq;
    const bool fiq = Hcr::FMO::get(control) ? lines.vfiq || Hcr::VF::get(control) : lines.fiq;
    const bool serror = Hcr::AMO::get(control) && Hcr::VSE::get(control);
    return Isr::I::make(irq) | Isr::F::make(fiq) | Isr::A::make(serror);
}

/// The geometry of the cache that CSSELR_EL1 selects.
u64 Pe::ccsidr() const
{
    const u64 select = file_[Reg::CSSELR_EL1];
    const auto& p = config_.profile;
    const timing::CacheShape& shape = select == 0   ? p.l1d
                                      : select == 1 ? p.l1i
                                      : select == 2 ? p.l2
                                                    : timing::CacheShape{};
    if (shape.size == 0 || select > 2)
        return 0;
    const u64 sets = shape.size / shape.ways / shape.line;
    const auto line = static_cast<u64>(std::bit_width(shape.line / 16) - 1);
    return (sets - 1) << 13 | (shape.ways - 1) << 3 | line;
}

u64 Pe::dczid() const
{
    constexpr u64 block_words_log2 = 4; // 64 bytes
    const auto key = a64::SysKey::of(1, 3, 7, 4, 1);
    const bool prohibited = resolve(key, true).kind != Kind::Ok;
    return sysreg::DCZID_EL0::BS::make(block_words_log2) | sysreg::DCZID_EL0::DZP::make(prohibited);
}

GicPort::Context Pe::gic_context() const
{
    GicPort::Context c{.el = state_.el, .secure = secure(), .now_ps = now_ps()};
    c.virtual_group0 = Hcr::FMO::get(hcr()) != 0;
    c.virtual_group1 = Hcr::IMO::get(hcr()) != 0;
    if (config_.has_el3) {
        const u64 control = file_[Reg::SCR_EL3];
        c.scr_ns = Scr::NS::get(control) != 0;
        c.scr_fiq = Scr::FIQ::get(control) != 0;
        c.scr_irq = Scr::IRQ::get(control) != 0;
    }
    return c;
}

/// The access rules of the GIC's registers read these, which the GIC keeps.
void Pe::mirror_gic()
{
    if (!config_.features.has(Feature::FEAT_GICv3))
        return;
    const GicPort::Context c{.el = 3, .secure = true, .now_ps = now_ps()};
    for (const Reg reg : {Reg::ICH_HCR_EL2, Reg::ICC_SRE_EL2, Reg::ICC_SRE_EL3})
        file_[reg] = gic_.read(reg, c);
}

// ---- What follows from a write
// -------------------------------------------------------------------

void Pe::written(Reg reg)
{
    switch (reg) {
    case Reg::HCR_EL2:
        // AArch32 does not exist: RW is RAO/WI.
        file_[Reg::HCR_EL2] |= Hcr::RW::mask;
        context_changed();
        mode_changed();
        recheck();
        return;
    case Reg::SCR_EL3:
        file_[Reg::SCR_EL3] |= Scr::RW::mask;
        context_changed();
        mode_changed();
        recheck();
        return;
    case Reg::MDCR_EL2:
    case Reg::MDCR_EL3:
        context_changed();
        mode_changed();
        recheck();
        return;
    case Reg::VTTBR_EL2:
        if (state_.el < 2)
            context_changed();
        mode_changed();
        return;
    case Reg::CONTEXTIDR_EL1:
    case Reg::CONTEXTIDR_EL2:
    case Reg::TRFCR_EL1:
    case Reg::TRFCR_EL2:
        if (trace_) {
            trace_->context_changed();
            trace_changed();
        }
        return;
    case Reg::SCTLR_EL1:
    case Reg::TTBR0_EL1:
    case Reg::TTBR1_EL1:
    case Reg::TCR_EL1:
    case Reg::MAIR_EL1:
    case Reg::VTCR_EL2:
        // Of no effect on an EL that they do not control.
        if (state_.el < 2)
            context_changed();
        return;
    case Reg::SCTLR_EL2:
    case Reg::SCTLR_EL3:
    case Reg::TTBR0_EL2:
    case Reg::TTBR1_EL2:
    case Reg::TTBR0_EL3:
    case Reg::TCR_EL2:
    case Reg::TCR_EL3:
    case Reg::MAIR_EL2:
    case Reg::MAIR_EL3:
    case Reg::CPACR_EL1:
    case Reg::CPTR_EL2:
    case Reg::CPTR_EL3:
    case Reg::OSLAR_EL1:
    case Reg::SPSel:
    case Reg::PAN:
        context_changed();
        return;
    case Reg::MDSCR_EL1:
        if (file_[Reg::MDSCR_EL1] & (sysreg::MDSCR_EL1::MDE::mask | sysreg::MDSCR_EL1::HDE::mask))
            report("breakpoints and watchpoints enabled: they never match here",
                   file_[Reg::MDSCR_EL1]);
        context_changed();
        return;
    case Reg::DAIF:
        if (sysreg::MDSCR_EL1::SS::get(file_[Reg::MDSCR_EL1]))
            context_changed(); // PSTATE.D decides about software step
        recheck();
        return;
    case Reg::CNTVOFF_EL2:
        timers_.set_virtual_offset(file_[Reg::CNTVOFF_EL2]);
        timers_written_ = true;
        recheck();
        return;
    default:
        break;
    }
    switch (owner_of(reg)) {
    case Owner::Gic:
    case Owner::Timer:
    case Owner::Pmu:
        recheck();
        break;
    case Owner::Trace:
        trace_changed();
        recheck();
        break;
    case Owner::Profiling:
        profiling_->context_changed();
        profiling_changed();
        recheck();
        break;
    case Owner::Pe:
        break;
    }
}

} // namespace sl::pe
