// SPDX-License-Identifier: MIT
#include "pe/pmu.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::pe {

namespace {

struct Pmcr {
    using E = Field<0>;
    using P = Field<1>;
    using C = Field<2>;
    using D = Field<3>;
    using X = Field<4>;
    using Dp = Field<5>;
    using Lc = Field<6>;
    using N = Field<11, 5>;
};

struct Filter {
    using M = Field<26>;
    using Nsh = Field<27>;
    using Nsu = Field<28>;
    using Nsk = Field<29>;
    using U = Field<30>;
    using P = Field<31>;
};

constexpr u64 filter_bits = Filter::P::mask | Filter::U::mask | Filter::Nsk::mask |
                            Filter::Nsu::mask | Filter::Nsh::mask | Filter::M::mask;

} // namespace

void Pmu::reset()
{
    const Mode mode = mode_;
    const Totals seen = seen_;
    *this = Pmu{event_bits_ == 16};
    mode_ = mode;
    seen_ = seen;
}

bool Pmu::filtered(u64 type) const
{
    const bool p = Filter::P::get(type), u = Filter::U::get(type);
    switch (mode_.el) {
    case 0:
        return mode_.secure ? u : u != (Filter::Nsu::get(type) != 0);
    case 1:
        return mode_.secure ? p : p != (Filter::Nsk::get(type) != 0);
    case 2:
        return !Filter::Nsh::get(type);
    default:
        return p != (Filter::M::get(type) != 0);
    }
}

bool Pmu::counts(unsigned n) const
{
    // Counters from HPMN on belong to EL2 and are enabled by HPME; the cycle counter never is.
    const bool hyp = n != cycle && n >= mode_.hpmn;
    if (!hyp && mode_.el == 2 && mode_.hyp_prohibits && (n != cycle || Pmcr::Dp::get(control_)))
        return false;
    const bool on = hyp ? mode_.hyp_enable : Pmcr::E::get(control_) != 0;
    return on && bit(enabled_, n) && !filtered(type(n));
}

void Pmu::add(unsigned n, u64 amount)
{
    if (n == cycle) {
        const u64 before = cycle_counter_;
        cycle_counter_ += amount;
        const bool wide = Pmcr::Lc::get(control_);
        const bool over = wide ? cycle_counter_ < before : (before & ones(32)) + amount > ones(32);
        if (over)
            overflowed_ |= u64{1} << cycle;
        return;
    }
    values_[n] += amount;
    if (values_[n] > ones(32)) {
        values_[n] &= ones(32);
        overflowed_ |= u64{1} << n;
    }
}

/// How often an event that is computed has happened.
u64 Pmu::amount_of(u64 event, const Totals& since)
{
    switch (event) {
    case CpuCycles:
        return since.cycles;
    case InstRetired:
        return since.instructions;
    case SamplePop:
        return since.population;
    case SampleFeed:
        return since.samples;
    case SampleFiltrate:
        return since.filtrates;
    default:
        return 0;
    }
}

void Pmu::advance(const Totals& now)
{
    const Totals since{.cycles = now.cycles - seen_.cycles,
                       .instructions = now.instructions - seen_.instructions,
                       .population = now.population - seen_.population,
                       .samples = now.samples - seen_.samples,
                       .filtrates = now.filtrates - seen_.filtrates};
    seen_ = now;
    if (since == Totals{})
        return;
    for (unsigned n = 0; n < counters; ++n) {
        if (!counts(n))
            continue;
        if (const u64 amount = amount_of(bits(types_[n], 15, 0), since))
            add(n, amount);
    }
    if (counts(cycle)) {
        u64 amount = since.cycles;
        if (Pmcr::D::get(control_) && !Pmcr::Lc::get(control_)) {
            cycle_remainder_ += since.cycles;
            amount = cycle_remainder_ / 64;
            cycle_remainder_ %= 64;
        }
        add(cycle, amount);
    }
}

u64 Pmu::read_control() const
{
    return control_ | Pmcr::N::make(counters);
}

void Pmu::write_control(u64 value)
{
    control_ =
        value & (Pmcr::E::mask | Pmcr::D::mask | Pmcr::X::mask | Pmcr::Dp::mask | Pmcr::Lc::mask);
    if (Pmcr::P::get(value)) {
        // From EL1 and EL0 only the counters below HPMN are reset.
        const unsigned end = mode_.el < 2 ? std::min<unsigned>(mode_.hpmn, counters) : counters;
        std::fill_n(values_.begin(), end, 0);
    }
    if (Pmcr::C::get(value)) {
        cycle_counter_ = 0;
        cycle_remainder_ = 0;
    }
}

u64 Pmu::value(unsigned n) const
{
    return n == cycle ? cycle_counter_ : values_[n];
}

void Pmu::set_value(unsigned n, u64 value)
{
    if (n == cycle)
        cycle_counter_ = value;
    else
        values_[n] = value & ones(32);
}

void Pmu::set_type(unsigned n, u64 value)
{
    const u64 filter =
        mode_.has_el3 ? filter_bits
                      : filter_bits & ~(Filter::M::mask | Filter::Nsk::mask | Filter::Nsu::mask);
    if (n == cycle)
        cycle_filter_ = value & filter;
    else
        types_[n] = value & (filter | ones(event_bits_));
}

void Pmu::software_increment(u64 mask)
{
    for (unsigned n = 0; n < counters; ++n)
        if (bit(mask, n) && bits(types_[n], 15, 0) == SwIncr && counts(n))
            add(n, 1);
}

void Pmu::happened(Event event)
{
    for (unsigned n = 0; n < counters; ++n)
        if (bits(types_[n], 15, 0) == event && counts(n))
            add(n, 1);
}

bool Pmu::irq() const
{
    const u64 raised = overflowed_ & interrupts_;
    for (unsigned n = 0; n < counters; ++n)
        if (bit(raised, n) && (n >= mode_.hpmn ? mode_.hyp_enable : Pmcr::E::get(control_) != 0))
            return true;
    return bit(raised, cycle) && Pmcr::E::get(control_);
}

u64 Pmu::quiet_cycles(u64 width) const
{
    u64 quiet = ~u64{0};
    const auto bound = [&](u64 cycles) { quiet = std::min(quiet, std::max<u64>(cycles, 1)); };
    for (unsigned n = 0; n < counters; ++n) {
        if (!counts(n) || !bit(interrupts_ & ~overflowed_, n))
            continue;
        const u64 left = ones(32) + 1 - values_[n], event = bits(types_[n], 15, 0);
        if (event == CpuCycles)
            bound(left);
        else if (event == InstRetired || event == SamplePop || event == SampleFeed ||
                 event == SampleFiltrate)
            bound(left / width); // no more than one of each an instruction
    }
    if (counts(cycle) && bit(interrupts_ & ~overflowed_, cycle)) {
        const bool wide = Pmcr::Lc::get(control_);
        const u64 left = wide ? -cycle_counter_ : ones(32) + 1 - (cycle_counter_ & ones(32));
        // A counter of 0 has 2^64 to go; divided counting only makes it longer.
        if (left)
            bound(left);
    }
    return quiet;
}

} // namespace sl::pe
