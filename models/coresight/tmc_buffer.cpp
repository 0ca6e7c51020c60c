// SPDX-License-Identifier: MIT
// Where the TMC's frames go: its RAM, system memory, or the ATB out of it.
#include "coresight/tmc.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace sl::coresight {

u64 Tmc::capacity() const
{
    if (!memory_)
        return config_.ram_bytes;
    if (scatter())
        return end_ ? end_ : std::numeric_limits<u64>::max();
    return size_words_ * 4 & ~u64{15};
}

u64 Tmc::alignment() const
{
    return std::max<u64>(sizeof(Frame), config_.memory_bytes);
}

void Tmc::store_frames(u64 now_ps)
{
    while (!formatter_.empty()) {
        const Frame frame = formatter_.fetch();
        if (!pending_.empty() || !store(frame, now_ps))
            pending_.push_back(frame);
    }
}

bool Tmc::store(const Frame& frame, u64 now_ps)
{
    if (mode_ == Mode::HardwareFifo) {
        store_in_fifo(frame, now_ps);
        return true;
    }
    if (mode_ == Mode::SoftwareFifo && !memory_error_ && fill_ + sizeof(Frame) > capacity())
        return false;
    store_in_memory(frame, now_ps);
    return true;
}

void Tmc::store_in_memory(const Frame& frame, u64 now_ps)
{
    // After a memory error nothing more is written.
    if (memory_error_ || capacity() < sizeof(Frame))
        return;
    if (memory_) {
        const u64 begin_ps = std::max(now_ps, stored_ps_);
        u64 latency_ps = 0;
        if (!memory_->write(write_, frame, begin_ps, latency_ps)) {
            memory_error_ = true;
            return;
        }
        stored_ps_ = begin_ps + latency_ps;
        in_flight_.push_back(stored_ps_);
        if (in_flight_.size() > config_.write_buffer)
            in_flight_.pop_front();
        accept_ps_ = in_flight_.size() == config_.write_buffer ? in_flight_.front() : now_ps;
    } else {
        std::copy(frame.begin(), frame.end(), ram_.begin() + static_cast<std::ptrdiff_t>(write_));
        const u64 cycles = std::max<u64>(1, sizeof(Frame) / config_.memory_bytes);
        const u64 begin = std::max(memory_cycle_, clock_.cycles_at_or_after(now_ps));
        memory_cycle_ = begin + cycles;
        stored_ps_ = clock_.ps(memory_cycle_);
        // One frame waits while another is written.
        accept_ps_ = clock_.ps(begin);
    }
    ++statistics_.frames;
    write_ += sizeof(Frame);
    advance_write(now_ps);
    fill_ = std::min(fill_ + sizeof(Frame), capacity());
    latched_level_ = std::max(latched_level_, level_words(now_ps));
    count_words(sizeof(Frame) / 4, now_ps);
}

void Tmc::advance_write(u64 now_ps)
{
    bool end = write_ >= capacity();
    if (memory_) {
        u64 latency_ps = 0;
        const auto at_end = memory_->at_end(write_, now_ps, latency_ps);
        if (!at_end) {
            memory_error_ = true;
            return;
        }
        end = *at_end;
        if (end && scatter()) {
            end_ = write_;
            memory_->rewind();
        }
        stored_ps_ += latency_ps;
    }
    if (!end)
        return;
    write_ = 0;
    full_ = full_ || circular();
    ++statistics_.wraps;
}

void Tmc::store_in_fifo(const Frame& frame, u64 now_ps)
{
    std::vector<Unformatter::Byte> bytes;
    unformatter_.take(frame, bytes);
    // The FIFO holds as many frames as its RAM: one more enters when one has left.
    const u64 frames = capacity() / sizeof(Frame);
    while (!leaving_.empty() && leaving_.front() <= now_ps)
        leaving_.pop_front();
    u64 enter_ps = now_ps;
    if (leaving_.size() >= frames)
        enter_ps = leaving_[leaving_.size() - frames];
    accept_ps_ = std::max(accept_ps_, enter_ps);
    stored_ps_ = enter_ps;
    for (std::size_t at = 0; at < bytes.size();) {
        Out out{{.id = bytes[at].id, .size = 0, .data = {}}, false};
        while (at < bytes.size() && bytes[at].id == out.beat.id &&
               out.beat.size < config_.out_bytes)
            out.beat.data[out.beat.size++] = bytes[at++].value;
        out.ends_frame = at == bytes.size();
        out_.push_back(out);
    }
    ++statistics_.frames;
    if (!bytes.empty())
        ++frames_out_;
    send(enter_ps);
    latched_level_ = std::max(latched_level_, level_words(enter_ps));
    count_words(sizeof(Frame) / 4, enter_ps);
}

