// SPDX-License-Identifier: MIT
#include "report/attribution.h"
#include "soc_elaborated.h"

using namespace sl;
using namespace sl::test;

namespace {

/// Records the levels of the IRQ lines of two PEs, and when the PE that answers was halted.
struct Lines : debug::NullObserver {
    struct Event {
        unsigned pe;
        u64 cycle;
        Signal which;
        u64 value;
    };

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override
    {
        if (which == Signal::Irq || which == Signal::Halted)
            events.push_back({pe, cycle, which, value});
    }

    std::vector<Event> events;
};

const std::string ping = "[image.parameters]\nrounds = 20\n";

/// Total cycles of each round trip, as the report has them.
std::vector<u64> round_trips(const std::vector<std::string>& set)
{
    std::vector<std::string> arguments;
    for (const std::string& s : set) {
        arguments.emplace_back("--set");
        arguments.push_back(s);
    }
    const ProgramRun run{platform_for("ping", 1, 2, ping), arguments};
    CHECK(run.result.status == 0);
    CHECK(run.file("console.log") == "rounds 20\n");
    std::vector<u64> samples;
    std::istringstream csv{run.file("report-samples.csv")};
    std::string line;
    std::getline(csv, line);
    while (std::getline(csv, line))
        samples.push_back(std::stoull(line.substr(line.rfind(',') + 1)));
    return samples;
}

} // namespace

TEST_CASE("an SGI raises the other PE's line one message latency after it was sent", "[cluster]")
{
    Lines lines;
    Elaborated e{platform_for("ping", 1, 2, ping), {}, &lines};
    CHECK(e.run().why == run::Ending::Why::SystemOff);
    CHECK(e.sent == std::vector<std::string>{"rounds 20\n"});
    // Both PEs sleep while they wait, so a line rises in the very cycle in which its message is
    // due.
    std::vector<u64> raised[2];
    for (const Lines::Event& l : lines.events)
        if (l.which == Observer::Signal::Irq && l.value == 1)
            raised[l.pe].push_back(l.cycle);
    REQUIRE(raised[0].size() == 20);
    REQUIRE(raised[1].size() == 20);
    const u64 latency = e.config.clusters[0].profile.cross_pe_latency;
    for (unsigned n = 0; n < 20; ++n) {
        INFO(n);
        // Request and answer: each side's handler, and the way between them.
        CHECK(raised[0][n] >= raised[1][n] + latency);
        CHECK(raised[0][n] < raised[1][n] + 3 * latency);
    }
}

TEST_CASE("the price of a round trip measures the profile's latency, not the quantum", "[cluster]")
{
    const auto at_100 = round_trips({}), longer_quantum = round_trips({"run.quantum='1 ms'"}),
               shorter_quantum = round_trips({"run.quantum='100 ns'"});
    REQUIRE(at_100.size() == 20);
    CHECK(longer_quantum == at_100);
    CHECK(shorter_quantum == at_100);
    // Two messages in each round: 100 cycles more for each of them.
    const auto at_200 = round_trips({"cluster.c0.overrides.cross_pe_latency=200"});
    REQUIRE(at_200.size() == 20);
    for (unsigned n = 2; n < 20; ++n)
        CHECK(at_200[n] == at_100[n] + 200);
}

TEST_CASE("turns shorter than the latency change nothing", "[cluster]")
{
    // The platform's own quantum is the latency; a tenth of it must give the same cycles.
    const auto full = round_trips({"cluster.c0.overrides.cross_pe_latency=1000"}),
               tenth = round_trips(
                   {"cluster.c0.overrides.cross_pe_latency=1000", "run.quantum='100 ns'"});
    REQUIRE(full.size() == 20);
    CHECK(tenth == full);
}

TEST_CASE("in functional fidelity lateness is bounded by the quantum and counted", "[cluster]")
{
    const ProgramRun run{platform_for("work", 1, 2,
                                      "[image.parameters]\npes = 2\nloops = 50\n"
                                      "[fidelity]\nmode = \"functional\"\n")};
    CHECK(run.result.status == 0);
    const auto statistics = run.json("statistics.json");
    CHECK(statistics["run"]["quantum ps"] == 10'000'000);
    CHECK(statistics["pe0"].contains("late messages"));
}

TEST_CASE("how instructions are cut into blocks changes no cycle", "[cluster]")
{
    // One platform in a process: the others run beside it.
    const std::string text =
        platform_for("work", 2, 2, "[image.parameters]\npes = 4\nloops = 10\n");
    const ProgramRun reference{text, {"--set", "image.program.x0=2"}};
    REQUIRE(reference.result.status == 0);
    const auto statistics = reference.json("statistics.json");
    for (const unsigned max_block : {1u, 4u}) {
        INFO(max_block);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            Elaborated e{text, {"image.program.x0=2"}, nullptr, max_block};
            bool same = e.run().why == run::Ending::Why::SystemOff;
            for (unsigned n = 0; n < 4; ++n) {
                const auto& pe = statistics["pe" + std::to_string(n)];
                same = same && e.platform.pe(n).cycle() == pe["cycles"].get<u64>() &&
                       e.platform.pe(n).instructions() == pe["instructions"].get<u64>();
            }
            ::_exit(same ? 0 : 1);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}
