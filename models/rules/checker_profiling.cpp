// SPDX-License-Identifier: MIT
// SPE-ORDER: where samples may be, between the control that allows them and the buffer.
#include "rules/checker.h"

#include "sysreg/tables.h"

namespace sl::rules {

namespace {

namespace f = sysreg;
using Kind = Site::Kind;

/// PMSCR_ELx samples some level. EL2's register has E2SPE and E0HSPE where EL1's has E1SPE and
/// E0SPE.
bool opens(u64 pmscr)
{
    return (pmscr & (f::PMSCR_EL1::E1SPE::mask | f::PMSCR_EL1::E0SPE::mask)) != 0;
}

} // namespace

bool Checker::sampling_open()
{
    return opens(subject_.direct(Reg::PMSCR_EL1)) ||
           (owned_by_el2(spe_) && opens(subject_.direct(Reg::PMSCR_EL2)));
}

/// The buffer has been enabled, or a control written: from here on there may be samples.
void Checker::sampling_begins(const Site& site)
{
    if (!spe_.enabled || !sampling_open())
        return;
    sampled_ = site;
    samples_end_ = false;
}

void Checker::sampling_written(const Site& site, u64 after)
{
    if (spe_.enabled && opens(after))
        check_sampling(site);
    sampling_begins(site);
}

/// Samples of the level that allows them may go to where the buffer was before.
void Checker::check_sampling(const Site& site)
{
    if (site.el != (owned_by_el2(spe_) ? 2 : 1))
        return; // the way to the owner's level is an event
    for (const Reg reg : {Reg::PMBLIMITR_EL1, Reg::PMBPTR_EL1, Reg::PMBSR_EL1})
        if (const Site* const write = unsynchronized(reg))
            return report(RuleId::SpeOrder, site, *write, "sampling may begin before it");
}

void Checker::profiling_synced()
{
    spe_.synced = here(Kind::ProfilingSync);
    for (const Reg control : {Reg::PMSCR_EL1, Reg::PMSCR_EL2})
        if (const Site* const write = unsynchronized(control))
            report(RuleId::SpeOrder, spe_.synced, *write, "sampling may go on behind it");
    samples_end_ = !sampling_open(); // that is found once
}

/// The buffer is disabled.
void Checker::check_samples(const Site& site)
{
    if (spe_.synced.kind != Kind::None)
        report(RuleId::SpeOrder, site, spe_.synced, "no DSB since");
    else if (const Site* const control = unsynchronized(Reg::PMSCR_EL1))
        report(RuleId::SpeOrder, site, *control, "sampling may go on behind it");
    else if (sampled_.kind != Kind::None)
        report(RuleId::SpeOrder, site, sampled_, "samples may be in flight");
    sampled_ = {};
}

} // namespace sl::rules
