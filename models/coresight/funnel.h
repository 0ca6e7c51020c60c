// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "coresight/atb.h"
#include "coresight/component.h"

#include <deque>
#include <vector>

namespace sl::coresight {

/// ATB trace funnel (CoreSight SoC-400 TRM, CSTF): up to eight ATBs into one, one beat per cycle of
/// its clock. Programmable, or static: then all ports are enabled, have one priority and the hold
/// time that a programmable one has after reset, and there are no registers.
///
/// Beats wait in their port until simulated time has passed them, because only then is it known who
/// competes for the output; a source is told when its beat will go, as far as that is known. More
/// than `lookahead` waiting beats of one port are not kept back.
class Funnel final : public Component, public AtbSource {
public:
    enum : u32 { FUNCTL = 0x000, PRICTL = 0x004 };

    struct Functl {
        using EnS = Field<0, 8>;
        using HT = Field<8, 4>; ///< minimum hold time in transactions, less 1
    };

    static constexpr unsigned max_ports = 8;
    static constexpr unsigned lookahead = 16;

    struct Config {
        unsigned ports = 2;       ///< 2..8
        bool programmable = true; ///< false: a static funnel
        unsigned width = 4;       ///< bytes of its ATBs: 1, 2, 4, 8 or 16
        u64 hz = 0;               ///< its clock
    };

    explicit Funnel(const Config& config);

    unsigned ports() const { return config_.ports; }

    /// Slave port `n`: who feeds it, and what feeds see.
    AtbTarget& port(unsigned n) { return ports_[n]; }

    void connect(unsigned n, AtbSource& source) { ports_[n].source = &source; }

    void connect(AtbTarget& target) { target_ = &target; }

    /// Nothing will be offered before `horizon_ps` any more: decide all that is due before it.
    void advance(u64 horizon_ps);

    /// When the oldest waiting beat can go, or none if no beat waits or the output refuses.
    std::optional<u64> next() const;

    void reset() override;

    std::optional<u64> flush(u64 now_ps) override;
    void sync_request(u64 now_ps) override;
    void ready(u64 now_ps) override;
    void settle(u64 horizon_ps) override;

private:
    struct Waiting {
        AtbBeat beat;
        u64 since_ps = 0;
    };

    struct Port final : AtbTarget {
        Port(Funnel& owner, unsigned index)
            : funnel{&owner},
              n{index}
        {
        }

        std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
        {
            return funnel->offer(n, beat, now_ps);
        }

        void flushed(u64 now_ps) override { funnel->port_flushed(n, now_ps); }

        Funnel* funnel;
        unsigned n;
        AtbSource* source = nullptr;
        std::deque<Waiting> queue{};
        bool refused = false; ///< a beat was refused, the source waits for ready()
    };

    /// What the arbiter remembers.
    struct Arbiter {
        int selected = -1; ///< the port of the last transaction
        u8 id = 0;         ///< and its ATID
        unsigned held = 0; ///< transactions of that port in a row
        u32 marked = 0;    ///< ports that have had their turn among equals
    };

    std::optional<u64> offer(unsigned n, const AtbBeat& beat, u64 now_ps);
    void port_flushed(unsigned n, u64 now_ps);
    bool enabled(unsigned n) const;
    unsigned hold() const;
    unsigned priority(unsigned n) const;
    u64 head_cycle(unsigned n, unsigned skip = 0) const;
    /// The port that the arbiter grants, of those in `eligible` (not 0); `ids` are their ATIDs.
    unsigned choose(const Arbiter& state, u32 eligible, const u8* ids) const;
    void grant(Arbiter& state, unsigned n, u8 id) const;
    bool step(u64 horizon_ps);
    u64 estimate(unsigned n) const;
    void finish_flush(u64 now_ps);
    void write_control(const RegAccess& access, u64 word);

    Config config_;
    Clock clock_;
    std::vector<Port> ports_;
    AtbTarget* target_ = nullptr;
    Arbiter arbiter_;
    u64 free_cycle_ = 0;   ///< the first cycle in which the output can take a beat
    u64 last_ps_ = 0;      ///< when the last beat had gone
    bool blocked_ = false; ///< the target has refused a beat
    u32 unflushed_ = 0;    ///< ports with a flush under way
    bool flushing_ = false;
    u32 control_ = 0;
    u32 priorities_ = 0;
};

} // namespace sl::coresight
