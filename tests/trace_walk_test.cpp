// SPDX-License-Identifier: MIT
#include "trace_walker.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr u64 buffer = 0xffff'8000'4000'0000, large = 64u << 20;

struct Run {
    explicit Run(unsigned seed, Walker::Options options = {}, Config config = {})
        : unit{config, pe},
          recording{unit},
          log{unit},
          walker{pe, unit, log, seed, options}
    {
        // An EL1 owner: EL2 is prohibited while the buffer is on.
        pe.regs[Reg::MDCR_EL2] = 3u << 24;
    }

    CheckResult compare()
    {
        unit.finish();
        return check(log, recording, walker.code());
    }

    FakePe pe;
    TraceUnit unit;
    Recording recording;
    TraceLog log;
    Walker walker;
};

} // namespace

TEST_CASE("A random walk over every kind of waypoint decodes to what executed")
{
    Run run{1};
    begin_session(run.pe, run.unit, buffer, large);
    while (run.walker.elements < 100'000)
        run.walker.step();
    const CheckResult result = run.compare();
    CHECK(result.difference == "");
    CHECK(result.lost == 0);
    CHECK(result.gaps == 0);
    CHECK(result.decoded > 100'000);
}

TEST_CASE("A random walk with changing filters decodes to the instructions that may be traced")
{
    for (unsigned seed = 10; seed < 14; ++seed) {
        Walker::Options options;
        options.change_filters = options.change_contexts = true;
        Run run{seed, options};
        run.unit.write(Reg::TRCCONFIGR, 1u << 6); // CID
        run.unit.write(Reg::TRCSYNCPR, 10);
        begin_session(run.pe, run.unit, buffer, large);
        run.walker.run(100'000);
        const CheckResult result = run.compare();
        INFO("seed " << seed);
        CHECK(result.difference == "");
        CHECK(result.lost == 0);
        CHECK(result.required > 5'000);
        CHECK(result.required < 90'000);
    }
}
