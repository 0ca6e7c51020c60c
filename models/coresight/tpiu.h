// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "coresight/atb.h"
#include "coresight/byte_sink.h"
#include "coresight/component.h"
#include "coresight/formatter.h"

#include <array>

namespace sl::coresight {

/// Trace Port Interface Unit (CoreSight SoC-400 TRM): trace leaves the chip through a port of 1 to
/// 32 bits. Bypass (bytes as they come, without IDs), normal (frames), or continuous formatting
/// (frames, with a full synchronization word between frames, and a half one inside a frame
/// wherever the port waits). No test patterns: the registers say so.
///
/// A stopped formatter takes trace and drops it; any write to FFCR starts it again. It is stopped
/// after reset.
class Tpiu final : public Component, public AtbTarget {
public:
    enum : u32 {
        SUPPORTED_PORT_SIZES = 0x000,
        CURRENT_PORT_SIZE = 0x004,
        SUPPORTED_TRIGGER_MODES = 0x100,
        TRIGGER_COUNTER = 0x104,
        TRIGGER_MULTIPLIER = 0x108,
        FFSR = 0x300,
        FFCR = 0x304,
        FSCR = 0x308,
    };

    struct Ffsr {
        using FlInProg = Field<0>;
        using FtStopped = Field<1>;
        using TCPresent = Field<2>;
    };

    struct Ffcr {
        using EnFTC = Field<0>;
        using EnFCont = Field<1>;
        using FOnFlIn = Field<4>;
        using FOnTrig = Field<5>;
        using FOnMan = Field<6>;
        using TrigIn = Field<8>;
        using TrigEvt = Field<9>;
        using TrigFl = Field<10>;
        using StopFl = Field<12>;
        using StopTrig = Field<13>;
    };

    struct TriggerModes {
        using Mult = Field<0, 5>; ///< 2, 4, 16, 256, 65536
        using TCount8 = Field<8>;
        using Triggered = Field<16>;
        using TrgRun = Field<17>;
    };

    struct Config {
        unsigned port_bits = 32; ///< the widest port: 1 to 32 bits
        u64 hz = 0;              ///< TRACECLKIN: the port moves its bits once per cycle
    };

    Tpiu(const Config& config, ByteSink& sink);

    void connect(AtbSource& source) { source_ = &source; }

    /// TRIGIN and FLUSHIN.
    void trigger_in(bool level, u64 now_ps);
    void flush_in(bool level, u64 now_ps);

    /// Does what a trigger inside a transfer left to do. Due when `work()` says so.
    void service(u64 now_ps);

    bool work() const { return flush_due_; }

    void reset() override;

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override;
    void flushed(u64 now_ps) override;

private:
    std::vector<RegRow> rows();
    void settle_for(u64 now_ps) override;
    void write_ffcr(u64 word, u64 now_ps);
    void start_flush(u64 now_ps);
    void end_flush(u64 now_ps);
    void stop(u64 now_ps);
    void trigger_event(u64 now_ps);
    void put(u8 id, u8 byte, u64 now_ps);
    void send_frames(u64 now_ps);
    void send(std::span<const u8> bytes, u64 from_ps);

    bool formatting() const { return Ffcr::EnFTC::get(ffcr_) || Ffcr::EnFCont::get(ffcr_); }

    bool continuous() const { return Ffcr::EnFCont::get(ffcr_); }

    unsigned port_bits() const;

    Config config_;
    Clock clock_;
    ByteSink* sink_;
    AtbSource* source_ = nullptr;
    Formatter formatter_;
    /// When each half word of the unfinished frame was ready to go.
    std::array<u64, 8> ready_ps_{};
    u64 busy_until_ = 0; ///< the port's cycle in which it is free again
    u64 done_ps_ = 0;    ///< when the last byte had gone
    u64 flush_done_ps_ = 0;
    bool flushing_ = false, flush_due_ = false, stopped_ = true;
    bool trigger_level_ = false, flush_level_ = false;
    bool triggered_ = false;
    std::optional<u64> trigger_words_; ///< words until the trigger event
    u64 frames_since_sync_ = 0;
    u32 ffcr_ = 0, fscr_ = 0, size_ = 0, trigger_count_ = 0, multiplier_ = 0;
};

} // namespace sl::coresight
