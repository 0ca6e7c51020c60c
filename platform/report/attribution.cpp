// SPDX-License-Identifier: MIT
#include "report/attribution.h"

#include <algorithm>
#include <cassert>

namespace sl::report {

using debug::MarkEvent;
using debug::MarkKind;
using debug::PhaseId;

Attribution::Attribution(const debug::MarkTable& marks, unsigned pes, u64 first_cycle)
    : marks_{marks},
      first_cycle_{first_cycle},
      pes_(pes)
{
    for (Pe& pe : pes_) {
        pe.last = first_cycle;
        pe.phases.resize(marks.phases().size());
        pe.sample.resize(marks.phases().size());
    }
}

void Attribution::signal(unsigned pe, u64 cycle, Signal which, u64 value)
{
    if (which != Signal::Halted)
        return;
    account(pes_[pe], cycle);
    pes_[pe].machine.halted(value);
}

void Attribution::exception(unsigned pe, u64 cycle, unsigned, unsigned to_el, unsigned kind, u64,
                            u64)
{
    const auto phase = marks_.phase_on_exception(to_el, kind);
    if (!phase)
        return;
    account(pes_[pe], cycle);
    pes_[pe].machine.exception(phase);
}

void Attribution::mark(unsigned pe, u64 cycle, u32 id, const u64* x)
{
    Pe& p = pes_[pe];
    account(p, cycle);
    for (const MarkEvent& event : marks_.events(id)) {
        p.machine.mark(event);
        sample_event(p, event, x);
    }
}

void Attribution::finish(unsigned pe, u64 cycle)
{
    account(pes_[pe], cycle);
    discard_sample(pes_[pe]);
}

MarkFaults Attribution::faults() const
{
    MarkFaults faults = faults_;
    for (const Pe& pe : pes_)
        faults.unbalanced_calls += pe.machine.unbalanced();
    return faults;
}

void Attribution::account(Pe& pe, u64 cycle)
{
    assert(cycle >= pe.last && "a PE's cycles never go back");
    const PhaseId phase = pe.machine.phase();
    const u64 cycles = cycle - pe.last;
    pe.last = cycle;
    pe.phases[phase] += cycles;
    if (!pe.in_sample || cycles == 0)
        return;
    if (pe.sample[phase] == 0)
        pe.sample_order.push_back(phase);
    pe.sample[phase] += cycles;
}

void Attribution::sample_event(Pe& pe, const MarkEvent& event, const u64* x)
{
    switch (event.kind) {
    case MarkKind::Run:
        discard_sample(pe);
        pe.run = {event.operand(0, x), event.operand(1, x), event.operand(2, x)};
        runs_[*pe.run].pes.insert(static_cast<unsigned>(&pe - pes_.data()));
        break;
    case MarkKind::RunEnd:
        discard_sample(pe);
        pe.run.reset();
        break;
    case MarkKind::SampleBegin:
        discard_sample(pe);
        begin_sample(pe);
        break;
    case MarkKind::SampleEnd:
        end_sample(pe);
        break;
    default:
        break;
    }
}

void Attribution::begin_sample(Pe& pe)
{
    if (!pe.run) {
        ++faults_.samples_without_run;
        return;
    }
    pe.in_sample = true;
    for (const PhaseId phase : pe.sample_order)
        pe.sample[phase] = 0;
    pe.sample_order.clear();
}

void Attribution::end_sample(Pe& pe)
{
    if (!pe.in_sample) {
        faults_.ends_without_begin += pe.run.has_value();
        return;
    }
    pe.in_sample = false;
    u64 total = 0;
    RunSamples& run = runs_.at(*pe.run);
    auto& rows = run.phases;
    for (const PhaseId phase : pe.sample_order) {
        auto row =
            std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.first == phase; });
        if (row == rows.end())
            row = rows.insert(rows.end(), {phase, 0});
        row->second += pe.sample[phase];
        total += pe.sample[phase];
    }
    run.totals.push_back(total);
}

void Attribution::discard_sample(Pe& pe)
{
    if (!pe.in_sample)
        return;
    pe.in_sample = false;
    ++runs_.at(*pe.run).discarded;
}

} // namespace sl::report
