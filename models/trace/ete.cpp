// SPDX-License-Identifier: MIT
#include "trace/ete.h"

#include "sysreg/registers.gen.h"

#include <cassert>

namespace sl::trace {

using pe::Reg;
using Kind = a64::Waypoint::Kind;

Ete::Ete(const Config& config, pe::PeView& pe, ByteSink& sink)
    : config_{config},
      pe_{pe},
      sink_{sink},
      registers_{config}
{
}

bool Ete::enabled() const
{
    return sysreg::TRCPRGCTLR::EN::get(prgctlr_) &&
           !sysreg::OSLSR_EL1::OSLK::get(pe_.visible(Reg::OSLSR_EL1));
}

bool Ete::view_allows() const
{
    const u64 control = registers_[Reg::TRCVICTLR];
    const u64 excluded = pe_.secure() ? sysreg::TRCVICTLR::EXLEVEL_S::get(control)
                                      : sysreg::TRCVICTLR::EXLEVEL_NS::get(control);
    return !bit(excluded, pe_.el());
}

/// The context ID that is in force: CONTEXTIDR_EL2 where the host runs with HCR_EL2.E2H.
u32 Ete::context_id() const
{
    namespace f = sysreg;
    const u64 hcr = config_.has_el2 && !pe_.secure() ? pe_.visible(Reg::HCR_EL2) : 0;
    const u8 el = pe_.el();
    const bool host =
        f::HCR_EL2::E2H::get(hcr) && (el == 2 || (el == 0 && f::HCR_EL2::TGE::get(hcr)));
    if (!host)
        return static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL1));
    return f::TRFCR_EL2::CX::get(pe_.visible(Reg::TRFCR_EL2))
               ? static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL2))
               : 0;
}

/// The virtual context ID; 0 unless TRFCR_EL2.CX lets EL2's identifiers be seen.
u32 Ete::vmid() const
{
    namespace f = sysreg;
    if (!config_.has_el2 || !f::TRFCR_EL2::CX::get(pe_.visible(Reg::TRFCR_EL2)))
        return 0;
    return f::TRCCONFIGR::VMIDOPT::get(configr_)
               ? static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL2))
               : static_cast<u32>(bits(pe_.visible(Reg::VTTBR_EL2), 63, 48));
}

TraceContext Ete::sample_context() const
{
    namespace f = sysreg;
    TraceContext context;
    context.el = pe_.el();
    context.nonsecure = !pe_.secure();
    context.has_context_id = f::TRCCONFIGR::CID::get(configr_);
    context.has_vmid = f::TRCCONFIGR::VMID::get(configr_);
    if (context.has_context_id)
        context.context_id = context_id();
    if (context.has_vmid)
        context.vmid = vmid();
    return context;
}

ExecutionContext Ete::execution_context() const
{
    return {pe_.el(), pe_.secure(), context_id(), vmid()};
}

// ---- Start and stop
// ------------------------------------------------------------------------------

/// The unit leaves idle: its registers keep their values until it is disabled.
void Ete::enable()
{
    running_ = true;
    sync_due_ = true;
    resourceful_ = resources_matter();
    filtering_ = resourceful_ && filters();
    resources_.begin();
    last_block_cycle_ = pe_.cycle();
    if (observer_)
        observer_->unit_enabled(position());
}

void Ete::start()
{
    active_ = true;
    trace_on_due_ = true;
    last_count_cycle_ = pe_.cycle();
}

void Ete::stop()
{
    flush_atoms();
    submit();
    active_ = false;
    // What was owed belongs to instructions that are not traced.
    address_due_ = context_due_ = trace_on_due_ = false;
}

void Ete::disable_if_asked()
{
    if (!running_ || enabled())
        return;
    rsr_ = static_cast<u32>(sysreg::TRCRSR::TA::set(rsr_, active_));
    if (active_)
        stop();
    running_ = admitted_ = watching_ = false;
    overflowed_ = false;
    idle_at_ps_ = pe_.now_ps() + sink_.flush(pe_.now_ps());
}

