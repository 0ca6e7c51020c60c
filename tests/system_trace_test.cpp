// SPDX-License-Identifier: MIT
#include "debug/observer_set.h"
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

void check_trace(const std::string& config, const std::vector<std::string>& more = {})
{
    std::vector<std::string> set{"image.host.parameters.host_samples=10",
                                 "image.host.parameters.host_warmup=2",
                                 "image.host.parameters.host_benchmarks=2"};
    set.insert(set.end(), more.begin(), more.end());
    TraceLogs observer;
    Elaborated e{SOURCE "/configs/" + config + ".toml", "", set, &observer, 64};
    std::vector<std::unique_ptr<trace::Recording>> recordings;
    for (unsigned n = 0; n < e.platform.pes(); ++n) {
        observer.logs.push_back(std::make_unique<trace::TraceLog>(*e.platform.trace_unit(n)));
        recordings.push_back(std::make_unique<trace::Recording>(*e.platform.trace_unit(n)));
        e.platform.set_log(n);
    }
    REQUIRE(e.run().why == run::Ending::Why::SystemOff);
    const auto code = e.software.code();
    // What the sessions without a buffer trace is lost, and known to be.
    u64 decoded = 0;
    for (unsigned n = 0; n < e.platform.pes(); ++n) {
        e.platform.trace_unit(n)->finish();
        const auto result =
            trace::check(*observer.logs[n], *recordings[n], code, [&](u64 address, unsigned el) {
                return e.software.symbols().describe_va(address, el);
            });
        INFO("pe" << n);
        CHECK(result.difference == "");
        decoded += result.decoded;
    }
    CHECK(decoded > 10'000);
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
