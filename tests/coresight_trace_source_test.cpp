// SPDX-License-Identifier: MIT
// Where a PE's trace unit meets the ATB.
#include "coresight/trace_source.h"
#include "coresight_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

struct Bench {
    explicit Bench(unsigned bytes = 256)
        : source{bytes, 4}
    {
        source.connect(target);
        source.set_id(0x11);
    }

    void push(std::vector<u8> bytes, u64 now) { source.push(bytes, now); }

    TestTarget target;
    TraceSource source;
};

} // namespace

TEST_CASE("a trace unit's bytes leave in whole beats, and in others when flushed",
          "[coresight][trace_source]")
{
    Bench b;
    b.push({1, 2, 3, 4, 5, 6}, 1'000);
    REQUIRE(b.target.got.size() == 1);
    CHECK(b.target.got[0] == TestTarget::Got{0x11, {1, 2, 3, 4}, 1'000});
    b.push({7}, 2'000);
    CHECK(b.target.got.size() == 1);
    CHECK(b.source.room(2'000) == 256 - 3);
    unsigned flushes = 0;
    b.source.on_flush([&](u64 now) {
        ++flushes;
        b.push({8, 9}, now);
        CHECK(b.source.flush(now) == 0);
    });
    CHECK(b.source.output().flush(3'000) == 3'000u);
    CHECK(flushes == 1);
    CHECK(b.target.streams().at(0x11) == std::vector<u8>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(b.source.room(3'000) == 256);
    // Once flushed, incomplete beats wait again.
    b.push({1}, 4'000);
    CHECK(b.source.room(4'000) == 255);
}

TEST_CASE("a slow ATB fills the unit's FIFO, and tells how long to wait",
          "[coresight][trace_source][time]")
{
    Bench b{256};
    b.target.cycle_ps = 10'000; // 4 bytes in 10 ns
    b.push(std::vector<u8>(256, 1), 0);
    // The first beat goes at 0, the n-th at n * 10 ns.
    CHECK(b.source.room(0) == 4);
    CHECK(b.source.room(9'999) == 4);
    CHECK(b.source.room(10'000) == 8);
    CHECK(b.source.wait_for(8, 10'000) == 0);
    CHECK(b.source.wait_for(9, 10'000) == 10'000);
    CHECK(b.source.wait_for(256, 15'000) == 63 * 10'000 - 15'000);
    CHECK(b.source.flush(20'000) == 61 * 10'000);
    CHECK(b.source.room(630'000) == 256);
}

TEST_CASE("a blocked ATB is told about flushes later", "[coresight][trace_source]")
{
    Bench b;
    b.target.refusing = true;
    b.push(std::vector<u8>(300, 1), 0); // a unit that cannot wait
    CHECK(b.source.room(0) == 0);
    CHECK(b.source.wait_for(4, 0) == 0);
    CHECK(b.source.flush(0) == 0); // the unit's own, of which the target knows nothing
    b.target.refusing = false;
    b.source.output().ready(5'000);
    CHECK(b.target.flushed_at.empty());
    b.target.refusing = true;
    b.push({1, 2, 3, 4, 5}, 6'000);
    CHECK(!b.source.output().flush(6'000));
    b.target.refusing = false;
    b.source.output().ready(7'000);
    CHECK(b.target.flushed_at == std::vector<u64>{7'000});
    CHECK(b.target.streams().at(0x11).size() == 305);
    CHECK(b.source.room(7'000) == 256);
}

TEST_CASE("a unit's triggers and IDs are in their place in the stream", "[coresight][trace_source]")
{
    Bench b;
    b.push({1, 2}, 0);
    b.source.trigger(1'000);
    b.source.set_id(0x22);
    b.push({3, 4, 5, 6}, 2'000);
    REQUIRE(b.target.got.size() == 3);
    CHECK(b.target.got[0].bytes == std::vector<u8>{1, 2});
    CHECK(b.target.got[1].id == trigger_id);
    CHECK(b.target.got[2].id == 0x22);
    unsigned syncs = 0;
    b.source.on_sync_request([&](u64) { ++syncs; });
    b.source.output().sync_request(0);
    CHECK(syncs == 1);
}
