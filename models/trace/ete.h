// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/atoms.h"
#include "trace/byte_sink.h"
#include "trace/config.h"
#include "trace/packets.h"
#include "trace/return_stack.h"
#include "trace/stream_observer.h"

namespace sl::trace {

/// The trace unit of a PE: Embedded Trace Extension, ETEv1.0 (DDI 0487, FEAT_ETE). Turns the PE's
/// waypoints into packets.
///
/// Decisions fall at context synchronization events: whether trace is generated, and with which
/// context. The address and context of what executes next are written with its first element.
class Ete {
public:
    struct Statistics {
        u64 bytes = 0;
        u64 p0_elements = 0;   ///< atoms and exceptions
        u64 lost_elements = 0; ///< not traced for want of room
        u64 overflows = 0;
        u64 stall_ps = 0; ///< time that the PE waited for room
        u64 syncs = 0;    ///< A-Sync packets
    };

    Ete(const Config& config, pe::PeView& pe, ByteSink& sink);

    void observe(StreamObserver* observer) { observer_ = observer; }

    /// The TRC* registers.
    u64 read(pe::Reg reg) const;
    void write(pe::Reg reg, u64 value);
    void reset();

    /// TRCPRGCTLR.EN is 1 and the OS Lock is unlocked.
    bool enabled() const;
    /// ViewInst allows the Exception level and Security state that execute now.
    bool view_allows() const;

    /// Generates trace.
    bool active() const { return active_; }

    bool overflowed() const { return overflowed_; }

    u64 position() const { return statistics_.bytes; }

    const Statistics& statistics() const { return statistics_; }

    /// SYNCREQ of the trace bus: synchronization before the next element.
    void request_sync() { sync_due_ |= running_; }

    /// A context synchronization event; `allowed`: enabled, not prohibited, and in view.
    void synchronized(bool allowed);
    void waypoint(const a64::Waypoint& waypoint);
    void exception(pe::TraceException type, u64 return_address);
    void exception_return(u64 pc, u64 target);
    /// Writes atoms that wait for company; the ps until the last byte has left the unit.
    u64 flush();

private:
    static constexpr unsigned claim_tags = 2; // external debugger, self-hosted
    static constexpr unsigned cycle_counter_bits = 20, cycle_threshold_min = 4;

    void start();
    void stop();
    void disable_if_asked();
    bool needs_address(const a64::Waypoint& waypoint);
    bool begin_element();
    bool recover();
    void describe_next();
    void synchronize_decoder();
    void flush_atoms();
    void add_atom(bool taken);
    void count_cycles();
    void write_timestamp();
    u64 timestamp() const;
    void submit();
    void overflow();
    TraceContext sample_context() const;

    const Config config_;
    pe::PeView& pe_;
    ByteSink& sink_;
    StreamObserver* observer_ = nullptr;

    u32 ccctlr_ = cycle_threshold_min;
    u32 prgctlr_ = 0, configr_ = 0, rsr_ = 0, stallctlr_ = 0, syncpr_ = 0, traceidr_ = 0,
        victlr_ = 0, claim_ = 0;

    bool running_ = false; ///< enabled, as of the last context synchronization event
    bool active_ = false;
    bool overflowed_ = false;
    u64 idle_at_ps_ = 0;

    PacketBuffer buffer_;
    AtomPacker atoms_;
    AddressHistory history_;
    ReturnStack returns_;
    TraceContext context_;
    u64 next_pc_ = 0; ///< of the first instruction that no element covers yet
    // Owed to the decoder before the next element.
    bool sync_due_ = false, trace_on_due_ = false, address_due_ = false, context_due_ = false;
    u64 next_sync_ = 0; ///< position from which the next periodic sync is due
    u64 last_timestamp_ = 0;
    u64 last_count_cycle_ = 0; ///< where the last cycle count ended

    Statistics statistics_;
};

} // namespace sl::trace
