// SPDX-License-Identifier: MIT
#include "report/numbers.h"
#include "report/switch_report.h"

#include "report/findings_data.h"

namespace sl::report {

namespace {

Json phases_json(const std::vector<PhaseCycles>& phases)
{
    Json list = Json::array();
    for (const PhaseCycles& row : phases)
        list.push_back({{"phase", row.phase}, {"cycles", row.cycles}});
    return list;
}

/// The mean as text: JSON numbers are floating point to many readers.
std::string mean(const Distribution& cycles)
{
    return cycles.n == 0 ? "" : quotient(cycles.sum, cycles.n, 3, false);
}

/// RFC 4180: quoted when it has to be.
std::string field(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string number(u64 value)
{
    return std::to_string(value);
}

std::string line(const std::vector<std::string>& fields)
{
    std::string text;
    for (const std::string& f : fields)
        text += (text.empty() ? "" : ",") + f;
    return text + "\n";
}

std::string run_fields(const SwitchRun& run)
{
    return field(run.benchmark) + "," + field(run.session) + "," + field(run.design);
}

/// Median cycles that a run takes more than another, or fewer.
s64 difference(const SwitchRun& run, const SwitchRun& base)
{
    return static_cast<s64>(run.cycles.median - base.cycles.median);
}

} // namespace

std::string SwitchReport::json() const
{
    Json document;
    document["format"] = "sightline-switch-report";
    document["version"] = 1;
    document["facts"] = Json::object();
    for (const auto& [name, value] : facts)
        document["facts"][name] = value;
    document["runs"] = Json::array();
    for (const SwitchRun& run : runs) {
        const Distribution& c = run.cycles;
        Json entry{{"benchmark", run.benchmark}, {"session", run.session}, {"design", run.design}};
        entry["ids"] = {{"benchmark", run.key.benchmark},
                        {"session", run.key.session},
                        {"design", run.key.design}};
        entry["clock_hz"] = run.hz;
        entry["cycles"] = {{"n", c.n},     {"min", c.min}, {"median", c.median}, {"p99", c.p99},
                           {"max", c.max}, {"sum", c.sum}, {"mean", mean(c)}};
        const SwitchRun* const base = c.n == 0 ? nullptr : base_of(run);
        entry["added"] = nullptr;
        if (base != nullptr)
            entry["added"] = {{"median", difference(run, *base)},
                              {"design", base->design},
                              {"session", base->session}};
        entry["discarded"] = run.discarded;
        entry["phases"] = phases_json(run.phases);
        document["runs"].push_back(std::move(entry));
    }
    document["pes"] = Json::array();
    for (const PeAccount& pe : pes)
        document["pes"].push_back({{"name", pe.name},
                                   {"clock_hz", pe.hz},
                                   {"cycles", pe.cycles},
                                   {"phases", phases_json(pe.phases)}});
    document["faults"] = {{"samples_without_run", faults.samples_without_run},
                          {"ends_without_begin", faults.ends_without_begin},
                          {"unbalanced_calls", faults.unbalanced_calls}};
    if (findings)
        document["findings"] = findings_data(*findings);
    return document.dump(2) + "\n";
}

std::string SwitchReport::csv_runs() const
{
    std::string text = "benchmark,session,design,n,min,median,p99,max,sum,mean,discarded,clock_hz,"
                       "added_median,compared_with_design,compared_with_session\n";
    for (const SwitchRun& run : runs) {
        const Distribution& c = run.cycles;
        const SwitchRun* const base = c.n == 0 ? nullptr : base_of(run);
        text += line({run_fields(run), number(c.n), number(c.min), number(c.median), number(c.p99),
                      number(c.max), number(c.sum), mean(c), number(run.discarded), number(run.hz),
                      base != nullptr ? std::to_string(difference(run, *base)) : "",
                      base != nullptr ? field(base->design) : "",
                      base != nullptr ? field(base->session) : ""});
    }
    return text;
}

std::string SwitchReport::csv_phases() const
{
    std::string text = "benchmark,session,design,phase,cycles\n";
    for (const SwitchRun& run : runs) {
        for (const PhaseCycles& row : run.phases)
            text += line({run_fields(run), field(row.phase), number(row.cycles)});
    }
    return text;
}

std::string SwitchReport::csv_samples() const
{
    std::string text = "benchmark,session,design,sample,cycles\n";
    for (const SwitchRun& run : runs) {
        u64 n = 0;
        for (const u64 cycles : run.samples)
            text += line({run_fields(run), number(++n), number(cycles)});
    }
    return text;
}

std::string SwitchReport::csv_pes() const
{
    std::string text = "pe,phase,cycles\n";
    for (const PeAccount& pe : pes) {
        for (const PhaseCycles& row : pe.phases)
            text += line({field(pe.name), field(row.phase), number(row.cycles)});
    }
    return text;
}

} // namespace sl::report