void Tmc::send(u64 now_ps)
{
    while (!out_.empty() && !out_blocked_) {
        const Out& out = out_.front();
        // One beat per cycle.
        const u64 cycle = clock_.cycles_at_or_after(std::max(now_ps, out_ps_));
        const u64 from_ps = clock_.ps(cycle);
        const auto taken = target_ ? target_->transfer(out.beat, from_ps) : std::optional{from_ps};
        if (!taken) {
            out_blocked_ = true;
            return;
        }
        out_ps_ = std::max(*taken, clock_.ps(cycle + 1));
        if (out.ends_frame) {
            leaving_.push_back(out_ps_);
            --frames_out_;
        }
        out_.pop_front();
    }
    if (out_blocked_)
        return;
    if (state_ == State::Draining) {
        state_ = State::Stopped;
        ready_ps_ = std::max(now_ps, out_ps_);
    }
    try_to_stop(now_ps);
    if (master_flush_ && !flushing_ && formatter_.idle()) {
        master_flush_ = false;
        target_->flushed(std::max(now_ps, out_ps_));
    }
}

void Tmc::release(u64 now_ps)
{
    while (!pending_.empty() && store(pending_.front(), now_ps))
        pending_.pop_front();
    if (!pending_.empty())
        return;
    try_to_stop(now_ps);
    if (refused_ && source_) {
        refused_ = false;
        source_->ready(now_ps);
    }
}

std::optional<u64> Tmc::next_word(u64 now_ps)
{
    if (fill_ < 4)
        return std::nullopt;
    u32 word = 0;
    if (memory_) {
        if (memory_error_ || !memory_->read(read_, word, now_ps)) {
            memory_error_ = true;
            return std::nullopt;
        }
    } else {
        std::memcpy(&word, &ram_[read_], sizeof word);
    }
    read_ += sizeof word;
    fill_ -= sizeof word;
    bool end = read_ >= capacity();
    if (memory_) {
        u64 latency_ps = 0;
        end = memory_->at_end(read_, now_ps, latency_ps).value_or(true);
    }
    if (end)
        read_ = 0;
    return word;
}

std::vector<u8> Tmc::contents(u64 now_ps)
{
    if (!circular())
        return {};
    std::vector<u8> bytes(full_ ? capacity() : write_ - first_);
    u64 from = full_ ? write_ : first_;
    for (std::size_t at = 0; at < bytes.size(); at += 4, from += 4) {
        if (from >= capacity())
            from = 0;
        u32 word = 0;
        if (!memory_)
            std::memcpy(&word, &ram_[from], sizeof word);
        else if (!memory_->read(from, word, now_ps))
            return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at)};
        std::memcpy(&bytes[at], &word, sizeof word);
    }
    return bytes;
}

void Tmc::drain(u64 now_ps)
{
    state_ = State::Draining;
    unformatter_.reset();
    std::vector<Unformatter::Byte> bytes;
    while (fill_ >= sizeof(Frame)) {
        Frame frame;
        for (unsigned n = 0; n < frame.size(); n += 4) {
            const u32 word = static_cast<u32>(next_word(now_ps).value_or(0));
            std::memcpy(&frame[n], &word, sizeof word);
        }
        unformatter_.take(frame, bytes);
    }
    for (std::size_t at = 0; at < bytes.size();) {
        Out out{{.id = bytes[at].id, .size = 0, .data = {}}, false};
        while (at < bytes.size() && bytes[at].id == out.beat.id &&
               out.beat.size < config_.out_bytes)
            out.beat.data[out.beat.size++] = bytes[at++].value;
        out_.push_back(out);
    }
    send(now_ps);
}

u64 Tmc::level_words(u64 now_ps)
{
    if (mode_ != Mode::HardwareFifo)
        return fill_ / 4;
    const auto waiting = static_cast<u64>(
        std::count_if(leaving_.begin(), leaving_.end(), [&](u64 at) { return at > now_ps; }));
    return (waiting + frames_out_) * sizeof(Frame) / 4;
}

void Tmc::outputs(u64 now_ps)
{
    const auto drive = [&](bool level, bool& last, const Output& output) {
        if (level == last)
            return;
        last = level;
        if (output)
            output(level, now_ps);
    };
    drive(Sts::Full::get(status(now_ps)) != 0, full_level_, full_output_);
    drive(ft_empty_ && state_ != State::Disabled, acqcomp_level_, acqcomp_output_);
}

} // namespace sl::coresight
