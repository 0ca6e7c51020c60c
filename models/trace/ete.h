// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/atoms.h"
#include "trace/byte_sink.h"
#include "trace/comparators.h"
#include "trace/config.h"
#include "trace/ete_identity.h"
#include "trace/packets.h"
#include "trace/resources.h"
#include "trace/return_stack.h"
#include "trace/stream_observer.h"

#include <functional>

namespace sl::trace {

/// The trace unit of a PE: Embedded Trace Extension, ETEv1.0 (DDI 0487, FEAT_ETE). Turns the PE's
/// waypoints into packets.
///
/// Decisions fall at context synchronization events: whether trace is generated, and with which
/// context. The address and context of what executes next are written with its first element.
/// Filters by address, start/stop and events decide for each instruction block, which is what lies
/// between two waypoints: it is traced whole when any of its instructions is to be traced.
class Ete {
public:
    struct Statistics {
        u64 bytes = 0;
        u64 p0_elements = 0;   ///< atoms and exceptions
        u64 lost_elements = 0; ///< not traced for want of room
        u64 overflows = 0;
        u64 stall_ps = 0; ///< time that the PE waited for room
        u64 syncs = 0;    ///< A-Sync packets
        u64 events = 0;   ///< Event packets
    };

    Ete(const Config& config, pe::PeView& pe, ByteSink& sink);

    void observe(StreamObserver* observer) { observer_ = observer; }

    /// External outputs: ETEEvents that have occurred, a bit each.
    void on_events(std::function<void(unsigned events, u64 now_ps)> take)
    {
        on_events_ = std::move(take);
    }

    /// The TRC* registers. False: this unit has no such resource, and an access is UNDEFINED.
    bool implements(pe::Reg reg) const;
    u64 read(pe::Reg reg) const;
    void write(pe::Reg reg, u64 value);
    void reset();

    /// TRCPRGCTLR.EN is 1 and the OS Lock is unlocked.
    bool enabled() const;
    /// ViewInst allows the Exception level and Security state that execute now.
    bool view_allows() const;

    /// Trace was allowed at the last context synchronization event, the Exception level included.
    bool admitted() const { return admitted_; }

    /// The PE must report waypoints: trace is generated, or resources may bring it about.
    bool watching() const { return watching_; }

    /// Not everything that is admitted is traced: filters by address, start/stop, or event.
    bool filtering() const { return filtering_; }

    bool overflowed() const { return overflowed_; }

    u64 position() const { return statistics_.bytes; }

    const Statistics& statistics() const { return statistics_; }

    /// SYNCREQ of the trace bus: synchronization before the next element.
    void request_sync() { sync_due_ |= running_; }

    /// A context synchronization event; `permitted`: enabled, and trace is not prohibited.
    void synchronized(bool permitted);
    void waypoint(const a64::Waypoint& waypoint);
    void exception(pe::TraceException type, u64 return_address);
    void exception_return(u64 pc, u64 target);
    /// An event that external inputs may select (TRCEXTINSELR<n>), in the PMU's numbering, from
    /// outside of the instruction stream.
    void external_event(u16 event);
    /// Writes atoms that wait for company; the ps until the last byte has left the unit.
    u64 flush();

private:
    static constexpr unsigned claim_tags = 2; // external debugger, self-hosted

    void enable();
    void start();
    void stop();
    void disable_if_asked();
    bool examine(const InstructionBlock& block, u16 event, bool always);
    void finish_element();
    void write_due();
    void write_events_alone();
    bool filters() const;
    bool resources_matter() const;
    ExecutionContext execution_context() const;
    u32 context_id() const;
    u32 vmid() const;
    bool broadcasts(u64 pc) const;
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
        claim_ = 0;
    ResourceRegisters registers_;
    Comparators comparators_{registers_};
    Resources resources_{registers_};
    std::function<void(unsigned, u64)> on_events_;

    // As of the last context synchronization event.
    bool running_ = false;     ///< enabled
    bool resourceful_ = false; ///< the resources are programmed to do something
    bool filtering_ = false;
    bool admitted_ = false;
    bool watching_ = false;

    bool active_ = false; ///< trace is generated: what executed last is in it
    bool overflowed_ = false;
    u8 events_due_ = 0; ///< to be written behind the element at hand
    bool timestamp_due_ = false;
    u8 external_inputs_ = 0;   ///< that have become active since the last block
    u64 last_block_cycle_ = 0; ///< up to where the resources have been clocked
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