void Ete::synchronized(bool permitted)
{
    disable_if_asked();
    if (!running_ && enabled())
        enable();
    const bool watched = watching_;
    admitted_ = permitted && view_allows();
    watching_ = admitted_ || (permitted && resourceful_);
    if (active_ && !admitted_)
        stop();
    else if (!active_ && admitted_ && !filtering_)
        start();
    if (watching_) {
        const TraceContext now = sample_context();
        context_due_ |= active_ && now != context_;
        context_ = now;
        if (resourceful_)
            comparators_.set_context(execution_context());
        if (resourceful_ && !watched) { // paused until now
            last_block_cycle_ = pe_.cycle();
            external_inputs_ |= static_cast<u8>(sysreg::TRCRSR::EXTIN::get(rsr_));
            rsr_ = static_cast<u32>(sysreg::TRCRSR::EXTIN::set(rsr_, 0));
        }
    }
    next_pc_ = watching_ ? pe_.next_pc() : 0;
}

// ---- Filters and resources
// -----------------------------------------------------------------------

/// ViewInst looks at more than the Exception level.
bool Ete::filters() const
{
    using R = sysreg::TRCVICTLR;
    constexpr u64 always = 1; // resource selector 1
    const u64 control = registers_[Reg::TRCVICTLR];
    return R::EVENT::get(control) != always || !R::SSSTATUS::get(control) ||
           registers_[Reg::TRCVIIECTLR] || registers_[Reg::TRCVISSCTLR];
}

/// Whether blocks must be shown to the resources at all. Without, trace costs what it costs in a
/// unit that has none.
bool Ete::resources_matter() const
{
    const auto any = [this](Reg zero, unsigned count) {
        for (unsigned n = 0; n < count; ++n)
            if (registers_(zero, n))
                return true;
        return false;
    };
    const ResourceCounts& n = registers_.counts();
    const bool broadcast_ranges = sysreg::TRCCONFIGR::BB::get(configr_) &&
                                  sysreg::TRCBBCTLR::RANGE::get(registers_[Reg::TRCBBCTLR]);
    return filters() || broadcast_ranges ||
           sysreg::TRCVICTLR::TRCERR::get(registers_[Reg::TRCVICTLR]) ||
           registers_[Reg::TRCEVENTCTL0R] || registers_[Reg::TRCTSCTLR] ||
           registers_[Reg::TRCSEQRSTEVR] || any(Reg::TRCSEQEVR0, n.sequencer ? 3 : 0) ||
           any(Reg::TRCCNTCTLR0, n.counters) || any(Reg::TRCSSCCR0, n.single_shots);
}

void Ete::external_event(u16 event)
{
    if (!running_ || !resourceful_)
        return;
    const u8 selectors = resources_.selectors_of(event);
    if (watching_)
        external_inputs_ |= selectors;
    else
        rsr_ |= static_cast<u32>(sysreg::TRCRSR::EXTIN::make(selectors));
}

/// Shows a block to the resources, together with the event that ended it. True: it is in view, and
/// trace is generated. `always`: the exception at its end is traced even so.
bool Ete::examine(const InstructionBlock& block, u16 event, bool always)
{
    unsigned external = external_inputs_ | resources_.selectors_of(event);
    if (!block.empty())
        external |= resources_.selectors_of(Resources::event_inst_retired);
    external_inputs_ = 0;
    const u64 now = pe_.cycle();
    const Resources::Outcome outcome = resources_.advance(
        now - last_block_cycle_, comparators_.match(block), static_cast<u8>(external));
    last_block_cycle_ = now;
    const u64 traced = sysreg::TRCEVENTCTL1R::INSTEN::get(registers_[Reg::TRCEVENTCTL1R]);
    events_due_ |= static_cast<u8>(outcome.events & traced);
    timestamp_due_ |= outcome.timestamp && sysreg::TRCCONFIGR::TS::get(configr_);
    if (outcome.events && on_events_)
        on_events_(outcome.events, pe_.now_ps());

    const bool selected = comparators_.view(block) && outcome.view;
    // An exception without an instruction before it goes with what came before.
    const bool view = admitted_ && (!filtering_ || (block.empty() ? active_ : selected));
    if (view || always) {
        if (!active_) {
            start();
            if (!view)
                next_pc_ = block.end; // the instructions before it are not
        }
        return true;
    }
    if (active_)
        stop();
    write_events_alone();
    return false;
}

/// TRCBBCTLR: branches in the ranges, or outside of them. In no range at all: all branches.
bool Ete::broadcasts(u64 pc) const
{
    using R = sysreg::TRCBBCTLR;
    const u64 control = registers_[Reg::TRCBBCTLR];
    if (R::RANGE::get(control) == 0)
        return true;
    const bool inside = (comparators_.ranges_at(pc) & R::RANGE::get(control)) != 0;
    return inside == (R::MODE::get(control) != 0);
}

