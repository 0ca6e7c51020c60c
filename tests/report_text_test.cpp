// SPDX-License-Identifier: MIT
#include "report/switch_report.h"
#include "report/text_table.h"
#include "report_software.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using namespace sl;
using namespace sl::debug;
using namespace sl::report;
using sl::test::Software;

namespace {

/// Two designs, of which one cannot serve the second session.
SwitchReport small()
{
    SwitchReport report;
    report.facts = {{"configuration", "nvhe.toml"}, {"cores", "1 x in-order-2wide"}};
    const auto run = [&](u64 design, u64 session, std::vector<u64> samples,
                         std::vector<PhaseCycles> phases) {
        SwitchRun r;
        r.key = {0, design, session};
        r.benchmark = "hypercall";
        r.design = design == 0 ? "none" : "kvm-final";
        r.session = session == 0 ? "no session" : "guest excluded";
        r.cycles = Distribution::of(samples);
        r.samples = std::move(samples);
        r.phases = std::move(phases);
        r.hz = 2'000'000'000;
        report.runs.push_back(std::move(r));
    };
    run(0, 0, {1'000, 1'001, 1'001}, {{"exit", 2'000}, {"entry", 1'002}});
    run(1, 0, {1'300, 1'300, 1'306}, {{"exit", 2'000}, {"trace", 903}, {"entry", 1'003}});
    run(1, 1, {2'000}, {{"exit", 1'000}, {"entry", 1'000}});
    report.pes = {{"pe0", 2'000'000'000, 10'000, {{"boot", 1'092}, {"exit", 8'908}}}};
    return report;
}

} // namespace

TEST_CASE("the summary has every distribution, compares designs, and shows where cycles go",
          "[report][text]")
{
    CHECK(small().summary() ==
          R"(World-switch report
════════════════════════════════════════════════════════════════════════════════════════════════════
  configuration   nvhe.toml
  cores           1 x in-order-2wide

Cycles per switch
─────────────────

  benchmark · session · design  n    min  median    p99    max
  ────────────────────────────────────────────────────────────
  hypercall · no session
    none                        3  1,000   1,001  1,001  1,001
    kvm-final                   3  1,300   1,300  1,306  1,306
  hypercall · guest excluded
    kvm-final                   1  2,000   2,000  2,000  2,000

Median cycles per switch
────────────────────────

                               kvm-
  benchmark · session   none  final
  ─────────────────────────────────
  hypercall
    no session         1,001  1,300
    guest excluded         ·  2,000

Median cycles added, compared with none
───────────────────────────────────────

                              kvm-
  benchmark · session  none  final
  ────────────────────────────────
  hypercall
    no session            –   +299
    guest excluded *      ·   +999

  * not measured in none: compared with its run in the benchmark's first session (no session)

Where the cycles go: hypercall · no session
───────────────────────────────────────────
  Mean cycles per switch, by phase.

                     kvm-
  phase     none    final
  ───────────────────────
  exit     666.7    666.7
  trace        ·    301.0
  entry    334.0    334.3
  ───────────────────────
  total  1,000.7  1,302.0

hypercall · no session · kvm-final
──────────────────────────────────
  All cycles of 3 switches.

  phase  cycles  per switch    share
  ──────────────────────────────────────────────────────────────────
  exit    2,000      666.67   51.2 %  ██████████████████████████████
  trace     903      301.00   23.1 %  █████████████▌
  entry   1,003      334.33   25.7 %  ███████████████
  ──────────────────────────────────────────────────────────────────
  total   3,906    1,302.00  100.0 %
)");
}

TEST_CASE("the full report has each distribution, phase and PE", "[report][text]")
{
    const std::string text = small().text();
    CHECK(text.find(R"(hypercall · no session
──────────────────────
  Cycles per switch.

  design     n    min  median    p99    max      mean  median ns  to none
  ───────────────────────────────────────────────────────────────────────
  none       3  1,000   1,001  1,001  1,001  1,000.67      500.5        –
  kvm-final  3  1,300   1,300  1,306  1,306  1,302.00      650.0  +29.9 %
)") != std::string::npos);
    CHECK(text.find(R"(hypercall · no session · kvm-final
──────────────────────────────────
  All cycles of 3 switches.

  phase  cycles  per switch    share
  ──────────────────────────────────────────────────────────────────
  exit    2,000      666.67   51.2 %  ██████████████████████████████
  trace     903      301.00   23.1 %  █████████████▌
  entry   1,003      334.33   25.7 %  ███████████████
  ──────────────────────────────────────────────────────────────────
  total   3,906    1,302.00  100.0 %
)") != std::string::npos);
    CHECK(text.find(R"(All cycles of pe0
─────────────────
  Clock 2,000.0 MHz.

  phase  cycles    share
)") != std::string::npos);
}

TEST_CASE("no line of a report is wider than 100 columns", "[report][text]")
{
    SwitchReport report = small();
    for (u64 design = 2; design < 9; ++design) {
        SwitchRun run = report.runs[0];
        run.key.design = design;
        run.design = "some-quite-long-design" + std::to_string(design);
        report.runs.insert(report.runs.begin() + static_cast<std::ptrdiff_t>(design), run);
    }
    std::istringstream lines{report.text()};
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(text_width(line) <= 100);
        CHECK((line.empty() || line.back() != ' '));
    }
}

TEST_CASE("the report says what is missing and what went wrong", "[report][text]")
{
    SwitchReport report;
    CHECK(report.summary().find("No benchmark ran") != std::string::npos);
    CHECK(report.text().find("No benchmark ran") != std::string::npos);
    report = small();
    report.faults.samples_without_run = 2;
    report.runs[0].discarded = 1'234;
    const std::string expected =
        "  ! 2 samples outside any run (SL_SAMPLE_BEGIN before SL_RUN)\n"
        "  ! 1,234 samples discarded, never ended: hypercall · no session · none\n";
    CHECK(report.summary().find(expected) != std::string::npos);
    CHECK(report.text().find(expected) != std::string::npos);
}
