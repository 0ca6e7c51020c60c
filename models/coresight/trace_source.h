// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb_fifo.h"
#include "trace/byte_sink.h"

#include <functional>

namespace sl::coresight {

/// Where a PE's trace unit meets the ATB: its FIFO, and its side of flushes. Incomplete beats wait
/// for a flush, as on the link to a trace buffer. While the ATB is blocked with no known end, what
/// a unit pushes that cannot wait for room is kept beyond the FIFO's size.
class TraceSource final : public trace::AtbPort {
public:
    /// A FIFO of `bytes`, and an ATB of `width` bytes.
    TraceSource(unsigned bytes, unsigned width);

    void connect(AtbTarget& target) { fifo_.connect(target); }

    /// What the receiver sees.
    AtbSource& output() { return output_; }

    void set_id(u8 id) override { id_ = id; }

    /// AFVALID: the unit pushes what it holds.
    void on_flush(std::function<void(u64 now_ps)> flush) { on_flush_ = std::move(flush); }

    /// SYNCREQ: the unit makes synchronization packets when it can.
    void on_sync_request(std::function<void(u64 now_ps)> sync) { on_sync_ = std::move(sync); }

    /// A trigger in the stream.
    void trigger(u64 now_ps);

    void reset() { fifo_.reset(); }

    /// Bytes pushed since construction.
    u64 pushed() const { return pushed_; }

    // From the trace unit.
    unsigned room(u64 now_ps) override;
    u64 wait_for(unsigned bytes, u64 now_ps) override;
    void push(std::span<const u8> packets, u64 now_ps) override;
    u64 flush(u64 now_ps) override;

private:
    struct Output final : AtbSource {
        explicit Output(TraceSource& owner)
            : unit{&owner}
        {
        }

        std::optional<u64> flush(u64 now_ps) override;
        void sync_request(u64 now_ps) override;

        void ready(u64 now_ps) override { unit->fifo_.ready(now_ps); }

        void settle(u64) override {}

        TraceSource* unit;
    };

    unsigned bytes_;
    u8 id_ = null_id;
    u64 pushed_ = 0;
    AtbFifo fifo_;
    Output output_{*this};
    std::function<void(u64)> on_flush_, on_sync_;
};

} // namespace sl::coresight