// ---- Elements
// ------------------------------------------------------------------------------------

void Ete::waypoint(const a64::Waypoint& w)
{
    // TRCIDR2.WFXMODE = 0: WFI and WFE are no waypoints of trace.
    if (!watching_ || w.kind == Kind::Wfx)
        return;
    if (!resourceful_ || examine({next_pc_, w.pc + 4}, Resources::event_inst_retired, false)) {
        if (begin_element()) {
            add_atom(w.taken);
            address_due_ = w.taken && needs_address(w);
            count_cycles();
            finish_element();
        }
    }
    next_pc_ = w.target;
    // Software that polls for IDLE without synchronizing gets there too.
    disable_if_asked();
}

/// Whether a decoder cannot know the target of a taken branch.
bool Ete::needs_address(const a64::Waypoint& w)
{
    const bool direct = w.kind == Kind::Direct || w.kind == Kind::DirectLink;
    if (w.kind == Kind::Isb)
        return false;
    const bool broadcast = sysreg::TRCCONFIGR::BB::get(configr_) && broadcasts(w.pc);
    if (!sysreg::TRCCONFIGR::RS::get(configr_))
        return broadcast || !direct;
    if (w.kind == Kind::DirectLink || w.kind == Kind::IndirectLink) {
        returns_.push(w.pc + 4);
        return broadcast || !direct;
    }
    return broadcast || (!direct && !returns_.match(w.target));
}

void Ete::exception_return(u64 pc, u64 target)
{
    if (!watching_)
        return;
    if (!resourceful_ || examine({next_pc_, pc + 4}, Resources::event_exc_return, false)) {
        if (begin_element()) {
            add_atom(true);
            address_due_ = true;
            count_cycles();
            finish_element();
        }
    }
    next_pc_ = target;
}

void Ete::exception(pe::TraceException type, u64 return_address)
{
    if (!watching_)
        return;
    if (resourceful_) {
        const bool always = type == pe::TraceException::SystemError &&
                            sysreg::TRCVICTLR::TRCERR::get(registers_[Reg::TRCVICTLR]);
        if (!examine({next_pc_, return_address}, Resources::event_exc_taken, always))
            return;
    }
    if (!begin_element())
        return;
    flush_atoms();
    ++statistics_.p0_elements;
    buffer_.exception(static_cast<unsigned>(type));
    buffer_.address(return_address, history_);
    address_due_ = true;
    count_cycles();
    finish_element();
}

/// Writes what the decoder needs to know before the next element. False: that element is lost.
bool Ete::begin_element()
{
    if (overflowed_ && !recover()) {
        ++statistics_.lost_elements;
        events_due_ = 0;
        timestamp_due_ = false; // there is one where trace begins anew
        return false;
    }
    const u64 period = sysreg::TRCSYNCPR::PERIOD::get(syncpr_);
    if (period != 0 && position() >= next_sync_)
        sync_due_ = true;
    if (sync_due_ || trace_on_due_ || address_due_ || context_due_) {
        flush_atoms();
        describe_next();
    }
    return true;
}

void Ete::finish_element()
{
    if (events_due_ || timestamp_due_)
        write_due();
    submit();
}

/// What the resources ask for, behind the element that they saw.
void Ete::write_due()
{
    flush_atoms();
    if (events_due_) {
        buffer_.event(events_due_);
        ++statistics_.events;
    }
    if (timestamp_due_)
        write_timestamp();
    events_due_ = 0;
    timestamp_due_ = false;
}

/// ETEEvents are traced whether ViewInst is active or not.
void Ete::write_events_alone()
{
    timestamp_due_ = false; // of trace that there is not
    if (!events_due_)
        return;
    if (overflowed_ && !recover()) {
        events_due_ = 0;
        return;
    }
    if (sync_due_)
        synchronize_decoder();
    sync_due_ = false;
    finish_element();
}

void Ete::describe_next()
{
    const bool from_scratch = sync_due_ || trace_on_due_;
    if (sync_due_)
        synchronize_decoder();
    if (trace_on_due_)
        buffer_.trace_on();
    if (from_scratch || (address_due_ && context_due_))
        buffer_.address_with_context(next_pc_, context_, history_);
    else if (address_due_)
        buffer_.address(next_pc_, history_);
    else
        buffer_.context(context_);
    if (from_scratch) {
        returns_.clear();
        write_timestamp();
    }
    sync_due_ = trace_on_due_ = address_due_ = context_due_ = false;
}

