// SPDX-License-Identifier: MIT
// Register writes under an adversary: when they land, and what buffers make of the time until then.
#include "pe/pe.h"

namespace sl::pe {

namespace {

/// A write of the trace buffer's registers reaches it. A TLB may forget what it holds at any time;
/// the worst for software is that it does so while the buffer is disabled: it then translates anew
/// as soon as it is enabled.
void land_in_buffer(TracePort& trace, Adversary& adversary, Reg reg, u64 value)
{
    using Limitr = sysreg::TRBLIMITR_EL1;
    const bool was = Limitr::E::get(trace.read(Reg::TRBLIMITR_EL1));
    trace.write(reg, value);
    if (was && !Limitr::E::get(trace.read(Reg::TRBLIMITR_EL1)))
        adversary.tlb().drop_if([](const Tlb::Entry&) { return true; });
}

} // namespace

/// The value that the indirect readers of `reg` work with.
u64 Pe::as_readers_see(Reg reg) const
{
    return Adversary::is_trace_buffer(reg)       ? trace_->read(reg)
           : Adversary::is_profiling_buffer(reg) ? profiling_->read(reg)
                                                 : visible(reg);
}

/// Tells the buffer whose register has been written. All others are read where they are kept.
void Pe::tell_buffer(Reg reg, u64 value)
{
    if (Adversary::is_trace_buffer(reg))
        land_in_buffer(*trace_, *adversary_, reg, value);
    else if (Adversary::is_profiling_buffer(reg))
        profiling_->write(reg, value);
}

void Pe::write_lagging(Reg reg, u64 value)
{
    hostile_point();
    const u64 seen = as_readers_see(reg);
    if (Adversary::is_profiling_buffer(reg)) {
        if (adversary_->write(reg, seen, value))
            profiling_->write(reg, value);
    } else if (Adversary::is_trace_buffer(reg)) {
        // While the buffer is enabled it may ignore writes but the one that disables it (R_DJMDD):
        // here it does.
        using Limitr = sysreg::TRBLIMITR_EL1;
        const bool clears = reg == Reg::TRBLIMITR_EL1 && !Limitr::E::get(value);
        const bool ignored = Limitr::E::get(trace_->read(Reg::TRBLIMITR_EL1)) && !clears;
        if (!ignored && adversary_->write(reg, seen, value))
            land_in_buffer(*trace_, *adversary_, reg, value);
    } else {
        file_.write(reg, value);
        adversary_->write(reg, seen, file_[reg]);
    }
    written(reg);
    hostile_point();
}

void Pe::land(const Adversary::Write& write)
{
    tell_buffer(write.reg, write.value);
    written(write.reg);
}

/// A context synchronization event: every reader sees every write before it.
void Pe::land_all()
{
    for (const Adversary::Write& write : adversary_->land_all())
        tell_buffer(write.reg, write.value);
}

/// Between two instructions that anybody could tell apart: writes may land, buffers may translate.
void Pe::hostile_point()
{
    if (adversary_->pending())
        for (const Adversary::Write& write : adversary_->land_some())
            land(write);
    if (!adversary_->prefetches())
        return;
    if (trace_)
        trace_->translate_ahead();
    if (profiling_)
        profiling_->translate_ahead();
}

/// A translation for a buffer, which keeps what it has found.
Walked Pe::walked_ahead(const MmuControls& c, u64 va, AccessKind kind)
{
    const TlbTag t = tag(c, false);
    Tlb& held = adversary_->tlb();
    if (const TlbData* const hit = held.find(t, va)) {
        if (const Verdict verdict = check(*hit, va, kind); verdict.faulted)
            return verdict.fault;
        if (witness_)
            witness_->looked_up({c.s1.regime, t, va, kind, hit, {}});
        return *hit;
    }
    const Walked walked = buffer_walk(c, va, kind);
    if (const TlbData* const entry = std::get_if<TlbData>(&walked))
        held.insert(t, *entry);
    return walked;
}

} // namespace sl::pe
