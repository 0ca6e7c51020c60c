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

TEST_CASE("Branches that the engine notes make the same trace as those that it tells of")
{
    // Plain trace, and what must be told of each: a period, cycle counts, a return stack,
    // broadcast.
    for (const u64 configr : {u64{0}, u64{1} << 4, u64{1} << 12, u64{1} << 3}) {
        std::vector<u8> streams[2];
        u64 elements[2] = {};
        for (const bool notes : {false, true}) {
            Walker::Options options;
            options.change_filters = true;
            options.notes_branches = notes;
            Run run{77, options};
            run.unit.write(Reg::TRCCONFIGR, configr);
            run.unit.write(Reg::TRCSYNCPR, 8);
            begin_session(run.pe, run.unit, buffer, large);
            for (unsigned n = 0; n < 100'000; ++n) {
                run.walker.step();
                if (n % 997 == 0)
                    run.unit.request_sync();
                if (n % 1999 == 0)
                    run.unit.trace_sync();
            }
            elements[notes] = run.unit.statistics().ete.p0_elements;
            run.unit.finish();
            for (const auto& piece : run.recording.pieces())
                streams[notes].insert(streams[notes].end(), piece.bytes.begin(), piece.bytes.end());
        }
        CHECK(streams[0].size() > 10'000);
        CHECK(streams[0] == streams[1]);
        CHECK(elements[0] == elements[1]);
    }
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

TEST_CASE("Across overflows exactly the lost instructions are missing")
{
    for (unsigned seed = 20; seed < 23; ++seed) {
        Config slow;
        slow.link_hz = 30'000'000; // the walk makes about 50 MB/s
        slow.link_bytes = 1;
        slow.fifo_bytes = 256;
        Walker::Options options;
        options.change_filters = seed == 22;
        Run run{seed, options, slow};
        begin_session(run.pe, run.unit, buffer, large);
        run.walker.run(100'000);
        const CheckResult result = run.compare();
        INFO("seed " << seed);
        CHECK(result.difference == "");
        CHECK(run.unit.statistics().ete.overflows > 10);
        CHECK(result.gaps == run.unit.statistics().ete.overflows);
        CHECK(result.decoded > 4'000);
        CHECK(result.lost > 10'000);
        CHECK(result.lost + result.decoded >= result.required);
    }
}

TEST_CASE("A FIFO that stalls the PE loses nothing")
{
    Config slow;
    slow.link_hz = 30'000'000;
    slow.link_bytes = 1;
    slow.fifo_bytes = 256;
    Run run{30, {}, slow};
    run.unit.write(Reg::TRCSTALLCTLR, 1u << 13);
    begin_session(run.pe, run.unit, buffer, large);
    run.walker.run(100'000);
    const CheckResult result = run.compare();
    CHECK(result.difference == "");
    CHECK(result.lost == 0);
    CHECK(run.unit.statistics().ete.overflows == 0);
    CHECK(run.pe.stalled_ps > 1'000'000);
}

TEST_CASE("What a full buffer discards is missing, up to the next synchronization, and counted")
{
    Run run{40};
    run.unit.write(Reg::TRCSYNCPR, 8);
    begin_session(run.pe, run.unit, buffer, 4096);
    for (unsigned i = 0; i < 20; ++i) {
        run.walker.run(10'000);
        if (run.pe.line) // the handler empties the buffer at once
            run.unit.write(Reg::TRBSR_EL1, 0);
    }
    const CheckResult result = run.compare();
    CHECK(result.difference == "");
    CHECK(result.lost > 0);
    CHECK(result.gaps > 2);
    CHECK(result.decoded > 20'000);
}

TEST_CASE("Sessions follow each other, each with its own registers")
{
    Run run{50};
    for (unsigned session = 0; session < 10; ++session) {
        run.unit.write(Reg::TRCCONFIGR, (session & 1) << 6);
        begin_session(run.pe, run.unit, buffer, large);
        run.walker.run(2'000);
        run.pe.regs[Reg::TRFCR_EL1] = 0;
        run.unit.context_changed();
        run.walker.run(50); // until a synchronization, by and by
        run.unit.synchronized();
        run.unit.trace_sync();
        run.unit.write(Reg::TRCPRGCTLR, 0);
        run.unit.synchronized();
        run.unit.write(Reg::TRBLIMITR_EL1, 0);
        run.walker.run(500);
    }
    const CheckResult result = run.compare();
    CHECK(result.difference == "");
    CHECK(result.lost == 0);
    CHECK(run.recording.sessions().size() == 10);
    CHECK_FALSE(run.recording.sessions().back().open);
}

TEST_CASE("The comparison finds a wrong address, a missing and an excess instruction")
{
    Run run{60};
    begin_session(run.pe, run.unit, buffer, large);
    run.walker.run(2'000);
    run.unit.finish();
    const auto compare = [&](auto change) {
        TraceLog log{run.unit};
        for (TraceLog::Entry e : run.log.entries())
            change(log, e);
        return check(log, run.recording, run.walker.code()).difference;
    };
    const auto at = run.log.entries()[100];
    REQUIRE(compare([](TraceLog& log, const TraceLog::Entry& e) { log.append(e); }) == "");
    unsigned n = 0;
    CHECK(compare([&](TraceLog& log, TraceLog::Entry e) {
              e.pc += n++ == 100 ? 4 : 0;
              log.append(e);
          }).find("cycle " + std::to_string(at.cycle)) != std::string::npos);
    n = 0;
    CHECK(compare([&](TraceLog& log, TraceLog::Entry e) {
              e.el ^= n++ == 100;
              log.append(e);
          }) != "");
    n = 0;
    CHECK(compare([&](TraceLog& log, const TraceLog::Entry& e) {
              if (n++ != 100)
                  log.append(e);
          }) != "");
    n = 0;
    CHECK(compare([&](TraceLog& log, const TraceLog::Entry& e) {
              log.append(e);
              if (n++ == 100)
                  log.append(e);
          }) != "");
}

TEST_CASE("Every combination of trace options decodes to what executed")
{
    // BB, CCI, CID, TS, RS
    for (unsigned options = 0; options < 32; ++options) {
        Walker::Options walk;
        walk.change_filters = walk.change_contexts = true;
        Run run{100 + options, walk};
        const u64 configr = (options & 1) << 3 | ((options >> 1) & 1) << 4 |
                            ((options >> 2) & 1) << 6 | ((options >> 3) & 1) << 11 |
                            ((options >> 4) & 1) << 12;
        run.unit.write(Reg::TRCCONFIGR, configr);
        run.unit.write(Reg::TRCSYNCPR, 9);
        run.unit.write(Reg::TRCCCCTLR, 16);
        begin_session(run.pe, run.unit, buffer, large);
        run.walker.run(20'000);
        const CheckResult result = run.compare();
        INFO("TRCCONFIGR " << configr);
        CHECK(result.difference == "");
        CHECK(result.decoded > 1'000);
    }
}
