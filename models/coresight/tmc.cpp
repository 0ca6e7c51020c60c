// SPDX-License-Identifier: MIT
#include "coresight/tmc.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sl::coresight {

Tmc::Tmc(const Config& config)
    : Tmc{config, nullptr}
{
}

Tmc::Tmc(const Config& config, Bus& memory, PageWatch* watch)
    : Tmc{config, std::make_unique<EtrMemory>(memory, watch)}
{
}

Tmc::Tmc(const Config& config, std::unique_ptr<EtrMemory> memory)
    : config_{config},
      clock_{config.hz},
      memory_{std::move(memory)}
{
    assert((config.type == Type::Etr) == (memory_ != nullptr));
    assert(std::has_single_bit(config.memory_bytes) && config.memory_bytes >= 4 &&
           config.memory_bytes <= 32);
    assert(std::has_single_bit(config.write_buffer) && config.write_buffer <= 128);
    assert(std::has_single_bit(config.out_bytes) && config.out_bytes <= atb_bytes);
    if (!memory_) {
        assert(std::has_single_bit(config.ram_bytes) && config.ram_bytes >= 64);
        ram_.assign(config.ram_bytes, 0);
    }
    const u8 type = config.type == Type::Etf ? 0x32 : 0x21;
    // NSID is enabled, SID as configured; a TMC without a memory port has nothing to authenticate.
    const u32 authentication = memory_ ? 0x3u | (config.secure ? 0x3u : 0x2u) << 4 : 0;
    install(rows(), {.part = 0x961,
                     .revision = 1,
                     .type = type,
                     .device = device(),
                     .authentication = authentication});
    Tmc::reset();
}

void Tmc::reset()
{
    Component::reset();
    state_ = State::Disabled;
    mode_ = Mode::CircularBuffer;
    mode_register_ = ffcr_ = axictl_ = trg_ = bufwm_ = 0;
    pscr_ = 0xa;
    size_words_ = base_ = rrp_ = rwp_ = 0;
    formatter_.reset();
    raw_.clear();
    pending_.clear();
    refused_ = false;
    write_ = read_ = fill_ = latched_level_ = 0;
    full_ = memory_error_ = false;
    in_flight_.clear();
    unformatter_.reset();
    out_.clear();
    frames_out_ = 0;
    leaving_.clear();
    out_blocked_ = master_source_ = master_flush_ = false;
    triggered_ = false;
    words_to_event_.reset();
    flushing_ = flush_again_ = flush_due_ = manual_ = false;
    ft_empty_ = true;
    since_sync_ = 0;
}

bool Tmc::formatting() const
{
    return !circular() || Ffcr::EnFt::get(ffcr_) || Ffcr::EnTI::get(ffcr_);
}

void Tmc::start(u64 now_ps)
{
    state_ = State::Running;
    mode_ = static_cast<Mode>(mode_register_);
    formatter_.reset();
    raw_.clear();
    pending_.clear();
    unformatter_.reset();
    out_.clear();
    frames_out_ = 0;
    leaving_.clear();
    in_flight_.clear();
    out_blocked_ = false;
    full_ = triggered_ = memory_error_ = ft_empty_ = false;
    words_to_event_.reset();
    flushing_ = flush_again_ = flush_due_ = manual_ = false;
    fill_ = end_ = latched_level_ = since_sync_ = 0;
    accept_ps_ = stored_ps_ = now_ps;
    // A circular buffer in RAM begins where software put the write pointer, all else at its start.
    write_ = !memory_ && circular() ? rwp_ & ~(alignment() - 1) & (config_.ram_bytes - 1) : 0;
    read_ = first_ = write_;
    ++statistics_.captures;
    if (memory_) {
        const Initiator who{.secure = !Axictl::ProtCtrlBit1::get(axictl_),
                            .privileged = Axictl::ProtCtrlBit0::get(axictl_) != 0};
        memory_->start({.base = base_ & ~u64{scatter() ? 3u : 15u},
                        .size = size_words_ * 4 & ~u64{15},
                        .scatter_gather = scatter(),
                        .who = who});
        // Secure accesses that the authentication interface does not allow are errors.
        memory_error_ = who.secure && !config_.secure;
    }
    outputs(now_ps);
    if (refused_ && source_) {
        refused_ = false;
        source_->ready(now_ps);
    }
}

