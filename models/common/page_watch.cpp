// SPDX-License-Identifier: MIT
#include "common/page_watch.h"

#include <cassert>

namespace sl {

void PageWatch::watch(u64 page, u32 Reasons::*reason)
{
    assert((page & ~page_mask) == 0);
    const auto [at, first] = watched_.try_emplace(page);
    ++(at->second.*reason);
    if (first)
        for (Listener* listener : listeners_)
            listener->drop_inline_writes(page);
}

void PageWatch::unwatch(u64 page, u32 Reasons::*reason)
{
    const auto at = watched_.find(page);
    assert(at != watched_.end() && at->second.*reason > 0);
    --(at->second.*reason);
    const Reasons& left = at->second;
    if (left.code == 0 && left.monitors == 0 && left.tables == 0)
        watched_.erase(at);
}

void PageWatch::watch_code(u64 page)
{
    watch(page, &Reasons::code);
}

void PageWatch::unwatch_code(u64 page)
{
    unwatch(page, &Reasons::code);
}

void PageWatch::watch_monitor(u64 page)
{
    watch(page, &Reasons::monitors);
}

void PageWatch::unwatch_monitor(u64 page)
{
    unwatch(page, &Reasons::monitors);
}

void PageWatch::watch_tables(u64 page)
{
    watch(page, &Reasons::tables);
}

void PageWatch::written(u64 pa, u64 size)
{
    while (size > 0 && !watched_.empty()) {
        const u64 in_page = page_size - pa % page_size;
        const u64 part = size < in_page ? size : in_page;
        if (const auto at = watched_.find(pa & page_mask); at != watched_.end()) {
            // A copy: listeners watch and unwatch pages while they are told.
            const Reasons reasons = at->second;
            for (Listener* listener : listeners_) {
                if (reasons.code > 0)
                    listener->code_written(pa, part);
                if (reasons.monitors > 0)
                    listener->monitored_written(pa, part);
            }
        }
        pa += part;
        size -= part;
    }
}

} // namespace sl