void Ete::synchronize_decoder()
{
    buffer_.alignment_sync();
    buffer_.trace_info(sysreg::TRCCONFIGR::CCI::get(configr_), ccctlr_);
    history_.clear();
    last_timestamp_ = 0;
    next_sync_ = position() + (u64{1} << sysreg::TRCSYNCPR::PERIOD::get(syncpr_));
    ++statistics_.syncs;
}

void Ete::add_atom(bool taken)
{
    ++statistics_.p0_elements;
    atoms_.add(taken);
    if (atoms_.full())
        buffer_.atom_packet(atoms_.take());
}

/// After an element: the cycles since the last count, once they reach the threshold.
void Ete::count_cycles()
{
    if (!sysreg::TRCCONFIGR::CCI::get(configr_))
        return;
    const u64 cycles = pe_.cycle() - last_count_cycle_;
    if (cycles < ccctlr_)
        return;
    flush_atoms();
    if (cycles <= ones(cycle_counter_bits))
        buffer_.cycle_count(static_cast<u32>(cycles - ccctlr_));
    else
        buffer_.cycle_count_unknown();
    last_count_cycle_ = pe_.cycle();
}

/// TRFCR_EL2.TS chooses, or leaves it to TRFCR_EL1.TS.
u64 Ete::timestamp() const
{
    namespace f = sysreg;
    constexpr u64 physical = 0b11;
    u64 choice = config_.has_el2 ? f::TRFCR_EL2::TS::get(pe_.visible(Reg::TRFCR_EL2)) : 0;
    if (choice == 0)
        choice = f::TRFCR_EL1::TS::get(pe_.visible(Reg::TRFCR_EL1));
    const u64 offset = choice == physical || !config_.has_el2 ? 0 : pe_.visible(Reg::CNTVOFF_EL2);
    return pe_.physical_count() - offset;
}

void Ete::write_timestamp()
{
    if (!sysreg::TRCCONFIGR::TS::get(configr_))
        return;
    const u64 now = timestamp();
    const u64 cycles = pe_.cycle() - last_count_cycle_;
    if (sysreg::TRCCONFIGR::CCI::get(configr_) && cycles <= ones(cycle_counter_bits))
        buffer_.timestamp_with_count(now, last_timestamp_, static_cast<u32>(cycles));
    else
        buffer_.timestamp(now, last_timestamp_);
    last_timestamp_ = now;
}

void Ete::flush_atoms()
{
    while (!atoms_.empty())
        buffer_.atom_packet(atoms_.take());
}

// ---- Room
// ----------------------------------------------------------------------------------------

void Ete::submit()
{
    if (buffer_.size() == 0)
        return;
    const u64 now = pe_.now_ps();
    u64 wait = 0;
    if (sink_.room(now) < buffer_.size()) {
        namespace f = sysreg;
        const bool stalls =
            f::TRCSTALLCTLR::NOOVERFLOW::get(stallctlr_) ||
            (f::TRCSTALLCTLR::ISTALL::get(stallctlr_) && f::TRCSTALLCTLR::LEVEL::get(stallctlr_));
        if (!stalls) {
            overflow();
            return;
        }
        wait = sink_.wait_for(buffer_.size(), now);
        statistics_.stall_ps += wait;
        pe_.stall(wait);
    }
    sink_.push(buffer_.bytes(), now + wait);
    statistics_.bytes += buffer_.size();
    buffer_.clear();
}

void Ete::overflow()
{
    ++statistics_.overflows;
    ++statistics_.lost_elements;
    overflowed_ = true;
    buffer_.clear();
    atoms_.clear();
}

/// Trace resumes once half of the FIFO is free: an Overflow packet, and everything anew.
bool Ete::recover()
{
    if (sink_.room(pe_.now_ps()) < config_.fifo_bytes / 2)
        return false;
    overflowed_ = false;
    buffer_.overflow();
    sync_due_ = trace_on_due_ = true;
    return true;
}

u64 Ete::flush()
{
    if (active_) {
        flush_atoms();
        submit();
    }
    return sink_.flush(pe_.now_ps());
}

} // namespace sl::trace