void Tmc::disable(u64 now_ps)
{
    if (state_ == State::Running)
        close(now_ps);
    if (capture_ended_ && state_ != State::Disabled && circular())
        capture_ended_(now_ps);
    // An emergency stop: what has not left a FIFO is lost.
    rrp_ = pointer(true, now_ps);
    rwp_ = pointer(false, now_ps);
    ready_ps_ = std::max({now_ps, stored_ps_, state_ == State::Draining ? out_ps_ : 0});
    state_ = State::Disabled;
    ft_empty_ = true;
    trg_ = 0;
    words_to_event_.reset();
    pending_.clear();
    out_.clear();
    frames_out_ = 0;
    flushing_ = flush_again_ = flush_due_ = manual_ = false;
    outputs(now_ps);
    release(now_ps);
    if (master_source_ || master_flush_) {
        master_source_ = master_flush_ = false;
        target_->flushed(now_ps);
    }
}

void Tmc::end_capture(u64 now_ps)
{
    // A hardware FIFO passes on what it has when its receiver flushes.
    if (!capturing() || !circular())
        return;
    start_flush(now_ps);
    stop(now_ps);
    disable(now_ps);
}

std::optional<u64> Tmc::transfer(const AtbBeat& beat, u64 now_ps)
{
    // When it does not capture, it takes the trace and drops it, so as not to stall those who share
    // a replicator with it.
    if (state_ != State::Running) {
        statistics_.dropped += beat.size;
        return now_ps;
    }
    if (!pending_.empty() || (out_blocked_ && frames_out_ >= capacity() / sizeof(Frame))) {
        refused_ = true;
        return std::nullopt;
    }
    const u64 at_ps = std::max(now_ps, accept_ps_);
    put_beat(beat, at_ps);
    if (beat.id == trigger_id)
        trigger(at_ps);
    outputs(at_ps);
    return at_ps;
}

void Tmc::put_beat(const AtbBeat& beat, u64 now_ps)
{
    for (unsigned n = 0; n < beat.size && state_ == State::Running; ++n)
        put(beat.id, beat.data[n], now_ps);
}

void Tmc::put(u8 id, u8 byte, u64 now_ps)
{
    if (formatting()) {
        formatter_.put(id, byte);
        store_frames(now_ps);
        return;
    }
    raw_.push_back(byte);
    if (raw_.size() == sizeof(Frame)) {
        Frame block;
        std::copy(raw_.begin(), raw_.end(), block.begin());
        raw_.clear();
        store(block, now_ps);
    }
}

void Tmc::insert_trigger(u64 now_ps)
{
    if (Ffcr::EnTI::get(ffcr_))
        put_beat(trigger_beat(), now_ps);
}

void Tmc::close(u64 now_ps)
{
    // The stop sequence: every byte taken is written, in whole frames and memory words.
    if (formatting()) {
        formatter_.pad();
        store_frames(now_ps);
    } else {
        put(null_id, 1, now_ps);
        while (!raw_.empty())
            put(null_id, 0, now_ps);
    }
    // A frame of null bytes, or a block of zeros: the same.
    while (!memory_error_ && mode_ != Mode::HardwareFifo && capacity() >= alignment() &&
           write_ % alignment() != 0 && pending_.empty())
        store(Frame{}, now_ps);
}

void Tmc::trigger_in(bool level, u64 now_ps)
{
    const bool rising = level && !trigger_level_;
    trigger_level_ = level;
    if (!rising || state_ != State::Running)
        return;
    if (Ffcr::TrigOnTrigIn::get(ffcr_))
        insert_trigger(now_ps);
    trigger(now_ps);
    outputs(now_ps);
    service(now_ps);
}

void Tmc::trigger(u64)
{
    // While the counter runs, further triggers are ignored.
    if (circular() && state_ == State::Running && !words_to_event_)
        words_to_event_ = u64{trg_} + 1;
}

void Tmc::count_words(u64 words, u64 now_ps)
{
    since_sync_ += 4 * words;
    if (pscr_ >= 7 && pscr_ <= 27 && since_sync_ >= u64{1} << pscr_) {
        since_sync_ = 0;
        if (source_)
            source_->sync_request(now_ps);
    }
    if (!words_to_event_)
        return;
    *words_to_event_ -= std::min(*words_to_event_, words);
    trg_ = static_cast<u32>(*words_to_event_ ? *words_to_event_ - 1 : 0);
    if (*words_to_event_ == 0)
        trigger_event(now_ps);
}

