// SPDX-License-Identifier: MIT
#include "pe/timers.h"

#include <algorithm>

namespace sl::pe {

std::optional<u64> Timers::next_expiry(u64 ps) const
{
    // A count whose time does not fit in 64 bits of picoseconds lies beyond any run.
    const u64 last = counter_.cycles_at(~u64{0} - 1);
    std::optional<u64> earliest;
    for (u8 t = 0; t < count; ++t) {
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
