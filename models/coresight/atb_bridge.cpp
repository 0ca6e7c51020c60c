// SPDX-License-Identifier: MIT
#include "coresight/atb_bridge.h"

#include <algorithm>
#include <cassert>

namespace sl::coresight {

AtbBridge::AtbBridge(unsigned width, u64 hz)
    : width_{width},
      clock_{hz}
{
    assert(width >= 1 && width <= atb_bytes && (width & (width - 1)) == 0);
}

void AtbBridge::connect(AtbSource& source, AtbTarget& target)
{
    source_ = &source;
    target_ = &target;
}

void AtbBridge::reset()
{
    free_cycle_ = 0;
    sent_ = 0;
}

std::optional<u64> AtbBridge::transfer(const AtbBeat& beat, u64 now_ps)
{
    const u64 begin = std::max(free_cycle_, clock_.cycles_at_or_after(now_ps));
    for (; sent_ < beat.size; sent_ += width_) {
        const u64 cycle = std::max(free_cycle_, begin);
        const unsigned bytes = std::min<unsigned>(width_, beat.size - sent_);
        const auto part = beat_of(beat.id, std::span{beat.data}.subspan(sent_, bytes));
        // The bytes are on the wire for one cycle, and for as long as the target does not take
        // them.
        const auto accepted = target_->transfer(part, clock_.ps(cycle + 1));
        if (!accepted)
            return std::nullopt;
        free_cycle_ = std::max(cycle + 1, clock_.cycles_at_or_after(*accepted));
    }
    sent_ = 0;
    return std::max(now_ps, clock_.ps(begin));
}

void AtbBridge::flushed(u64 now_ps)
{
    target_->flushed(std::max(now_ps, clock_.ps(free_cycle_)));
}

std::optional<u64> AtbBridge::flush(u64 now_ps)
{
    const auto done = source_->flush(now_ps);
    if (!done)
        return std::nullopt;
    return std::max(*done, clock_.ps(free_cycle_));
}

void AtbBridge::sync_request(u64 now_ps)
{
    source_->sync_request(now_ps);
}

void AtbBridge::ready(u64 now_ps)
{
    source_->ready(now_ps);
}

void AtbBridge::settle(u64 horizon_ps)
{
    source_->settle(horizon_ps);
}

} // namespace sl::coresight
