// SPDX-License-Identifier: MIT
#include "common/clock.h"
#include "sightline_process.h"

#include <map>
#include <set>

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

constexpr u64 samples = 25;

/// A shipped platform with few samples.
struct SystemRun : Folder {
    explicit SystemRun(const std::string& config, std::vector<std::string> more = {})
    {
        std::vector<std::string> arguments{
            "run",   SOURCE "/configs/" + config + ".toml",
            "--out", out().string(),
            "--set", "image.host.parameters.host_samples=" + std::to_string(samples),
            "--set", "image.host.parameters.host_warmup=2"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        result = sightline(*this, arguments);
        REQUIRE(result.status == 0);
        report = nlohmann::json::parse(contents(out() / "report.json"));
        statistics = nlohmann::json::parse(contents(out() / "statistics.json"));
    }

    std::filesystem::path out() const { return path() / "out"; }

    std::set<std::string> all(const char* key) const
    {
        std::set<std::string> names;
        for (const auto& run : report["runs"])
            names.insert(run[key].get<std::string>());
        return names;
    }

    /// Median cycles of a run.
    u64 median(const std::string& benchmark, const std::string& session,
               const std::string& design) const
    {
        for (const auto& run : report["runs"])
            if (run["benchmark"] == benchmark && run["session"] == session &&
                run["design"] == design)
                return run["cycles"]["median"].get<u64>();
        FAIL("no run of " << benchmark << ", " << session << ", " << design);
        return 0;
    }

    Finished result;
    nlohmann::json report, statistics;
};

u64 sum_of(const nlohmann::json& phases)
{
    u64 sum = 0;
    for (const auto& phase : phases)
        sum += phase["cycles"].get<u64>();
    return sum;
}

/// Every cycle has an owner: rows sum to totals, totals to the cycles of the PEs, and those to
/// simulated time.
void check_accounts(const SystemRun& run)
{
    for (const auto& r : run.report["runs"]) {
        INFO(r["benchmark"] << ", " << r["session"] << ", " << r["design"]);
        // Two vCPUs that hand a PE to each other share their samples: one may be left over.
        const u64 n = r["cycles"]["n"].get<u64>();
        CHECK(n >= samples);
        CHECK(n <= samples + (r["benchmark"] == "VM switch"));
        CHECK(sum_of(r["phases"]) == r["cycles"]["sum"].get<u64>());
        CHECK(r["cycles"]["min"].get<u64>() > 0);
    }
    const u64 end_ps = run.statistics["run"]["simulated ps"].get<u64>();
    for (const auto& pe : run.report["pes"]) {
        const auto name = pe["name"].get<std::string>();
        INFO(name);
        const u64 cycles = pe["cycles"].get<u64>();
        CHECK(sum_of(pe["phases"]) == cycles);
        CHECK(run.statistics[name]["cycles"] == cycles);
        // PEs end within the last quantum of each other, and a run of instructions beyond.
        const Clock clock{pe["clock_hz"].get<u64>()};
        CHECK(clock.ps(cycles) + 1'000 >= end_ps);
        CHECK(clock.ps(cycles) <= end_ps + 1'000'000);
    }
    for (const auto& [what, count] : run.report["faults"].items()) {
        INFO(what);
        CHECK(count == 0);
    }
}

const std::set<std::string> benchmarks{
    "hypercall",     "interrupt controller", "virtual IPI",      "virtual EOI",    "VM switch",
    "stage-2 fault", "I/O to host kernel",   "I/O to host user", "timer interrupt"};
const std::set<std::string> nvhe_designs{"none",         "kvm-shipped", "kvm-v1",
                                         "kvm-reviewed", "kvm-landed",  "kvm-final"};

} // namespace

TEST_CASE("the default platform prices every benchmark in every nVHE design", "[system]")
{
    const SystemRun run{"nvhe"};
    CHECK_THAT(contents(run.out() / "console.log"), Contains("host: all checks passed"));
    CHECK(run.all("design") == nvhe_designs);
    CHECK(run.all("benchmark") == benchmarks);
    std::map<std::string, std::set<std::string>> by_design;
    for (const auto& r : run.report["runs"])
        by_design[r["design"]].insert(r["benchmark"]);
    for (const auto& [design, all] : by_design) {
        INFO(design);
        CHECK(all == benchmarks);
    }
    for (const char* const session : {"no session", "TRBE: host and guest", "TRBE: guest excluded",
                                      "TRBE: host excluded", "TRBE: session ended"})
        CHECK(run.all("session").contains(session));
    check_accounts(run);
    CHECK_THAT(run.result.out, Contains("World-switch report"));
    CHECK_THAT(run.result.out, Contains("Outputs in"));
    // `none` refuses sessions: what they cost is told all the same, and compared with what.
    CHECK_THAT(contents(run.out() / "report.txt"),
               Contains("* not measured in none: compared with its run in the benchmark's first "
                        "session (no session)"));
    for (const auto& r : run.report["runs"]) {
        INFO(r["benchmark"] << ", " << r["session"] << ", " << r["design"]);
        REQUIRE(r["added"].is_object());
        CHECK(r["added"]["design"] == "none");
    }
    // A drain takes time, wherever it is in the design.
    for (const std::string& design : nvhe_designs)
        if (design != "none")
            CHECK(run.median("hypercall", "TRBE: host and guest", design) >
                  run.median("hypercall", "no session", design));
}

TEST_CASE("in annotated fidelity no message comes late", "[system]")
{
    const SystemRun run{"nvhe", {"--set", "image.host.parameters.host_sessions=0"}};
    for (unsigned n = 0; n < 4; ++n) {
        INFO(n);
        CHECK(run.statistics["pe" + std::to_string(n)]["late messages"] == 0);
    }
}

TEST_CASE("two runs of the default platform leave the same bytes", "[system]")
{
    const std::vector<std::string> more{"--set", "outputs.waves=true", "--set",
                                        "outputs.timeline=true"};
    const SystemRun a{"nvhe", more}, b{"nvhe", more};
    unsigned files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{a.out()}) {
        if (!entry.is_regular_file())
            continue;
        const auto name = std::filesystem::relative(entry.path(), a.out());
        INFO(name);
        CHECK(contents(entry.path()) == contents(b.out() / name));
        ++files;
    }
    CHECK(files >= 15);
}

