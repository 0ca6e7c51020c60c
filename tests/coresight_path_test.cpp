// SPDX-License-Identifier: MIT
// The trace fabric as a whole: sources, funnel, ETF, replicator, ETR and TPIU.
#include "coresight/atb_bridge.h"
#include "coresight/cti.h"
#include "coresight/funnel.h"
#include "coresight/replicator.h"
#include "coresight/stm.h"
#include "coresight/tpiu.h"
#include "coresight_linux.h"
#include "coresight_opencsd.h"

using namespace sl;
using namespace sl::coresight;

namespace {

constexpr u64 mhz100 = 100'000'000; // 10 ns
constexpr u64 buffer = 0x8800'0000;
constexpr auto continuous = trace::Framing::Port;

struct Capture final : ByteSink {
    void put(std::span<const u8> more, u64) override
    {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }

    std::vector<u8> bytes;
};

/// Two sources and an STM on a funnel, an ETF as a FIFO, a replicator, an ETR and a TPIU.
struct Path {
    Path()
    {
        funnel.connect(0, a);
        funnel.connect(1, b);
        funnel.connect(2, stm);
        stm.connect(funnel.port(2));
        funnel.connect(link);
        link.connect(funnel, etf);
        etf.connect(static_cast<AtbSource&>(link));
        etf.connect(static_cast<AtbTarget&>(replicator));
        replicator.connect(etf);
        replicator.connect(0, etr);
        replicator.connect(1, tpiu);
        etr.connect(replicator.output(0));
        tpiu.connect(replicator.output(1));

        // coresight_enable_path: from the sink back to the source.
        etr_driver.enable_etr(buffer, buffer_bytes, false);
        tpiu_registers.write(Tpiu::CURRENT_PORT_SIZE, 1u << 31);
        tpiu_registers.write(Tpiu::FFCR, 0x3);
        etf_driver.enable_etf();
        Registers{funnel}.write(Funnel::FUNCTL, 0x307);
        Registers stm_registers{stm};
        stm_registers.write(Stm::STMSPER, 0xffff'ffff);
        stm_registers.write(Stm::STMSYNCR, 0xfff);
        stm_registers.write(Stm::STMTCSR, 0x40'0003);
    }

    /// Reads all that the ETR has written.
    std::vector<u8> finish(u64 now_ps)
    {
        etr_driver.r.now = now_ps;
        const auto synced = etr_driver.disable_etr();
        CHECK(!synced.full);
        tpiu_registers.now = etr_driver.r.now;
        tpiu_registers.write(Tpiu::FFCR, 0x1003);
        tpiu_registers.write(Tpiu::FFCR, 0x1043);
        for (unsigned n = 0; n < 100 && bit(tpiu_registers.read(Tpiu::FFCR), 6); ++n)
            tpiu_registers.now += 1'000'000;
        CHECK(!bit(tpiu_registers.read(Tpiu::FFCR), 6));
        return memory.bytes(buffer, synced.rwp - buffer);
    }

    static constexpr u64 buffer_bytes = 0x40'0000;

    TestMemory memory;
    Capture capture;
    Funnel funnel{{.ports = 3, .width = 4, .hz = mhz100}};
    TestSource a{funnel.port(0)}, b{funnel.port(1)};
    Stm stm{{.timestamp = [](u64 now_ps) { return now_ps / 10'000; }}};
    AtbBridge link{8, mhz100};
    Tmc etf{{.type = Tmc::Type::Etf,
             .ram_bytes = 4096,
             .memory_bytes = 8,
             .hz = mhz100,
             .out_bytes = 8}};
    Replicator replicator;
    Tmc etr{{.type = Tmc::Type::Etr, .memory_bytes = 8, .hz = mhz100, .write_buffer = 8},
            memory,
            nullptr};
    Tpiu tpiu{{.port_bits = 32, .hz = mhz100}, capture};
    TmcDriver etr_driver{etr}, etf_driver{etf};
    Registers tpiu_registers{tpiu};
};

} // namespace

TEST_CASE("every byte arrives at both ends of the fabric", "[coresight][path]")
{
    for (u32 seed = 1; seed <= 10; ++seed) {
        INFO(seed);
        Path path;
        Random random{seed};
        path.memory.write_ps = random.below(3) * 50'000;
        Streams sent;
        u64 now = 1'000'000;
        std::vector<u64> stimuli;
        for (unsigned n = 0; n < 5000; ++n) {
            now += random.below(3) ? random.below(60'000) : 0;
            const unsigned who = random.below(5);
            if (who == 4) {
                stimuli.push_back(random.word());
                path.stm.stimulus(random.below(64) * 0x100 + (random.below(2) ? 0x18 : 0x10), 8,
                                  stimuli.back(), {}, now);
                continue;
            }
            // Source a has several IDs, as a cluster's funnel before it would give them.
            const u8 id = who == 3 ? 0x20 : static_cast<u8>(0x10 + random.below(4));
            std::vector<u8> bytes;
            for (unsigned count = 1 + random.below(4); count > 0; --count)
                bytes.push_back(static_cast<u8>(random.below(256)));
            TestSource& source = who == 3 ? path.b : path.a;
            if (random.below(50) == 0)
                source.held.push_back(beat_of(id, bytes)); // what only a flush brings out
            else
                source.send(id, bytes, now);
            sent[id].insert(sent[id].end(), bytes.begin(), bytes.end());
            if (random.below(500) == 0) {
                path.etr_driver.r.now = now;
                path.etr_driver.unlock();
                path.etr_driver.write(Tmc::FFCR, path.etr_driver.read(Tmc::FFCR) | 0x40);
            }
            // What a flush brings out is later than what is sent before it.
            if (!source.held.empty()) {
                path.etr_driver.r.now = now;
                path.etr_driver.unlock();
                path.etr_driver.write(Tmc::FFCR, path.etr_driver.read(Tmc::FFCR) | 0x40);
            }
        }
        CHECK(path.a.kept.empty());
        auto in_memory = opencsd_deformat(path.finish(now));
        auto from_port = opencsd_deformat(path.capture.bytes, continuous);
        CHECK(in_memory == from_port);
        std::vector<u64> read;
        for (const auto& p : opencsd_stm(in_memory[0x40]))
            if (p.type == STM_PKT_D64)
                read.push_back(p.payload.D64);
        CHECK(read == stimuli);
        in_memory.erase(0x40);
        CHECK(in_memory == sent);
    }
}

TEST_CASE("the funnel shares its cycles, and the narrowest link sets the pace",
          "[coresight][path][time]")
{
    // Two sources with 100 beats of 4 bytes each, all at once. The funnel sends one beat per cycle
    // of 10 ns; the link moves 2 bytes in 20 ns, so a beat in 40 ns.
    Funnel funnel{{.ports = 2, .width = 4, .hz = mhz100}};
    AtbBridge link{2, mhz100 / 2};
    TestTarget target;
    TestSource a{funnel.port(0)}, b{funnel.port(1)};
    funnel.connect(0, a);
    funnel.connect(1, b);
    funnel.connect(link);
    link.connect(funnel, target);
    Registers{funnel}.write(Funnel::FUNCTL, 0x003); // hold time of one
    u64 next_a = 0, next_b = 0;
    for (unsigned n = 0; n < 100; ++n) {
        const auto at_a = a.send(1, {1, 2, 3, 4}, next_a);
        const auto at_b = b.send(2, {1, 2, 3, 4}, next_b);
        REQUIRE(at_a);
        REQUIRE(at_b);
        next_a = *at_a;
        next_b = *at_b;
        funnel.advance(std::min(next_a, next_b));
    }
    funnel.advance(1'000'000'000);
    // The first beat passes the funnel in 0..10 ns; the link begins with it at 20 ns, and moves 400
    // halves of beats without a pause.
    REQUIRE(target.got.size() == 400);
    CHECK(target.got.front().at_ps == 40'000);
    CHECK(target.got.back().at_ps == 20'000 + 400 * 20'000);
    // Fairly: of the first 100 beats, 50 each.
    unsigned of_a = 0;
    for (unsigned n = 0; n < 200; ++n)
        of_a += target.got[n].id == 1;
    CHECK(of_a == 100);
}

TEST_CASE("stages in a row keep the rate of one", "[coresight][path][time]")
{
    Funnel funnel{{.ports = 2, .width = 4, .hz = mhz100}};
    AtbBridge first{4, mhz100}, second{4, mhz100};
    TestTarget target;
    TestSource source{funnel.port(0)};
    funnel.connect(0, source);
    funnel.connect(first);
    first.connect(funnel, second);
    second.connect(first, target);
    Registers{funnel}.write(Funnel::FUNCTL, 0x301);
    u64 next = 0;
    for (unsigned n = 0; n < 1000; ++n) {
        next = *source.send(1, {1, 2, 3, 4}, next);
        funnel.advance(next);
    }
    funnel.advance(next + 1);
    REQUIRE(target.got.size() == 1000);
    for (unsigned n = 0; n < 1000; ++n)
        CHECK(target.got[n].at_ps == (n + 3) * 10'000);
}

TEST_CASE("slow memory slows the sources through the whole path", "[coresight][path][time]")
{
    // The ETR writes 16 bytes in 1000 ns: 15 bytes of trace. The ETF has room for 256 frames, the
    // write buffer for 8; after that a source gets 15 bytes in 1000 ns.
    Path path;
    path.memory.write_ps = 1'000'000;
    u64 last = 0;
    const auto send = [&](unsigned beats) {
        for (unsigned n = 0; n < beats; ++n) {
            path.funnel.advance(last);
            const auto taken = path.a.send(0x10, {1, 2, 3, 4}, last);
            REQUIRE(taken);
            last = *taken;
        }
    };
    send(2000); // 8000 bytes: beyond 264 frames
    const u64 begin = last;
    send(1500); // 6000 bytes: 400 frames, 10 of 160 bytes of which announce the ID once more
    CHECK(last - begin >= 400 * 1'000'000ull);
    CHECK(last - begin <= 410 * 1'000'000ull);
}

TEST_CASE("a TPIU that refuses nothing and an ETR that is off do not stop each other",
          "[coresight][path]")
{
    Path path;
    path.etr_driver.disable_etr();
    u64 last = 0;
    for (unsigned n = 0; n < 100; ++n)
        last = path.a.send(0x10, {static_cast<u8>(n)}, last).value_or(last);
    path.tpiu_registers.now = last;
    path.tpiu_registers.write(Tpiu::FFCR, 0x1003);
    path.tpiu_registers.write(Tpiu::FFCR, 0x1043);
    CHECK(opencsd_deformat(path.capture.bytes, continuous).at(0x10).size() == 100);
    CHECK(path.memory.writes.empty());
}

TEST_CASE("a full ETR stops the fabric through cross triggers", "[coresight][path]")
{
    // FULL of the ETR goes to a CTI, and through it to the FLUSHIN and TRIGIN of the same ETR.
    Path path;
    path.etr_driver.disable_etr();
    Cti cti;
    path.etr.on_full([&](bool level, u64 now) { cti.trigger_in(0, level, now); });
    cti.on_output([&](unsigned n, bool level, u64 now) {
        if (n == 1)
            path.etr.trigger_in(level, now);
    });
    Registers r{cti};
    r.write(Cti::CTICONTROL, 1);
    r.write(Cti::CTIINEN, 1);
    r.write(Cti::CTIOUTEN + 4, 1);
    path.etr_driver.unlock();
    path.etr_driver.write(Tmc::RSZ, 0x100);
    path.etr_driver.write(Tmc::FFCR, 0x2003); // StopOnTrigEvt
    path.etr_driver.write(Tmc::CTL, 1);
    u64 last = path.etr_driver.r.now;
    for (unsigned n = 0; n < 1000; ++n)
        last = path.a.send(0x10, {1, 2, 3, 4}, last).value_or(last);
    path.funnel.advance(last);
    path.etr_driver.r.now = last;
    path.etr_driver.wait_ready();
    CHECK((path.etr_driver.read(Tmc::STS) & 0x7) == 0x7);
    // It wrapped once and stopped soon after.
    CHECK(path.etr_driver.read(Tmc::RWP) - buffer < 0x80);
}
