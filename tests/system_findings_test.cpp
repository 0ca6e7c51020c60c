// SPDX-License-Identifier: MIT
#include "checked_run.h"

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

/// What a buffer that stays enabled from E2 to X6 is found for. (The guest's MAIR, TCR and SCTLR
/// are the host's here: between samples, at the first entry, they differ.)
Set left_enabled(const std::string& regime, const std::string& owner)
{
    return {owner + ": MSR MDCR_EL2", regime + ": MSR HCR_EL2", regime + ": MSR TTBR0_EL1",
            regime + ": MSR TTBR1_EL1", regime + ": MSR VTTBR_EL2"};
}

constexpr const char* leaving[] = {"kvm-shipped", "kvm-v1", "kvm-reviewed", "kvm-landed"};

} // namespace

TEST_CASE("historical designs break the rules in their historical way, the final one in its own",
          "[system][rules]")
{
    // What an adversary makes of a sequence does not change what the architecture promises.
    const std::string adversary = GENERATE(as<std::string>{}, "sync", "mixed+prefetch");
    const CheckedRun run{"nvhe", adversary};
    CHECK(run.result.status == 3);
    CHECK_THAT(run.result.err, Contains("findings.json"));

    std::map<std::string, Set> expected;
    for (const char* const session :
         {"TRBE: host and guest", "TRBE: guest excluded", "TRBE: host excluded"}) {
        for (const char* const design : leaving)
            expected[design + std::string{", "} + session] =
                left_enabled("TRBE-REGIME-CHANGED", "TRBE-OWNER-CHANGED");
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

TEST_CASE(
    "the profiling buffer is left enabled where the trace buffer is, and the ISB of the final "
    "design before it serves both",
    "[system][rules][spe]")
{
    const std::string adversary = GENERATE(as<std::string>{}, "sync", "mixed+prefetch");
    const CheckedRun run{"spe", adversary};
    CHECK(run.result.status == 3);

    const Set trbe = left_enabled("TRBE-REGIME-CHANGED", "TRBE-OWNER-CHANGED");
    const Set spe = left_enabled("SPE-REGIME-CHANGED", "SPE-REGIME-CHANGED");
    Set both = trbe;
    both.insert(spe.begin(), spe.end());
    std::map<std::string, Set> expected;
    for (const char* const design : leaving) {
        for (const char* const session :
             {"TRBE: host and guest", "TRBE: guest excluded", "TRBE: host excluded"})
            expected[design + std::string{", "} + session] = trbe;
        expected[design + std::string{", SPE: host"}] = spe;
        expected[design + std::string{", TRBE and SPE"}] = both;
    }
    // None with SPE, and with both sessions not even its own.
    for (const char* const session :
         {"TRBE: host and guest", "TRBE: guest excluded", "TRBE: host excluded"})
        expected[std::string{"kvm-final, "} + session] = {"TRBE-ENABLE-UNSYNC: MSR TRBLIMITR_EL1"};
    auto sets = run.sets();
    sets.erase(""); // the same switches, outside of samples
    CHECK(sets == expected);
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

TEST_CASE("the VHE design breaks no rule under any adversary, profiled or not", "[system][rules]")
{
    const std::string adversary =
        GENERATE(as<std::string>{}, "sync", "late+prefetch", "mixed+prefetch", "random:7+prefetch");
    const CheckedRun run{"vhe",
                         adversary,
                         {"--set", "cluster.c0.features.FEAT_SPE=true", "--set",
                          "cluster.c1.features.FEAT_SPE=true"}};
    CHECK_THAT(run.console(), Contains("TRBE and SPE"));
    CHECK(run.result.status == 0);
    CHECK(run.findings.empty());
}
