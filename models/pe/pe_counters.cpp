// SPDX-License-Identifier: MIT
#include "pe/pe.h"

#include <cassert>
#include <optional>

namespace sl::pe {

namespace {

enum class Part : u8 { Ctl, Cval, Tval };

struct TimerRegister {
    Timers::Timer timer;
    Part part;
};

std::optional<TimerRegister> timer_register(Reg reg)
{
    // clang-format off
    switch (reg) {
    case Reg::CNTP_CTL_EL0:   return TimerRegister{Timers::Physical, Part::Ctl};
    case Reg::CNTP_CVAL_EL0:  return TimerRegister{Timers::Physical, Part::Cval};
    case Reg::CNTP_TVAL_EL0:  return TimerRegister{Timers::Physical, Part::Tval};
    case Reg::CNTV_CTL_EL0:   return TimerRegister{Timers::Virtual, Part::Ctl};
    case Reg::CNTV_CVAL_EL0:  return TimerRegister{Timers::Virtual, Part::Cval};
    case Reg::CNTV_TVAL_EL0:  return TimerRegister{Timers::Virtual, Part::Tval};
    case Reg::CNTHP_CTL_EL2:  return TimerRegister{Timers::Hyp, Part::Ctl};
    case Reg::CNTHP_CVAL_EL2: return TimerRegister{Timers::Hyp, Part::Cval};
    case Reg::CNTHP_TVAL_EL2: return TimerRegister{Timers::Hyp, Part::Tval};
    case Reg::CNTHV_CTL_EL2:  return TimerRegister{Timers::HypVirtual, Part::Ctl};
    case Reg::CNTHV_CVAL_EL2: return TimerRegister{Timers::HypVirtual, Part::Cval};
    case Reg::CNTHV_TVAL_EL2: return TimerRegister{Timers::HypVirtual, Part::Tval};
    case Reg::CNTPS_CTL_EL1:  return TimerRegister{Timers::SecurePhysical, Part::Ctl};
    case Reg::CNTPS_CVAL_EL1: return TimerRegister{Timers::SecurePhysical, Part::Cval};
    case Reg::CNTPS_TVAL_EL1: return TimerRegister{Timers::SecurePhysical, Part::Tval};
    default:                  return std::nullopt;
    }
    // clang-format on
}

} // namespace

// ---- Generic timers
// ------------------------------------------------------------------------------

u64 Pe::read_timer(Reg reg) const
{
    const u64 now = now_ps();
    if (reg == Reg::CNTPCT_EL0)
        return timers_.physical_count(now);
    if (reg == Reg::CNTVCT_EL0) {
        // A host at EL2, and its EL0, see no offset.
        const bool host = (state_.el == 2 && e2h()) || (state_.el == 0 && in_host());
        return host ? timers_.physical_count(now) : timers_.virtual_count(now);
    }
    const auto which = timer_register(reg);
    assert(which);
    const Comparator& comparator = timers_[which->timer];
    const u64 count = timers_.count_of(which->timer, now);
    switch (which->part) {
    case Part::Ctl:
        return comparator.read_ctl(count);
    case Part::Cval:
        return comparator.read_cval();
    case Part::Tval:
        break;
    }
    return comparator.read_tval(count);
}

void Pe::write_timer(Reg reg, u64 value)
{
    const auto which = timer_register(reg);
    assert(which);
    Comparator& comparator = timers_[which->timer];
    switch (which->part) {
    case Part::Ctl:
        comparator.write_ctl(value);
        break;
    case Part::Cval:
        comparator.write_cval(value);
        break;
    case Part::Tval:
        comparator.write_tval(value, timers_.count_of(which->timer, now_ps()));
        break;
    }
    timers_written_ = true;
}

// ---- Performance monitors
// --------------------------------------------------------------------------

namespace {

/// Number of the event counter that PMEVCNTRn or PMEVTYPERn names.
std::optional<unsigned> counter_of(Reg reg, Reg first)
{
    if (reg < first)
        return std::nullopt;
    const auto n = static_cast<unsigned>(reg) - static_cast<unsigned>(first);
    return n < Pmu::counters ? std::optional{n} : std::nullopt;
}

} // namespace

/// The events of FEAT_SPE, whose numbers need FEAT_PMUv3p1.
bool Pe::counts_samples() const
{
    return profiling_ && config_.features.has(sysreg::Feature::FEAT_PMUv3p1);
}

Pmu::Totals Pe::totals() const
{
    Pmu::Totals totals{.cycles = cycle(), .instructions = instructions()};
    if (counts_samples()) {
        const ProfilingPort::Counts counts = profiling_->counts(totals.instructions);
        totals.population = counts.population;
        totals.samples = counts.samples;
        totals.filtrates = counts.filtrates;
    }
    return totals;
}

/// The counters that this EL may see: EL2 keeps those from HPMN on to itself.
u64 Pe::pmu_mask() const
{
    u64 visible_ones = ones(Pmu::counters);
    if (state_.el < 2 && el2_enabled())
        visible_ones &=
            ones(static_cast<unsigned>(sysreg::MDCR_EL2::HPMN::get(file_[Reg::MDCR_EL2])));
    return visible_ones | u64{1} << Pmu::cycle;
}

u64 Pe::read_pmu(Reg reg)
{
    using Pmcr = sysreg::PMCR_EL0;
    pmu_.advance(totals());
    const u64 mask = pmu_mask();
    const auto value = [&](unsigned n) { return bit(mask, n) ? pmu_.value(n) : 0; };
    const auto type = [&](unsigned n) { return bit(mask, n) ? pmu_.type(n) : 0; };
    const auto selected = static_cast<unsigned>(bits(file_[Reg::PMSELR_EL0], 4, 0));
    const bool exists = selected < Pmu::counters;

    if (const auto n = counter_of(reg, Reg::PMEVCNTR0_EL0))
        return value(*n);
    if (const auto n = counter_of(reg, Reg::PMEVTYPER0_EL0))
        return type(*n);
    switch (reg) {
    case Reg::PMCR_EL0: {
        u64 n = Pmu::counters;
        if (state_.el < 2 && el2_enabled())
            n = sysreg::MDCR_EL2::HPMN::get(file_[Reg::MDCR_EL2]);
        return Pmcr::N::set(pmu_.read_control(), n);
    }
    case Reg::PMCNTENSET_EL0:
    case Reg::PMCNTENCLR_EL0:
        return pmu_.enabled() & mask;
    case Reg::PMOVSSET_EL0:
    case Reg::PMOVSCLR_EL0:
        return pmu_.overflowed() & mask;
    case Reg::PMINTENSET_EL1:
    case Reg::PMINTENCLR_EL1:
        return pmu_.interrupts() & mask;
    case Reg::PMCEID0_EL0:
        return Pmu::common_events | (counts_samples() ? Pmu::sample_events : 0);
    case Reg::PMCCNTR_EL0:
        return pmu_.value(Pmu::cycle);
    case Reg::PMCCFILTR_EL0:
        return pmu_.type(Pmu::cycle);
    case Reg::PMXEVCNTR_EL0:
        return exists ? value(selected) : 0;
    case Reg::PMXEVTYPER_EL0:
        if (selected == Pmu::cycle)
            return pmu_.type(Pmu::cycle);
        return exists ? type(selected) : 0;
    default: // PMCEID1_EL0
        return 0;
    }
}

void Pe::write_pmu(Reg reg, u64 value)
{
    pmu_.advance(totals());
    const u64 mask = pmu_mask();
    const auto set_value = [&](unsigned n) {
        if (bit(mask, n))
            pmu_.set_value(n, value);
    };
    const auto set_type = [&](unsigned n) {
        if (bit(mask, n))
            pmu_.set_type(n, value);
    };
    const auto selected = static_cast<unsigned>(bits(file_[Reg::PMSELR_EL0], 4, 0));
    const bool exists = selected < Pmu::counters;

    if (const auto n = counter_of(reg, Reg::PMEVCNTR0_EL0))
        return set_value(*n);
    if (const auto n = counter_of(reg, Reg::PMEVTYPER0_EL0))
        return set_type(*n);
    switch (reg) {
    case Reg::PMCR_EL0:
        return pmu_.write_control(value);
    case Reg::PMCNTENSET_EL0:
        return pmu_.enable(value & mask);
    case Reg::PMCNTENCLR_EL0:
        return pmu_.disable(value & mask);
    case Reg::PMOVSSET_EL0:
        return pmu_.set_overflow(value & mask);
    case Reg::PMOVSCLR_EL0:
        return pmu_.clear_overflow(value & mask);
    case Reg::PMINTENSET_EL1:
        return pmu_.enable_interrupts(value & mask);
    case Reg::PMINTENCLR_EL1:
        return pmu_.disable_interrupts(value & mask);
    case Reg::PMSWINC_EL0:
        return pmu_.software_increment(value & mask);
    case Reg::PMCCNTR_EL0:
        return pmu_.set_value(Pmu::cycle, value);
    case Reg::PMCCFILTR_EL0:
        return pmu_.set_type(Pmu::cycle, value);
    case Reg::PMXEVCNTR_EL0:
        if (exists)
            set_value(selected);
        return;
    case Reg::PMXEVTYPER_EL0:
        if (exists || selected == Pmu::cycle)
            set_type(selected);
        return;
    default:
        return;
    }
}

} // namespace sl::pe
