// SPDX-License-Identifier: MIT
#include "pe/cohort.h"

#include "pe/pe.h"

#include <cassert>

namespace sl::pe {

u64 Cohort::now_ps() const
{
    if (executing_)
        return executing_->now_ps();
    return device_time ? device_time() : 0;
}

bool Cohort::invalidate(unsigned from, const TlbInvalidate& what, u64 at_ps)
{
    bool any = false;
    for (Pe* pe : pes_) {
        if (pe->number() == from || !pe->powered())
            continue;
        any = true;
        // A PE that executes nothing cannot tell when; it need not be woken for this.
        if (pe->waiting())
            pe->invalidate(what);
        else
            pe->post(at_ps, from, [pe, what] { pe->invalidate(what); });
    }
    return any;
}

void Cohort::send_event(unsigned from, u64 at_ps)
{
    for (Pe* pe : pes_)
        if (pe->number() != from && pe->powered())
            pe->post(at_ps, from, [pe] { pe->event(); });
}

Pe* Cohort::find(u64 affinity) const
{
    for (Pe* pe : pes_)
        if (pe->affinity() == affinity)
            return pe;
    return nullptr;
}

std::optional<System::Power> Cohort::power(u64 affinity) const
{
    const Pe* pe = find(affinity);
    if (!pe)
        return std::nullopt;
    return pe->power();
}

void Cohort::power_on(unsigned from, u64 affinity, u64 entry, u64 context, u8 el, u64 at_ps)
{
    Pe* pe = find(affinity);
    assert(pe && pe->power() == Power::Off);
    pe->power_pending();
    pe->post(at_ps, from, [=] { pe->power_on(entry, el, context, at_ps); });
}

void Cohort::system_off(unsigned from, bool reset, u64 at_ps)
{
    if (on_system_off)
        on_system_off(from, reset, at_ps);
}

} // namespace sl::pe
