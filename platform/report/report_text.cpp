// SPDX-License-Identifier: MIT
#include "report/numbers.h"
#include "report/switch_report.h"
#include "report/text_table.h"

#include <algorithm>
#include <map>
#include <optional>

namespace sl::report {

namespace {

constexpr unsigned page_width = 100, bar_width = 30;
using Align = TextTable::Align;

std::string repeated(const char* glyph, std::size_t n)
{
    std::string text;
    for (std::size_t i = 0; i < n; ++i)
        text += glyph;
    return text;
}

std::string title(const std::string& text)
{
    return text + "\n" + repeated("═", page_width) + "\n";
}

std::string section(const std::string& text, const std::string& gloss)
{
    return "\n" + text + "\n" + repeated("─", text_width(text)) + "\n" +
           (gloss.empty() ? "" : gloss + "\n") + "\n";
}

/// A bar in half columns; the largest value fills `bar_width`.
std::string bar(u64 value, u64 largest)
{
    if (largest == 0)
        return "";
    const auto halves =
        static_cast<u64>((u128{value} * bar_width * 4 + largest) / (u128{largest} * 2));
    return repeated("█", halves / 2) + (halves % 2 != 0 ? "▌" : "");
}

std::string percent(u64 per_mille)
{
    return quotient(per_mille, 10, 1) + " %";
}

/// "kvm-shipped" over two lines: seven designs then fit the page.
std::string folded(const std::string& name)
{
    const std::size_t dash = name.rfind('-');
    if (dash == std::string::npos || dash + 1 == name.size())
        return name;
    return name.substr(0, dash + 1) + "\n" + name.substr(dash + 1);
}

/// Names in the order of their ids: runs are sorted by them.
struct Designs {
    explicit Designs(const std::vector<SwitchRun>& runs)
    {
        std::map<std::pair<u64, std::string>, bool> seen;
        for (const SwitchRun& run : runs)
            seen[{run.key.design, run.design}] = true;
        for (const auto& entry : seen)
            names.push_back(entry.first.second);
    }

