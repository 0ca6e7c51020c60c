// SPDX-License-Identifier: MIT
#include "sightline_process.h"

#include <map>
#include <set>

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

using Set = std::set<std::string>;

/// A shipped platform, checked, with few samples of every benchmark.
struct CheckedRun : Folder {
    CheckedRun(const std::string& config, const std::string& adversary,
               const std::vector<std::string>& more = {})
    {
        const auto out = (path() / "out").string();
        std::vector<std::string> arguments{"run",
                                           SOURCE "/configs/" + config + ".toml",
                                           "--out",
                                           out,
                                           "--strict",
                                           "--adversary",
                                           adversary,
                                           "--set",
                                           "image.host.parameters.host_samples=3",
                                           "--set",
                                           "image.host.parameters.host_warmup=1",
                                           "--set",
                                           "image.host.parameters.host_benchmarks=2"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        result = sightline(*this, arguments);
        findings = nlohmann::json::parse(contents(path() / "out" / "findings.json"))["findings"];
    }

    /// "RULE: instruction", by "design, session"; what was found outside of samples by "".
    std::map<std::string, Set> sets() const
    {
        std::map<std::string, Set> sets;
        for (const auto& f : findings) {
            const auto design = f["design"].get<std::string>();
            const auto run = design.empty() ? "" : design + ", " + f["session"].get<std::string>();
            sets[run].insert(f["rule"].get<std::string>() + ": " +
                             f["at"]["instruction"].get<std::string>());
        }
        return sets;
    }

    Finished result;
    nlohmann::json findings;
};

} // namespace

TEST_CASE("historical designs break the rules in their historical way, the final one in its own",
          "[system][rules]")
{
    // What an adversary makes of a sequence does not change what the architecture promises.
    const std::string adversary = GENERATE(as<std::string>{}, "sync", "mixed+prefetch");
    const CheckedRun run{"nvhe", adversary};
    CHECK(run.result.status == 3);
    CHECK_THAT(run.result.err, Contains("findings.json"));

    // The buffer stays enabled from E2 to X6. (The guest's MAIR, TCR and SCTLR are the host's here:
    // between samples, at the first entry, they differ.)
    const Set left_enabled{
        "TRBE-OWNER-CHANGED: MSR MDCR_EL2",   "TRBE-REGIME-CHANGED: MSR HCR_EL2",
        "TRBE-REGIME-CHANGED: MSR TTBR0_EL1", "TRBE-REGIME-CHANGED: MSR TTBR1_EL1",
        "TRBE-REGIME-CHANGED: MSR VTTBR_EL2",
    };
    std::map<std::string, Set> expected;
    for (const char* const session :
         {"TRBE: host and guest", "TRBE: guest excluded", "TRBE: host excluded"}) {
        for (const char* const design : {"kvm-shipped", "kvm-v1", "kvm-reviewed", "kvm-landed"})
            expected[design + std::string{", "} + session] = left_enabled;
        expected[std::string{"kvm-final, "} + session] = {"TRBE-ENABLE-UNSYNC: MSR TRBLIMITR_EL1"};
    }
    auto sets = run.sets();
    sets.erase(""); // the same switches, outside of samples
    CHECK(sets == expected);

    // Both instructions, by symbol and line.
    for (const auto& f : run.findings) {
        CHECK_THAT(f["at"]["line"].get<std::string>(), Contains("hyp/"));
        CHECK_THAT(f["other"]["symbol"].get<std::string>(), Contains("`"));
    }
    CHECK_THAT(contents(run.path() / "out" / "report.txt"),
               Contains("TRBE-ENABLE-UNSYNC") && Contains("not synchronized since"));
}

TEST_CASE("the first design without a DSB for table walks is found out in every session",
          "[system][rules]")
{
    const CheckedRun run{"nvhe", "sync", {"--set", "image.host.parameters.host_designs=0x80"}};
    CHECK(run.result.status == 3);
    const Set walks{"WALK-IN-FLIGHT: MSR HCR_EL2", "WALK-IN-FLIGHT: MSR TTBR0_EL1",
                    "WALK-IN-FLIGHT: MSR TTBR1_EL1", "WALK-IN-FLIGHT: MSR VTTBR_EL2"};
    const auto sets = run.sets();
    CHECK(sets.at("kvm-shipped-6.1, no session") == walks);
    CHECK(sets.at("kvm-shipped-6.1, ATB: host and guest") == walks);
    // Its drain has a DSB of its own.
    CHECK(sets.at("kvm-shipped-6.1, TRBE: host and guest").count("WALK-IN-FLIGHT: MSR TTBR0_EL1") ==
          0);
}

TEST_CASE("the VHE design breaks no rule under any adversary", "[system][rules]")
{
    const std::string adversary =
        GENERATE(as<std::string>{}, "sync", "late+prefetch", "mixed+prefetch", "random:7+prefetch");
    const CheckedRun run{"vhe", adversary};
    CHECK(run.result.status == 0);
    CHECK(run.findings.empty());
}
