// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "trace/byte_sink.h"
#include "trace/config.h"

#include <vector>

namespace sl::trace {

/// The trace unit's FIFO and the link that empties it: one transfer of `link_bytes` per link cycle,
/// as soon as that many bytes wait; an incomplete transfer only when flushed.
///
/// Nothing happens by itself: `advance` makes the transfers that are due, and every access does so
/// first, so that the result does not depend on when anybody looks.
class Link final : public ByteSink {
public:
    Link(const Config& config, ByteReceiver& receiver);

    /// Makes the transfers that begin before or at `now_ps`.
    void advance(u64 now_ps);

    bool empty() const { return size_ == 0; }

    /// The most bytes that have waited.
    u64 most_held() const { return most_held_; }

    unsigned room(u64 now_ps) override;
    u64 wait_for(unsigned bytes, u64 now_ps) override;
    void push(std::span<const u8> packets, u64 now_ps) override;
    u64 flush(u64 now_ps) override;

private:
    void transfer(unsigned bytes, u64 cycle);

    /// A place of the ring, `distance` after another; less than the ring's size.
    std::size_t after(std::size_t place, std::size_t distance) const
    {
        const std::size_t sum = place + distance;
        return sum < fifo_.size() ? sum : sum - fifo_.size();
    }

    ByteReceiver& receiver_;
    Clock clock_;
    unsigned width_;
    std::vector<u8> fifo_; ///< a ring
    std::size_t head_ = 0, size_ = 0;
    u64 most_held_ = 0;
    u64 next_cycle_ = 0; ///< the link is free from this cycle on
};

} // namespace sl::trace
