// SPDX-License-Identifier: MIT
#include "report/switch_report.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <tuple>

namespace sl::report {

namespace {

/// The value at position ceil(p/100 n), counted from 1.
u64 percentile(const std::vector<u64>& ascending, u64 p)
{
    const u64 rank = (ascending.size() * p + 99) / 100;
    return ascending[rank - 1];
}

bool order(const SwitchRun& a, const SwitchRun& b)
{
    return std::tie(a.key.benchmark, a.key.session, a.key.design) <
           std::tie(b.key.benchmark, b.key.session, b.key.design);
}

u64 sum_of(const std::vector<PhaseCycles>& phases)
{
    return std::accumulate(phases.begin(), phases.end(), u64{0},
                           [](u64 sum, const PhaseCycles& p) { return sum + p.cycles; });
}

/// The clock that all PEs of a run share, else 0.
u64 common_clock(const std::set<unsigned>& numbers, const std::vector<PeInfo>& pes)
{
    u64 hz = 0;
    for (const unsigned pe : numbers) {
        if (hz != 0 && pes[pe].hz != hz)
            return 0;
        hz = pes[pe].hz;
    }
    return hz;
}

} // namespace

Distribution Distribution::of(std::vector<u64> values)
{
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    return {.n = values.size(),
            .min = values.front(),
            .median = percentile(values, 50),
            .p99 = percentile(values, 99),
            .max = values.back(),
            .sum = std::accumulate(values.begin(), values.end(), u64{0})};
}

SwitchReport SwitchReport::of(const Attribution& attribution, const std::vector<PeInfo>& pes,
                              std::vector<std::pair<std::string, std::string>> facts)
{
    assert(pes.size() == attribution.pes());
    const debug::MarkTable& marks = attribution.marks();
    SwitchReport report;
    report.facts = std::move(facts);
    report.faults = attribution.faults();
    for (const auto& [key, samples] : attribution.runs()) {
        SwitchRun run{.key = key,
                      .benchmark = marks.name(debug::MarkKind::NameBenchmark, key.benchmark),
                      .design = marks.name(debug::MarkKind::NameDesign, key.design),
                      .session = marks.name(debug::MarkKind::NameSession, key.session),
                      .cycles = Distribution::of(samples.totals),
                      .phases = {},
                      .samples = samples.totals,
                      .discarded = samples.discarded,
                      .hz = common_clock(samples.pes, pes)};
        for (const auto& [phase, cycles] : samples.phases)
            run.phases.push_back({marks.phases()[phase], cycles});
        assert(sum_of(run.phases) == run.cycles.sum);
        report.runs.push_back(std::move(run));
    }
    std::stable_sort(report.runs.begin(), report.runs.end(), order);

    for (unsigned n = 0; n < pes.size(); ++n) {
        PeAccount account{
            .name = pes[n].name, .hz = pes[n].hz, .cycles = attribution.cycles(n), .phases = {}};
        const std::vector<u64>& cycles = attribution.phase_cycles(n);
        for (std::size_t phase = 0; phase < cycles.size(); ++phase) {
            if (cycles[phase] != 0)
                account.phases.push_back({marks.phases()[phase], cycles[phase]});
        }
        assert(sum_of(account.phases) == account.cycles);
        report.pes.push_back(std::move(account));
    }
    return report;
}

const SwitchRun* SwitchReport::base_of(const SwitchRun& run) const
{
    const auto least =
        std::min_element(runs.begin(), runs.end(), [](const SwitchRun& a, const SwitchRun& b) {
            return std::tie(a.key.design, a.design) < std::tie(b.key.design, b.design);
        });
    const SwitchRun* first = nullptr;
    for (const SwitchRun& base : runs) {
        if (base.benchmark != run.benchmark || base.design != least->design || base.cycles.n == 0)
            continue;
        if (base.session == run.session)
            return &base;
        if (first == nullptr)
            first = &base;
    }
    return first;
}

void SwitchReport::merge(const SwitchReport& other, const std::string& prefix)
{
    for (const auto& [name, value] : other.facts)
        facts.emplace_back(prefix + name, value);
    for (const SwitchRun& run : other.runs)
        runs.push_back(run);
    std::stable_sort(runs.begin(), runs.end(), order);
    for (PeAccount account : other.pes) {
        account.name = prefix + account.name;
        pes.push_back(std::move(account));
    }
    faults.ends_without_begin += other.faults.ends_without_begin;
    faults.samples_without_run += other.faults.samples_without_run;
    faults.unbalanced_calls += other.faults.unbalanced_calls;
}

} // namespace sl::report