    std::vector<std::string> names;
};

/// All designs of one benchmark and session.
using Group = std::vector<const SwitchRun*>;

std::vector<Group> groups_of(const std::vector<SwitchRun>& runs)
{
    std::vector<Group> groups;
    for (const SwitchRun& run : runs) {
        if (groups.empty() || groups.back().front()->benchmark != run.benchmark ||
            groups.back().front()->session != run.session)
            groups.emplace_back();
        groups.back().push_back(&run);
    }
    return groups;
}

const SwitchRun* find_design(const Group& group, const std::string& design)
{
    for (const SwitchRun* run : group) {
        if (run->design == design)
            return run;
    }
    return nullptr;
}

std::string name_of(const Group& group)
{
    return group.front()->benchmark + " · " + group.front()->session;
}

/// Benchmarks down, designs across; `cell` of a run, and what stands behind the name of a row.
template <class Cell, class Mark>
std::string comparison(const std::vector<SwitchRun>& runs, Cell cell, Mark mark)
{
    const Designs designs{runs};
    std::vector<TextTable::Column> columns{{"benchmark · session", Align::Left}};
    for (const std::string& name : designs.names)
        columns.push_back({folded(name)});
    TextTable table{columns};
    const std::vector<Group> groups = groups_of(runs);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::string& benchmark = groups[i].front()->benchmark;
        const bool first = i == 0 || groups[i - 1].front()->benchmark != benchmark;
        const bool alone =
            first && (i + 1 == groups.size() || groups[i + 1].front()->benchmark != benchmark);
        if (first && !alone)
            table.heading(benchmark);
        std::vector<std::string> cells{
            (alone ? name_of(groups[i]) : "  " + groups[i].front()->session) + mark(groups[i])};
        for (const std::string& name : designs.names) {
            const SwitchRun* const run = find_design(groups[i], name);
            const bool measured = run != nullptr && run->cycles.n != 0;
            cells.push_back(measured ? cell(*run) : "·");
        }
        table.row(std::move(cells));
    }
    return table.render(2, page_width);
}

std::string medians(const std::vector<SwitchRun>& runs)
{
    return comparison(
        runs, [](const SwitchRun& run) { return grouped(run.cycles.median); },
        [](const Group&) { return ""; });
}

std::string added(const SwitchReport& report)
{
    std::vector<std::string> others; // sessions of the bases of rows that the first design lacks
    std::string table = comparison(
        report.runs,
        [&](const SwitchRun& run) -> std::string {
            const SwitchRun* const base = report.base_of(run);
            if (base == nullptr)
                return "·";
            if (base == &run)
                return "–";
            return signed_quotient(run.cycles.median, base->cycles.median, 1, 0);
        },
        [&](const Group& group) {
            const SwitchRun* const base = report.base_of(*group.front());
            if (base == nullptr || base->session == group.front()->session)
                return "";
            if (std::find(others.begin(), others.end(), base->session) == others.end())
                others.push_back(base->session);
            return " *";
        });
    if (others.empty())
        return table;
    std::string sessions;
    for (const std::string& session : others)
        sessions += (sessions.empty() ? "" : ", ") + session;
    const std::string first = Designs{report.runs}.names.front();
    return table + "\n  * not measured in " + first +
           ": compared with its run in the benchmark's first session (" + sessions + ")\n";
}

std::string distribution_table(const Group& group)
{
    const SwitchRun& base = *group.front();
    TextTable table{{{"design", Align::Left},
                     {"n"},
                     {"min"},
                     {"median"},
                     {"p99"},
                     {"max"},
                     {"mean"},
                     {"median ns"},
                     {"to " + base.design}}};
    for (const SwitchRun* run : group) {
        const Distribution& c = run->cycles;
        if (c.n == 0) {
            table.row({run->design, "0"});
            continue;
        }
        const bool compare = run != &base && base.cycles.n != 0 && base.cycles.median != 0;
        table.row({run->design, grouped(c.n), grouped(c.min), grouped(c.median), grouped(c.p99),
                   grouped(c.max), quotient(c.sum, c.n, 2),
                   run->hz == 0 ? "·" : quotient(u128{c.median} * 1'000'000'000, run->hz, 1),
                   compare ? signed_quotient(u128{c.median} * 100, u128{base.cycles.median} * 100,
                                             base.cycles.median, 1) +
                                 " %"
                           : "–"});
    }
    return table.render(2, page_width);
}

/// Every benchmark, session and design in one table.
std::string all_distributions(const std::vector<SwitchRun>& runs)
{
    TextTable table{{{"benchmark · session · design", Align::Left},
                     {"n"},
                     {"min"},
                     {"median"},
                     {"p99"},
                     {"max"}}};
    for (const Group& group : groups_of(runs)) {
        table.heading(name_of(group));
        for (const SwitchRun* run : group) {
            const Distribution& c = run->cycles;
            if (c.n == 0)
                table.row({"  " + run->design, "0"});
            else
                table.row({"  " + run->design, grouped(c.n), grouped(c.min), grouped(c.median),
                           grouped(c.p99), grouped(c.max)});
        }
    }
    return table.render(2, page_width);
}

/// The phases of several runs in one order that agrees with each run's own as far as it can: a
/// phase that an earlier run lacks goes behind the phase that precedes it.
std::vector<std::string> merged_phases(const Group& group)
{
    std::vector<std::string> order;
    for (const SwitchRun* run : group) {
        auto behind = order.begin();
        for (const PhaseCycles& row : run->phases) {
            const auto found = std::find(order.begin(), order.end(), row.phase);
            behind = found != order.end() ? found + 1 : order.insert(behind, row.phase) + 1;
        }
    }
    return order;
}

u64 power_of_ten(unsigned digits)
{
    return digits == 0 ? 1 : 10 * power_of_ten(digits - 1);
}

std::vector<u64> cycles_of(const std::vector<PhaseCycles>& phases)
{
    std::vector<u64> cycles;
    for (const PhaseCycles& row : phases)
        cycles.push_back(row.cycles);
    return cycles;
}

/// Cycles per sample with `digits` decimals, as integers of the last digit, apportioned among the
/// phases so that they sum to the mean as printed.
struct PerSample {
    PerSample(const std::vector<PhaseCycles>& phases, u64 sum, u64 n, unsigned digits)
        : total{static_cast<u64>((u128{sum} * power_of_ten(digits) * 2 + n) / (u128{n} * 2))},
          rows{apportion(cycles_of(phases), total)},
          scale{power_of_ten(digits)},
          decimals{digits}
    {
    }

    std::string text(u64 value) const { return quotient(value, scale, decimals); }

    u64 total;
    std::vector<u64> rows;
    u64 scale;
    unsigned decimals;
};

std::string phase_matrix(const Group& group)
{
    std::vector<TextTable::Column> columns{{"phase", Align::Left}};
    std::vector<std::map<std::string, std::string>> cells;
    std::vector<std::string> last{"total"};
    for (const SwitchRun* run : group) {
        if (run->cycles.n == 0)
            continue;
        const PerSample mean{run->phases, run->cycles.sum, run->cycles.n, 1};
        columns.push_back({folded(run->design)});
        last.push_back(mean.text(mean.total));
        auto& column = cells.emplace_back();
        for (std::size_t i = 0; i < run->phases.size(); ++i)
            column[run->phases[i].phase] = mean.text(mean.rows[i]);
    }
    if (cells.empty())
        return "";
    TextTable table{columns};
    for (const std::string& phase : merged_phases(group)) {
        std::vector<std::string> row{phase};
        for (const auto& column : cells) {
            const auto cell = column.find(phase);
            row.push_back(cell == column.end() ? "·" : cell->second);
        }
        table.row(std::move(row));
    }
    table.rule();
    table.row(std::move(last));
    return table.render(2, page_width);
}

/// Rows of exact cycles, with means where there are samples; shares add up to 100.0 %.
std::string phase_table(const std::vector<PhaseCycles>& phases, u64 total, u64 samples)
{
    std::vector<TextTable::Column> columns{{"phase", Align::Left}, {"cycles"}};
    std::optional<PerSample> mean;
    if (samples != 0) {
        columns.push_back({"per switch"});
        mean.emplace(phases, total, samples, 2);
    }
    columns.push_back({"share"});
    columns.push_back({"", Align::Left});
    TextTable table{columns};
    const auto add = [&](const std::string& name, u64 cycles, u64 per_sample, u64 share,
                         const std::string& graph) {
        std::vector<std::string> cells{name, grouped(cycles)};
        if (mean)
            cells.push_back(mean->text(per_sample));
        cells.push_back(percent(share));
        cells.push_back(graph);
        table.row(std::move(cells));
    };
    const std::vector<u64> cycles = cycles_of(phases), shares = apportion(cycles, 1000);
    const u64 largest = cycles.empty() ? 0 : *std::max_element(cycles.begin(), cycles.end());
    for (std::size_t i = 0; i < phases.size(); ++i)
        add(phases[i].phase, cycles[i], mean ? mean->rows[i] : 0, shares[i],
            bar(cycles[i], largest));
    table.rule();
    add("total", total, mean ? mean->total : 0, total == 0 ? 0 : 1000, "");
    return table.render(2, page_width);
}

std::string run_phases(const Group& group, const SwitchRun& run)
{
    return section(name_of(group) + " · " + run.design,
                   "  All cycles of " + grouped(run.cycles.n) +
                       (run.cycles.n == 1 ? " switch." : " switches.")) +
           phase_table(run.phases, run.cycles.sum, run.cycles.n);
}

std::string facts_text(const SwitchReport& report)
{
    std::size_t width = 0;
    for (const auto& fact : report.facts)
        width = std::max(width, text_width(fact.first));
    std::string text;
    for (const auto& [name, value] : report.facts)
        text += "  " + name + std::string(width - text_width(name) + 3, ' ') + value + "\n";
    return text;
}

std::string notes(const SwitchReport& report)
{
    std::string text;
    const auto note = [&](u64 count, const std::string& what) {
        if (count != 0)
            text += "  ! " + grouped(count) + " " + what + "\n";
    };
    note(report.faults.samples_without_run,
         "samples outside any run (SL_SAMPLE_BEGIN before SL_RUN)");
    note(report.faults.ends_without_begin, "samples that ended without having begun");
    note(report.faults.unbalanced_calls, "phase calls and returns that do not match");
    for (const SwitchRun& run : report.runs)
        note(run.discarded, "samples discarded, never ended: " + run.benchmark + " · " +
                                run.session + " · " + run.design);
    return text;
}

std::string glance(const SwitchReport& report)
{
    const Designs designs{report.runs};
    std::string text = section("Median cycles per switch", "") + medians(report.runs);
    if (designs.names.size() > 1)
        text += section("Median cycles added, compared with " + designs.names.front(), "") +
                added(report);
    return text;
}

} // namespace

std::string SwitchReport::summary() const
{
    std::string page = title("World-switch report") + facts_text(*this);
    if (runs.empty())
        return page + "\n  No benchmark ran: the software passed no SL_RUN mark.\n" + notes(*this);
    page += section("Cycles per switch", "") + all_distributions(runs) + glance(*this);
    const std::vector<Group> groups = groups_of(runs);
    const Group& first = groups.front();
    page +=
        section("Where the cycles go: " + name_of(first), "  Mean cycles per switch, by phase.") +
        phase_matrix(first);
    const SwitchRun& last = *first.back();
    if (last.cycles.n != 0)
        page += run_phases(first, last);
    const std::string found = notes(*this);
    return found.empty() ? page : page + "\n" + found;
}

std::string SwitchReport::text() const
{
    std::string page = title("World-switch report") + facts_text(*this);
    const std::string found = notes(*this);
    if (!found.empty())
        page += "\n" + found;
    if (runs.empty())
        page += "\n  No benchmark ran: the software passed no SL_RUN mark.\n";
    else
        page += glance(*this);

    const std::vector<Group> groups = groups_of(runs);
    for (const Group& group : groups) {
        page += section(name_of(group), "  Cycles per switch.") + distribution_table(group);
        const std::string matrix = phase_matrix(group);
        if (!matrix.empty())
            page += "\n  Mean cycles per switch, by phase.\n\n" + matrix;
    }
    for (const Group& group : groups) {
        for (const SwitchRun* run : group) {
            if (run->cycles.n == 0)
                continue;
            page += run_phases(group, *run);
        }
    }
    if (findings)
        page += section("Findings", "") + "\n" + findings_text(*findings);
    for (const PeAccount& pe : pes) {
        page += section("All cycles of " + pe.name,
                        pe.hz == 0 ? "" : "  Clock " + quotient(pe.hz, 1'000'000, 1) + " MHz.") +
                phase_table(pe.phases, pe.cycles, 0);
    }
    page +=
        section("How to read this", "") +
        "  A sample is the cycles of one PE from SL_SAMPLE_BEGIN to SL_SAMPLE_END. Median and p99 "
        "are\n"
        "  by nearest rank: each is a value that was measured. Every cycle belongs to exactly one\n"
        "  phase, so rows sum to their total. Where means and shares are rounded, the last digit "
        "is\n"
        "  distributed by largest remainder, so the printed rows sum to the printed total, too.\n"
        "  \"·\" means not measured: a design that cannot serve a session refuses it.\n";
    return page;
}

} // namespace sl::report
