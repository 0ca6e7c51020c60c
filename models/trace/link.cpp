// SPDX-License-Identifier: MIT
#include "trace/link.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace sl::trace {

Link::Link(const Config& config, ByteReceiver& receiver)
    : receiver_{receiver},
      clock_{config.link_hz},
      width_{config.link_bytes},
      fifo_(config.fifo_bytes)
{
    assert(width_ >= 1 && width_ <= 16 && fifo_.size() >= 256);
}

void Link::transfer(unsigned bytes, u64 cycle)
{
    std::array<u8, 16> beat{};
    for (unsigned i = 0; i < bytes; ++i)
        beat[i] = fifo_[after(head_, i)];
    head_ = after(head_, bytes);
    size_ -= bytes;
    next_cycle_ = cycle + 1;
    receiver_.receive({beat.data(), bytes}, clock_.ps(next_cycle_));
}

void Link::advance(u64 now_ps)
{
    if (size_ < width_)
        return; // nothing is due, whatever the time is
    const u64 current = clock_.cycles_at(now_ps);
    while (size_ >= width_ && next_cycle_ <= current)
        transfer(width_, next_cycle_);
}

unsigned Link::room(u64 now_ps)
{
    advance(now_ps);
    return static_cast<unsigned>(fifo_.size() - size_);
}

u64 Link::wait_for(unsigned bytes, u64 now_ps)
{
    const unsigned have = room(now_ps);
    if (have >= bytes)
        return 0;
    const u64 transfers = (bytes - have + width_ - 1) / width_;
    return std::max(clock_.ps(next_cycle_ + transfers - 1), now_ps) - now_ps;
}

void Link::push(std::span<const u8> packets, u64 now_ps)
{
    assert(packets.size() <= room(now_ps));
    // Nothing was waiting for the link: it starts with the next edge of its clock.
    if (size_ < width_)
        next_cycle_ = std::max(next_cycle_, clock_.cycles_at_or_after(now_ps));
    for (const u8 byte : packets)
        fifo_[after(head_, size_++)] = byte;
    most_held_ = std::max<u64>(most_held_, size_);
}

u64 Link::flush(u64 now_ps)
{
    advance(now_ps);
    if (size_ == 0)
        return 0;
    u64 cycle = std::max(next_cycle_, clock_.cycles_at_or_after(now_ps));
    while (size_ != 0)
        transfer(static_cast<unsigned>(std::min<std::size_t>(size_, width_)), cycle++);
    return clock_.ps(cycle) - now_ps;
}

} // namespace sl::trace
