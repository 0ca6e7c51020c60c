// SPDX-License-Identifier: MIT
#include "coresight/atb_fifo.h"

#include <algorithm>
#include <cassert>

namespace sl::coresight {

AtbFifo::AtbFifo(const Config& config)
    : config_{config}
{
    assert(config.width >= 1 && config.width <= atb_bytes && config.bytes >= config.width);
}

void AtbFifo::reset()
{
    waiting_.clear();
    sent_.clear();
    free_ps_ = 0;
    blocked_ = draining_ = flushing_ = false;
}

void AtbFifo::push(u8 id, std::span<const u8> bytes, u64 now_ps)
{
    for (const u8 byte : bytes)
        waiting_.push_back({id, byte});
    send(now_ps);
}

void AtbFifo::forget_gone(u64 now_ps)
{
    while (!sent_.empty() && sent_.front().gone_ps <= now_ps)
        sent_.pop_front();
}

unsigned AtbFifo::level(u64 now_ps)
{
    forget_gone(now_ps);
    unsigned bytes = static_cast<unsigned>(waiting_.size());
    for (const Sent& s : sent_)
        bytes += s.bytes;
    return bytes;
}

std::optional<u64> AtbFifo::room(unsigned bytes, u64 now_ps)
{
    unsigned held = level(now_ps);
    u64 at_ps = now_ps;
    for (const Sent& s : sent_) {
        if (held + bytes <= config_.bytes)
            break;
        held -= s.bytes;
        at_ps = s.gone_ps;
    }
    if (held + bytes > config_.bytes && !waiting_.empty())
        return std::nullopt;
    return at_ps;
}

void AtbFifo::send(u64 now_ps)
{
    while (!waiting_.empty() && !blocked_ && target_) {
        AtbBeat beat{.id = waiting_.front().id, .size = 0, .data = {}};
        while (beat.size < config_.width && beat.size < waiting_.size() &&
               waiting_[beat.size].id == beat.id) {
            beat.data[beat.size] = waiting_[beat.size].value;
            ++beat.size;
        }
        // The next byte of this ID may still come, unless another ID follows.
        const bool open = beat.size < config_.width && beat.size == waiting_.size();
        if (open && config_.whole_beats && !draining_)
            return;
        const auto taken = target_->transfer(beat, std::max(now_ps, free_ps_));
        if (!taken) {
            blocked_ = true;
            return;
        }
        free_ps_ = *taken;
        sent_.push_back({*taken, beat.size});
        waiting_.erase(waiting_.begin(), waiting_.begin() + beat.size);
    }
}

std::optional<u64> AtbFifo::drain(u64 now_ps)
{
    draining_ = true;
    send(now_ps);
    draining_ = blocked_;
    return blocked_ ? std::nullopt : std::optional{std::max(now_ps, free_ps_)};
}

std::optional<u64> AtbFifo::flush(u64 now_ps)
{
    const auto done = drain(now_ps);
    flushing_ = !done;
    return done;
}

void AtbFifo::ready(u64 now_ps)
{
    blocked_ = false;
    send(now_ps);
    if (blocked_)
        return;
    draining_ = false;
    if (flushing_) {
        flushing_ = false;
        target_->flushed(std::max(now_ps, free_ps_));
    }
}

} // namespace sl::coresight
