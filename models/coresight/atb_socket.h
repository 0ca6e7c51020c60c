// SPDX-License-Identifier: MIT
#pragma once

#include "common/tlm_initiator.h"
#include "coresight/atb.h"

#include <systemc>
#include <tlm>

namespace sl::coresight {

/// Names the protocol for TLM's binding checks.
struct AtbProtocol {};

/// ATB as a TLM protocol, forward path: what a source calls in a target. `delay` is the caller's
/// local time, in and out, as in TLM-2.0's blocking transport.
class AtbForwardIf : public virtual sc_core::sc_interface {
public:
    using protocol_types = AtbProtocol;

    /// True: the beat was taken, after `delay`. False: ATREADY stays low; keep the beat and offer
    /// it again after b_ready.
    virtual bool b_transfer(const AtbBeat& beat, sc_core::sc_time& delay) = 0;
    /// AFREADY, for a flush that b_flush could not complete at once.
    virtual void b_flushed(sc_core::sc_time& delay) = 0;
};

/// The backward path: what a target calls in its source.
class AtbBackwardIf : public virtual sc_core::sc_interface {
public:
    using protocol_types = AtbProtocol;

    /// AFVALID. True: all that the source held has been transferred, after `delay`. False: not yet;
    /// b_flushed will tell.
    virtual bool b_flush(sc_core::sc_time& delay) = 0;
    /// SYNCREQ.
    virtual void b_sync_request(sc_core::sc_time& delay) = 0;
    /// The target takes beats again after it had refused one.
    virtual void b_ready(sc_core::sc_time& delay) = 0;
    /// Hand over what is due before `delay`.
    virtual void b_settle(sc_core::sc_time& delay) = 0;
};

/// Bus width 128: the widest ATB. What a link is wide and how fast it is are its bridge's matter.
using AtbInitiatorSocket = tlm::tlm_base_initiator_socket<128, AtbForwardIf, AtbBackwardIf, 1,
                                                          sc_core::SC_ONE_OR_MORE_BOUND>;
using AtbTargetSocket =
    tlm::tlm_base_target_socket<128, AtbForwardIf, AtbBackwardIf, 1, sc_core::SC_ONE_OR_MORE_BOUND>;

/// An absolute time as a delay from now, and back. What lies before the kernel's time is now.
inline sc_core::sc_time delay_until(u64 ps)
{
    const u64 now = to_ps(sc_core::sc_time_stamp());
    return from_ps(ps > now ? ps - now : 0);
}

inline u64 time_after(const sc_core::sc_time& delay)
{
    return to_ps(sc_core::sc_time_stamp() + delay);
}

/// An ATB input of a module: a target socket for a component's AtbTarget. It is that component's
/// AtbSource.
class AtbInput : public AtbSource, private AtbForwardIf {
public:
    AtbInput(const char* name, AtbTarget& target)
        : socket{name},
          target_{&target}
    {
        socket.bind(*this);
    }

    AtbTargetSocket socket;

    std::optional<u64> flush(u64 now_ps) override
    {
        sc_core::sc_time delay = delay_until(now_ps);
        return socket->b_flush(delay) ? std::optional{time_after(delay)} : std::nullopt;
    }

    void sync_request(u64 now_ps) override
    {
        sc_core::sc_time delay = delay_until(now_ps);
        socket->b_sync_request(delay);
    }

    void ready(u64 now_ps) override
    {
        sc_core::sc_time delay = delay_until(now_ps);
        socket->b_ready(delay);
    }

    void settle(u64 horizon_ps) override
    {
        sc_core::sc_time delay = delay_until(horizon_ps);
        socket->b_settle(delay);
    }

private:
    bool b_transfer(const AtbBeat& beat, sc_core::sc_time& delay) override
    {
        const auto taken = target_->transfer(beat, time_after(delay));
        if (taken)
            delay = delay_until(*taken);
        return taken.has_value();
    }

    void b_flushed(sc_core::sc_time& delay) override { target_->flushed(time_after(delay)); }

    AtbTarget* target_;
};

/// An ATB output of a module: an initiator socket for a component's AtbSource. It is that
/// component's AtbTarget.
class AtbOutput : public AtbTarget, private AtbBackwardIf {
public:
    AtbOutput(const char* name, AtbSource& source)
        : socket{name},
          source_{&source}
    {
        socket.bind(*this);
    }

    AtbInitiatorSocket socket;

    /// What has gone over this ATB.
    struct Traffic {
        u64 beats = 0, bytes = 0;
        u64 waited_ps = 0; ///< from when beats were offered until they were taken
        u64 refused = 0;   ///< beats that were not taken until the receiver was ready again
    };

    const Traffic& traffic() const { return traffic_; }

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
    {
        sc_core::sc_time delay = delay_until(now_ps);
        if (!socket->b_transfer(beat, delay)) {
            ++traffic_.refused;
            return std::nullopt;
        }
        const u64 taken_ps = time_after(delay);
        ++traffic_.beats;
        traffic_.bytes += beat.size;
        traffic_.waited_ps += taken_ps - now_ps;
        return taken_ps;
    }

    void flushed(u64 now_ps) override
    {
        sc_core::sc_time delay = delay_until(now_ps);
        socket->b_flushed(delay);
    }

private:
    bool b_flush(sc_core::sc_time& delay) override
    {
        const auto done = source_->flush(time_after(delay));
        if (done)
            delay = delay_until(*done);
        return done.has_value();
    }

    void b_sync_request(sc_core::sc_time& delay) override
    {
        source_->sync_request(time_after(delay));
    }

    void b_ready(sc_core::sc_time& delay) override { source_->ready(time_after(delay)); }

    void b_settle(sc_core::sc_time& delay) override { source_->settle(time_after(delay)); }

    AtbSource* source_;
    Traffic traffic_;
};

} // namespace sl::coresight
