// SPDX-License-Identifier: MIT
#include "trace/trace_unit.h"

#include "sysreg/registers.gen.h"
#include "trace/prohibited.h"

#include <algorithm>

namespace sl::trace {

using pe::Reg;

namespace {

bool is_buffer(Reg reg)
{
    switch (reg) {
    case Reg::TRBLIMITR_EL1:
    case Reg::TRBPTR_EL1:
    case Reg::TRBBASER_EL1:
    case Reg::TRBSR_EL1:
    case Reg::TRBMAR_EL1:
    case Reg::TRBTRG_EL1:
    case Reg::TRBIDR_EL1:
        return true;
    default:
        return false;
    }
}

} // namespace

TraceUnit::TraceUnit(const Config& config, pe::PeView& pe)
    : config_{config},
      pe_{pe},
      trbe_{config, pe},
      link_{config, trbe_},
      output_{link_, trbe_},
      ete_{config, pe, output_}
{
}

bool TraceUnit::implements(Reg reg) const
{
    return is_buffer(reg) || ete_.implements(reg);
}

u64 TraceUnit::read(Reg reg)
{
    if (!is_buffer(reg))
        return ete_.read(reg);
    link_.advance(pe_.now_ps());
    return trbe_.read(reg);
}

void TraceUnit::write(Reg reg, u64 value)
{
    if (!is_buffer(reg)) {
        ete_.write(reg, value);
        if (reg == Reg::TRCTRACEIDR)
            output_.set_id(static_cast<u8>(ete_.read(reg)));
        return;
    }
    link_.advance(pe_.now_ps());
    const bool was = trbe_.enabled();
    trbe_.write(reg, value);
    if (trbe_.enabled() != was)
        output_.switched(pe_.now_ps());
}

bool TraceUnit::prohibited() const
{
    return trace_prohibited(pe_, config_, trbe_.enabled());
}

bool TraceUnit::allowed() const
{
    return ete_.enabled() && ete_.view_allows() && !prohibited();
}

void TraceUnit::context_changed()
{
    link_.advance(pe_.now_ps());
}

void TraceUnit::synchronized()
{
    ete_.synchronized(ete_.enabled() && !prohibited());
}

TraceUnit::Expectation TraceUnit::expectation() const
{
    const bool now = allowed();
    if (now != ete_.admitted() || (now && ete_.filtering()))
        return Expectation::Either;
    return now ? Expectation::Traced : Expectation::Untraced;
}

u64 TraceUnit::trace_sync()
{
    const u64 now = pe_.now_ps();
    const u64 left = ete_.flush();
    // To memory; beyond the unit's own FIFO, the trace bus is not the PE's to wait for.
    const u64 wait = output_.to_bus() ? left : std::max(trbe_.landed_ps(), now) - now;
    ++drains_;
    drain_ps_ += wait;
    return wait;
}

void TraceUnit::flush_to_bus()
{
    if (output_.to_bus())
        ete_.flush();
}

void TraceUnit::finish()
{
    ete_.flush();
}

TraceUnit::Statistics TraceUnit::statistics() const
{
    return {ete_.statistics(), trbe_.statistics(), drains_, drain_ps_};
}

void TraceUnit::reset()
{
    trbe_.reset();
    link_.flush(pe_.now_ps()); // into a disabled buffer
    ete_.reset();
    output_.set_id(0);
}

} // namespace sl::trace
