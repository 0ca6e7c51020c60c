// SPDX-License-Identifier: MIT
#include "pe/timers.h"

#include <algorithm>

namespace sl::pe {

u8 Timers::levels(u64 ps) const
{
    u8 levels = 0;
    for (u8 t = 0; t < count; ++t)
        if (comparators_[t].enabled() && irq(static_cast<Timer>(t), ps))
            levels = static_cast<u8>(levels | 1u << t);
    return levels;
}

std::optional<u64> Timers::next_expiry(u64 ps) const
{
    // A count whose time does not fit in 64 bits of picoseconds lies beyond any run.
    const u64 last = counter_.cycles_at(~u64{0} - 1);
    std::optional<u64> earliest;
    for (u8 t = 0; t < count; ++t) {
        if (!comparators_[t].enabled())
            continue;
        const auto timer = static_cast<Timer>(t);
        const u64 now = count_of(timer, ps);
        const auto at = comparators_[t].expiry(now);
        if (!at)
            continue;
        const u64 ahead = *at - now, physical = physical_count(ps);
        if (ahead > last - physical)
            continue;
        const u64 when = counter_.ps(physical + ahead);
        earliest = std::min(earliest.value_or(when), when);
    }
    return earliest;
}

} // namespace sl::pe
