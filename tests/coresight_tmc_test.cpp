// SPDX-License-Identifier: MIT
// The TMC as ETB and ETF: RAM modes, FIFOs, triggers and flushes (CoreSight TMC TRM, DDI 0461).
#include "coresight_linux.h"
#include "coresight_opencsd.h"

using namespace sl;
using namespace sl::coresight;

namespace {

constexpr u64 mhz100 = 100'000'000; // 10 ns

struct Etb {
    explicit Etb(u64 bytes, Tmc::Type type = Tmc::Type::Etb)
        : tmc{{.type = type, .ram_bytes = bytes, .memory_bytes = 8, .hz = mhz100}}
    {
        tmc.connect(source);
        if (type == Tmc::Type::Etf)
            tmc.connect(out);
    }

    u64 sts() { return linux.read(Tmc::STS); }

    Tmc tmc;
    TestSource source{tmc};
    TestTarget out;
    TmcDriver linux{tmc};
};

} // namespace

TEST_CASE("a TMC tells what it is and begins idle", "[coresight][tmc]")
{
    Etb etb{4096};
    CHECK(etb.linux.read(Component::DEVID) == 0x300);
    CHECK(etb.linux.read(Component::DEVTYPE) == 0x21);
    CHECK(etb.linux.read(Tmc::RSZ) == 1024);
    CHECK(etb.linux.read(Tmc::PSCR) == 0xa);
    CHECK(etb.linux.read(Tmc::CTL) == 0);
    CHECK((etb.sts() & 0x4) == 0x4);
    CHECK(etb.linux.read(Tmc::AXICTL) == 0);
    Etb etf{1 << 16, Tmc::Type::Etf};
    CHECK(etf.linux.read(Component::DEVID) == 0x380);
    CHECK(etf.linux.read(Component::DEVTYPE) == 0x32);
}

