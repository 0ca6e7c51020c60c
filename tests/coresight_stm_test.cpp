// SPDX-License-Identifier: MIT
// The STM, read back by OpenCSD.
#include "coresight/stm.h"

#include "coresight_bench.h"
#include "coresight_opencsd.h"

#include <numeric>

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

struct Bench {
    Bench() { stm.connect(target); }

    /// stm_enable_hw and stm_port_enable_hw of the Linux driver.
    void linux_enable(u64 trace_id = 0x10)
    {
        r.write(Component::LAR, Component::unlock_key);
        r.write(Stm::STMSPTRIGCSR, 0x10);
        r.write(0xe60, 0);
        r.write(Stm::STMSPER, 0xffff'ffff);
        r.write(Component::LAR, 0);
        r.write(Component::LAR, Component::unlock_key);
        r.write(Stm::STMSYNCR, 0xfff);
        r.write(Stm::STMTCSR, trace_id << 16 | 0x2 | 0x1);
        r.write(Component::LAR, 0);
    }

    /// stm_disable_hw.
    void linux_disable()
    {
        r.write(Component::LAR, Component::unlock_key);
        r.write(Stm::STMTCSR, r.read(Stm::STMTCSR) & ~u64{1});
        r.write(Stm::STMSPER, 0);
        r.write(Stm::STMSPTRIGCSR, 0);
        r.write(Component::LAR, 0);
        for (unsigned n = 0; n < 100 && Stm::Tcsr::BUSY::get(r.read(Stm::STMTCSR)); ++n)
            r.now += 1'000'000;
        CHECK(!Stm::Tcsr::BUSY::get(r.read(Stm::STMTCSR)));
    }

    u64 write(u64 port, u32 location, unsigned bytes, u64 data, unsigned pe = 0)
    {
        Initiator who;
        who.pe = static_cast<u16>(pe);
        return stm.stimulus(port * Stm::port_size + location, bytes, data, who, r.now);
    }

    /// What OpenCSD reads: data, flags, triggers and errors, without the rest.
    std::vector<ocsd_stm_pkt> packets(u8 trace_id = 0x10)
    {
        auto all = opencsd_stm(target.streams()[trace_id]);
        std::erase_if(all, [](const auto& p) {
            return p.type == STM_PKT_NULL || p.type == STM_PKT_M8 || p.type == STM_PKT_C8 ||
                   p.type == STM_PKT_C16 || p.type == STM_PKT_ASYNC || p.type == STM_PKT_VERSION ||
                   p.type == STM_PKT_FREQ;
        });
        return all;
    }

    TestTarget target;
    Stm stm{{.timestamp = [](u64 now_ps) { return now_ps / 1000; }}};
    Registers r{stm, false};
};

u64 payload(const ocsd_stm_pkt& p)
{
    switch (p.type) {
    case STM_PKT_D16:
        return p.payload.D16;
    case STM_PKT_D32:
        return p.payload.D32;
    case STM_PKT_D64:
        return p.payload.D64;
    default:
        return p.payload.D8;
    }
}

ocsd_stm_pkt_type type_of(unsigned bytes)
{
    return bytes == 1   ? STM_PKT_D8
           : bytes == 2 ? STM_PKT_D16
           : bytes == 4 ? STM_PKT_D32
                        : STM_PKT_D64;
}

} // namespace