void Tmc::trigger_event(u64 now_ps)
{
    words_to_event_.reset();
    triggered_ = true;
    if (Ffcr::StopOnTrigEvt::get(ffcr_)) {
        stop(now_ps);
        return;
    }
    if (Ffcr::TrigOnTrigEvt::get(ffcr_))
        insert_trigger(now_ps);
    // Perhaps inside a transfer, where the source cannot be asked: later.
    flush_due_ = flush_due_ || Ffcr::FOnTrigEvt::get(ffcr_);
}

void Tmc::flush_in(bool level, u64 now_ps)
{
    const bool rising = level && !flush_level_;
    flush_level_ = level;
    if (rising && Ffcr::FOnFlIn::get(ffcr_))
        start_flush(now_ps);
}

void Tmc::service(u64 now_ps)
{
    if (!flush_due_)
        return;
    flush_due_ = false;
    start_flush(now_ps);
}

void Tmc::start_flush(u64 now_ps)
{
    if (state_ != State::Running)
        return;
    if (flushing_) {
        flush_again_ = true;
        return;
    }
    flushing_ = true;
    if (master_source_)
        return; // the source is at it already
    const auto at = source_ ? source_->flush(now_ps) : std::optional{now_ps};
    if (at)
        end_flush(*at);
}

void Tmc::flushed(u64 now_ps)
{
    const bool master = master_source_;
    master_source_ = false;
    if (flushing_)
        end_flush(now_ps);
    if (master && pass_flush(now_ps))
        target_->flushed(std::max(now_ps, out_ps_));
}

bool Tmc::pass_flush(u64 now_ps)
{
    if (state_ == State::Running) {
        formatter_.pad();
        store_frames(now_ps);
    }
    master_flush_ = !out_.empty();
    return !master_flush_;
}

void Tmc::end_flush(u64 now_ps)
{
    flushing_ = false;
    afready_ps_ = now_ps;
    if (state_ == State::Running) {
        if (Ffcr::TrigOnFl::get(ffcr_))
            insert_trigger(now_ps);
        if (Ffcr::StopOnFl::get(ffcr_)) {
            stop(now_ps);
        } else if (formatting()) {
            formatter_.pad();
            store_frames(now_ps);
        }
    }
    if (manual_)
        manual_done_ps_ = std::max(now_ps, stored_ps_);
    manual_ = false;
    if (flush_again_) {
        flush_again_ = false;
        start_flush(now_ps);
    }
    outputs(now_ps);
}

void Tmc::stop(u64 now_ps)
{
    if (state_ != State::Running)
        return;
    // Whatever closing causes, a trigger event for one, finds it stopping already.
    state_ = State::Stopping;
    close(now_ps);
    try_to_stop(now_ps);
}

void Tmc::try_to_stop(u64 now_ps)
{
    if (state_ != State::Stopping || !pending_.empty() || !out_.empty())
        return;
    state_ = State::Stopped;
    ft_empty_ = true;
    ready_ps_ = std::max({now_ps, stored_ps_, mode_ == Mode::HardwareFifo ? out_ps_ : 0});
    empty_ps_ = ready_ps_;
    trg_ = 0;
    words_to_event_.reset();
    if (circular() && full_) {
        read_ = write_;
        fill_ = capacity();
    }
    outputs(ready_ps_);
}

std::optional<u64> Tmc::flush(u64 now_ps)
{
    // Only the hardware FIFO passes trace on; anything else has nothing to flush.
    if (mode_ != Mode::HardwareFifo || state_ != State::Running)
        return now_ps;
    master_source_ = flushing_;
    const auto at = source_ && !flushing_ ? source_->flush(now_ps) : std::optional{now_ps};
    if (!at)
        master_source_ = true;
    if (master_source_ || !pass_flush(*at))
        return std::nullopt;
    return std::max(*at, out_ps_);
}

void Tmc::sync_request(u64 now_ps)
{
    if (source_ && mode_ == Mode::HardwareFifo)
        source_->sync_request(now_ps);
}

void Tmc::ready(u64 now_ps)
{
    out_blocked_ = false;
    send(now_ps);
}

void Tmc::settle(u64 horizon_ps)
{
    if (source_)
        source_->settle(horizon_ps);
}

} // namespace sl::coresight
