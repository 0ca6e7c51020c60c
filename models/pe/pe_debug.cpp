// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "sysreg/tables.h"

namespace sl::pe {

void Pe::set_debug_points(const a64::DebugPoints& points)
{
    debug_points_ = points;
    if (core_)
        core_->engine.set_debug_points(points);
}

void Pe::set_debug_step(bool on)
{
    if (debug_step_ == on)
        return;
    debug_step_ = on;
    if (core_)
        context_changed();
}

void Pe::debug_write_pc(u64 pc)
{
    state_.pc = pc;
    if (wait_ == Wait::None)
        return;
    wait_ = Wait::None;
    signal(Observer::Signal::Halted, 0);
    if (notify_)
        notify_(now_ps());
}

bool Pe::has_register(Reg reg) const
{
    const sysreg::Description& row = sysreg::describe(reg);
    if (row.instruction || !row.readable || row.alias != sysreg::Alias::None ||
        read_has_effect(reg))
        return false;
    if (row.feature != sysreg::Feature::Count && !config_.features.has(row.feature))
        return false;
    // op1 names the lowest EL that may access it, of those that not every PE has.
    const unsigned op0 = row.key >> 14, op1 = (row.key >> 11) & 7;
    if (op0 == 3 && ((op1 == 4 && !config_.has_el2) || (op1 == 6 && !config_.has_el3)))
        return false;
    return reg == Reg::SP_EL0 || present(reg);
}

Translated Pe::debug_translate(u64 va, std::optional<Regime> of, bool stage1_only)
{
    const Regime regime_asked = of.value_or(regime());
    const Translated read = translate_as_written(regime_asked, va, {}, stage1_only);
    if (std::holds_alternative<Translation>(read))
        return read;
    const Translated fetched = translate_as_written(regime_asked, va, {.fetch = true}, stage1_only);
    return std::holds_alternative<Translation>(fetched) ? fetched : read;
}

std::vector<Tlb::Entry> Pe::tlb_entries() const
{
    std::vector<Tlb::Entry> entries;
    if (core_)
        core_->tlb.for_each([&](const Tlb::Entry& entry) { entries.push_back(entry); });
    return entries;
}

} // namespace sl::pe