TEST_CASE("watching the default platform changes neither cycles nor reports", "[system]")
{
    const SystemRun bare{"nvhe", {"--set", "outputs.trace=false"}};
    const SystemRun watched{"nvhe",
                            {"--set", "outputs.waves=true", "--set", "outputs.timeline=true",
                             "--set", "outputs.log=true", "--set", "log.pes=[1]", "--set",
                             "outputs.transactions=true", "--set",
                             "transactions.kinds=[\"exclusive\", \"trace\", \"walk\"]"}};
    const std::string transactions = contents(watched.out() / "transactions.log");
    for (const char* const kind :
         {"  exclusive-read ", "  exclusive-write ", "  trace ", "  walk "})
        CHECK(transactions.find(kind) != std::string::npos);
    for (const char* const file : {"console.log", "report.txt", "report.json", "report-samples.csv",
                                   "report-pes.csv", "statistics.json"}) {
        INFO(file);
        CHECK(contents(bare.out() / file) == contents(watched.out() / file));
    }
}

TEST_CASE("the VHE platform prices every benchmark with the host at EL2", "[system]")
{
    const SystemRun run{"vhe"};
    CHECK(run.all("design") == std::set<std::string>{"vhe"});
    CHECK(run.all("benchmark") == benchmarks);
    check_accounts(run);
}

TEST_CASE("one PE runs all that needs no second one", "[system]")
{
    const SystemRun run{"single"};
    auto expected = benchmarks;
    expected.erase("virtual IPI");
    CHECK(run.all("benchmark") == expected);
    CHECK(run.all("design") == nvhe_designs);
    check_accounts(run);
}

TEST_CASE("clusters of two kinds and clocks keep their accounts", "[system]")
{
    const SystemRun run{"big-little"};
    check_accounts(run);
    CHECK(run.report["pes"][0]["clock_hz"] == 2'400'000'000);
    CHECK(run.report["pes"][2]["clock_hz"] == 1'400'000'000);
    // The small core is slower in cycles, too.
    const SystemRun small{"big-little", {"--set", "image.hyp.entry_pe=2"}};
    check_accounts(small);
    CHECK(small.median("hypercall", "no session", "kvm-final") >
          run.median("hypercall", "no session", "kvm-final"));
}

TEST_CASE("eight PEs in four clusters keep their accounts", "[system]")
{
    const SystemRun run{"eight"};
    CHECK(run.report["pes"].size() == 8);
    check_accounts(run);
}

TEST_CASE("functional fidelity runs the same software", "[system]")
{
    const SystemRun run{"nvhe", {"--set", "fidelity.mode=functional"}};
    CHECK_THAT(contents(run.out() / "console.log"), Contains("host: all checks passed"));
    CHECK(run.all("benchmark") == benchmarks);
}