TEST_CASE("the STM tells the Linux driver what it needs", "[coresight][stm][linux]")
{
    Bench b;
    CHECK((b.r.read(Component::DEVID) & 0x1ffff) == 65536);
    CHECK(bits(b.r.read(Stm::STMSPFEAT2R), 15, 12) == 1); // 64-bit data
    CHECK(b.r.read(Component::DEVTYPE) == 0x63);
    CHECK(b.r.read(Component::DEVARCH) == 0x4771'0a63);
    CHECK(b.r.read(Stm::STMSPFEAT3R) == 0x7f);
    CHECK(b.stm.region_size() == 0x100'0000);
    b.linux_enable(0x35);
    CHECK(b.r.read(Stm::STMTCSR) == 0x35'0007);
    CHECK(b.r.read(Stm::STMSYNCR) == 0xff8);
    b.linux_disable();
    CHECK(b.r.read(Stm::STMTCSR) == 0x35'0006);
}

TEST_CASE("every location of a stimulus port makes its packet", "[coresight][stm]")
{
    Bench b;
    b.linux_enable();

    struct Expected {
        unsigned bytes;
        bool marked, timed;
        u64 data, timestamp;
    };

    std::vector<Expected> expected;
    u64 data = 0x8123'4567'89ab'cdef;
    for (const u32 timing : {0u, u32{Stm::invariant}})
        for (const unsigned bytes : {1u, 2u, 4u, 8u})
            for (const u32 location : {Stm::G_DMTS, Stm::G_DM, Stm::G_DTS, Stm::G_D}) {
                b.r.now += 12'345'678;
                b.write(3, location | timing, bytes, data);
                expected.push_back({bytes, location == Stm::G_DMTS || location == Stm::G_DM,
                                    location == Stm::G_DMTS || location == Stm::G_DTS,
                                    data & ones(8 * bytes), b.r.now / 1000});
                data = data * 0x5851'f42d'4c95'7f2d + 1;
            }
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == expected.size());
    for (std::size_t n = 0; n < got.size(); ++n) {
        INFO(n);
        CHECK(got[n].type == type_of(expected[n].bytes));
        CHECK(payload(got[n]) == expected[n].data);
        CHECK(got[n].pkt_has_marker == expected[n].marked);
        CHECK(got[n].pkt_has_ts == expected[n].timed);
        if (expected[n].timed)
            CHECK(got[n].timestamp == expected[n].timestamp);
        CHECK(got[n].channel == 3);
    }
}

TEST_CASE("the Linux driver's offsets are those of the packets it names", "[coresight][stm][linux]")
{
    // stm_channel_off(type, flags) = type & ~flags, with guaranteed 0x80, marked 0x10 and
    // timestamped 0x08.
    Bench b;
    b.linux_enable();
    b.write(0, 0x98 & ~0x80u, 4, 1);
    b.write(0, 0x98 & ~(0x80u | 0x08u), 4, 2);
    b.write(0, 0x98 & ~(0x80u | 0x10u), 4, 3);
    b.write(0, 0xe8 & ~(0x80u | 0x08u), 1, 0);
    b.write(0, 0xe8 & ~0x80u, 1, 0);
    b.write(0, 0xf8 & ~0x80u, 1, 0x77);
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == 6);
    CHECK((!got[0].pkt_has_marker && !got[0].pkt_has_ts));
    CHECK((!got[1].pkt_has_marker && got[1].pkt_has_ts));
    CHECK((got[2].pkt_has_marker && !got[2].pkt_has_ts));
    CHECK((got[3].type == STM_PKT_FLAG && got[3].pkt_has_ts));
    CHECK((got[4].type == STM_PKT_FLAG && !got[4].pkt_has_ts));
    CHECK((got[5].type == STM_PKT_TRIG && got[5].payload.D8 == 0x77));
}

TEST_CASE("masters and channels", "[coresight][stm]")
{
    Bench b;
    b.linux_enable();
    Random random{3};

    struct Sent {
        unsigned pe;
        u16 port;
        u32 data;
    };

    std::vector<Sent> sent;
    for (unsigned n = 0; n < 3000; ++n) {
        // Mostly close to each other.
        const unsigned port = random.below(3) ? random.below(4) : random.below(65536);
        const Sent s{random.below(4) ? 1 : random.below(8), static_cast<u16>(port),
                     static_cast<u32>(random.word())};
        b.r.now += 1'000;
        b.write(s.port, random.below(2) ? Stm::G_D : Stm::G_DTS, 4, s.data, s.pe);
        sent.push_back(s);
    }
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == sent.size());
    for (std::size_t n = 0; n < got.size(); ++n) {
        CHECK(got[n].master == sent[n].pe);
        CHECK(got[n].channel == sent[n].port);
        CHECK(got[n].payload.D32 == sent[n].data);
    }
}

TEST_CASE("synchronization comes as often as STMSYNCR says, and when asked for", "[coresight][stm]")
{
    Bench b;
    b.linux_enable();
    b.r.write(Component::LAR, Component::unlock_key);
    b.r.write(Stm::STMSYNCR, 256);
    b.r.write(Stm::STMTSFREQR, 123'456'789);
    for (unsigned n = 0; n < 1000; ++n)
        b.write(5, Stm::G_DTS, 8, n, 2);
    const auto count = [&](ocsd_stm_pkt_type type) {
        const auto all = opencsd_stm(b.target.streams()[0x10]);
        return std::count_if(all.begin(), all.end(), [&](const auto& p) { return p.type == type; });
    };
    const auto bytes = static_cast<long>(b.target.streams()[0x10].size());
    const auto syncs = count(STM_PKT_ASYNC);
    CHECK(syncs >= bytes / (256 + 32));
    CHECK(syncs <= bytes / 256 + 1);
    CHECK(count(STM_PKT_VERSION) == syncs);
    CHECK(count(STM_PKT_FREQ) == syncs);
    b.stm.sync_request(0);
    b.write(5, Stm::G_DTS, 8, 1, 2);
    CHECK(count(STM_PKT_ASYNC) == syncs + 1);
    // A decoder that begins at any synchronization knows master and channel.
    const auto all = b.packets();
    for (const auto& p : all)
        CHECK((p.master == 2 && p.channel == 5));
}

TEST_CASE("compression drops leading zeros", "[coresight][stm]")
{
    Bench b;
    b.linux_enable();
    b.r.write(Component::LAR, Component::unlock_key);
    b.r.write(Stm::STMTCSR, 0x10'0021);
    b.write(0, Stm::G_D, 8, 0x1'0000'0000);
    b.write(0, Stm::G_D, 8, 0xffff);
    b.write(0, Stm::G_D, 4, 0x80);
    b.write(0, Stm::G_DM, 2, 0xf);
    b.write(0, Stm::G_D, 1, 0);
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == 5);
    CHECK(got[0].type == STM_PKT_D64);
    CHECK(got[1].type == STM_PKT_D16);
    CHECK(got[2].type == STM_PKT_D8);
    CHECK(got[3].type == STM_PKT_D4);
    CHECK(got[3].pkt_has_marker);
    CHECK(got[4].type == STM_PKT_D4);
    CHECK(got[1].payload.D16 == 0xffff);
    CHECK(got[3].payload.D8 == 0xf);
}

TEST_CASE("a disabled STM or port makes no packets", "[coresight][stm]")
{
    Bench b;
    CHECK(b.write(0, Stm::G_D, 4, 1) == 0);
    b.linux_enable();
    b.r.write(Component::LAR, Component::unlock_key);
    b.r.write(Stm::STMSPER, 0x2); // port 1, 33, ...
    b.write(0, Stm::G_D, 4, 1);
    b.write(33, Stm::G_D, 4, 2);
    b.write(33, 0x20, 4, 3); // reserved locations
    b.write(33, 0x58, 4, 3);
    b.write(33, 0x1c, 4, 3);
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == 1);
    CHECK(got[0].payload.D32 == 2);
    CHECK(got[0].channel == 33);
}

