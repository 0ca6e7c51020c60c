// SPDX-License-Identifier: MIT
#include "pe/monitor.h"

namespace sl::pe {

void Monitor::arm(u64 pa)
{
    at_ = pa & ~(granule - 1);
    armed_ = true;
    if (watching_ && watched_page_ != (at_ & page_mask))
        unwatch();
}

void Monitor::clear()
{
    armed_ = false;
    unwatch();
}

void Monitor::yield()
{
    if (!armed_ || watching_)
        return;
    watched_page_ = at_ & page_mask;
    watching_ = true;
    watch_.watch_monitor(watched_page_);
}

void Monitor::unwatch()
{
    if (!watching_)
        return;
    watching_ = false;
    watch_.unwatch_monitor(watched_page_);
}

void Monitor::monitored_written(u64 pa, u64 size)
{
    if (!armed_ || own_write_ || pa + size <= at_ || pa >= at_ + granule)
        return;
    clear();
    lost_();
}

} // namespace sl::pe