TEST_CASE("registers take values only while the TMC is disabled", "[coresight][tmc]")
{
    Etb etb{4096};
    etb.linux.unlock();
    etb.linux.write(Tmc::RSZ, 5);
    CHECK(etb.linux.read(Tmc::RSZ) == 1024);
    etb.linux.write(Tmc::MODE, 2); // no hardware FIFO in an ETB
    CHECK(etb.linux.read(Tmc::MODE) == 0);
    etb.linux.write(Tmc::MODE, 1);
    etb.linux.write(Tmc::TRG, 0xffff'ffff);
    etb.linux.write(Tmc::BUFWM, 0xffff'ffff);
    etb.linux.write(Tmc::RWP, 0xffff'ffff);
    etb.linux.write(Tmc::RRP, 0xffff'ffff);
    CHECK(etb.linux.read(Tmc::MODE) == 1);
    CHECK(etb.linux.read(Tmc::TRG) == 0x3ff);
    CHECK(etb.linux.read(Tmc::BUFWM) == 0x3ff);
    CHECK(etb.linux.read(Tmc::RWP) == 0xff0);
    CHECK(etb.linux.read(Tmc::RRP) == 0xff0);
    etb.linux.write(Tmc::FFCR, 0x3);
    etb.linux.write(Tmc::CTL, 1);
    etb.linux.write(Tmc::MODE, 0);
    etb.linux.write(Tmc::TRG, 1);
    etb.linux.write(Tmc::BUFWM, 1);
    etb.linux.write(Tmc::RWP, 0);
    etb.linux.write(Tmc::FFCR, 0x10);
    CHECK(etb.linux.read(Tmc::MODE) == 1);
    CHECK(etb.linux.read(Tmc::TRG) == 0x3ff);
    CHECK(etb.linux.read(Tmc::BUFWM) == 0x3ff);
    CHECK(etb.linux.read(Tmc::RWP) == 0);
    CHECK(etb.linux.read(Tmc::FFCR) == 0x13);
}

TEST_CASE("the ETB driver captures, stops and dumps", "[coresight][tmc][linux]")
{
    Etb etb{4096};
    etb.linux.enable_etb();
    CHECK((etb.sts() & 0x4) == 0);
    const auto sent = numbered(1000);
    send_all(etb.source, 0x10, sent, 4, etb.linux.r.now);
    etb.source.held.push_back(beat_of(0x11, std::vector<u8>{1, 2, 3}));
    const auto dumped = etb.linux.disable_etb();
    CHECK(etb.source.flushes == 1);
    CHECK(dumped.size() % 16 == 0);
    const auto streams = opencsd_deformat(dumped);
    CHECK(streams.at(0x10) == sent);
    CHECK(streams.at(0x11) == std::vector<u8>{1, 2, 3});
    CHECK((etb.sts() & 0x5) == 0x4);
    // The next session begins anew.
    etb.linux.enable_etb();
    send_all(etb.source, 0x20, {9, 8, 7}, 4, etb.linux.r.now);
    CHECK(opencsd_deformat(etb.linux.disable_etb()) == Streams{{0x20, {9, 8, 7}}});
}

TEST_CASE("a circular buffer keeps the newest trace", "[coresight][tmc][linux]")
{
    Etb etb{1024};
    bool full = false;
    etb.tmc.on_full([&](bool level, u64) { full = level; });
    etb.linux.enable_etb();
    const auto sent = numbered(5000);
    send_all(etb.source, 0x10, sent, 16, etb.linux.r.now);
    CHECK(full);
    etb.linux.unlock();
    etb.linux.flush_and_stop();
    CHECK((etb.sts() & 0x1d) == 0xd); // Full, TMCReady, FtEmpty, not Empty
    CHECK(etb.linux.read(Tmc::RRP) == etb.linux.read(Tmc::RWP));
    const auto dumped = etb.linux.dump();
    CHECK(dumped.size() == 1024);
    const auto got = opencsd_deformat(dumped).at(0x10);
    CHECK(got.size() > 750);
    CHECK(ends_with(sent, got));
    etb.linux.disable_hw();
}

TEST_CASE("the perf path reads the newest bytes of an ETF by moving the read pointer",
          "[coresight][tmc][linux]")
{
    Etb etf{1024, Tmc::Type::Etf};
    etf.linux.enable_etb();
    const auto sent = numbered(300);
    send_all(etf.source, 0x10, sent, 16, etf.linux.r.now);
    etf.linux.unlock();
    etf.linux.flush_and_stop();
    const u64 read_ptr = etf.linux.read(Tmc::RRP);
    const u64 write_ptr = etf.linux.read(Tmc::RWP);
    CHECK((etf.sts() & 1) == 0);
    const u64 held = (write_ptr - read_ptr) & 1023;
    CHECK(held == 336); // 300 bytes and two IDs or more in frames of 15, one of them complete
    // tmc_update_etf_buffer with room for 128 bytes only.
    etf.linux.write(Tmc::RRP, (write_ptr + 1024 - 128) & 1023);
    const auto newest = etf.linux.dump();
    CHECK(newest.size() == 128);
    etf.linux.disable_hw();
}

TEST_CASE("without formatting a block ends with a one and zeros", "[coresight][tmc]")
{
    Etb etb{1024};
    etb.linux.unlock();
    etb.linux.write(Tmc::FFCR, 0);
    etb.linux.write(Tmc::CTL, 1);
    send_all(etb.source, 0x10, {1, 2, 3, 4, 5}, 4, etb.linux.r.now);
    etb.linux.flush_and_stop();
    CHECK(etb.linux.dump() == std::vector<u8>{1, 2, 3, 4, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("the trigger counter stops the capture after TRG + 1 words", "[coresight][tmc]")
{
    Etb etb{1024};
    etb.linux.unlock();
    etb.linux.write(Tmc::FFCR, 0x2103); // EnFt, EnTI, TrigOnTrigIn, StopOnTrigEvt
    etb.linux.write(Tmc::TRG, 7);
    etb.linux.write(Tmc::CTL, 1);
    bool complete = false;
    etb.tmc.on_acqcomp([&](bool level, u64) { complete = level; });
    u64 now = send_all(etb.source, 0x10, numbered(44), 1, etb.linux.r.now);
    CHECK((etb.linux.read(Tmc::RWP) & ~0xfu) == 32);
    etb.tmc.trigger_in(true, now);
    etb.tmc.trigger_in(false, now);
    CHECK((etb.sts() & 2) == 0);
    CHECK(etb.linux.read(Tmc::TRG) == 7);
    now = send_all(etb.source, 0x10, numbered(15), 1, etb.linux.r.now);
    CHECK(etb.linux.read(Tmc::TRG) == 3);
    CHECK(!complete);
    send_all(etb.source, 0x10, numbered(100), 1, etb.linux.r.now);
    CHECK(complete);
    etb.linux.wait_ready();
    CHECK((etb.sts() & 0xe) == 0xe); // Triggered, TMCReady, FtEmpty
    // Two frames from before, one that the trigger's mark completes, two for the eight words after
    // it, and one for the byte that the formatter held.
    const u64 words = etb.linux.read(Tmc::RWP) / 4;
    CHECK(words == 24);
    const auto dumped = etb.linux.dump();
    CHECK(dumped.size() == words * 4);
}

TEST_CASE("triggers are marked in the formatted trace", "[coresight][tmc]")
{
    Etb etb{1024};
    etb.linux.unlock();
    etb.linux.write(Tmc::FFCR, 0x703); // TrigOnTrigIn, TrigOnTrigEvt, TrigOnFl
    etb.linux.write(Tmc::CTL, 1);
    u64 now = send_all(etb.source, 0x10, {1, 2}, 1, etb.linux.r.now);
    etb.tmc.trigger_in(true, now);
    now = send_all(etb.source, 0x10, numbered(40), 1, now);
    etb.linux.flush_and_stop();
    Unformatter unformatter;
    std::vector<Unformatter::Byte> bytes;
    const auto dumped = etb.linux.dump();
    for (std::size_t at = 0; at + 16 <= dumped.size(); at += 16) {
        Frame frame;
        std::copy_n(dumped.begin() + static_cast<std::ptrdiff_t>(at), 16, frame.begin());
        unformatter.take(frame, bytes);
    }
    const auto triggers =
        std::count_if(bytes.begin(), bytes.end(), [](const auto& b) { return b.id == trigger_id; });
    CHECK(triggers == 3); // TRIGIN, the event after one word, the flush
    CHECK(bytes[2].id == trigger_id);
}

TEST_CASE("a trigger event asks for a flush", "[coresight][tmc]")
{
    Etb etb{1024};
    etb.linux.unlock();
    etb.linux.write(Tmc::FFCR, 0x133);
    etb.linux.write(Tmc::CTL, 1);
    etb.source.held.push_back(beat_of(0x12, std::vector<u8>{0xab}));
    etb.tmc.trigger_in(true, etb.linux.r.now);
    send_all(etb.source, 0x10, numbered(40), 4, etb.linux.r.now);
    CHECK(etb.tmc.work()); // inside a transfer the source cannot be asked
    CHECK(etb.source.flushes == 0);
    CHECK(etb.linux.read(Tmc::FFSR) == 0); // an access does what is due
    CHECK(etb.source.flushes == 1);
    CHECK(!etb.tmc.work());
    CHECK((etb.sts() & 2) == 2);
    etb.tmc.flush_in(true, etb.linux.r.now); // FOnFlIn
    CHECK(etb.source.flushes == 2);
    etb.tmc.flush_in(true, etb.linux.r.now); // a level, not an edge
    CHECK(etb.source.flushes == 2);
}

TEST_CASE("a software FIFO holds the source when it is full", "[coresight][tmc]")
{
    Etb etb{64};
    bool full = false;
    etb.tmc.on_full([&](bool level, u64) { full = level; });
    etb.linux.unlock();
    etb.linux.write(Tmc::MODE, 1);
    etb.linux.write(Tmc::FFCR, 0x3);
    etb.linux.write(Tmc::BUFWM, 4);
    etb.linux.write(Tmc::CTL, 1);
    CHECK(etb.linux.read(Tmc::RRD) == 0xffff'ffff);
    CHECK((etb.sts() & 0x11) == 0x10); // Empty
    const auto sent = numbered(200);
    std::vector<u8> got;
    u64 last = etb.linux.r.now;
    std::size_t at = 0;
    for (; at < sent.size(); at += 4) {
        const auto taken = etb.source.send(0x10,
                                           {sent.begin() + static_cast<std::ptrdiff_t>(at),
                                            sent.begin() + static_cast<std::ptrdiff_t>(at + 4)},
                                           last);
        last = taken.value_or(last);
    }
    CHECK(etb.source.kept.size() > 20); // about 64 + 15 of 200 bytes were taken
    CHECK(full);
    CHECK((etb.sts() & 0x11) == 1);
    CHECK(etb.linux.read(Tmc::CBUFLEVEL) == 16);
    CHECK(etb.linux.read(Tmc::LBUFLEVEL) == 16);
    for (unsigned n = 0; n < 64 && (n < 8 || !etb.source.kept.empty()); ++n)
        TmcDriver::append(got, etb.linux.read(Tmc::RRD));
    CHECK(etb.source.kept.empty());
    // The end of the trace finds room only when more is read.
    etb.linux.write(Tmc::FFCR, 0x1003);
    etb.linux.write(Tmc::FFCR, 0x1043);
    for (unsigned n = 0; n < 64 && !(etb.sts() & 0x4); ++n)
        TmcDriver::append(got, etb.linux.read(Tmc::RRD));
    CHECK((etb.sts() & 0x4) == 0x4);
    const auto rest = etb.linux.dump();
    got.insert(got.end(), rest.begin(), rest.end());
    CHECK(opencsd_deformat(got) == Streams{{0x10, sent}});
    CHECK((etb.sts() & 0x10) == 0x10);
    CHECK(!full);
}

TEST_CASE("a hardware FIFO passes trace through", "[coresight][tmc][linux]")
{
    Etb etf{1024, Tmc::Type::Etf};
    etf.linux.enable_etf();
    const auto sent = numbered(500);
    const u64 now = send_all(etf.source, 0x10, sent, 16, etf.linux.r.now);
    send_all(etf.source, 0x21, {1, 2, 3}, 16, now);
    // tmc_disable_etf_sink's link variant: flush and stop, then off.
    etf.linux.unlock();
    etf.linux.flush_and_stop();
    etf.linux.disable_hw();
    const auto streams = etf.out.streams();
    CHECK(streams.at(0x10) == sent);
    CHECK(streams.at(0x21) == std::vector<u8>{1, 2, 3});
    CHECK(streams.size() == 2);
}

TEST_CASE("a hardware FIFO absorbs what its receiver does not take", "[coresight][tmc]")
{
    Etb etf{64, Tmc::Type::Etf};
    etf.out.refusing = true;
    etf.linux.enable_etf();
    const auto sent = numbered(200);
    for (std::size_t at = 0; at < sent.size(); at += 4)
        etf.source.send(0x10,
                        {sent.begin() + static_cast<std::ptrdiff_t>(at),
                         sent.begin() + static_cast<std::ptrdiff_t>(at + 4)},
                        etf.linux.r.now);
    CHECK(etf.source.kept.size() > 20);
    CHECK((etf.sts() & 1) == 1);
    CHECK(etf.linux.read(Tmc::CBUFLEVEL) == 16);
    // A flush from downstream cannot be completed either.
    CHECK(!etf.tmc.flush(etf.linux.r.now));
    etf.out.refusing = false;
    etf.tmc.ready(etf.linux.r.now);
    for (unsigned n = 0; n < 100 && !etf.source.kept.empty(); ++n) {
        etf.source.ready(etf.linux.r.now);
        etf.linux.r.now += 10'000;
    }
    CHECK(etf.source.kept.empty());
    CHECK(etf.out.flushed_at.size() == 1);
    etf.linux.unlock();
    etf.linux.flush_and_stop();
    CHECK(etf.out.streams() == std::map<u8, std::vector<u8>>{{0x10, sent}});
}

TEST_CASE("a stopped circular buffer of an ETF drains to its receiver", "[coresight][tmc]")
{
    Etb etf{1024, Tmc::Type::Etf};
    etf.linux.enable_etb();
    const auto sent = numbered(400);
    send_all(etf.source, 0x10, sent, 16, etf.linux.r.now);
    CHECK(etf.out.got.empty());
    etf.linux.unlock();
    etf.linux.flush_and_stop();
    etf.out.cycle_ps = 10'000;
    const u64 begin = etf.linux.r.now + etf.linux.access_ps;
    etf.linux.write(Tmc::FFCR, 0x1133 | 1u << 14);
    CHECK((etf.sts() & 0x4) == 0);
    CHECK(etf.out.streams() == std::map<u8, std::vector<u8>>{{0x10, sent}});
    CHECK(etf.out.got.front().at_ps == begin);
    etf.linux.wait_ready();
    CHECK((etf.sts() & 0x10) == 0x10);
    CHECK(etf.linux.read(Tmc::RRD) == 0xffff'ffff);
}

TEST_CASE("the RAM takes one word per cycle", "[coresight][tmc][time]")
{
    // Frames of 15 bytes of trace; 8 bytes of RAM in 10 ns, so one frame in 20 ns. A frame is
    // complete when the byte after it is known.
    Etb etb{4096};
    etb.linux.access_ps = 0;
    etb.linux.enable_etb();
    const std::vector<u8> fifteen(15, 0x42);
    CHECK(etb.source.send(1, fifteen, 0) == 0);      // 14 with the ID: writes in 0..20 ns
    CHECK(etb.source.send(1, fifteen, 0) == 0);      // waits for the RAM: 20..40 ns
    CHECK(etb.source.send(1, fifteen, 0) == 20'000); // 40..60 ns
    CHECK(etb.source.send(1, fifteen, 0) == 40'000); // 60..80 ns
    CHECK(etb.source.send(1, fifteen, 0) == 60'000); // 80..100 ns
    // And when nothing is waiting, at once: cycle 21 begins at 210 ns.
    CHECK(etb.source.send(1, fifteen, 201'000) == 201'000);
    etb.linux.unlock();
    etb.linux.r.now = 205'000;
    etb.linux.write(Tmc::FFCR, 0x1133);
    etb.linux.write(Tmc::FFCR, 0x1173);
    // Frame 6 is written in 210..230 ns, the last one in 230..250 ns.
    etb.linux.r.now = 249'999;
    CHECK((etb.sts() & 0x4) == 0);
    etb.linux.r.now = 250'000;
    CHECK((etb.sts() & 0x4) == 0x4);
    CHECK(etb.linux.read(Tmc::FFSR) == 2);
}

TEST_CASE("a slow receiver slows a full hardware FIFO", "[coresight][tmc][time]")
{
    // Four frames of room; the receiver takes 4 bytes in 100 ns: a frame of 15 bytes leaves in four
    // beats, 400 ns.
    Etb etf{64, Tmc::Type::Etf};
    etf.out.cycle_ps = 100'000;
    etf.linux.access_ps = 0;
    etf.linux.enable_etf();
    const std::vector<u8> fifteen(15, 0x42);
    u64 last = 0;
    for (unsigned n = 0; n < 40; ++n)
        last = *etf.source.send(1, fifteen, last);
    const u64 before = last;
    for (unsigned n = 0; n < 10; ++n)
        last = *etf.source.send(1, fifteen, last);
    // 150 bytes and one announced ID in 10 frames and a bit: 151 bytes in 4-byte beats.
    CHECK(last - before >= 10 * 400'000);
    CHECK(last - before <= 11 * 400'000);
}

TEST_CASE("the source is asked for synchronization as often as PSCR says", "[coresight][tmc]")
{
    Etb etb{4096};
    etb.linux.unlock();
    etb.linux.write(Tmc::PSCR, 7); // 128 bytes
    etb.linux.write(Tmc::FFCR, 0x3);
    etb.linux.write(Tmc::CTL, 1);
    send_all(etb.source, 0x10, numbered(1000), 16, etb.linux.r.now);
    CHECK(etb.source.syncs >= 8);
    CHECK(etb.source.syncs <= 9);
}

TEST_CASE("a locked TMC gives no data", "[coresight][tmc]")
{
    Etb etb{1024};
    etb.linux.enable_etb();
    send_all(etb.source, 0x10, numbered(100), 16, etb.linux.r.now);
    etb.linux.unlock();
    etb.linux.flush_and_stop();
    etb.linux.lock();
    CHECK(etb.linux.read(Tmc::RRD) == 0xffff'ffff);
    CHECK(etb.linux.read(Tmc::LBUFLEVEL) == 0);
    etb.linux.unlock();
    CHECK(opencsd_deformat(etb.linux.dump()) == Streams{{0x10, numbered(100)}});
}

TEST_CASE("a disabled TMC drops trace and reads its RAM", "[coresight][tmc]")
{
    Etb etb{1024};
    CHECK(etb.source.send(0x10, numbered(16), 5) == 5);
    etb.linux.enable_etb();
    send_all(etb.source, 0x10, numbered(100), 16, etb.linux.r.now);
    const auto dumped = etb.linux.disable_etb();
    etb.linux.unlock();
    etb.linux.write(Tmc::RRP, 0);
    for (std::size_t at = 0; at < dumped.size(); at += 4) {
        u32 word;
        std::memcpy(&word, &dumped[at], 4);
        CHECK(etb.linux.read(Tmc::RRD) == word);
    }
    CHECK(etb.linux.read(Tmc::RRP) == (dumped.size() & ~7u));
}
