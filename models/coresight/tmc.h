// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "coresight/atb.h"
#include "coresight/component.h"
#include "coresight/etr_memory.h"
#include "coresight/formatter.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace sl::coresight {

/// Trace Memory Controller (CoreSight TMC TRM, DDI 0461) in its three configurations: ETB (a RAM),
/// ETF (a RAM, and an ATB out of it) and ETR (system memory).
///
/// Modes: circular buffer; software FIFO, read through RRD; hardware FIFO (ETF only), read by the
/// ATB. What the manual calls UNPREDICTABLE (a register written outside the Disabled state, say) is
/// ignored. The integration test registers and RWD are absent.
///
/// It answers at the time of the access: STS, FFSR and FFCR tell what is finished by then.
class Tmc final : public Component, public AtbTarget, public AtbSource {
public:
    enum : u32 {
        RSZ = 0x004,
        STS = 0x00c,
        RRD = 0x010,
        RRP = 0x014,
        RWP = 0x018,
        TRG = 0x01c,
        CTL = 0x020,
        MODE = 0x028,
        LBUFLEVEL = 0x02c,
        CBUFLEVEL = 0x030,
        BUFWM = 0x034,
        RRPHI = 0x038,
        RWPHI = 0x03c,
        AXICTL = 0x110,
        DBALO = 0x118,
        DBAHI = 0x11c,
        FFSR = 0x300,
        FFCR = 0x304,
        PSCR = 0x308,
    };

    struct Sts {
        using Full = Field<0>;
        using Triggered = Field<1>;
        using TMCReady = Field<2>;
        using FtEmpty = Field<3>;
        using Empty = Field<4>;
        using MemErr = Field<5>;
    };

    struct Ctl {
        using TraceCaptEn = Field<0>;
    };

    struct Ffsr {
        using FlInProg = Field<0>;
        using FtStopped = Field<1>;
    };

    struct Ffcr {
        using EnFt = Field<0>;
        using EnTI = Field<1>;
        using FOnFlIn = Field<4>;
        using FOnTrigEvt = Field<5>;
        using FlushMan = Field<6>;
        using TrigOnTrigIn = Field<8>;
        using TrigOnTrigEvt = Field<9>;
        using TrigOnFl = Field<10>;
        using StopOnFl = Field<12>;
        using StopOnTrigEvt = Field<13>;
        using DrainBuffer = Field<14>;
    };

    struct Axictl {
        using ProtCtrlBit0 = Field<0>; ///< privileged
        using ProtCtrlBit1 = Field<1>; ///< Non-secure
        using Cache = Field<2, 4>;
        using ScatterGatherMode = Field<7>;
        using WrBurstLen = Field<8, 4>;
    };

    struct Devid {
        using CONFIGTYPE = Field<6, 2>;
        using MEMWIDTH = Field<8, 3>;
        using WBUFDEPTH = Field<11, 3>;
        using NOSCAT = Field<24>;
    };

    enum class Type : u8 { Etb = 0, Etr = 1, Etf = 2 }; ///< DEVID.CONFIGTYPE
    enum class Mode : u8 { CircularBuffer = 0, SoftwareFifo = 1, HardwareFifo = 2 };

    struct Config {
        Type type = Type::Etb;
        u64 ram_bytes = 0;         ///< ETB, ETF: a power of two, 64 bytes to 4 GB
        unsigned memory_bytes = 8; ///< width of the trace memory: 4, 8, 16 or 32
        u64 hz = 0;                ///< its clock: ETB and ETF move one memory word in a cycle
        unsigned out_bytes = 4;    ///< ETF: width of the ATB out
        unsigned write_buffer = 4; ///< ETR: frames that wait for the memory, 1 to 128, power of two
        bool scatter_gather = true; ///< ETR: DEVID.NOSCAT is clear
        bool secure = false;        ///< ETR: Secure accesses are allowed (AUTHSTATUS.SID)
    };

