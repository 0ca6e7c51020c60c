// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb_fifo.h"
#include "coresight/component.h"
#include "coresight/stp_encoder.h"

#include <functional>
#include <vector>

namespace sl::coresight {

/// System Trace Macrocell (Arm STM architecture 1.1, as an STM-500): what software writes to its
/// stimulus ports becomes STPv2 packets. No hardware events and no DMA; the stimulus port selection
/// and override registers are RAZ/WI, so that STMSPER and STMSPTER apply to every group of 32
/// ports.
class Stm final : public Component, public AtbSource {
public:
    enum : u32 {
        STMSPER = 0xe00,
        STMSPTER = 0xe20,
        STMSPTRIGCSR = 0xe70,
        STMTCSR = 0xe80,
        STMTSSTIMR = 0xe84,
        STMTSFREQR = 0xe8c,
        STMSYNCR = 0xe90,
        STMSPFEAT1R = 0xea0,
        STMSPFEAT2R = 0xea4,
        STMSPFEAT3R = 0xea8,
    };

    struct Tcsr {
        using EN = Field<0>;
        using TSEN = Field<1>;
        using SYNCEN = Field<2>; ///< RAO/WI
        using COMPEN = Field<5>;
        using TRACEID = Field<16, 7>;
        using BUSY = Field<23>;
    };

    struct Sptrigcsr {
        using TRIGCTL = Field<0>; ///< single-shot
        using TRIGSTATUS = Field<1>;
        using TRIGCLEAR = Field<2>;
        using ATBTRIGEN_TE = Field<3>;
        using ATBTRIGEN_DIR = Field<4>;
    };

    struct Syncr {
        using COUNT = Field<3, 9>; ///< in units of 8 bytes; as an exponent with MODE
        using MODE = Field<12>;
    };

    /// Locations in the 256 bytes of a stimulus port. Without `invariant` an access is guaranteed.
    enum Location : u32 {
        G_DMTS = 0x00,
        G_DM = 0x08,
        G_DTS = 0x10,
        G_D = 0x18,
        G_FLAGTS = 0x60,
        G_FLAG = 0x68,
        G_TRIGTS = 0x70,
        G_TRIG = 0x78,
        invariant = 0x80,
    };

    static constexpr u32 port_size = 0x100;

    /// TRIGOUTSPTE and TRIGOUTSW, as pulses.
    enum class Trigger : u8 { PortEnable, Software };

    struct Config {
        unsigned ports = 65536;   ///< stimulus ports: 32 to 65536
        unsigned fifo_bytes = 64; ///< what it holds when the ATB does not take it at once
        unsigned width = 8;       ///< bytes of its ATB
        /// The value of the timestamp counter at a time. Required.
        std::function<u64(u64 now_ps)> timestamp{};
        /// The STPv2 master for who writes: 0 to 127. None: the number of the PE.
        std::function<u8(const Initiator&)> master{};
    };

    explicit Stm(Config config);

    void connect(AtbTarget& target) { fifo_.connect(target); }

    void on_trigger(std::function<void(Trigger, u64 now_ps)> trigger)
    {
        trigger_ = std::move(trigger);
    }

    /// Bytes of the stimulus region.
    u64 region_size() const { return u64{config_.ports} * port_size; }

    /// A write of 1, 2, 4 or 8 bytes to the stimulus region. The answer is how long the write
    /// takes: a guaranteed one waits for room in the FIFO, one of invariant timing is lost instead.
    /// While the ATB is blocked with no known end, guaranteed writes are kept beyond the FIFO's
    /// size.
    u64 stimulus(u64 offset, unsigned bytes, u64 data, const Initiator& who, u64 now_ps);

    void reset() override;

    std::optional<u64> flush(u64 now_ps) override;
    void sync_request(u64 now_ps) override;

    void ready(u64 now_ps) override { fifo_.ready(now_ps); }

    void settle(u64) override {}

private:
    std::vector<RegRow> rows();
    void write_control(u64 word, u64 now_ps);
    void write_trigger_control(u64 word);

    bool enabled() const { return Tcsr::EN::get(control_); }

    std::optional<u64> timestamp(bool wanted, u64 now_ps);
    void emit(u64 now_ps);
    void synchronize();
    u64 sync_period() const;
    void trigger(Trigger which, bool atb, u64 now_ps);

    Config config_;
    std::vector<u8> bytes_; ///< of the encoder
    StpEncoder encoder_{bytes_};
    AtbFifo fifo_;
    std::function<void(Trigger, u64)> trigger_;
    bool sync_due_ = false;
    bool force_timestamp_ = false;
    std::optional<u8> lost_; ///< master whose stimulus was lost
    u64 since_sync_ = 0;     ///< bytes
    u32 control_ = 0, enable_ = 0, trigger_enable_ = 0, trigger_control_ = 0, frequency_ = 0,
        sync_ = 0;
};

} // namespace sl::coresight
