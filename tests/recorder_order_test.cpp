// SPDX-License-Identifier: MIT
#include "recorder_run.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::debug;
using namespace sl::test;
using Signal = Observer::Signal;

TEST_CASE("events of PEs that run ahead of each other come out in time order", "[recorder]")
{
    const Software s = two_phases();
    // 2 GHz and 1 GHz: a cycle is 500 ps and 1000 ps.
    Recorder recorder{s.table, {{"pe0", Clock{2'000'000'000}}, {"pe1", Clock{1'000'000'000}}}};
    KeepingSink sink;
    recorder.add(sink);
    recorder.signal(0, 4, Signal::El, 2);  // 2000 ps
    recorder.signal(0, 10, Signal::El, 1); // 5000 ps
    recorder.signal(0, 10, Signal::Vmid, 7);
    recorder.signal(1, 1, Signal::El, 3); // 1000 ps
    recorder.signal(1, 5, Signal::El, 0); // 5000 ps
    CHECK(sink.records.empty());
    recorder.flush_until(5'000);
    REQUIRE(sink.records.size() == 2);
    CHECK(sink.records[0].ps == 1'000);
    CHECK(sink.records[0].pe == 1);
    CHECK(sink.records[1].ps == 2'000);
    CHECK(sink.records[1].cycle == 4);
    recorder.finish(6'000);
    // At one time by PE, then in the order of the PE's own events.
    REQUIRE(sink.records.size() == 5);
    CHECK(sink.records[2].pe == 0);
    CHECK(sink.records[2].signal == Signal::El);
    CHECK(sink.records[3].signal == Signal::Vmid);
    CHECK(sink.records[4].pe == 1);
    CHECK(sink.end_ps == 6'000);
    CHECK(recorder.late() == 0);
}

TEST_CASE("marks come out as phases and running vCPUs", "[recorder]")
{
    const Software s = two_phases();
    Recorder recorder{s.table, {{"pe0", Clock{1'000'000'000}}}};
    KeepingSink sink;
    recorder.add(sink);
    s.pass(recorder, "guest", 0, 1);
    s.pass(recorder, "guest", 0, 2); // no change, no event
    s.pass(recorder, "vcpu", 0, 3, {0, 0, 0, 9});
    recorder.signal(0, 4, Signal::Halted, 1);
    recorder.signal(0, 5, Signal::Halted, 0);
    recorder.finish(6'000);
    REQUIRE(sink.records.size() == 6);
    CHECK(sink.records[0].kind == Record::Kind::Phase);
    CHECK(s.table.phases()[sink.records[0].value] == "guest");
    CHECK(sink.records[1].signal == Signal::Vcpu);
    CHECK(sink.records[1].value == 9);
    CHECK(sink.records[2].signal == Signal::Halted);
    CHECK(s.table.phases()[sink.records[3].value] == "idle");
    CHECK(s.table.phases()[sink.records[5].value] == "guest");
}

TEST_CASE("the order does not depend on how the PEs' quanta interleave", "[recorder]")
{
    const Software s = two_phases();
    const auto record = [&](bool reversed) {
        Recorder recorder{s.table, {{"a", Clock{3}}, {"b", Clock{3}}, {"c", Clock{7}}}};
        KeepingSink sink;
        recorder.add(sink);
        for (u64 quantum = 0; quantum < 10; ++quantum) {
            for (unsigned i = 0; i < 3; ++i) {
                const unsigned pe = reversed ? 2 - i : i;
                for (u64 cycle = quantum * 10; cycle < quantum * 10 + 10; cycle += 1 + pe)
                    recorder.signal(pe, cycle, Signal::Vmid, cycle);
            }
            recorder.flush_until(Clock{7}.ps(quantum * 10));
        }
        recorder.finish(0);
        CHECK(recorder.late() == 0);
        std::vector<std::array<u64, 3>> order;
        for (const Record& r : sink.records)
            order.push_back({r.ps, r.pe, r.value});
        CHECK(std::is_sorted(order.begin(), order.end()));
        return order;
    };
    CHECK(record(false) == record(true));
}

TEST_CASE("memory is bounded: the oldest events go when it is full, late ones are counted",
          "[recorder]")
{
    const Software s = two_phases();
    Recorder recorder{s.table, {{"a", Clock{1'000}}, {"b", Clock{1'000}}}, 100};
    KeepingSink sink;
    recorder.add(sink);
    for (u64 cycle = 0; cycle < 1'000; ++cycle)
        recorder.signal(0, cycle, Signal::Vmid, cycle);
    CHECK(sink.records.size() == 900);
    const u64 reached = sink.records.back().ps;
    recorder.signal(1, 5, Signal::Vmid, 1); // far too late
    recorder.finish(0);
    CHECK(recorder.late() == 1);
    REQUIRE(sink.records.size() == 1'001);
    u64 last = 0;
    for (const Record& r : sink.records) {
        CHECK(r.ps >= last);
        last = r.ps;
        if (r.pe == 1) {
            CHECK(r.ps == reached);
            CHECK(r.cycle == 5); // its own count stays
        }
    }
}

TEST_CASE("a change of frequency keeps one time axis", "[recorder]")
{
    const Software s = two_phases();
    Recorder recorder{s.table, {{"a", Clock{1'000'000'000}}}};
    KeepingSink sink;
    recorder.add(sink);
    recorder.signal(0, 10, Signal::El, 1);
    recorder.set_clock(0, Clock{500'000'000, 20, 20'000});
    recorder.signal(0, 21, Signal::El, 2);
    recorder.finish(30'000);
    CHECK(sink.records[0].ps == 10'000);
    CHECK(sink.records[1].ps == 22'000);
}

TEST_CASE("a sink whose file fails is dropped, the error thrown later, the others go on",
          "[recorder]")
{
    class FailingSink : public RecordSink {
    public:
        void record(const Record&) override
        {
            ++calls;
            throw OutputError{"waves.vcd", "write", ENOSPC};
        }

        void finish(u64) override { ++calls; }

        unsigned calls = 0;
    };

    const Software s = two_phases();
    Recorder recorder{s.table, {{"a", Clock{1'000}}}, 2};
    FailingSink failing;
    KeepingSink good;
    recorder.add(failing);
    recorder.add(good);
    for (u64 cycle = 0; cycle < 10; ++cycle)
        CHECK_NOTHROW(recorder.signal(0, cycle, Signal::El, cycle % 4));
    CHECK_THROWS_WITH(recorder.flush_until(0), "cannot write waves.vcd: No space left on device");
    CHECK_NOTHROW(recorder.flush_until(0)); // told once
    CHECK_NOTHROW(recorder.finish(0));
    CHECK(failing.calls == 1);
    CHECK(good.records.size() == 10);
}

TEST_CASE("wires are put in order of time, whoever drives them", "[recorder]")
{
    const Software software = two_phases();
    debug::Recorder recorder{software.table, {{"pe0", Clock{1'000'000'000}}}};
    KeepingSink sink;
    recorder.add(sink);
    recorder.wire(7, true, 5'000);
    recorder.wire(3, true, 2'000);
    recorder.signal(0, 4, Observer::Signal::Irq, 1); // at 4 ns
    recorder.wire(3, false, 5'000);
    recorder.finish(10'000);
    REQUIRE(sink.records.size() == 4);
    const auto is_wire = [&](std::size_t n, u32 number, u64 level, u64 ps) {
        const debug::Record& r = sink.records[n];
        return r.kind == debug::Record::Kind::Wire && r.pe == number && r.value == level &&
               r.ps == ps;
    };
    CHECK(is_wire(0, 3, 1, 2'000));
    CHECK(sink.records[1].kind == debug::Record::Kind::Signal);
    CHECK(is_wire(2, 7, 1, 5'000));
    CHECK(is_wire(3, 3, 0, 5'000));
}
