// SPDX-License-Identifier: MIT
#include "coresight/trace_source.h"

#include <algorithm>

namespace sl::coresight {

TraceSource::TraceSource(unsigned bytes, unsigned width)
    : bytes_{bytes},
      fifo_{{.bytes = bytes, .width = width, .whole_beats = true}}
{
}

void TraceSource::trigger(u64 now_ps)
{
    fifo_.push(trigger_id, std::array<u8, 1>{}, now_ps);
    fifo_.drain(now_ps);
}

unsigned TraceSource::room(u64 now_ps)
{
    return bytes_ - std::min(bytes_, fifo_.level(now_ps));
}

u64 TraceSource::wait_for(unsigned bytes, u64 now_ps)
{
    return fifo_.room(bytes, now_ps).value_or(now_ps) - now_ps;
}

void TraceSource::push(std::span<const u8> packets, u64 now_ps)
{
    pushed_ += packets.size();
    fifo_.push(id_, packets, now_ps);
}

u64 TraceSource::flush(u64 now_ps)
{
    return fifo_.drain(now_ps).value_or(now_ps) - now_ps;
}

std::optional<u64> TraceSource::Output::flush(u64 now_ps)
{
    if (unit->on_flush_)
        unit->on_flush_(now_ps);
    return unit->fifo_.flush(now_ps);
}

void TraceSource::Output::sync_request(u64 now_ps)
{
    if (unit->on_sync_)
        unit->on_sync_(now_ps);
}

} // namespace sl::coresight
