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

std::optional<u64> Timers::when(u64 ahead, u64 ps) const
{
    const u64 last = counter_.cycles_at(~u64{0} - 1), physical = physical_count(ps);
    if (ahead > last - physical)
        return std::nullopt;
    return counter_.ps(physical + ahead);
}

std::optional<u64> Timers::next_expiry(u64 ps) const
{
    std::optional<u64> earliest;
    for (u8 t = 0; t < count; ++t) {
        if (!comparators_[t].enabled())
            continue;
        const auto timer = static_cast<Timer>(t);
        const u64 now = count_of(timer, ps);
        const auto at = comparators_[t].expiry(now);
        if (!at)
            continue;
        if (const auto time = when(*at - now, ps))
            earliest = std::min(earliest.value_or(*time), *time);
    }
    return earliest;
}

} // namespace sl::pe
