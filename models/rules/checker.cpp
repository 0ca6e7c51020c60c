// SPDX-License-Identifier: MIT
#include "rules/checker.h"

#include "sysreg/tables.h"

#include <algorithm>
#include <string_view>

namespace sl::rules {

namespace {

namespace f = sysreg;
using sysreg::Feature;
using Kind = Site::Kind;

std::string_view name_of(Reg reg)
{
    return sysreg::describe(reg).name;
}

bool is_trace_unit(Reg reg)
{
    return name_of(reg).starts_with("TRC");
}

/// Registers of trace and profiling that a hypervisor reaches by name: those of the buffers, of the
/// filters.
bool is_trace_or_profiling(Reg reg)
{
    const std::string_view name = name_of(reg);
    return name.starts_with("TRB") || name.starts_with("TRFCR") || name.starts_with("PMB") ||
           name.starts_with("PMS");
}

/// What stays writable while the trace unit is enabled, or does not configure it.
bool configures_nothing(Reg reg)
{
    switch (reg) {
    case Reg::TRCPRGCTLR:
    case Reg::TRCCLAIMSET:
    case Reg::TRCCLAIMCLR:
        return true;
    default:
        return false;
    }
}

} // namespace

Checker::Checker(Subject& subject, FindingSink& sink, Translations& translations)
    : subject_{subject},
      sink_{sink},
      translations_{translations},
      trbe_{.limit = Reg::TRBLIMITR_EL1,
            .base = Reg::TRBBASER_EL1,
            .pointer = Reg::TRBPTR_EL1,
            .spe = false},
      // The profiling buffer has no base register: its range begins at the pointer.
      spe_{.limit = Reg::PMBLIMITR_EL1,
           .base = Reg::PMBPTR_EL1,
           .pointer = Reg::PMBPTR_EL1,
           .spe = true}
{
}

u64 Checker::hcr()
{
    return subject_.direct(Reg::HCR_EL2);
}

Site Checker::here(Kind kind, Reg reg)
{
    const bool guest = subject_.el() < 2 && f::HCR_EL2::VM::get(hcr());
    return {.kind = kind,
            .reg = reg,
            .el = subject_.el(),
            .pc = subject_.pc(),
            .vmid = guest ? f::VTTBR_EL2::VMID::get(subject_.direct(Reg::VTTBR_EL2)) : 0,
            .cycle = subject_.cycle()};
}

void Checker::report(RuleId rule, const Site& at, const Site& other, std::string detail)
{
    sink_.found({.rule = rule,
                 .pe = subject_.number(),
                 .at = at,
                 .other = other,
                 .detail = std::move(detail)});
}

const Site* Checker::unsynchronized(Reg reg) const
{
    const auto found = std::find_if(unsynchronized_.begin(), unsynchronized_.end(),
                                    [reg](const Site& s) { return s.reg == reg; });
    return found == unsynchronized_.end() ? nullptr : &*found;
}

// ---- Events ------------------------------------------------------------------------------------

void Checker::wrote(Reg reg, u64 before, u64 after)
{
    const Site site = here(Kind::Write, reg);
    if (before != after) {
        walker_written(site, before ^ after);
        regime_written(trbe_, site, before, after);
        regime_written(spe_, site, before, after);
    }
    buffer_written(trbe_, site, after);
    buffer_written(spe_, site, after);
    if (reg == Reg::PMSCR_EL1 || reg == Reg::PMSCR_EL2)
        sampling_written(site, after);
    if (is_trace_unit(reg))
        trace_unit_written(site);
    last_[reg] = site;
    if (before != after || is_trace_or_profiling(reg))
        unsynchronized_.push_back(site);
}

void Checker::read(Reg reg)
{
    if ((reg == Reg::TRBPTR_EL1 || reg == Reg::TRBSR_EL1) && trace_sync_.kind != Kind::None)
        report(RuleId::TsbResultUnsync, here(Kind::Read, reg), trace_sync_);
    if (reg == Reg::TRCSTATR)
        if (const Site* const write = unsynchronized(Reg::TRCPRGCTLR))
            report(RuleId::TrcNotIdle, here(Kind::Read, reg), *write,
                   "its status may be of before that");
}

/// By an EL1 name that E2H has redirected, a hypervisor that lives at EL2 beside a guest's EL1
/// reaches its own register instead.
void Checker::renamed(Reg named, Reg reached, bool write)
{
    if (subject_.el() == 2 && is_trace_or_profiling(named) && !f::HCR_EL2::TGE::get(hcr()))
        report(RuleId::AbsentOrAliased, here(write ? Kind::Write : Kind::Read, named), came_by_,
               "it reaches " + std::string{name_of(reached)});
}

void Checker::refused(Reg named, bool write)
{
    if (subject_.el() == 2 && is_trace_or_profiling(named))
        report(RuleId::AbsentOrAliased, here(write ? Kind::Write : Kind::Read, named), came_by_,
               "UNDEFINED or trapped at EL2");
}

void Checker::barrier(a64::Barrier kind)
{
    switch (kind) {
    case a64::Barrier::Isb:
        return synchronized();
    case a64::Barrier::Dsb:
        trbe_.synced = spe_.synced = {};
        if (samples_end_)
            sampled_ = {};
        samples_end_ = false;
        entered_ = {};
        translations_.completed(subject_);
        return;
    case a64::Barrier::Dmb:
        return;
    }
}

void Checker::trace_synced()
{
    const Site site = here(Kind::TraceSync);
    for (const Reg filter : {Reg::TRFCR_EL1, Reg::TRFCR_EL2})
        if (const Site* const write = unsynchronized(filter))
            report(RuleId::TrfTsbUnsync, site, *write);
    trace_sync_ = trbe_.synced = site;
}

void Checker::entering(unsigned to_el)
{
    came_by_ = here(Kind::Exception);
    const bool host_user =
        subject_.el() == 0 && f::HCR_EL2::E2H::get(hcr()) && f::HCR_EL2::TGE::get(hcr());
    if (to_el == 2 && subject_.el() < 2 && !host_user)
        entered_ = came_by_;
}

void Checker::returning(unsigned to_el)
{
    if (to_el >= 2)
        return;
    entered_ = {};
    if (subject_.el() != 2 || !f::HCR_EL2::VM::get(hcr()) || f::HCR_EL2::TGE::get(hcr()))
        return;
    const Site site = here(Kind::Return);
    const u64 mdcr = subject_.direct(Reg::MDCR_EL2), cptr = subject_.direct(Reg::CPTR_EL2);
    const auto open = [&](Feature feature, bool trapped, Reg control, const char* what) {
        if (subject_.features().has(feature) && !trapped)
            report(RuleId::GuestTrapsOpen, site, last_[control], what);
    };
    open(Feature::FEAT_TRF, f::MDCR_EL2::TTRF::get(mdcr) != 0, Reg::MDCR_EL2, "MDCR_EL2.TTRF is 0");
    open(Feature::FEAT_TRBE, f::MDCR_EL2::E2TB::get(mdcr) == 0, Reg::MDCR_EL2,
         "MDCR_EL2.E2TB is not 0");
    open(Feature::FEAT_SPE, f::MDCR_EL2::E2PB::get(mdcr) == 0, Reg::MDCR_EL2,
         "MDCR_EL2.E2PB is not 0");
    // Its place depends on E2H.
    const bool tta =
        f::HCR_EL2::E2H::get(hcr()) ? f::CPTR_EL2::TTA_E2H::get(cptr) : f::CPTR_EL2::TTA::get(cptr);
    open(Feature::FEAT_ETE, tta, Reg::CPTR_EL2, "CPTR_EL2.TTA is 0");
}

void Checker::looked_up(const pe::Lookup& lookup)
{
    const Site site = here(Kind::Translation);
    if (Translations::Held* const stale = translations_.looked_up(subject_, lookup, site))
        translations_.used(*stale, subject_, lookup, site);
}

void Checker::stored(u64 pa, unsigned bytes)
{
    if (translations_.has_sources(pa, bytes))
        translations_.stored(subject_, pa, bytes, here(Kind::Store));
}

void Checker::invalidated(const pe::TlbInvalidate& what, bool everywhere)
{
    translations_.invalidated(subject_, what, everywhere);
}

void Checker::redirected()
{
    synchronized();
}

void Checker::synchronized()
{
    unsynchronized_.clear();
    trace_sync_ = {};
    trbe_.closing = spe_.closing = false;
}

// ---- Walks and the trace unit ------------------------------------------------------------------

/// A register of the EL1&0 regime changes at EL2 while walks begun below may still go on.
void Checker::walker_written(const Site& site, u64 changed)
{
    if (site.el != 2 || entered_.kind == Kind::None)
        return;
    constexpr u64 regime = f::HCR_EL2::VM::mask | f::HCR_EL2::TGE::mask | f::HCR_EL2::E2H::mask;
    switch (site.reg) {
    case Reg::SCTLR_EL1:
    case Reg::TTBR0_EL1:
    case Reg::TTBR1_EL1:
    case Reg::TCR_EL1:
    case Reg::MAIR_EL1:
    case Reg::VTTBR_EL2:
    case Reg::VTCR_EL2:
        report(RuleId::WalkInFlight, site, entered_);
        return;
    case Reg::HCR_EL2:
        if (changed & regime)
            report(RuleId::WalkInFlight, site, entered_);
        return;
    default:
        return;
    }
}

void Checker::trace_unit_written(const Site& site)
{
    if (configures_nothing(site.reg))
        return;
    const bool enabled = f::TRCPRGCTLR::EN::get(subject_.direct(Reg::TRCPRGCTLR));
    const bool idle = f::TRCSTATR::IDLE::get(subject_.direct(Reg::TRCSTATR));
    if (enabled || !idle)
        report(RuleId::TrcNotIdle, site, last_[Reg::TRCPRGCTLR],
               enabled ? "the unit is enabled" : "the unit is not idle yet");
}

} // namespace sl::rules
