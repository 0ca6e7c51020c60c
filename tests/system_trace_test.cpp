// SPDX-License-Identifier: MIT
#include "debug/observer_set.h"
#include "run/outputs.h"
#include "soc_elaborated.h"
#include "trace/check.h"

using namespace sl;
using namespace sl::test;

namespace {

/// The instruction log that decoded trace is held against.
struct TraceLogs : debug::NullObserver {
    void instruction(unsigned pe, u64 cycle, unsigned el, u64, u64 pc, u32 word) override
    {
        if (pe < logs.size() && logs[pe])
            logs[pe]->instruction(el, pc, word, cycle);
    }

    void exception(unsigned pe, u64, unsigned, unsigned to_el, unsigned kind, u64 esr,
                   u64 from_pc) override
    {
        if (pe < logs.size() && logs[pe])
            logs[pe]->exception(to_el, kind, esr, from_pc);
    }

    std::vector<std::unique_ptr<trace::TraceLog>> logs;
};

/// What came of the trace of a whole run.
struct Checked {
    u64 decoded = 0, lost = 0;
    std::vector<trace::Captures::Capture> captures;
};

Checked check_trace(const std::string& config, const std::vector<std::string>& more = {})
{
    std::vector<std::string> set{"image.host.parameters.host_samples=10",
                                 "image.host.parameters.host_warmup=2",
                                 "image.host.parameters.host_benchmarks=2"};
    set.insert(set.end(), more.begin(), more.end());
    TraceLogs observer;
    Elaborated e{SOURCE "/configs/" + config + ".toml", "", set, &observer, 64};
    run::Recordings recordings;
    trace::Captures captures;
    for (unsigned n = 0; n < e.platform.pes(); ++n) {
        observer.logs.push_back(std::make_unique<trace::TraceLog>(*e.platform.trace_unit(n)));
        recordings.push_back(std::make_unique<trace::Recording>(*e.platform.trace_unit(n)));
        e.platform.set_log(n);
    }
    run::watch_sinks(e.platform, recordings, captures);
    REQUIRE(e.run().why == run::Ending::Why::SystemOff);
    const auto code = e.software.code();
    // What the sessions without a buffer trace is lost, and known to be.
    Checked checked;
    for (unsigned n = 0; n < e.platform.pes(); ++n)
        e.platform.trace_unit(n)->finish();
    e.platform.fabric().finish();
    for (unsigned n = 0; n < e.platform.pes(); ++n) {
        const auto result =
            trace::check(*observer.logs[n], *recordings[n], code, [&](u64 address, unsigned el) {
                return e.software.symbols().describe_va(address, el);
            });
        INFO("pe" << n);
        CHECK(result.difference == "");
        checked.decoded += result.decoded;
        checked.lost += result.lost;
    }
    CHECK(checked.decoded > 10'000);
    checked.captures = captures.all();
    return checked;
}

/// Everything that the fabric carried came from the trace unit of PE 0, and arrived.
void check_captures(const Checked& checked, unsigned count)
{
    CHECK(checked.lost == 0);
    CHECK(checked.captures.size() == count);
    for (const auto& capture : checked.captures) {
        CHECK(capture.error == "");
        CHECK(capture.others.empty());
        REQUIRE(capture.parts.size() == !capture.frames.empty());
        for (const auto& part : capture.parts)
            CHECK(part.pe == 0);
    }
}

} // namespace

TEST_CASE("the default run's trace decodes with OpenCSD to the instruction log", "[system][trace]")
{
    check_trace("nvhe");
}

TEST_CASE("the VHE run's trace decodes with OpenCSD to the instruction log", "[system][trace]")
{
    check_trace("vhe");
}

// Six designs with three ATB sessions each.
TEST_CASE("what arrives over a fabric decodes with OpenCSD to the instruction log",
          "[system][trace]")
{
    check_captures(check_trace("coresight"), 18);
}

TEST_CASE("a scattered buffer decodes as a flat one does", "[system][trace]")
{
    const auto scattered = check_trace("coresight", {"image.host.parameters.host_etr_scatter=1"});
    check_captures(scattered, 18);
}

TEST_CASE("a buffer that went round decodes from its first synchronization on", "[system][trace]")
{
    const Checked checked =
        check_trace("coresight", {"image.host.parameters.host_etr_buffer=0x2000",
                                  "image.host.parameters.host_samples=50"});
    CHECK(checked.lost > 0);
    bool full = false;
    for (const auto& capture : checked.captures) {
        CHECK(capture.others.empty());
        full |= capture.frames.size() == 0x2000;
    }
    CHECK(full);
}
