// SPDX-License-Identifier: MIT
#include "report/switch_report.h"
#include "report_software.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <numeric>
#include <random>

using namespace sl;
using namespace sl::debug;
using namespace sl::report;
using sl::test::Software;
using Signal = Observer::Signal;

namespace {

u64 cycles_in(const Attribution& a, const Software& s, unsigned pe, const std::string& phase)
{
    for (std::size_t i = 0; i < s.table.phases().size(); ++i) {
        if (s.table.phases()[i] == phase)
            return a.phase_cycles(pe)[i];
    }
    FAIL("no phase " << phase);
    return 0;
}

} // namespace

TEST_CASE("every cycle belongs to the phase that the last mark began", "[report][phases]")
{
    Software s{{"entry", "guest"}};
    s.link();
    Attribution a{s.table, 2};
    s.pass(a, "entry", 0, 100);
    s.pass(a, "guest", 0, 130);
    s.pass(a, "entry", 0, 1'130);
    a.finish(0, 1'140);
    a.finish(1, 77);
    CHECK(cycles_in(a, s, 0, "boot") == 100);
    CHECK(cycles_in(a, s, 0, "entry") == 40);
    CHECK(cycles_in(a, s, 0, "guest") == 1'000);
    CHECK(a.cycles(0) == 1'140);
    CHECK(cycles_in(a, s, 1, "boot") == 77);
}

TEST_CASE("a PE that waits is idle, and wakes in the phase it slept in", "[report][phases]")
{
    Software s{{"host"}};
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "host", 0, 10);
    a.signal(0, 20, Signal::Halted, 1);
    a.signal(0, 520, Signal::Halted, 0);
    a.signal(0, 530, Signal::El, 2); // of no concern
    a.finish(0, 540);
    CHECK(cycles_in(a, s, 0, "idle") == 500);
    CHECK(cycles_in(a, s, 0, "host") == 30);
}

TEST_CASE("a PE that is off has its cycles there, and boots again", "[report][phases]")
{
    Software s{{"host"}};
    s.link();
    Attribution a{s.table, 1};
    a.signal(0, 0, Signal::Halted, 2);
    a.signal(0, 100, Signal::Halted, 0);
    s.pass(a, "host", 0, 110);
    a.signal(0, 120, Signal::Halted, 2);
    a.signal(0, 150, Signal::Halted, 0);
    a.finish(0, 151);
    CHECK(cycles_in(a, s, 0, "off") == 130);
    CHECK(cycles_in(a, s, 0, "boot") == 11);
    CHECK(cycles_in(a, s, 0, "host") == 10);
}

TEST_CASE("a phase call returns to the phase before, at any depth", "[report][phases]")
{
    Software s{{"a"}};
    s.define("call b", MarkKind::PhaseCall, "b");
    s.define("call c", MarkKind::PhaseCall, "c");
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "a", 0, 0);
    s.pass(a, "call b", 0, 1);
    s.pass(a, "call c", 0, 11);
    s.pass(a, "return", 0, 111);
    s.pass(a, "return", 0, 121);
    a.finish(0, 1'121);
    CHECK(cycles_in(a, s, 0, "a") == 1'001);
    CHECK(cycles_in(a, s, 0, "b") == 20);
    CHECK(cycles_in(a, s, 0, "c") == 100);
    CHECK(a.faults().unbalanced_calls == 0);
}

TEST_CASE("calls and returns that do not match are counted, not hidden", "[report][phases]")
{
    Software s{{"a"}};
    s.define("call b", MarkKind::PhaseCall, "b");
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "a", 0, 0);
    s.pass(a, "return", 0, 5);
    CHECK(a.faults().unbalanced_calls == 1);
    for (u64 i = 0; i < 100; ++i) // 64 are remembered
        s.pass(a, "call b", 0, 10 + i);
    CHECK(a.faults().unbalanced_calls == 37);
    a.finish(0, 200);
    CHECK(a.cycles(0) == 200);
}

TEST_CASE("exceptions begin a phase when the configuration says so", "[report][phases]")
{
    Software s{{"guest"}};
    s.table.add_phase_on_exception(2, 1, "IRQ at EL2");
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "guest", 0, 0);
    a.exception(0, 10, 1, 1, 1, 0, 0); // to EL1: not asked for
    a.exception(0, 20, 1, 2, 0, 0, 0); // synchronous: not asked for
    a.exception(0, 30, 1, 2, 1, 0, 0);
    s.pass(a, "guest", 0, 45);
    a.finish(0, 50);
    CHECK(cycles_in(a, s, 0, "IRQ at EL2") == 15);
    CHECK(cycles_in(a, s, 0, "guest") == 35);
}

TEST_CASE("samples are split by phase, and their rows sum to them", "[report][samples]")
{
    Software s{{"guest", "trap", "entry"}};
    s.name(MarkKind::NameBenchmark, 7, "hypercall");
    s.name(MarkKind::NameDesign, 1, "kvm-v1");
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "run", 0, 0, {7, 1, 2});
    u64 at = 1'000;
    for (const u64 trap : {30u, 10u, 20u}) {
        s.pass(a, "guest", 0, at);
        s.pass(a, "begin", 0, at += 5); // five cycles of guest before the sample
        s.pass(a, "trap", 0, at += 1);
        s.pass(a, "entry", 0, at += trap);
        s.pass(a, "guest", 0, at += 100);
        s.pass(a, "end", 0, at += 2);
        at += 50;
    }
    s.pass(a, "run end", 0, at);
    a.finish(0, at);

    const auto report = SwitchReport::of(a, {{"pe0", 1'000'000'000}});
    REQUIRE(report.runs.size() == 1);
    const SwitchRun& run = report.runs[0];
    CHECK(run.benchmark == "hypercall");
    CHECK(run.design == "kvm-v1");
    CHECK(run.session == "2");
    CHECK(run.samples == std::vector<u64>{133, 113, 123});
    CHECK(run.cycles ==
          Distribution{.n = 3, .min = 113, .median = 123, .p99 = 133, .max = 133, .sum = 369});
    CHECK(run.phases == std::vector<PhaseCycles>{{"guest", 9}, {"trap", 60}, {"entry", 300}});
    CHECK(run.discarded == 0);
    CHECK(run.hz == 1'000'000'000);
}

TEST_CASE("marks at one address count in order: a sample may end where one begins",
          "[report][samples]")
{
    Software s{{"p"}};
    s.define("turn", MarkKind::SampleEnd);
    s.define_too("turn", MarkKind::SampleBegin);
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "run", 0, 0);
    s.pass(a, "begin", 0, 10);
    s.pass(a, "turn", 0, 30);
    s.pass(a, "turn", 0, 70);
    s.pass(a, "end", 0, 75);
    a.finish(0, 80);
    CHECK(a.runs().begin()->second.totals == std::vector<u64>{20, 40, 5});
    CHECK(a.runs().begin()->second.discarded == 0);
}

TEST_CASE("samples of several PEs share a run, each by its own account", "[report][samples]")
{
    Software s{{"p"}};
    s.link();
    Attribution a{s.table, 2};
    s.pass(a, "run", 0, 0, {1, 1, 1});
    s.pass(a, "run", 1, 0, {1, 1, 1});
    s.pass(a, "begin", 0, 10);
    s.pass(a, "begin", 1, 1'010);
    s.pass(a, "end", 1, 1'011);
    s.pass(a, "end", 0, 30);
    a.finish(0, 30);
    a.finish(1, 2'000);
    const auto report = SwitchReport::of(a, {{"pe0", 1'000}, {"pe1", 2'000}});
    REQUIRE(report.runs.size() == 1);
    CHECK(report.runs[0].samples == std::vector<u64>{1, 20});
    CHECK(report.runs[0].hz == 0); // two clocks: no common unit of time
}

TEST_CASE("samples that never end, or belong nowhere, are told and left out", "[report][samples]")
{
    Software s{{"p"}};
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "begin", 0, 0);
    s.pass(a, "end", 0, 1);
    s.pass(a, "run", 0, 2);
    s.pass(a, "end", 0, 3);
    s.pass(a, "begin", 0, 4);
    s.pass(a, "begin", 0, 5);
    s.pass(a, "end", 0, 9);
    s.pass(a, "begin", 0, 10);
    s.pass(a, "run end", 0, 12);
    s.pass(a, "run", 0, 13);
    s.pass(a, "begin", 0, 14);
    a.finish(0, 20);
    CHECK(a.runs().begin()->second.totals == std::vector<u64>{4});
    CHECK(a.runs().begin()->second.discarded == 3);
    CHECK(a.faults().samples_without_run == 1);
    CHECK(a.faults().ends_without_begin == 1);
}

TEST_CASE("percentiles are by nearest rank: every number was measured", "[report][samples]")
{
    std::vector<u64> values(100);
    std::iota(values.begin(), values.end(), u64{1});
    std::shuffle(values.begin(), values.end(), std::mt19937_64{3});
    CHECK(Distribution::of(values) ==
          Distribution{.n = 100, .min = 1, .median = 50, .p99 = 99, .max = 100, .sum = 5'050});
    CHECK(Distribution::of({7, 9}) ==
          Distribution{.n = 2, .min = 7, .median = 7, .p99 = 9, .max = 9, .sum = 16});
    CHECK(Distribution::of({}) == Distribution{});
}

TEST_CASE("whatever PEs do, rows sum to totals and totals to cycles", "[report][samples]")
{
    std::mt19937_64 random{42};
    for (int round = 0; round < 20; ++round) {
        Software s{{"a", "b", "c"}};
        s.define("call", MarkKind::PhaseCall, "d");
        s.table.add_phase_on_exception(2, 0, "trap");
        s.link();
        constexpr unsigned pes = 3;
        Attribution a{s.table, pes};
        std::array<u64, pes> now{};
        const std::vector<std::string> marks{"a",   "b",       "c",     "call", "return",
                                             "run", "run end", "begin", "end",  "end"};
        for (int i = 0; i < 5'000; ++i) {
            const auto pe = static_cast<unsigned>(random() % pes);
            now[pe] += random() % 4 == 0 ? 0 : random() % 1'000;
            switch (random() % 12) {
            case 0:
                a.signal(pe, now[pe], Signal::Halted, random() % 3);
                break;
            case 1:
                a.exception(pe, now[pe], 1, 2, static_cast<unsigned>(random() % 2), 0, 0);
                break;
            default:
                s.pass(a, marks[random() % marks.size()], pe, now[pe],
                       {random() % 2, random() % 2, random() % 2});
                break;
            }
        }
        std::vector<PeInfo> infos;
        for (unsigned pe = 0; pe < pes; ++pe) {
            a.finish(pe, now[pe] + 5);
            infos.push_back({"pe" + std::to_string(pe), 1'000});
        }
        const auto report = SwitchReport::of(a, infos);
        const auto sum = [](const std::vector<PhaseCycles>& rows) {
            u64 total = 0;
            for (const PhaseCycles& row : rows)
                total += row.cycles;
            return total;
        };
        REQUIRE(report.pes.size() == pes);
        for (unsigned pe = 0; pe < pes; ++pe) {
            CHECK(report.pes[pe].cycles == now[pe] + 5);
            CHECK(sum(report.pes[pe].phases) == now[pe] + 5);
        }
        CHECK(report.runs.size() == 8);
        for (const SwitchRun& run : report.runs) {
            CHECK(run.cycles.n > 0);
            CHECK(run.cycles.n == run.samples.size());
            CHECK(std::accumulate(run.samples.begin(), run.samples.end(), u64{0}) ==
                  run.cycles.sum);
            CHECK(sum(run.phases) == run.cycles.sum);
        }
    }
}

TEST_CASE("reports of two simulations merge into one comparison", "[report][samples]")
{
    const auto simulate = [](u64 design, const std::string& name, u64 cycles) {
        Software s{{"p"}};
        s.name(MarkKind::NameDesign, design, name);
        s.link();
        Attribution a{s.table, 1};
        s.pass(a, "run", 0, 0, {0, design, 0});
        s.pass(a, "begin", 0, 0);
        s.pass(a, "end", 0, cycles);
        a.finish(0, cycles);
        return SwitchReport::of(a, {{"pe0", 1'000}}, {{"configuration", name + ".toml"}});
    };
    SwitchReport report = simulate(6, "vhe", 900);
    report.merge(simulate(0, "none", 1'000), "nVHE: ");
    REQUIRE(report.runs.size() == 2);
    CHECK(report.runs[0].design == "none");
    CHECK(report.runs[1].design == "vhe");
    CHECK(report.pes[1].name == "nVHE: pe0");
    CHECK(report.facts[1] ==
          std::pair<std::string, std::string>{"nVHE: configuration", "none.toml"});
}

TEST_CASE("a session that the first design refuses is compared with its first one", "[report]")
{
    SwitchReport report;
    const auto run = [&](u64 benchmark, u64 session, u64 design, std::vector<u64> samples) {
        SwitchRun r;
        r.key = {benchmark, design, session};
        r.benchmark = "benchmark " + std::to_string(benchmark);
        r.session = "session " + std::to_string(session);
        r.design = design == 0 ? "none" : "kvm";
        r.cycles = Distribution::of(std::move(samples));
        report.runs.push_back(std::move(r));
    };
    run(0, 0, 0, {100});
    run(0, 0, 1, {130});
    run(0, 1, 0, {110});
    run(0, 1, 1, {105});
    run(0, 2, 0, {}); // begun, never ended
    run(0, 2, 1, {300});
    run(1, 0, 1, {50});
    CHECK(report.base_of(report.runs[0]) == &report.runs[0]);
    CHECK(report.base_of(report.runs[1]) == &report.runs[0]);
    CHECK(report.base_of(report.runs[3]) == &report.runs[2]);
    CHECK(report.base_of(report.runs[5]) == &report.runs[0]);
    CHECK(report.base_of(report.runs[6]) == nullptr);

    const auto json = nlohmann::ordered_json::parse(report.json());
    CHECK(json["runs"][3]["added"].dump() ==
          R"({"median":-5,"design":"none","session":"session 1"})");
    CHECK(json["runs"][4]["added"].is_null());
    CHECK(json["runs"][5]["added"].dump() ==
          R"({"median":200,"design":"none","session":"session 0"})");
    CHECK(json["runs"][6]["added"].is_null());
    const std::string csv = report.csv_runs();
    CHECK(csv.find("benchmark 0,session 1,kvm,1,105,105,105,105,105,105.000,0,0,-5,none,"
                   "session 1\n") != std::string::npos);
    CHECK(csv.find("benchmark 0,session 2,none,0,0,0,0,0,0,,0,0,,,\n") != std::string::npos);
    CHECK(csv.find("benchmark 0,session 2,kvm,1,300,300,300,300,300,300.000,0,0,200,none,"
                   "session 0\n") != std::string::npos);
    CHECK(csv.find("benchmark 1,session 0,kvm,1,50,50,50,50,50,50.000,0,0,,,\n") !=
          std::string::npos);
}

TEST_CASE("JSON and CSV say what was measured, in a stable order", "[report][files]")
{
    Software s{{"a, b", "c"}};
    s.name(MarkKind::NameBenchmark, 0, "say \"hi\"");
    s.name(MarkKind::NameSession, 0, "none");
    s.link();
    Attribution a{s.table, 1};
    s.pass(a, "run", 0, 0, {0, 4, 0});
    for (const u64 at : {10u, 20u, 30u}) {
        s.pass(a, "begin", 0, at);
        s.pass(a, "a, b", 0, at);
        s.pass(a, "c", 0, at + 2);
        s.pass(a, "end", 0, at + (at == 30 ? 4 : 3));
    }
    a.finish(0, 40);
    const auto report = SwitchReport::of(a, {{"pe0", 2'000}}, {{"z", "1"}, {"a", "2"}});

    CHECK(report.csv_runs() ==
          "benchmark,session,design,n,min,median,p99,max,sum,mean,discarded,clock_hz,"
          "added_median,compared_with_design,compared_with_session\n"
          "\"say \"\"hi\"\"\",none,4,3,3,3,4,4,10,3.333,0,2000,0,4,none\n");
    CHECK(report.csv_phases() == "benchmark,session,design,phase,cycles\n"
                                 "\"say \"\"hi\"\"\",none,4,\"a, b\",6\n"
                                 "\"say \"\"hi\"\"\",none,4,c,4\n");
    CHECK(report.csv_samples() == "benchmark,session,design,sample,cycles\n"
                                  "\"say \"\"hi\"\"\",none,4,1,3\n"
                                  "\"say \"\"hi\"\"\",none,4,2,3\n"
                                  "\"say \"\"hi\"\"\",none,4,3,4\n");
    CHECK(report.csv_pes() == "pe,phase,cycles\n"
                              "pe0,boot,10\n"
                              "pe0,\"a, b\",6\n"
                              "pe0,c,24\n");

    const auto json = nlohmann::ordered_json::parse(report.json());
    CHECK(json["facts"].dump() == R"({"z":"1","a":"2"})");
    CHECK(json["runs"][0]["cycles"].dump() ==
          R"({"n":3,"min":3,"median":3,"p99":4,"max":4,"sum":10,"mean":"3.333"})");
    CHECK(json["runs"][0]["phases"].dump() ==
          R"([{"phase":"a, b","cycles":6},{"phase":"c","cycles":4}])");
    CHECK(json["pes"][0]["cycles"] == 40);
    CHECK(report.json() == SwitchReport::of(a, {{"pe0", 2'000}}, {{"z", "1"}, {"a", "2"}}).json());
}
