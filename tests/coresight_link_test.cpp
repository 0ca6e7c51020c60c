// SPDX-License-Identifier: MIT
#include "coresight/atb_bridge.h"
#include "coresight/funnel.h"
#include "coresight/replicator.h"
#include "coresight_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

constexpr u64 forever = ~u64{0};
constexpr u64 ghz = 1'000'000'000;

/// A funnel with a test source at each port.
struct FunnelBench {
    explicit FunnelBench(const Funnel::Config& config)
        : funnel{config}
    {
        for (unsigned n = 0; n < config.ports; ++n)
            sources.emplace_back(funnel.port(n));
        for (unsigned n = 0; n < config.ports; ++n)
            funnel.connect(n, sources[n]);
        funnel.connect(target);
    }

    void enable(u64 ports, u64 hold_less_one, u64 priorities = 0)
    {
        Registers r{funnel};
        r.write(Funnel::PRICTL, priorities);
        r.write(Funnel::FUNCTL, hold_less_one << 8 | ports);
    }

    /// `count` beats of one byte, all waiting at `at`.
    void fill(unsigned port, unsigned count, u64 at, u8 id)
    {
        for (unsigned n = 0; n < count; ++n)
            sources[port].send(id, {static_cast<u8>(n)}, at);
    }

    std::string order() const
    {
        std::string ids;
        for (const auto& g : target.got)
            ids += static_cast<char>('0' + g.id);
        return ids;
    }

    Funnel funnel;
    std::vector<TestSource> sources;
    TestTarget target;
};

} // namespace

