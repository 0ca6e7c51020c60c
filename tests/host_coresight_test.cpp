// SPDX-License-Identifier: MIT
// The host's drivers of funnel, replicator and TMC on the models of these components.
#include "coresight/funnel.h"
#include "coresight/replicator.h"
#include "coresight/tmc.h"
#include "coresight_bench.h"
#include "coresight_memory.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

extern "C" {
#include "coresight.h"
#include "mmio.h"
#include "tmc.h"
}

using namespace sl;
using namespace sl::coresight;

namespace {

constexpr u64 mhz100 = 100'000'000;
constexpr std::uintptr_t funnel_at = 0x1000, etf_at = 0x2000, replicator_at = 0x3000,
                         etr_at = 0x4000;
constexpr u64 buffer_at = 0x8800'0000;

/// funnel -> ETF -> replicator -> ETR and a second receiver.
struct Bench {
    Bench()
    {
        funnel.connect(0, a);
        funnel.connect(1, b);
        funnel.connect(etf);
        etf.connect(static_cast<AtbSource&>(funnel));
        etf.connect(static_cast<AtbTarget&>(replicator));
        replicator.connect(etf);
        replicator.connect(0, etr);
        replicator.connect(1, other);
        etr.connect(replicator.output(0));
        here = this;
    }

    ~Bench() { here = nullptr; }

    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    Component& at(std::uintptr_t address)
    {
        switch (address >> 12) {
        case 1:
            return funnel;
        case 2:
            return etf;
        case 3:
            return replicator;
        default:
            REQUIRE(address >> 12 == 4);
            return etr;
        }
    }

    u64 look(std::uintptr_t base, u32 offset) { return at(base).read(offset, 4, {{}, now, true}); }

    /// All the links, as the path's driver opens them.
    void open(const tmc_buffer& buffer)
    {
        REQUIRE(tmc_etr_enable(etr_at, &buffer));
        REQUIRE(replicator_reset(replicator_at));
        REQUIRE(replicator_enable(replicator_at, 0));
        REQUIRE(tmc_etf_enable(etf_at));
        REQUIRE(funnel_enable(funnel_at, 0));
    }

    void close()
    {
        funnel_disable(funnel_at, 0);
        tmc_etf_disable(etf_at);
        replicator_disable(replicator_at, 0);
        tmc_etr_disable(etr_at);
    }

    void send(unsigned beats)
    {
        for (unsigned n = 0; n < beats; ++n) {
            const auto taken = a.send(0x10, {static_cast<u8>(n), 1, 2, 3}, now);
            REQUIRE(taken);
            now = *taken;
            funnel.advance(now);
        }
    }

    static Bench* here;
    u64 now = 0;
    TestMemory memory;
    TestTarget other;
    Funnel funnel{{.ports = 2, .width = 4, .hz = mhz100}};
    TestSource a{funnel.port(0)}, b{funnel.port(1)};
    Tmc etf{{.type = Tmc::Type::Etf, .ram_bytes = 4096, .hz = mhz100}};
    Replicator replicator;
    Tmc etr{{.type = Tmc::Type::Etr, .hz = mhz100}, memory, nullptr};
};

Bench* Bench::here = nullptr;

constexpr u64 access_ps = 50'000;

} // namespace

extern "C" {

std::uint32_t mmio_read32(std::uintptr_t address)
{
    Bench& b = *Bench::here;
    b.now += access_ps;
    return static_cast<std::uint32_t>(
        b.at(address).read(static_cast<u32>(address & 0xfff), 4, {{}, b.now, false}));
}

void mmio_write32(std::uintptr_t address, std::uint32_t value)
{
    Bench& b = *Bench::here;
    b.now += access_ps;
    b.at(address).write(static_cast<u32>(address & 0xfff), 4, {{}, b.now, false}, value);
}
}

TEST_CASE("components are known by their part number", "[host][coresight]")
{
    Bench b;
    CHECK(coresight_part(funnel_at) == CORESIGHT_FUNNEL);
    CHECK(coresight_part(etf_at) == CORESIGHT_TMC);
    CHECK(coresight_part(replicator_at) == CORESIGHT_REPLICATOR);
    CHECK(coresight_part(etr_at) == CORESIGHT_TMC);
}

TEST_CASE("trace goes through all links into a flat buffer, to the last byte", "[host][coresight]")
{
    Bench b;
    const tmc_buffer buffer{.size = 0x4000, .flat = buffer_at, .pages = nullptr, .table = 0};
    b.open(buffer);
    CHECK(b.look(funnel_at, Funnel::FUNCTL) == 0x701);
    CHECK(b.look(replicator_at, Replicator::IDFILTER1) == 0xff);
    CHECK(b.look(etr_at, Tmc::FFCR) == 0x133);
    b.send(100);
    b.a.held.push_back(beat_of(0x10, std::array<u8, 1>{0x77})); // what only a flush brings out
    const auto result = tmc_etr_read(etr_at, &buffer);
    CHECK_FALSE(result.error);
    CHECK_FALSE(result.full);
    CHECK(result.first == 0);
    // 401 bytes, 15 to a frame at most, and an announcement of the ID in the first.
    CHECK(result.bytes >= 27 * 16);
    CHECK(result.bytes <= 31 * 16);
    const auto bytes = b.memory.bytes(buffer_at, result.bytes);
    CHECK(std::find(bytes.end() - 16, bytes.end(), 0x77) != bytes.end());
    b.close();
    CHECK(b.other.got.empty());
    for (const std::uintptr_t base : {funnel_at, etf_at, replicator_at, etr_at}) {
        CHECK((b.look(base, Component::CLAIMCLR) & 3) == 0);
        CHECK((b.look(base, Component::LSR) & 2) == 2);
    }
    CHECK(b.look(funnel_at, Funnel::FUNCTL) == 0x700);
}

