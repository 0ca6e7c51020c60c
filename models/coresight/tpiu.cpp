// SPDX-License-Identifier: MIT
#include "coresight/tpiu.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sl::coresight {

namespace {

constexpr u8 full_sync[] = {0xff, 0xff, 0xff, 0x7f};
constexpr u8 half_sync[] = {0xff, 0x7f};

/// A FIFO of four words between the clocks, which are asynchronous.
constexpr u32 device = 0xa0;

constexpr u64 ffcr_writable =
    Tpiu::Ffcr::EnFTC::mask | Tpiu::Ffcr::EnFCont::mask | Tpiu::Ffcr::FOnFlIn::mask |
    Tpiu::Ffcr::FOnTrig::mask | Tpiu::Ffcr::TrigIn::mask | Tpiu::Ffcr::TrigEvt::mask |
    Tpiu::Ffcr::TrigFl::mask | Tpiu::Ffcr::StopFl::mask | Tpiu::Ffcr::StopTrig::mask;

} // namespace

Tpiu::Tpiu(const Config& config, ByteSink& sink)
    : config_{config},
      clock_{config.hz},
      sink_{&sink}
{
    assert(config.port_bits >= 1 && config.port_bits <= 32);
    install(rows(), {.part = 0x912, .revision = 5, .type = 0x11, .device = device});
    reset();
}

void Tpiu::reset()
{
    Component::reset();
    formatter_.reset();
    ready_ps_ = {};
    flush_done_ps_ = 0;
    flushing_ = flush_due_ = triggered_ = false;
    stopped_ = true;
    trigger_words_.reset();
    frames_since_sync_ = 0;
    ffcr_ = trigger_count_ = multiplier_ = 0;
    fscr_ = 0x40;
    size_ = 1;
}

std::vector<RegRow> Tpiu::rows()
{
    const auto plain = [](u32 offset, std::string_view name, u32& value, u64 mask) {
        return RegRow{.offset = offset,
                      .name = name,
                      .on_read = [&value] { return u64{value}; },
                      .on_write = [&value, mask](u64 w) { value = static_cast<u32>(w & mask); }};
    };
    const u64 sizes = ones(config_.port_bits);
    return {
        {.offset = SUPPORTED_PORT_SIZES, .name = "SUPPORTED_PORT_SIZES", .reset = sizes},
        {.offset = CURRENT_PORT_SIZE,
         .name = "CURRENT_PORT_SIZE",
         .on_read = [this] { return u64{size_}; },
         .on_write =
             [this, sizes](u64 w) {
                 // More than one size, or one that there is not: UNPREDICTABLE, here no change.
                 if (std::has_single_bit(w & ones(32)) && (w & sizes))
                     size_ = static_cast<u32>(w);
             }},
        {.offset = SUPPORTED_TRIGGER_MODES,
         .name = "SUPPORTED_TRIGGER_MODES",
         .on_read =
             [this] {
                 return TriggerModes::Mult::mask | TriggerModes::TCount8::make(1) |
                        TriggerModes::Triggered::make(triggered_) |
                        TriggerModes::TrgRun::make(trigger_words_.has_value());
             }},
        plain(TRIGGER_COUNTER, "TRIGGER_COUNTER", trigger_count_, 0xff),
        plain(TRIGGER_MULTIPLIER, "TRIGGER_MULTIPLIER", multiplier_, 0x1f),
        {.offset = FFSR,
         .name = "FFSR",
         .on_read =
             [this](const RegAccess& a, unsigned) {
                 const bool flush = flushing_ || a.now_ps < flush_done_ps_;
                 return Ffsr::FlInProg::make(flush) |
                        Ffsr::FtStopped::make(stopped_ && a.now_ps >= done_ps_) |
                        Ffsr::TCPresent::make(1);
             }},
        {.offset = FFCR,
         .name = "FFCR",
         .on_read =
             [this](const RegAccess& a, unsigned) {
                 const bool flush = flushing_ || a.now_ps < flush_done_ps_;
                 return ffcr_ | Ffcr::FOnMan::make(flush);
             },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_ffcr(w, a.now_ps); }},
        plain(FSCR, "FSCR", fscr_, 0xfff),
    };
}

unsigned Tpiu::port_bits() const
{
    return static_cast<unsigned>(std::countr_zero(size_)) + 1;
}

void Tpiu::settle_for(u64 now_ps)
{
    if (source_)
        source_->settle(now_ps);
    service(now_ps);
}

void Tpiu::service(u64 now_ps)
{
    if (!flush_due_)
        return;
    flush_due_ = false;
    start_flush(now_ps);
}

void Tpiu::write_ffcr(u64 word, u64 now_ps)
{
    const u32 old = ffcr_;
    u32 mode = static_cast<u32>(word & ffcr_writable);
    // The formatter's mode can only change while it is stopped.
    constexpr u32 modes = static_cast<u32>(Ffcr::EnFTC::mask | Ffcr::EnFCont::mask);
    if (!stopped_ && !formatter_.idle())
        mode = (mode & ~modes) | (old & modes);
    ffcr_ = mode;
    if (stopped_) {
        stopped_ = false;
        formatter_.reset();
        frames_since_sync_ = fscr_;
    }
    if (Ffcr::FOnMan::get(word))
        start_flush(now_ps);
}