TEST_CASE("a bridge moves its width in a cycle of its clock, by the floor of cycles",
          "[coresight][atb]")
{
    TestTarget target;
    AtbBridge bridge{4, 300'000'000};
    TestSource source{bridge};
    bridge.connect(source, target);
    // 16 bytes: four cycles of 3333.3 ps from cycle 0.
    CHECK(source.send(1, std::vector<u8>(16, 7), 0) == 0u);
    REQUIRE(target.got.size() == 4);
    CHECK(target.got[0].at_ps == 3'333);
    CHECK(target.got[1].at_ps == 6'666);
    CHECK(target.got[2].at_ps == 10'000);
    CHECK(target.got[3].at_ps == 13'333);
    // At 20000 ps cycle 6 begins; 5 bytes take two cycles.
    CHECK(source.send(2, {1, 2, 3, 4, 5}, 20'000) == 20'000u);
    CHECK(target.got[5].bytes == std::vector<u8>{5});
    CHECK(target.got[5].at_ps == 26'666);
    // 1000 words on end take 1000 cycles, to the picosecond.
    u64 at = 30'000; // cycle 9
    for (unsigned n = 0; n < 1000; ++n)
        at = *source.send(3, {1, 2, 3, 4}, at);
    CHECK(at == 1008ull * 1'000'000'000'000 / 300'000'000);
    CHECK(target.got.back().at_ps == 1009ull * 1'000'000'000'000 / 300'000'000);
    // A flush is done when the last word has arrived.
    CHECK(bridge.flush(at) == target.got.back().at_ps);
}

TEST_CASE("a slow target holds a bridge, and a refusal in the middle of a beat is resumed",
          "[coresight][atb]")
{
    TestTarget target;
    AtbBridge bridge{2, ghz};
    TestSource source{bridge};
    bridge.connect(source, target);
    target.cycle_ps = 10'000;
    // The first two bytes arrive at 1000; the next are on the wire at 2000 and taken at 11000.
    CHECK(source.send(1, {1, 2, 3, 4}, 0) == 0u);
    CHECK(source.send(1, {5, 6}, 0) == 11'000u);
    CHECK(source.send(1, {5, 6}, 0) == 21'000u);
    target.cycle_ps = 0;
    target.refusing = true;
    CHECK(source.send(1, {7, 8, 9, 10}, 40'000) == std::nullopt);
    target.refusing = false;
    bridge.ready(50'000);
    CHECK(source.kept.empty());
    CHECK(target.streams().at(1) == std::vector<u8>{1, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9, 10});
    CHECK(target.got.back().at_ps == 52'000);
}

TEST_CASE("FUNCTL and PRICTL hold what there are ports for", "[coresight][funnel]")
{
    Funnel funnel{{.ports = 3, .hz = ghz}};
    Registers r{funnel};
    CHECK(r.read(Funnel::FUNCTL) == 0x300); // four transactions, nothing enabled
    r.write(Funnel::FUNCTL, 0xffff'ffff);
    CHECK(r.read(Funnel::FUNCTL) == 0xf07);
    r.write(Funnel::PRICTL, 0xffff'ffff);
    CHECK(r.read(Funnel::PRICTL) == 0x1ff);
    CHECK(r.read(Component::DEVID) == 0x33);
    CHECK(r.read(0x010) == 0);
    funnel.reset();
    CHECK(r.read(Funnel::FUNCTL) == 0x300);
}

TEST_CASE("the funnel driver enables one port after the other and disables them again",
          "[coresight][funnel][linux]")
{
    FunnelBench b{{.ports = 4, .hz = ghz}};
    Registers r{b.funnel, false};
    const auto enable = [&](unsigned port) {
        r.write(Component::LAR, Component::unlock_key);
        u64 functl = r.read(Funnel::FUNCTL);
        if (!(functl & 0xff))
            r.write(Component::CLAIMSET, 2);
        functl = (functl & ~u64{0xf00}) | 0x700 | 1u << port;
        r.write(Funnel::FUNCTL, functl);
        r.write(Funnel::PRICTL, 0);
        r.write(Component::LAR, 0);
    };
    enable(2);
    enable(0);
    CHECK(r.read(Funnel::FUNCTL) == 0x705);
    CHECK(r.read(Component::CLAIMCLR) == 2);
    b.fill(0, 1, 0, 1);
    b.fill(1, 1, 0, 2); // disabled
    b.fill(2, 1, 0, 3);
    b.funnel.advance(forever);
    CHECK(b.order() == "13");
    r.write(Component::LAR, Component::unlock_key);
    r.write(Funnel::FUNCTL, r.read(Funnel::FUNCTL) & ~u64{5});
    r.write(Component::CLAIMCLR, 2);
    CHECK(b.sources[0].send(1, {1}, 9'000) == std::nullopt);
}

TEST_CASE("a disabled port keeps its source waiting until it is enabled", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .hz = ghz}};
    CHECK(b.sources[1].send(5, {1, 2}, 0) == std::nullopt);
    Registers r{b.funnel};
    r.now = 50'000;
    r.write(Funnel::FUNCTL, 0x302);
    CHECK(b.sources[1].kept.empty());
    b.funnel.advance(forever);
    REQUIRE(b.target.got.size() == 1);
    CHECK(b.target.got[0].at_ps == 51'000);
}

TEST_CASE("the funnel passes one beat in a cycle, and a wide beat in as many as it needs",
          "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};
    b.enable(3, 3);
    CHECK(b.sources[0].send(1, std::vector<u8>(8, 1), 500) == 3'000u);
    b.funnel.advance(forever);
    REQUIRE(b.target.got.size() == 2);
    // Offered in cycle 0, so cycles 1 and 2.
    CHECK(b.target.got[0].at_ps == 2'000);
    CHECK(b.target.got[1].at_ps == 3'000);
}

TEST_CASE("nothing is decided before simulated time has passed it", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};
    b.enable(3, 0, 0b000'001); // port 1 before port 0
    b.fill(0, 1, 5'000, 1);
    b.funnel.advance(5'000);
    CHECK(b.target.got.empty());
    CHECK(b.funnel.next() == 5'000u);
    // A competitor that calls later, for the same time, and wins.
    b.fill(1, 1, 5'000, 2);
    b.funnel.advance(5'001);
    CHECK(b.order() == "2");
    b.funnel.advance(6'001);
    CHECK(b.order() == "21");
    CHECK(b.target.got[1].at_ps == 7'000);
    CHECK(b.funnel.next() == std::nullopt);
}

TEST_CASE("equal ports take turns, each for the minimum hold time", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 3, .hz = ghz}};
    SECTION("one transaction")
    {
        b.enable(7, 0);
        for (unsigned p = 0; p < 3; ++p)
            b.fill(p, 4, 0, static_cast<u8>(p));
        b.funnel.advance(forever);
        CHECK(b.order() == "012012012012");
    }
    SECTION("three transactions")
    {
        b.enable(7, 2);
        for (unsigned p = 0; p < 3; ++p)
            b.fill(p, 4, 0, static_cast<u8>(p));
        b.funnel.advance(forever);
        CHECK(b.order() == "000111222012");
    }
    SECTION("a port that changes its ID gives up its hold")
    {
        b.enable(3, 3);
        b.sources[0].send(4, {1}, 0);
        b.sources[0].send(5, {1}, 0);
        b.sources[0].send(5, {1}, 0);
        b.fill(1, 2, 0, 6);
        b.funnel.advance(forever);
        CHECK(b.order() == "46655");
    }
}

TEST_CASE("a lower priority value goes first, when the hold time of the other is over",
          "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .hz = ghz}};
    b.enable(3, 3, 0b000'101); // port 0: 5, port 1: 0
    b.fill(0, 6, 0, 0);
    b.fill(1, 3, 1'000, 1);
    b.funnel.advance(forever);
    CHECK(b.order() == "000011100");
    // Cycle 0 begins at 0 and its beat has gone at 1000; no cycle is idle.
    for (unsigned n = 0; n < 9; ++n)
        CHECK(b.target.got[n].at_ps == 1'000 * (n + 1));
}

TEST_CASE("a source is told when its beat will go, as far as that is known", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};
    b.enable(3, 0);
    CHECK(b.sources[0].send(0, {1}, 0) == 1'000u);
    CHECK(b.sources[0].send(0, {1}, 0) == 2'000u);
    // Port 1 takes turns with port 0: the second cycle is its own.
    CHECK(b.sources[1].send(1, {1}, 0) == 2'000u);
    b.funnel.advance(forever);
    CHECK(b.order() == "010");
}

TEST_CASE("a slow receiver slows the funnel, and its sources", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};
    b.enable(3, 3);
    b.target.cycle_ps = 4'000; // a quarter of the funnel's rate
    u64 at = 0;
    for (unsigned n = 0; n < 100; ++n)
        at = *b.sources[0].send(1, {1, 2, 3, 4}, at);
    b.funnel.advance(forever);
    CHECK(b.target.got.size() == 100);
    CHECK(b.target.got.back().at_ps == 1'000 + 99 * 4'000);
    // The source runs ahead of the receiver by no more than the beats that wait.
    CHECK(at >= 1'000 + (99 - Funnel::lookahead - 1) * 4'000);
}

TEST_CASE("a receiver that refuses stops the funnel until it is ready", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};
    b.enable(3, 3);
    b.target.refusing = true;
    CHECK(b.sources[0].send(1, {1}, 0) == 1'000u);
    b.funnel.advance(forever);
    CHECK(b.funnel.next() == std::nullopt);
    CHECK(b.sources[0].send(1, {2}, 2'000) == std::nullopt);
    b.target.refusing = false;
    b.funnel.ready(100'000);
    b.funnel.advance(forever);
    CHECK(b.target.streams().at(1) == std::vector<u8>{1, 2});
    CHECK(b.target.got[0].at_ps == 101'000);
}

TEST_CASE("a flush goes to all enabled ports, and those first that have not completed it",
          "[coresight][funnel]")
{
    FunnelBench b{{.ports = 3, .width = 4, .hz = ghz}};
    b.enable(0b011, 3);
    b.sources[0].held = {beat_of(1, std::vector<u8>{1, 2})};
    b.sources[2].held = {beat_of(3, std::vector<u8>{9})};
    CHECK(b.funnel.flush(10'000) == 11'000u);
    CHECK(b.sources[0].flushes == 1);
    CHECK(b.sources[1].flushes == 1);
    CHECK(b.sources[2].flushes == 0); // disabled
    CHECK(b.order() == "1");
    // One that cannot complete at once is answered later.
    b.target.refusing = true;
    b.sources[1].held = {beat_of(2, std::vector<u8>{5})};
    CHECK(b.funnel.flush(20'000) == std::nullopt);
    CHECK(b.target.flushed_at.empty());
    b.target.refusing = false;
    b.funnel.ready(30'000);
    CHECK(b.target.flushed_at == std::vector<u64>{31'000});
    CHECK(b.order() == "12");
}

TEST_CASE("a flush does not wait for a port that is closed meanwhile", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .width = 4, .hz = ghz}};

    struct Deaf final : AtbSource {
        std::optional<u64> flush(u64) override { return std::nullopt; }

        void sync_request(u64) override {}

        void ready(u64) override {}

        void settle(u64) override {}
    } deaf;

    b.funnel.connect(1, deaf);
    b.enable(0b11, 0);
    CHECK(b.funnel.flush(1'000) == std::nullopt);
    CHECK(b.target.flushed_at.empty());
    b.enable(0b01, 0);
    CHECK(b.target.flushed_at.size() == 1);
}

TEST_CASE("synchronization requests and settling reach the sources", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .hz = ghz}};
    b.enable(1, 3);
    b.funnel.sync_request(0);
    CHECK(b.sources[0].syncs == 1);
    CHECK(b.sources[1].syncs == 0);
    b.fill(0, 1, 7'000, 1);
    b.funnel.settle(7'500);
    CHECK(b.sources[0].settled == 7'500);
    CHECK(b.target.got.size() == 1);
}

TEST_CASE("a static funnel has all ports enabled", "[coresight][funnel]")
{
    FunnelBench b{{.ports = 2, .programmable = false, .hz = ghz}};
    b.fill(0, 5, 0, 0);
    b.fill(1, 5, 0, 1);
    b.funnel.advance(forever);
    CHECK(b.order() == "0000111101");
}

TEST_CASE("a replicator gives every beat to both, by the slower", "[coresight][replicator]")
{
    Replicator replicator;
    TestTarget a, b;
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, a);
    replicator.connect(1, b);
    b.cycle_ps = 5'000;
    CHECK(source.send(1, {1}, 0) == 0u);
    CHECK(source.send(1, {2}, 1'000) == 5'000u);
    CHECK(a.streams() == b.streams());
    CHECK(a.got[1].at_ps == 1'000);
    CHECK(b.got[1].at_ps == 5'000);
}

TEST_CASE("ID filters keep groups of sixteen IDs from an output", "[coresight][replicator]")
{
    Replicator replicator;
    TestTarget targets[2];
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, targets[0]);
    replicator.connect(1, targets[1]);
    Registers r{replicator};
    CHECK(r.read(Replicator::IDFILTER0) == 0);
    r.write(Replicator::IDFILTER0, 0xffff'ff02); // 0x10 to 0x1f
    CHECK(r.read(Replicator::IDFILTER0) == 0x02);
    r.write(Replicator::IDFILTER1, 0xff);
    for (u8 id : std::vector<u8>{0x01, 0x0f, 0x10, 0x1f, 0x20, 0x6f, 0x7d})
        source.send(id, {id}, 0);
    CHECK(targets[1].got.empty());
    std::vector<u8> ids;
    for (const auto& g : targets[0].got)
        ids.push_back(g.id);
    CHECK(ids == std::vector<u8>{0x01, 0x0f, 0x20, 0x6f, 0x7d});
}

TEST_CASE("the replicator driver closes both outputs and opens one",
          "[coresight][replicator][linux]")
{
    Replicator replicator;
    Registers r{replicator, false};
    r.write(Component::LAR, Component::unlock_key);
    r.write(Component::CLAIMSET, 2);
    r.write(Replicator::IDFILTER0, 0xff);
    r.write(Replicator::IDFILTER1, 0xff);
    r.write(Component::CLAIMCLR, 2);
    CHECK(r.read(Replicator::IDFILTER0) == 0xff);
    CHECK(r.read(Replicator::IDFILTER1) == 0xff);
    r.write(Replicator::IDFILTER1, 0);
    r.write(Component::LAR, 0);
    TestTarget targets[2];
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, targets[0]);
    replicator.connect(1, targets[1]);
    source.send(0x10, {1}, 0);
    CHECK(targets[0].got.empty());
    CHECK(targets[1].got.size() == 1);
}

TEST_CASE("an output that refuses holds the replicator, and gets each beat once",
          "[coresight][replicator]")
{
    Replicator replicator;
    TestTarget a, b;
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, a);
    replicator.connect(1, b);
    b.refusing = true;
    CHECK(source.send(1, {1}, 0) == 0u); // held for b
    CHECK(source.send(1, {2}, 0) == std::nullopt);
    CHECK(a.got.size() == 1);
    replicator.output(0).ready(5'000); // not the one that refuses
    CHECK(a.got.size() == 1);
    b.refusing = false;
    replicator.output(1).ready(9'000);
    CHECK(a.streams().at(1) == std::vector<u8>{1, 2});
    CHECK(b.streams().at(1) == std::vector<u8>{1, 2});
}

TEST_CASE("a flush waits for the beat that its output has not taken", "[coresight][replicator]")
{
    Replicator replicator;
    TestTarget a, b;
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, a);
    replicator.connect(1, b);
    b.refusing = true;
    source.send(1, {1}, 0);
    CHECK(replicator.output(0).flush(1'000) == 1'000u);
    CHECK(replicator.output(1).flush(1'000) == std::nullopt);
    b.refusing = false;
    replicator.output(1).ready(9'000);
    CHECK(a.flushed_at.empty());
    CHECK(b.flushed_at == std::vector<u64>{9'000});
}

TEST_CASE("a flush of either output flushes the source once", "[coresight][replicator]")
{
    Replicator replicator;
    TestTarget a, b;
    TestSource source{replicator};
    replicator.connect(source);
    replicator.connect(0, a);
    replicator.connect(1, b);
    source.held = {beat_of(1, std::vector<u8>{1})};
    b.cycle_ps = 3'000;
    source.send(1, {0}, 0);
    CHECK(replicator.output(0).flush(1'000) == 3'000u);
    CHECK(source.flushes == 1);
    CHECK(b.got.size() == 2);

    // While one is under way, the other joins it.
    b.refusing = true;
    source.send(1, {4}, 10'000);
    source.held = {beat_of(1, std::vector<u8>{5})};
    CHECK(replicator.output(0).flush(10'000) == std::nullopt);
    CHECK(replicator.output(1).flush(11'000) == std::nullopt);
    CHECK(source.flushes == 2);
    b.refusing = false;
    b.cycle_ps = 0;
    replicator.output(1).ready(20'000);
    CHECK(a.flushed_at.size() == 1);
    CHECK(b.flushed_at.size() == 1);
    CHECK(a.streams() == b.streams());
}
