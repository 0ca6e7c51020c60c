// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/config.h"
#include "trace/ete.h"
#include "trace/link.h"
#include "trace/output.h"
#include "trace/trbe.h"

namespace sl::trace {

/// The self-hosted trace of one PE: an ETE whose bytes go over a link into the TRBE or, while that
/// is disabled, to the trace bus.
class TraceUnit final : public pe::TracePort {
public:
    /// What the instruction that executes next may do in a correct trace. Trace starts and stops
    /// at context synchronization events; between a write that changes what is allowed and that
    /// event, either is right (DDI 0487, TRFCR_EL1). So it is while a filter decides by block,
    /// which is known at its end. Whether it is lost is another matter.
    enum class Expectation : u8 { Untraced, Traced, Either };

    /// Counts since construction.
    struct Statistics {
        Ete::Statistics ete;
        Trbe::Statistics trbe;
        u64 drains = 0;   ///< TSB CSYNC executed
        u64 drain_ps = 0; ///< time that the PE waited in them
    };

    TraceUnit(const Config& config, pe::PeView& pe);

    /// At most one; null to detach.
    void observe(StreamObserver* observer)
    {
        trbe_.observe(observer);
        ete_.observe(observer);
    }

    /// The trace bus; none without this call. Must outlive the unit.
    void connect(AtbPort& atb) { output_.connect(atb); }

    /// The receiver of the trace bus asks for all that the unit holds (AFVALID).
    void flush_to_bus();

    /// The receiver of the trace bus asks for synchronization (SYNCREQ).
    void request_sync() { ete_.request_sync(); }

    Expectation expectation() const;

    /// Bytes of trace made so far: the number of the next byte.
    u64 position() const { return ete_.position(); }

    /// Trace is still made, or waits in the FIFO: a buffer that is disabled now loses it.
    bool undrained() const { return ete_.watching() || !link_.empty(); }

    /// Writes what the unit still holds, at the end of a run, so that what was gathered is whole.
    /// No simulated time passes.
    void finish();
    Statistics statistics() const;

    /// The unit's registers, for decoder configurations.
    const Ete& ete() const { return ete_; }

    const Trbe& trbe() const { return trbe_; }

    /// ETEEvents that occur, a bit each.
    void on_events(std::function<void(unsigned events, u64 now_ps)> take)
    {
        ete_.on_events(std::move(take));
    }

    /// An event in the numbering of the PMU that an external input may select: a CTI's triggers.
    void external_event(u16 event) { ete_.external_event(event); }

    // ---- pe::TracePort -------------------------------------------------------------------------

    bool implements(pe::Reg reg) const override;
    u64 read(pe::Reg reg) override;
    void write(pe::Reg reg, u64 value) override;
    void context_changed() override;
    void synchronized() override;

    bool tracing() const override { return ete_.watching(); }

    bool prohibited() const override;

    void waypoint(const a64::Waypoint& waypoint) override { ete_.waypoint(waypoint); }

    void exception(pe::TraceException type, u64 return_address) override
    {
        ete_.exception(type, return_address);
    }

    void exception_return(u64 pc, u64 target) override { ete_.exception_return(pc, target); }

    void translate_ahead() override { trbe_.translate_ahead(); }

    u64 trace_sync() override;
    void reset() override;

private:
    bool allowed() const;

    const Config config_;
    pe::PeView& pe_;
    Trbe trbe_;
    Link link_;
    Output output_;
    Ete ete_;
    u64 drains_ = 0, drain_ps_ = 0;
};

} // namespace sl::trace