TEST_CASE("a scattered buffer is filled in the order of its pages", "[host][coresight]")
{
    Bench b;
    const std::array<u64, 3> pages{0x9000'4000, 0x9000'0000, 0x9000'2000};
    const u64 table = 0x9100'0000;
    std::array<u32, 1024> entries{};
    std::uint32_t* mapped[] = {entries.data()};
    tmc_fill_tables(mapped, &table, pages.data(), 3);
    for (unsigned n = 0; n < entries.size(); ++n)
        b.memory.put(table + 4 * n, entries[n]);
    const tmc_buffer buffer{.size = 0x3000, .flat = 0, .pages = pages.data(), .table = table};
    b.open(buffer);
    CHECK(b.look(etr_at, Tmc::AXICTL) == 0xf82);
    b.send(1200); // 4800 bytes: more than a page
    auto result = tmc_etr_read(etr_at, &buffer);
    CHECK_FALSE(result.error);
    CHECK(result.bytes > 0x1000);
    CHECK(result.bytes < 0x2000);
    CHECK(b.memory.bytes(pages[0], 16) != std::vector<u8>(16, 0));
    CHECK(b.memory.bytes(pages[1], 16) != std::vector<u8>(16, 0));
    CHECK(b.memory.bytes(pages[2], 16) == std::vector<u8>(16, 0));
    b.close();
    // Round and round: the oldest byte is where the next would go.
    b.open(buffer);
    b.send(4000);
    result = tmc_etr_read(etr_at, &buffer);
    CHECK(result.full);
    CHECK(result.bytes == 0x3000);
    CHECK(result.first < 0x3000);
    CHECK(result.first % 16 == 0);
}

TEST_CASE("scatter-gather tables link on with their last entry", "[host][coresight]")
{
    CHECK(tmc_tables(1) == 1);
    CHECK(tmc_tables(1024) == 1);
    CHECK(tmc_tables(1025) == 2);
    CHECK(tmc_tables(2047) == 2);
    CHECK(tmc_tables(2048) == 3);
    std::vector<u64> pages;
    for (u64 n = 0; n < 2048; ++n)
        pages.push_back(0xf'0000'0000 + n * 0x1000);
    const std::array<u64, 3> tables{0x1000, 0x2000, 0x3000};
    std::array<std::array<u32, 1024>, 3> entries{};
    std::uint32_t* mapped[] = {entries[0].data(), entries[1].data(), entries[2].data()};
    tmc_fill_tables(mapped, tables.data(), pages.data(), 2048);
    CHECK(entries[0][0] == 0x0f00'0002);
    CHECK(entries[0][1023] == 0x0000'0023);
    CHECK(entries[1][1022] == (0x0f00'0002 | 2045u << 4));
    CHECK(entries[1][1023] == 0x0000'0033);
    CHECK(entries[2][0] == (0x0f00'0002 | 2046u << 4));
    CHECK(entries[2][1] == (0x0f00'0001 | 2047u << 4));
    CHECK(entries[2][2] == 0);
}

TEST_CASE("what somebody else has claimed is left alone", "[host][coresight]")
{
    Bench b;
    const tmc_buffer buffer{.size = 0x4000, .flat = buffer_at, .pages = nullptr, .table = 0};
    for (const std::uintptr_t base : {funnel_at, etf_at, replicator_at, etr_at}) {
        coresight_unlock(base);
        mmio_write32(base + CORESIGHT_CLAIMSET, 1); // an external debugger
        coresight_lock(base);
    }
    CHECK_FALSE(tmc_etr_enable(etr_at, &buffer));
    CHECK_FALSE(replicator_reset(replicator_at));
    CHECK_FALSE(tmc_etf_enable(etf_at));
    CHECK_FALSE(funnel_enable(funnel_at, 0));
    CHECK(b.look(etr_at, Tmc::CTL) == 0);
    CHECK(b.look(etf_at, Tmc::CTL) == 0);
    CHECK(b.look(funnel_at, Funnel::FUNCTL) == 0x300);
    CHECK(b.look(replicator_at, Replicator::IDFILTER0) == 0);
}

TEST_CASE("a funnel stays claimed until its last input is closed", "[host][coresight]")
{
    Bench b;
    REQUIRE(funnel_enable(funnel_at, 0));
    REQUIRE(funnel_enable(funnel_at, 1));
    CHECK(b.look(funnel_at, Funnel::FUNCTL) == 0x703);
    funnel_disable(funnel_at, 0);
    CHECK(b.look(funnel_at, Funnel::FUNCTL) == 0x702);
    CHECK(b.look(funnel_at, Component::CLAIMCLR) == 2);
    funnel_disable(funnel_at, 1);
    CHECK(b.look(funnel_at, Component::CLAIMCLR) == 0);
}
