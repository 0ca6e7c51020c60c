// SPDX-License-Identifier: MIT
// The two open windows of docs/switch-designs.md: what the platform shows, and the controls.
#include "sightline_process.h"

#include <set>

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

using Set = std::set<std::string>;

/// A run of one of the shipped configurations with a guest that has pages at the host's buffer.
struct Window : Folder {
    explicit Window(const std::string& adversary, std::vector<std::string> set = {},
                    const std::string& config = "window")
    {
        const std::string out = (path() / "out").string();
        std::vector<std::string> arguments{
            "run", SOURCE "/configs/" + config + ".toml", "--out", out, "--adversary", adversary};
        set.insert(set.begin(),
                   {"outputs.findings=true", "image.host.parameters.host_window=1",
                    "image.host.parameters.host_samples=30", "image.host.parameters.host_warmup=2",
                    "image.host.parameters.host_benchmarks=2"});
        for (const std::string& key : set)
            arguments.insert(arguments.end(), {"--set", key});
        result = sightline(*this, arguments);
        console = contents(path() / "out" / "console.log");
        const auto found = nlohmann::json::parse(contents(path() / "out" / "findings.json"));
        for (const auto& f : found["findings"])
            findings.insert(f["rule"].get<std::string>() + ": " +
                            f["at"]["instruction"].get<std::string>() + " at " +
                            function(f["at"]["symbol"]));
        constexpr std::string_view before = "bytes of the guest's page";
        for (std::size_t at = console.find(before); at != std::string::npos;
             at = console.find(before, at + 1)) {
            const std::size_t line = console.rfind('\n', at) + 1;
            leaked += std::stoull(console.substr(line));
            ++reports;
        }
    }

    /// "hyp`tlb_enter+0x18" is in tlb_enter.
    static std::string function(const std::string& symbol)
    {
        const std::size_t from = symbol.find('`') + 1;
        return symbol.substr(from, symbol.find('+') - from);
    }

    Finished result;
    std::string console;
    Set findings; ///< "RULE: instruction at function"
    u64 leaked = 0;
    unsigned reports = 0; ///< sessions that have told of it
};

const std::string isb = "image.hyp.parameters.hyp_final_isb=1";
const std::string enable = "TRBE-ENABLE-UNSYNC: MSR TRBLIMITR_EL1 at final_restore";

} // namespace

TEST_CASE("a buffer enabled before the host's registers are synchronized writes to a guest's page",
          "[system][window]")
{
    const Window w{"random:1+prefetch"};
    CHECK(w.result.status == 0);
    CHECK_THAT(w.console, Contains("host: all checks passed"));
    CHECK(w.findings == Set{enable});
    CHECK(w.leaked > 0);
}

TEST_CASE("the enabling window under `mixed`, which lets nothing but the enable overtake",
          "[system][window]")
{
    const Window w{"mixed+prefetch"};
    CHECK(w.result.status == 0);
    CHECK(w.findings == Set{enable});
    CHECK(w.reports > 0);
    CHECK(w.leaked == 0);
}

TEST_CASE("controls of the enabling window: an ISB, no overtaking, no buffer that is switched",
          "[system][window]")
{
    SECTION("an ISB before the enable")
    {
        const std::string adversary =
            GENERATE(as<std::string>{}, "random:1+prefetch", "mixed+prefetch");
        const Window w{adversary, {isb}};
        CHECK(w.result.status == 0);
        CHECK(w.findings.empty());
        CHECK(w.reports > 0);
        CHECK(w.leaked == 0);
    }
    SECTION("all writes land at the event: the rule is broken, nothing happens")
    {
        const Window w{"late+prefetch"};
        CHECK(w.result.status == 0);
        CHECK(w.findings == Set{enable});
        CHECK(w.leaked == 0);
    }
    SECTION("the buffer does not look ahead")
    {
        const Window w{"random:1"};
        CHECK(w.findings == Set{enable});
        CHECK(w.leaked == 0);
    }
    SECTION("a host at EL2")
    {
        const Window w{"random:1+prefetch", {}, "vhe"};
        CHECK(w.result.status == 0);
        CHECK(w.findings.empty());
        CHECK(w.reports > 0);
        CHECK(w.leaked == 0);
    }
}

TEST_CASE("stage 2 maintenance loads the guest's VMID under the host's enabled buffer",
          "[system][window]")
{
    const Window w{"sync+prefetch", {isb, "image.host.parameters.host_window_remap=1"}};
    CHECK(w.result.status == 0);
    CHECK(w.findings == Set{"TRBE-REGIME-CHANGED: MSR VTTBR_EL2 at tlb_enter",
                            "TRBE-REGIME-CHANGED: MSR VTTBR_EL2 at tlb_leave"});
    // The guest reads its own page at the buffer's address: entries are tagged with whether stage 2
    // applied.
    CHECK_THAT(w.console, Contains("host: all checks passed"));
    CHECK(w.leaked == 0);
}

TEST_CASE("control of the VMID window: the buffer is disabled around the hypercall",
          "[system][window]")
{
    const Window w{"sync+prefetch", {isb, "image.host.parameters.host_window_remap=2"}};
    CHECK(w.result.status == 0);
    CHECK_THAT(w.console, Contains("host: all checks passed"));
    CHECK(w.findings.empty());
    CHECK(w.leaked == 0);
}
