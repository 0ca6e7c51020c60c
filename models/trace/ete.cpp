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
      sink_{sink}
{
}

bool Ete::enabled() const
{
    return sysreg::TRCPRGCTLR::EN::get(prgctlr_) &&
           !sysreg::OSLSR_EL1::OSLK::get(pe_.visible(Reg::OSLSR_EL1));
}

bool Ete::view_allows() const
{
    const u64 excluded = pe_.secure() ? sysreg::TRCVICTLR::EXLEVEL_S::get(victlr_)
                                      : sysreg::TRCVICTLR::EXLEVEL_NS::get(victlr_);
    return !bit(excluded, pe_.el());
}

TraceContext Ete::sample_context() const
{
    namespace f = sysreg;
    TraceContext context;
    context.el = pe_.el();
    context.nonsecure = !pe_.secure();
    context.has_context_id = f::TRCCONFIGR::CID::get(configr_);
    context.has_vmid = f::TRCCONFIGR::VMID::get(configr_);
    if (!context.has_context_id && !context.has_vmid)
        return context;

    const u64 hcr = config_.has_el2 && !pe_.secure() ? pe_.visible(Reg::HCR_EL2) : 0;
    const bool el2_visible = config_.has_el2 && f::TRFCR_EL2::CX::get(pe_.visible(Reg::TRFCR_EL2));
    if (context.has_context_id) {
        const bool host = f::HCR_EL2::E2H::get(hcr) &&
                          (context.el == 2 || (context.el == 0 && f::HCR_EL2::TGE::get(hcr)));
        if (!host)
            context.context_id = static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL1));
        else if (el2_visible)
            context.context_id = static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL2));
    }
    if (context.has_vmid && el2_visible) {
        context.vmid = f::TRCCONFIGR::VMIDOPT::get(configr_)
                           ? static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL2))
                           : static_cast<u32>(bits(pe_.visible(Reg::VTTBR_EL2), 63, 48));
    }
    return context;
}

// ---- Start and stop
// ------------------------------------------------------------------------------

void Ete::start()
{
    active_ = true;
    trace_on_due_ = true;
    context_ = sample_context();
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
    if (active_)
        stop();
    running_ = false;
    overflowed_ = false;
    idle_at_ps_ = pe_.now_ps() + sink_.flush(pe_.now_ps());
}

void Ete::synchronized(bool allowed)
{
    disable_if_asked();
    if (!running_ && enabled()) {
        running_ = true;
        sync_due_ = true;
        if (observer_)
            observer_->unit_enabled(position());
    }
    if (active_ && !allowed) {
        stop();
    } else if (!active_ && allowed) {
        start();
    } else if (active_) {
        const TraceContext now = sample_context();
        context_due_ |= now != context_;
        context_ = now;
    }
    next_pc_ = active_ ? pe_.next_pc() : 0;
}

// ---- Elements
// ------------------------------------------------------------------------------------

void Ete::waypoint(const a64::Waypoint& w)
{
    // TRCIDR2.WFXMODE = 0: WFI and WFE are no waypoints of trace.
    if (!active_ || w.kind == Kind::Wfx)
        return;
    if (begin_element()) {
        add_atom(w.taken);
        address_due_ = w.taken && needs_address(w);
        count_cycles();
        submit();
    }
    next_pc_ = w.target;
    // Software that polls for IDLE without synchronizing gets there too.
    disable_if_asked();
}

/// Whether a decoder cannot know the target of a taken branch.
bool Ete::needs_address(const a64::Waypoint& w)
{
    const bool broadcast = sysreg::TRCCONFIGR::BB::get(configr_);
    const bool direct = w.kind == Kind::Direct || w.kind == Kind::DirectLink;
    if (w.kind == Kind::Isb)
        return false;
    if (!sysreg::TRCCONFIGR::RS::get(configr_))
        return broadcast || !direct;
    if (w.kind == Kind::DirectLink || w.kind == Kind::IndirectLink) {
        returns_.push(w.pc + 4);
        return broadcast || !direct;
    }
    return broadcast || (!direct && !returns_.match(w.target));
}

void Ete::exception_return(u64, u64 target)
{
    if (!active_)
        return;
    if (begin_element()) {
        add_atom(true);
        address_due_ = true;
        count_cycles();
        submit();
    }
    next_pc_ = target;
}

void Ete::exception(pe::TraceException type, u64 return_address)
{
    if (!active_ || !begin_element())
        return;
    flush_atoms();
    ++statistics_.p0_elements;
    buffer_.exception(static_cast<unsigned>(type));
    buffer_.address(return_address, history_);
    count_cycles();
    submit();
    address_due_ = true;
}

/// Writes what the decoder needs to know before the next element. False: that element is lost.
bool Ete::begin_element()
{
    if (overflowed_ && !recover()) {
        ++statistics_.lost_elements;
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