    /// ETB or ETF.
    explicit Tmc(const Config& config);
    /// ETR: `memory` is where it writes; `watch` hears of that (null: nobody needs to).
    Tmc(const Config& config, Bus& memory, PageWatch* watch);

    void connect(AtbSource& source) { source_ = &source; }

    /// ETF: the ATB out.
    void connect(AtbTarget& target) { target_ = &target; }

    /// Counts since construction.
    struct Statistics {
        u64 frames = 0;   ///< written to the trace memory, or through the FIFO
        u64 dropped = 0;  ///< bytes that came while it did not capture
        u64 captures = 0; ///< times that it was enabled
        u64 wraps = 0;    ///< times that a circular buffer began anew
    };

    const Statistics& statistics() const { return statistics_; }

    /// The frames in a circular buffer, from the oldest on, as software finds them in memory when
    /// the formatter has stopped. Empty in the other modes.
    std::vector<u8> contents(u64 now_ps);

    /// Called at the end of each capture into a circular buffer (CTL.TraceCaptEn becomes 0), while
    /// contents() are there.
    void on_capture_end(std::function<void(u64 now_ps)> ended)
    {
        capture_ended_ = std::move(ended);
    }

    /// Ends a capture as software would that flushes, stops and disables. Nothing if there is none.
    void end_capture(u64 now_ps);

    /// CTL.TraceCaptEn.
    bool capturing() const { return state_ != State::Disabled; }

    using Output = std::function<void(bool level, u64 now_ps)>;

    /// The FULL and ACQCOMP outputs, for a CTI or an interrupt controller.
    void on_full(Output output) { full_output_ = std::move(output); }

    void on_acqcomp(Output output) { acqcomp_output_ = std::move(output); }

    /// TRIGIN and FLUSHIN.
    void trigger_in(bool level, u64 now_ps);
    void flush_in(bool level, u64 now_ps);

    /// Does what a trigger inside a transfer left to do. Due when `work()` says so; a register
    /// access does it too.
    void service(u64 now_ps);

    bool work() const { return flush_due_; }

    void reset() override;

    // From the source.
    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override;
    void flushed(u64 now_ps) override;

    // From the receiver of an ETF's ATB.
    std::optional<u64> flush(u64 now_ps) override;
    void sync_request(u64 now_ps) override;
    void ready(u64 now_ps) override;
    void settle(u64 horizon_ps) override;

private:
    enum class State : u8 {
        Disabled,
        Running,
        Stopping, ///< no room yet for the end of the trace
        Stopped,
        Draining,
    };

    Tmc(const Config& config, std::unique_ptr<EtrMemory> memory);

    // tmc_registers.cpp
    std::vector<RegRow> rows();
    std::vector<RegRow> etr_rows();
    RegRow pointer_row(u32 offset, std::string_view name, bool read_pointer, bool high);
    void write_pointer(bool read_pointer, bool high, u64 word);
    u64 pointer(bool read_pointer, u64 now_ps);
    u32 device() const;
    void settle_for(u64 now_ps) override;
    u64 status(u64 now_ps);
    void write_control(u64 word, u64 now_ps);
    void write_ffcr(u64 word, u64 now_ps);
    u64 read_data(u64 now_ps, bool peek);
    u64 read_level(bool latched, u64 now_ps, bool peek);

    // tmc.cpp
    void start(u64 now_ps);
    void disable(u64 now_ps);
    void put(u8 id, u8 byte, u64 now_ps);
    void put_beat(const AtbBeat& beat, u64 now_ps);
    void insert_trigger(u64 now_ps);
    void close(u64 now_ps);
    void trigger(u64 now_ps);
    void count_words(u64 words, u64 now_ps);
    void trigger_event(u64 now_ps);
    void start_flush(u64 now_ps);
    void end_flush(u64 now_ps);
    bool pass_flush(u64 now_ps);
    void stop(u64 now_ps);
    void try_to_stop(u64 now_ps);

