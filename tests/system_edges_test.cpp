// SPDX-License-Identifier: MIT
// The designs of the switch on cores that lack what they look for.
#include "checked_run.h"

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* others[] = {"none",       "kvm-shipped", "kvm-reviewed",
                                  "kvm-landed", "kvm-final",   "kvm-shipped-6.1"};

/// Two PEs of that core with hypervisor, host and guest; a trace unit that sends to the trace bus.
std::string nvhe_platform(const std::string& core, const std::string& trace)
{
    return "name = \"edge\"\n[[cluster]]\nname = \"c0\"\npes = 2\nclock = \"2 GHz\"\ncore = \"" +
           core + "\"\nfeatures = { FEAT_VHE = false }\n" + trace + R"(
[[memory]]
name = "ram"
base = 0x4000_0000
size = "1 GiB"
[[uart]]
name = "uart0"
[[image]]
name = "hyp"
file = "hyp.elf"
entry_pe = 0
entry_el = 2
[[image]]
name = "host"
file = "host.elf"
[[image]]
name = "guest"
file = "guest.elf"
aliases = [0x8000_0000]
)";
}

std::string vhe_platform(const std::string& core, const std::string& trace)
{
    std::string text = nvhe_platform(core, trace);
    const auto replace = [&text](const std::string& what, const std::string& with) {
        text.replace(text.find(what), what.size(), with);
    };
    replace("features = { FEAT_VHE = false }\n", "");
    replace("[[image]]\nname = \"hyp\"\nfile = \"hyp.elf\"\nentry_pe = 0\nentry_el = 2\n", "");
    replace("file = \"host.elf\"\n", "file = \"host-vhe.elf\"\nentry_pe = 0\nentry_el = 2\n");
    return text;
}

constexpr const char* to_etb = R"(
[[trace]]
name = "ete"
kind = "ete"
to = "funnel"
[[trace]]
name = "funnel"
kind = "funnel"
to = "etb"
[[trace]]
name = "etb"
kind = "etb"
)";

constexpr const char* to_trbe = R"(
[[trace]]
name = "ete"
kind = "ete"
to = "trbe"
[[trace]]
name = "trbe"
kind = "trbe"
)";

std::vector<std::string> designs(unsigned mask)
{
    return {"--set", "image.host.parameters.host_designs=" + std::to_string(mask)};
}

constexpr unsigned v1 = 1u << 2, all_but_v1 = 0xff & ~v1;

/// Lines of the console with both texts.
unsigned lines(const std::string& console, const std::string& one, const std::string& other)
{
    unsigned n = 0;
    std::istringstream in{console};
    for (std::string line; std::getline(in, line);)
        n += line.find(one) != std::string::npos && line.find(other) != std::string::npos;
    return n;
}

/// All designs but kvm-v1 run to the end, in `sessions` sessions each, the one without included;
/// only what completes no walks is found.
void check_others(const CheckedRun& run, unsigned sessions)
{
    const std::string console = run.console();
    INFO(console);
    CHECK_THAT(console, Contains("host: all checks passed"));
    for (const char* const design : others)
        CHECK(lines(console, std::string{design} + " ", " ok") == sessions);
    for (const auto& [where, found] : run.sets()) {
        INFO(where);
        for (const std::string& finding : found)
            CHECK_THAT(finding, Catch::StartsWith("WALK-IN-FLIGHT"));
        CHECK((where.empty() || where.starts_with("kvm-shipped-6.1, ")));
    }
}

/// kvm-v1 reads TRBLIMITR_EL1 because there are filters: exactly that is found, and it is its end.
void check_v1_panics(const std::string& platform, const std::string& adversary)
{
    auto alone = designs(v1);
    alone.insert(alone.end(), {"--set", "cluster.c0.pes=1"}); // one hypervisor's last words
    const CheckedRun run{platform, adversary, alone};
    INFO(run.console());
    CHECK(run.result.status != 0);
    CHECK_THAT(run.console(), Contains("HYP PANIC: synchronous exception at EL2; design kvm-v1"));
    REQUIRE(run.findings.size() == 1);
    CHECK(run.findings[0]["rule"] == "ABSENT-OR-ALIASED");
    CHECK(run.findings[0]["at"]["instruction"] == "MRS TRBLIMITR_EL1");
    CHECK(run.findings[0]["at"]["el"] == 2);
    CHECK_THAT(run.findings[0]["at"]["line"].get<std::string>(), Contains("hyp/switch_design.c"));
}

} // namespace

TEST_CASE("with trace filters and no trace buffer, kvm-v1 finds its end and all others run",
          "[system][edges]")
{
    const std::string platform = nvhe_platform("out-of-order-filters", to_etb);
    const std::string adversary = GENERATE(as<std::string>{}, "sync", "mixed+prefetch");
    check_v1_panics(platform, adversary);
    // No session, three over the ATB, and after them.
    check_others(CheckedRun{platform, adversary, designs(all_but_v1)}, 5);
}

TEST_CASE("with buffers that firmware keeps, kvm-v1 finds its end and all others run",
          "[system][edges]")
{
    const std::string platform = nvhe_platform("out-of-order-kept", to_trbe);
    check_v1_panics(platform, "mixed+prefetch");
    const CheckedRun run{platform, "mixed+prefetch", designs(all_but_v1)};
    check_others(run, 5);
    CHECK_THAT(run.console(), Contains("ETE, no TRBE") && !Contains("SPE: host"));
}

TEST_CASE("without filters, buffers and profiler every design runs", "[system][edges]")
{
    const CheckedRun run{nvhe_platform("cortex-a57-like", ""), "mixed+prefetch", designs(0xff)};
    check_others(run, 1);
    CHECK(lines(run.console(), "kvm-v1 ", " ok") == 1);
}

TEST_CASE("the VHE design looks for none of it", "[system][edges]")
{
    const auto [core, trace] = GENERATE(table<std::string, std::string>(
        {{"out-of-order-filters", to_etb}, {"out-of-order-kept", to_trbe}}));
    const CheckedRun run{vhe_platform(core, trace), "mixed+prefetch"};
    INFO(run.console());
    CHECK(run.result.status == 0);
    CHECK(run.findings.empty());
    CHECK(lines(run.console(), "vhe ", " ok") == 5);
}