TEST_CASE("triggers from the stimulus ports", "[coresight][stm]")
{
    Bench b;
    std::vector<Stm::Trigger> triggers;
    b.stm.on_trigger([&](Stm::Trigger t, u64) { triggers.push_back(t); });
    b.linux_enable();
    b.r.write(Component::LAR, Component::unlock_key);
    b.write(0, Stm::G_TRIG, 1, 1);
    CHECK(triggers == std::vector{Stm::Trigger::Software});
    CHECK(b.target.got.back().id == trigger_id); // ATBTRIGEN_DIR, which the driver sets
    b.r.write(Stm::STMSPTER, 0x4);
    b.r.write(Stm::STMSPTRIGCSR, 0x1); // single-shot, not on the ATB
    b.write(2, Stm::G_D, 4, 1);
    b.write(2, Stm::G_D, 4, 1);
    b.write(3, Stm::G_D, 4, 1);
    CHECK(triggers == std::vector{Stm::Trigger::Software, Stm::Trigger::PortEnable});
    CHECK(b.r.read(Stm::STMSPTRIGCSR) == 0x3);
    b.r.write(Stm::STMSPTRIGCSR, 0x5);
    CHECK(b.r.read(Stm::STMSPTRIGCSR) == 0x1);
    b.write(2, Stm::G_D, 4, 1);
    CHECK(triggers.size() == 3);
}

TEST_CASE("a slow trace bus delays guaranteed writes and loses the others",
          "[coresight][stm][time]")
{
    // The bus takes 8 bytes in 1000 ns; the FIFO holds 64.
    Bench b;
    b.target.cycle_ps = 1'000'000;
    b.linux_enable();
    b.r.write(Component::LAR, Component::unlock_key);
    b.r.write(Stm::STMTCSR, 0x10'0001); // no timestamps
    // 26 nibbles of synchronization and 17 of D64: 21 bytes and a half. 8 go at once, 8 at 1000 ns,
    // 5 at 2000 ns.
    CHECK(b.write(0, Stm::G_D, 8, 1) == 0);
    CHECK(b.target.got.size() == 3);
    b.r.now = 1;
    // Each of these adds 17 nibbles: 9 or 8 bytes. A write needs room for 24 (the longest it can
    // make): there is while 40 bytes or less are inside, that is 13, 22, 30, 39.
    for (unsigned n = 0; n < 4; ++n)
        CHECK(b.write(0, Stm::G_D, 8, n) == 0);
    // 47 bytes are inside; 8 of them go at 1000 ns.
    CHECK(b.write(0, Stm::invariant | Stm::G_D, 8, 5) == 0); // lost
    CHECK(b.write(0, Stm::G_D, 8, 6) == 999'999);
    CHECK(Stm::Tcsr::BUSY::get(b.r.read(Stm::STMTCSR)) == 1);
    b.linux_disable();
    const auto got = b.packets();
    REQUIRE(got.size() == 7);
    CHECK(got[4].type == STM_PKT_D64);
    CHECK(got[5].type == STM_PKT_MERR);
    CHECK(got[6].payload.D64 == 6);
}

TEST_CASE("a blocked trace bus loses nothing that is guaranteed", "[coresight][stm]")
{
    Bench b;
    b.target.refusing = true;
    b.linux_enable();
    for (unsigned n = 0; n < 100; ++n)
        b.write(0, Stm::G_D, 4, n);
    CHECK(!b.stm.flush(0));
    b.target.refusing = false;
    b.stm.ready(5'000);
    CHECK(b.target.flushed_at == std::vector<u64>{5'000});
    const auto got = b.packets();
    REQUIRE(got.size() == 100);
    for (unsigned n = 0; n < 100; ++n)
        CHECK(got[n].payload.D32 == n);
}