    // tmc_buffer.cpp
    void store_frames(u64 now_ps);
    bool store(const Frame& frame, u64 now_ps);
    void store_in_memory(const Frame& frame, u64 now_ps);
    void store_in_fifo(const Frame& frame, u64 now_ps);
    void advance_write(u64 now_ps);
    void send(u64 now_ps);
    void release(u64 now_ps);
    void drain(u64 now_ps);
    std::optional<u64> next_word(u64 now_ps);
    u64 level_words(u64 now_ps);
    void outputs(u64 now_ps);

    bool formatting() const;

    bool circular() const { return mode_ == Mode::CircularBuffer; }

    bool scatter() const { return memory_ && Axictl::ScatterGatherMode::get(axictl_); }

    u64 capacity() const;
    u64 alignment() const;

    Config config_;
    Clock clock_;
    std::unique_ptr<EtrMemory> memory_;
    std::vector<u8> ram_;
    AtbSource* source_ = nullptr;
    AtbTarget* target_ = nullptr;
    Output full_output_, acqcomp_output_;
    std::function<void(u64)> capture_ended_;
    Statistics statistics_;

    State state_ = State::Disabled;
    Mode mode_ = Mode::CircularBuffer;
    u32 mode_register_ = 0, ffcr_ = 0, axictl_ = 0, trg_ = 0, bufwm_ = 0, pscr_ = 0;
    u64 size_words_ = 0;    ///< RSZ of an ETR
    u64 base_ = 0;          ///< DBA
    u64 rrp_ = 0, rwp_ = 0; ///< pointers while Disabled: addresses

    Formatter formatter_;
    std::vector<u8> raw_;       ///< the unfinished block without formatting
    std::deque<Frame> pending_; ///< finished, but no room
    bool refused_ = false;      ///< the source waits for ready()

    // The buffer: places are offsets.
    u64 write_ = 0, read_ = 0;
    u64 first_ = 0; ///< where the capture began
    u64 fill_ = 0;  ///< valid bytes
    u64 end_ = 0;   ///< size of a scatter-gather buffer, when its end has been seen
    bool full_ = false, memory_error_ = false;
    u64 latched_level_ = 0; ///< words

    // Time.
    u64 memory_cycle_ = 0;      ///< RAM: the cycle in which it is free again
    std::deque<u64> in_flight_; ///< ETR: when each frame in the write buffer is in memory
    u64 stored_ps_ = 0;         ///< when the last frame is in memory
    u64 accept_ps_ = 0;         ///< when there is room for another frame
    u64 ready_ps_ = 0;          ///< when a stop or a drain is complete
    u64 empty_ps_ = 0;          ///< when a stop is complete
    u64 afready_ps_ = 0;        ///< when the last flush was acknowledged
    u64 manual_done_ps_ = 0;    ///< when the last manual flush was in memory

    // The hardware FIFO and the drain.
    struct Out {
        AtbBeat beat;
        bool ends_frame = false;
    };

    Unformatter unformatter_;
    std::deque<Out> out_;     ///< not yet taken
    u64 frames_out_ = 0;      ///< frames of which something is in out_
    std::deque<u64> leaving_; ///< when each frame taken had gone
    u64 out_ps_ = 0;          ///< when the ATB out is free
    bool out_blocked_ = false;
    /// The receiver waits for a flush: for the source to do it, and for the FIFO to empty.
    bool master_source_ = false, master_flush_ = false;

    // Triggers, flushes, synchronization.
    bool triggered_ = false;
    std::optional<u64> words_to_event_;
    bool trigger_level_ = false, flush_level_ = false;
    bool flushing_ = false; ///< AFVALIDS
    bool flush_again_ = false, flush_due_ = false;
    bool manual_ = false; ///< FFCR.FlushMan
    bool ft_empty_ = true;
    u64 since_sync_ = 0;
    bool full_level_ = false, acqcomp_level_ = false;
};

} // namespace sl::coresight
