// SPDX-License-Identifier: MIT
// The TMC as ETR: flat and scatter-gather buffers as the Linux driver sets them up, and the time
// that memory takes.
#include "coresight_linux.h"
#include "coresight_opencsd.h"

using namespace sl;
using namespace sl::coresight;

namespace {

/// A PE that has code, or a monitor, where an ETR writes.
struct Listener final : PageWatch::Listener {
    void drop_inline_writes(u64) override {}

    void code_written(u64 pa, u64 size) override { writes.emplace_back(pa, size); }

    void monitored_written(u64, u64) override {}

    std::vector<std::pair<u64, u64>> writes;
};

struct Etr {
    explicit Etr(bool secure = false, bool scatter_gather = true)
        : tmc{{.type = Tmc::Type::Etr,
               .memory_bytes = 8,
               .hz = 100'000'000,
               .write_buffer = 4,
               .scatter_gather = scatter_gather,
               .secure = secure},
              memory,
              &watch}
    {
        tmc.connect(source);
    }

    u64 sts() { return linux.read(Tmc::STS); }

    TestMemory memory;
    PageWatch watch;
    Tmc tmc;
    TestSource source{tmc};
    TmcDriver linux{tmc};
};

constexpr u64 buffer = 0x12'3456'0000; // beyond 4 GB

u64 table_at(unsigned n)
{
    return 0x8000'0000 + n * 0x1000;
}

/// Pages in no particular order, some beyond 4 GB.
u64 page_at(unsigned n)
{
    return (n % 2 ? 0x9'0000'0000 : 0x9000'0000) + (n ^ 5) * 0x1000;
}

std::vector<u8> gather(TestMemory& memory, unsigned pages)
{
    std::vector<u8> all;
    for (unsigned n = 0; n < pages; ++n) {
        const auto page = memory.bytes(page_at(n), page_size);
        all.insert(all.end(), page.begin(), page.end());
    }
    return all;
}

} // namespace

TEST_CASE("an ETR tells what it is", "[coresight][etr]")
{
    Etr etr;
    CHECK(etr.linux.read(Component::DEVID) == 0x1340); // ETR, 8 bytes, 4 writes
    CHECK(etr.linux.read(Component::DEVTYPE) == 0x21);
    CHECK(etr.linux.read(Component::AUTHSTATUS) == 0x23);
    Etr flat{true, false};
    CHECK(flat.linux.read(Component::DEVID) == 0x100'1340);
    CHECK(flat.linux.read(Component::AUTHSTATUS) == 0x33);
    flat.linux.unlock();
    flat.linux.write(Tmc::AXICTL, 0xffff'ffff);
    CHECK(flat.linux.read(Tmc::AXICTL) == 0xf3f);
    etr.linux.unlock();
    etr.linux.write(Tmc::AXICTL, 0xffff'ffff);
    CHECK(etr.linux.read(Tmc::AXICTL) == 0xfbf);
    etr.linux.write(Tmc::RSZ, 0xffff'ffff);
    CHECK(etr.linux.read(Tmc::RSZ) == 0x7fff'ffff);
    etr.linux.write(Tmc::RRPHI, 0xffff'ffff);
    etr.linux.write(Tmc::RRP, 0xffff'ffff);
    CHECK(etr.linux.read(Tmc::RRPHI) == 0xff);
    CHECK(etr.linux.read(Tmc::RRP) == 0xffff'fff0);
    etr.linux.write(Tmc::DBAHI, 0xffff'ffff);
    CHECK(etr.linux.read(Tmc::DBAHI) == 0xff);
}

TEST_CASE("the ETR driver captures into a flat buffer", "[coresight][etr][linux]")
{
    Etr etr;
    Listener pe;
    etr.watch.add(pe);
    etr.watch.watch_code(buffer);
    etr.linux.enable_etr(buffer, 0x1'0000, false);
    CHECK(etr.linux.read(Tmc::RWP) == (buffer & ones(32)));
    CHECK(etr.linux.read(Tmc::RWPHI) == buffer >> 32);
    const auto sent = numbered(1000);
    send_all(etr.source, 0x10, sent, 8, etr.linux.r.now);
    const auto synced = etr.linux.disable_etr();
    CHECK(synced.rrp == buffer);
    CHECK(!synced.full);
    CHECK(synced.rwp % 16 == 0);
    CHECK(opencsd_deformat(etr.memory.bytes(buffer, synced.rwp - buffer)) == Streams{{0x10, sent}});
    CHECK(!etr.memory.last.secure);
    // The pointers stay for tmc_etr_sync_flat_buf after the disable, too.
    CHECK(etr.linux.read(Tmc::RWP) == (synced.rwp & ones(32)));
    REQUIRE(pe.writes.size() == (synced.rwp - buffer) / 16);
    CHECK(pe.writes.front() == std::pair<u64, u64>{buffer, 16});
}

TEST_CASE("a full flat buffer wraps", "[coresight][etr][linux]")
{
    Etr etr;
    etr.linux.enable_etr(buffer, 0x400, false);
    const auto sent = numbered(5000);
    send_all(etr.source, 0x10, sent, 16, etr.linux.r.now);
    const auto synced = etr.linux.disable_etr();
    CHECK(synced.full);
    CHECK(synced.rrp == synced.rwp);
    // The driver reads from RRP round to RRP.
    auto trace = etr.memory.bytes(synced.rrp, buffer + 0x400 - synced.rrp);
    const auto begin = etr.memory.bytes(buffer, synced.rrp - buffer);
    trace.insert(trace.end(), begin.begin(), begin.end());
    const auto got = opencsd_deformat(trace).at(0x10);
    CHECK(got.size() > 750);
    CHECK(ends_with(sent, got));
    for (const auto& w : etr.memory.writes)
        CHECK((w.pa >= buffer && w.pa < buffer + 0x400));
}

TEST_CASE("the ETR driver captures through scatter-gather tables", "[coresight][etr][linux]")
{
    // More pages than one table page has entries, so that a link is followed.
    constexpr unsigned pages = 1030;
    Etr etr;
    build_sg_tables(etr.memory, pages, table_at, page_at);
    etr.linux.enable_etr(table_at(0), u64{pages} * page_size, true);
    CHECK(etr.linux.read(Tmc::RWP) == page_at(0));
    SECTION("a part of it")
    {
        const auto sent = numbered(10'000);
        send_all(etr.source, 0x10, sent, 8, etr.linux.r.now);
        const auto synced = etr.linux.disable_etr();
        CHECK(!synced.full);
        CHECK(synced.rrp == page_at(0));
        // 10,000 bytes in frames of at most 15: the third page.
        CHECK((synced.rwp & ~u64{0xfff}) == page_at(2));
        auto trace = gather(etr.memory, 3);
        trace.resize(2 * page_size + (synced.rwp & 0xfff));
        CHECK(opencsd_deformat(trace) == Streams{{0x10, sent}});
    }
    SECTION("more than all of it")
    {
        const auto sent = numbered(pages * 4096);
        etr.linux.r.now = send_all(etr.source, 0x10, sent, 16, etr.linux.r.now);
        const auto synced = etr.linux.disable_etr();
        CHECK(synced.full);
        CHECK(synced.rrp == synced.rwp);
        auto trace = gather(etr.memory, pages);
        unsigned at_page = 0;
        while (page_at(at_page) != (synced.rwp & ~u64{0xfff}))
            ++at_page;
        const u64 at = at_page * page_size + (synced.rwp & 0xfff);
        std::rotate(trace.begin(), trace.begin() + static_cast<std::ptrdiff_t>(at), trace.end());
        const auto got = opencsd_deformat(trace).at(0x10);
        CHECK(got.size() > pages * 3700);
        CHECK(ends_with(sent, got));
    }
}

TEST_CASE("tables that lead nowhere are memory errors", "[coresight][etr]")
{
    Etr etr;
    SECTION("a reserved entry")
    {
        etr.memory.put(table_at(0), 0);
    }
    SECTION("a chain of links that ends in itself")
    {
        etr.memory.put(table_at(0), static_cast<u32>(table_at(0) >> 12 << 4 | 3));
    }
    SECTION("a hole where the table should be")
    {
        etr.memory.hole_begin = table_at(0);
        etr.memory.hole_end = table_at(1);
    }
    SECTION("a hole where the page should be")
    {
        build_sg_tables(etr.memory, 4, table_at, page_at);
        etr.memory.hole_begin = page_at(0);
        etr.memory.hole_end = page_at(0) + 0x1000;
    }
    etr.linux.enable_etr(table_at(0), 4 * page_size, true);
    etr.linux.r.now = send_all(etr.source, 0x10, numbered(100), 8, etr.linux.r.now);
    // The formatter has stopped (TMCReady, FtEmpty), and takes what comes.
    CHECK((etr.sts() & 0x2c) == 0x2c);
    CHECK(etr.source.send(0x10, {1, 2, 3}, etr.linux.r.now));
    etr.linux.unlock();
    CHECK(etr.tmc.refuses(false, Tmc::RRD));
    CHECK(etr.tmc.refuses(true, Tmc::RWD));
    CHECK(etr.linux.read(Tmc::RRD) == 0xffff'ffff);
    etr.linux.flush_and_stop();
    etr.linux.write(Tmc::STS, 0x1f);
    CHECK((etr.sts() & 0x20) == 0x20);
    etr.linux.write(Tmc::STS, 0x20);
    CHECK((etr.sts() & 0x20) == 0);
    CHECK_FALSE(etr.tmc.refuses(false, Tmc::RRD));
    etr.linux.disable_hw();
    // A new session with good tables begins without the error.
    etr.memory.hole_end = 0;
    build_sg_tables(etr.memory, 4, table_at, page_at);
    etr.linux.enable_etr(table_at(0), 4 * page_size, true);
    send_all(etr.source, 0x10, numbered(100), 8, etr.linux.r.now);
    CHECK(!etr.linux.disable_etr().full);
}

TEST_CASE("after a memory error nothing is written, and enabling clears it", "[coresight][etr]")
{
    Etr etr;
    etr.memory.hole_begin = buffer + 0x100;
    etr.memory.hole_end = buffer + 0x110;
    etr.linux.enable_etr(buffer, 0x1000, false);
    etr.linux.r.now = send_all(etr.source, 0x10, numbered(1000), 8, etr.linux.r.now);
    CHECK((etr.sts() & 0x24) == 0x24);
    CHECK(etr.memory.writes.size() == 17); // the last one was refused
    etr.linux.unlock();
    etr.linux.write(Tmc::CTL, 0);
    CHECK((etr.sts() & 0x20) == 0x20);
    etr.linux.write(Tmc::CTL, 1);
    CHECK((etr.sts() & 0x20) == 0);
    etr.linux.write(Tmc::CTL, 0);
}

TEST_CASE("Secure accesses need permission", "[coresight][etr]")
{
    for (const bool allowed : {false, true}) {
        Etr etr{allowed};
        etr.linux.unlock();
        etr.linux.write(Tmc::RSZ, 256);
        etr.linux.write(Tmc::AXICTL, 0x1); // Secure, privileged
        etr.linux.write(Tmc::DBALO, 0x8000);
        etr.linux.write(Tmc::FFCR, 0x3);
        etr.linux.write(Tmc::CTL, 1);
        send_all(etr.source, 0x10, numbered(100), 8, etr.linux.r.now);
        CHECK(Tmc::Sts::MemErr::get(etr.sts()) == !allowed);
        CHECK(etr.memory.writes.empty() == !allowed);
        if (allowed) {
            CHECK(etr.memory.last.secure);
            CHECK(etr.memory.last.privileged);
        }
    }
}

TEST_CASE("a software FIFO in memory is read through RRD", "[coresight][etr]")
{
    Etr etr;
    build_sg_tables(etr.memory, 2, table_at, page_at);
    const bool scatter_gather = GENERATE(false, true);
    etr.linux.unlock();
    etr.linux.write(Tmc::RSZ, 2 * page_size / 4);
    etr.linux.write(Tmc::AXICTL, scatter_gather ? 0x82 : 0x02);
    etr.linux.write(Tmc::DBALO, table_at(0) + (scatter_gather ? 0 : 0x10'0000));
    etr.linux.write(Tmc::MODE, 1);
    etr.linux.write(Tmc::FFCR, 0x3);
    etr.linux.write(Tmc::CTL, 1);
    const auto sent = numbered(30'000);
    std::vector<u8> got;
    for (std::size_t at = 0; at < sent.size(); at += 8) {
        etr.source.send(0x10,
                        {sent.begin() + static_cast<std::ptrdiff_t>(at),
                         sent.begin() + static_cast<std::ptrdiff_t>(at + 8)},
                        etr.linux.r.now);
        if (at > 16'000)
            for (unsigned n = 0; n < 6; ++n)
                if (const u64 word = etr.linux.read(Tmc::RRD); word != 0xffff'ffff)
                    TmcDriver::append(got, word);
    }
    const auto drain = [&] {
        const auto more = etr.linux.dump();
        got.insert(got.end(), more.begin(), more.end());
    };
    drain();
    CHECK(etr.source.kept.empty());
    etr.linux.flush_and_stop();
    drain();
    CHECK(opencsd_deformat(got) == Streams{{0x10, sent}});
}

TEST_CASE("a buffer of nothing takes everything and holds nothing", "[coresight][etr]")
{
    Etr etr;
    etr.linux.enable_etr(buffer, 8, false);
    send_all(etr.source, 0x10, numbered(100), 8, etr.linux.r.now);
    etr.linux.disable_etr();
    CHECK(etr.memory.writes.empty());
}

TEST_CASE("memory takes its time, and a write buffer hides it", "[coresight][etr][time]")
{
    // 100 ns for a write, one at a time; four frames wait without the source noticing. A frame is
    // 15 bytes, and complete when the next byte is known.
    Etr etr;
    etr.memory.write_ps = 100'000;
    etr.linux.access_ps = 0;
    etr.linux.enable_etr(buffer, 0x1'0000, false);
    const std::vector<u8> fifteen(15, 0x42);
    CHECK(etr.source.send(1, fifteen, 0) == 0);       // in memory at 100 ns
    CHECK(etr.source.send(1, fifteen, 0) == 0);       // 200 ns
    CHECK(etr.source.send(1, fifteen, 0) == 0);       // 300 ns
    CHECK(etr.source.send(1, fifteen, 0) == 0);       // 400 ns: the buffer is full
    CHECK(etr.source.send(1, fifteen, 0) == 100'000); // 500 ns
    CHECK(etr.source.send(1, fifteen, 0) == 200'000); // 600 ns
    CHECK(etr.source.send(1, fifteen, 450'000) == 450'000);
    REQUIRE(etr.memory.writes.size() == 7);
    for (unsigned n = 0; n < 7; ++n)
        CHECK(etr.memory.writes[n].at_ps == n * 100'000);
    // The seventh is there at 700 ns, what the flush completes at 800 ns.
    etr.linux.unlock();
    etr.linux.r.now = 460'000;
    etr.linux.write(Tmc::FFCR, 0x1133);
    etr.linux.write(Tmc::FFCR, 0x1173);
    etr.linux.r.now = 799'999;
    CHECK((etr.sts() & 0x4) == 0);
    etr.linux.r.now = 800'000;
    CHECK((etr.sts() & 0x4) == 0x4);
}

TEST_CASE("tables cost memory time too", "[coresight][etr][time]")
{
    Etr etr;
    etr.memory.write_ps = 100'000;
    etr.memory.read_ps = 30'000;
    build_sg_tables(etr.memory, 2, table_at, page_at);
    etr.linux.access_ps = 0;
    etr.linux.enable_etr(table_at(0), 2 * page_size, true);
    const std::vector<u8> fifteen(15, 0x42);
    etr.source.send(1, fifteen, 0);
    etr.source.send(1, fifteen, 0);
    // The first entry was read before the first write.
    CHECK(etr.memory.writes.at(1).at_ps == 130'000);
}