void Tpiu::trigger_in(bool level, u64 now_ps)
{
    const bool rising = level && !trigger_level_;
    trigger_level_ = level;
    if (!rising || stopped_)
        return;
    if (Ffcr::TrigIn::get(ffcr_) && continuous())
        put(trigger_id, 0, now_ps);
    static constexpr u64 factors[] = {2, 4, 16, 256, 65536};
    u64 words = trigger_count_;
    for (unsigned n = 0; n < std::size(factors); ++n)
        if (bit(multiplier_, n))
            words *= factors[n];
    triggered_ = false;
    if (words == 0)
        trigger_event(now_ps);
    else
        trigger_words_ = words;
    service(now_ps);
}

void Tpiu::flush_in(bool level, u64 now_ps)
{
    const bool rising = level && !flush_level_;
    flush_level_ = level;
    if (rising && Ffcr::FOnFlIn::get(ffcr_) && !stopped_)
        start_flush(now_ps);
}

void Tpiu::trigger_event(u64 now_ps)
{
    trigger_words_.reset();
    triggered_ = true;
    if (Ffcr::TrigEvt::get(ffcr_) && continuous())
        put(trigger_id, 0, now_ps);
    if (Ffcr::StopTrig::get(ffcr_))
        stop(now_ps);
    else if (Ffcr::FOnTrig::get(ffcr_))
        flush_due_ = true; // perhaps inside a transfer, where the source cannot be asked
}

std::optional<u64> Tpiu::transfer(const AtbBeat& beat, u64 now_ps)
{
    if (stopped_)
        return now_ps;
    // The FIFO holds one frame: what completes another waits until that has gone.
    const u64 at_ps = formatting() ? now_ps : std::max(now_ps, done_ps_);
    if (!formatting()) {
        send(std::span{beat.data}.first(beat.size), at_ps);
        return at_ps;
    }
    const u64 before_ps = done_ps_;
    bool completed = false;
    for (unsigned n = 0; n < beat.size && !stopped_; ++n) {
        const unsigned used = formatter_.used();
        put(beat.id, beat.data[n], now_ps);
        completed = completed || formatter_.used() < used;
    }
    return completed ? std::max(now_ps, before_ps) : now_ps;
}

void Tpiu::put(u8 id, u8 byte, u64 now_ps)
{
    const unsigned before = formatter_.used();
    formatter_.put(id, byte);
    const unsigned after = formatter_.empty() ? formatter_.used() : 15;
    for (unsigned n = before / 2; n < (after + 1) / 2; ++n)
        ready_ps_[n] = now_ps;
    send_frames(now_ps);
}

void Tpiu::send_frames(u64 now_ps)
{
    while (!formatter_.empty()) {
        const Frame frame = formatter_.fetch();
        if (!continuous()) {
            send(frame, now_ps);
        } else {
            if (fscr_ && ++frames_since_sync_ > fscr_) {
                send(full_sync, ready_ps_[0]);
                frames_since_sync_ = 1;
            }
            for (unsigned n = 0; n < frame.size(); n += 2) {
                // The port cannot pause: where the next half word is late, it sends a half
                // synchronization. A capture device drops the repetitions of it.
                const u64 half_cycles = (16 + port_bits() - 1) / port_bits();
                if (n > 0 && clock_.ps(busy_until_ + half_cycles) <= ready_ps_[n / 2])
                    send(half_sync, done_ps_);
                send(std::span{frame}.subspan(n, 2), ready_ps_[n / 2]);
            }
        }
        ready_ps_.fill(now_ps);
        if (trigger_words_) {
            *trigger_words_ -= std::min<u64>(*trigger_words_, frame.size() / 4);
            if (*trigger_words_ == 0)
                trigger_event(now_ps);
        }
    }
}

void Tpiu::send(std::span<const u8> bytes, u64 from_ps)
{
    const u64 cycles = (8 * bytes.size() + port_bits() - 1) / port_bits();
    busy_until_ = std::max(busy_until_, clock_.cycles_at_or_after(from_ps)) + cycles;
    done_ps_ = clock_.ps(busy_until_);
    sink_->put(bytes, done_ps_);
}

void Tpiu::start_flush(u64 now_ps)
{
    if (flushing_ || stopped_)
        return;
    flushing_ = true;
    const auto at = source_ ? source_->flush(now_ps) : std::optional{now_ps};
    if (at)
        end_flush(*at);
}

void Tpiu::flushed(u64 now_ps)
{
    if (flushing_)
        end_flush(now_ps);
}

void Tpiu::end_flush(u64 now_ps)
{
    flushing_ = false;
    if (Ffcr::TrigFl::get(ffcr_) && continuous() && !stopped_)
        put(trigger_id, 0, now_ps);
    if (Ffcr::StopFl::get(ffcr_)) {
        stop(now_ps);
    } else if (formatting()) {
        formatter_.pad();
        send_frames(now_ps);
    }
    flush_done_ps_ = std::max(now_ps, done_ps_);
}

void Tpiu::stop(u64 now_ps)
{
    if (formatting()) {
        formatter_.pad();
        send_frames(now_ps);
    }
    stopped_ = true;
    done_ps_ = std::max(done_ps_, now_ps);
}

} // namespace sl::coresight
