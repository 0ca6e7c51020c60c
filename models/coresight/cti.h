// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/component.h"

#include <functional>
#include <vector>

namespace sl::coresight {

class Ctm;

/// Cross Trigger Interface (CoreSight SoC-400 TRM, CTI): maps trigger inputs of what stands around
/// it to the channels of the cross trigger matrix, and channels to trigger outputs.
///
/// Levels: a channel is active while any trigger mapped to it, CTIAPPSET or another CTI holds it
/// so; a pulse is a rise and a fall at one time. An output follows the channels mapped to it, or,
/// if it needs a software acknowledge, stays active until CTIINTACK; then it rises again only after
/// the channels mapped to it have all been inactive.
class Cti final : public Component {
public:
    enum : u32 {
        CTICONTROL = 0x000,
        CTIINTACK = 0x010,
        CTIAPPSET = 0x014,
        CTIAPPCLEAR = 0x018,
        CTIAPPPULSE = 0x01c,
        CTIINEN = 0x020,
        CTIOUTEN = 0x0a0,
        CTITRIGINSTATUS = 0x130,
        CTITRIGOUTSTATUS = 0x134,
        CTICHINSTATUS = 0x138,
        CTICHOUTSTATUS = 0x13c,
        CTIGATE = 0x140,
        ASICCTL = 0x144,
        ITCHOUT = 0xee4,
        ITTRIGOUT = 0xee8,
        ITCHIN = 0xef4,
        ITTRIGIN = 0xef8,
    };

    static constexpr unsigned channels = 4;
    static constexpr unsigned triggers = 8;

    /// Output `n` goes to `level` at `now_ps`.
    using Output = std::function<void(unsigned n, bool level, u64 now_ps)>;

    /// `acknowledged` has a bit for each output that needs a software acknowledge: one to an
    /// interrupt controller or a PE, say, that gives no hardware acknowledge.
    explicit Cti(u32 acknowledged = 0);

    void on_output(Output output) { output_ = std::move(output); }

    /// Trigger input `n` goes to `level`.
    void trigger_in(unsigned n, bool level, u64 now_ps);

    /// A pulse on trigger input `n`.
    void trigger_pulse(unsigned n, u64 now_ps)
    {
        trigger_in(n, true, now_ps);
        trigger_in(n, false, now_ps);
    }

    bool output(unsigned n) const { return bit(outputs_, n); }

    void reset() override;

private:
    friend class Ctm;

    /// Channels that this CTI holds active, before and after the gate.
    u32 local_channels() const;
    u32 channels_out() const;
    void channels_in(u32 levels, u64 now_ps);
    void update(u64 now_ps);
    void update_outputs(u64 now_ps);
    void drive(u32 levels, u64 now_ps);
    std::vector<RegRow> rows();

    u32 acknowledged_;
    Output output_;
    Ctm* ctm_ = nullptr;
    bool enabled_ = false;
    bool integration_ = false;
    u32 app_ = 0;    ///< CTIAPPSET
    u32 pulse_ = 0;  ///< CTIAPPPULSE, while it is being written
    u32 inputs_ = 0; ///< levels of the trigger inputs
    u32 chin_ = 0;   ///< channels that other CTIs hold active
    u32 gate_ = 0;
    u32 in_enable_[triggers] = {};
    u32 out_enable_[triggers] = {};
    u32 mapped_ = 0;  ///< outputs that have an active channel
    u32 outputs_ = 0; ///< levels of the trigger outputs
    u32 test_channels_ = 0, test_outputs_ = 0;
};

/// Cross Trigger Matrix: a channel that one CTI holds active is active for all others.
class Ctm {
public:
    /// `latency_ps` is what an event takes from this CTI to the others.
    void add(Cti& cti, u64 latency_ps = 0);

private:
    friend class Cti;

    struct Member {
        Cti* cti;
        u64 latency_ps;
    };

    /// Something has changed at `sender`: tells all others of what the rest hold active.
    void broadcast(const Cti& sender, u64 now_ps);

    std::vector<Member> members_;
};

} // namespace sl::coresight
