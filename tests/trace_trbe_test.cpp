// SPDX-License-Identifier: MIT
#include "trace_bench.h"

#include <catch2/catch.hpp>

#include <numeric>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr u64 base = 0xffff'8000'0010'0000, limit = base + page_size;
constexpr u64 enable = 1, wrap_mode = 1u << 1, circular = 3u << 1, physical = 1u << 5;
constexpr u64 s = 1u << 17, ea = 1u << 18, wrapped = 1u << 20, irq = 1u << 22;

struct Bench {
    Bench()
        : trbe{{}, pe}
    {
        pe.regs[Reg::MDCR_EL2] = 3u << 24;
        trbe.write(Reg::TRBBASER_EL1, base);
        trbe.write(Reg::TRBPTR_EL1, base);
    }

    void feed(unsigned count)
    {
        for (unsigned i = 0; i < count; i += 8) {
            std::array<u8, 8> bytes;
            std::iota(bytes.begin(), bytes.end(), static_cast<u8>(fed));
            const unsigned now = std::min(8u, count - i);
            trbe.receive(std::span{bytes}.first(now), 1000);
            fed += now;
        }
    }

    u64 reg(Reg r) const { return trbe.read(r); }

    FakePe pe;
    Trbe trbe;
    unsigned fed = 0;
};

} // namespace

TEST_CASE("A buffer writes trace at its pointer, through the regime of its owner")
{
    Bench b;
    b.pe.offset = 0x4000'0000;
    b.trbe.write(Reg::TRBLIMITR_EL1, limit | enable);
    SECTION("EL1") {}
    SECTION("EL2")
    {
        b.pe.regs[Reg::MDCR_EL2] = 0;
    }
    SECTION("EL2&0")
    {
        b.pe.regs[Reg::MDCR_EL2] = 0;
        b.pe.regs[Reg::HCR_EL2] = u64{1} << 34;
    }
    b.feed(13);
    const pe::Regime regime = b.pe.regs[Reg::MDCR_EL2]  ? pe::Regime::El10
                              : b.pe.regs[Reg::HCR_EL2] ? pe::Regime::El20
                                                        : pe::Regime::El2;
    CHECK(b.pe.translations.front().regime == regime);
    CHECK(b.pe.translations.front().va == base);
    CHECK(b.reg(Reg::TRBPTR_EL1) == base + 13);
    const std::vector<u8> expected{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0};
    CHECK(b.pe.memory.bytes((base & ones(40)) + b.pe.offset, 14) == expected);
    CHECK(b.reg(Reg::TRBSR_EL1) == 0);
    CHECK(b.pe.memory.last.pe == 3);
    // Whoever records transactions has heard of the same bytes at the same addresses.
    unsigned at = 0;
    for (const FakePe::Told& t : b.pe.told) {
        CHECK(t.va == base + at);
        CHECK(t.pa == (base & ones(40)) + b.pe.offset + at);
        CHECK(t.status == BusStatus::Ok);
        CHECK((t.first & 0xff) == at);
        at += t.bytes;
    }
    CHECK(at == 13);
}

TEST_CASE("A disabled buffer discards")
{
    Bench b;
    b.trbe.write(Reg::TRBLIMITR_EL1, limit);
    b.feed(16);
    CHECK(b.pe.translations.empty());
    CHECK(b.reg(Reg::TRBPTR_EL1) == base);
    CHECK(b.trbe.statistics().discarded == 16);
}

TEST_CASE("FILL mode: at the limit the pointer wraps, collection stops, the interrupt is raised")
{
    Bench b;
    b.trbe.write(Reg::TRBPTR_EL1, limit - 4);
    b.trbe.write(Reg::TRBLIMITR_EL1, limit | enable);
    b.feed(8);
    CHECK(b.reg(Reg::TRBPTR_EL1) == base);
    CHECK(b.reg(Reg::TRBSR_EL1) == (wrapped | irq | s | 1));
    CHECK(b.trbe.statistics().discarded == 4);
    CHECK(b.pe.interrupt == 31);
    CHECK(b.pe.line);
    b.feed(8);
    CHECK(b.trbe.statistics().written == 4);

    // The line is TRBSR_EL1.IRQ itself.
    b.trbe.write(Reg::TRBSR_EL1, wrapped | s | 1);
    CHECK_FALSE(b.pe.line);
    b.feed(8);
    CHECK(b.trbe.statistics().written == 4);
    b.trbe.write(Reg::TRBSR_EL1, 0);
    b.feed(8);
    CHECK(b.trbe.statistics().written == 12);
}

TEST_CASE("WRAP mode goes on behind the limit and raises the interrupt, CIRC does so silently")
{
    Bench b;
    const u64 mode = GENERATE(wrap_mode, circular);
    b.trbe.write(Reg::TRBPTR_EL1, limit - 4);
    b.trbe.write(Reg::TRBLIMITR_EL1, limit | mode | enable);
    b.feed(8);
    CHECK(b.reg(Reg::TRBPTR_EL1) == base + 4);
    CHECK(b.reg(Reg::TRBSR_EL1) == (mode == wrap_mode ? wrapped | irq : wrapped));
    CHECK(b.pe.line == (mode == wrap_mode));
    CHECK(b.pe.memory.bytes(limit - 4 & ones(40), 4) == std::vector<u8>{0, 1, 2, 3});
    CHECK(b.pe.memory.bytes(base & ones(40), 4) == std::vector<u8>{4, 5, 6, 7});
}

TEST_CASE("A fault stops the buffer at the faulting address with class and status code")
{
    Bench b;
    b.trbe.write(Reg::TRBLIMITR_EL1, base + 2 * page_size + enable);
    b.trbe.write(Reg::TRBPTR_EL1, base + page_size - 4);
    pe::Fault fault;
    u64 ec = 0x24;
    SECTION("stage 1 translation fault, level 3")
    {
        fault.fsc = 0x07;
    }
    SECTION("stage 1 permission fault, level 2")
    {
        fault.fsc = 0x0e;
    }
    SECTION("stage 2 translation fault, level 1")
    {
        fault.fsc = 0x05;
        fault.stage2 = true;
        ec = 0x25;
    }
    b.pe.faults[base + page_size] = fault;
    b.feed(8);
    CHECK(b.reg(Reg::TRBPTR_EL1) == base + page_size);
    CHECK(b.reg(Reg::TRBSR_EL1) == (ec << 26 | irq | s | fault.fsc));
    CHECK(b.pe.line);
    CHECK(b.trbe.statistics().written == 4);
    CHECK(b.trbe.statistics().discarded == 4);
    CHECK(b.trbe.statistics().faults == 1);
}

TEST_CASE("An external abort stops the buffer with EA")
{
    Bench b;
    b.trbe.write(Reg::TRBLIMITR_EL1, limit | enable);
    b.pe.memory.holes.insert(base & ones(40));
    b.feed(8);
    CHECK(b.reg(Reg::TRBSR_EL1) == (irq | s | ea));
    CHECK(b.reg(Reg::TRBPTR_EL1) == base);
}

TEST_CASE("With nVM the pointers are intermediate physical addresses of EL1, physical ones of EL2")
{
    Bench b;
    b.pe.ipa_offset = 0x1000'0000;
    constexpr u64 low = 0x5000'0000;
    b.trbe.write(Reg::TRBBASER_EL1, low);
    b.trbe.write(Reg::TRBPTR_EL1, low);
    const bool el2 = GENERATE(false, true);
    if (el2)
        b.pe.regs[Reg::MDCR_EL2] = 0;
    b.trbe.write(Reg::TRBLIMITR_EL1, low + page_size + physical + enable);
    b.feed(4);
    CHECK(b.pe.translations.empty());
    CHECK(b.pe.memory.bytes(low + (el2 ? 0 : b.pe.ipa_offset), 4) == std::vector<u8>{0, 1, 2, 3});
}

TEST_CASE("TRBIDR_EL1.P tells who may not program the buffer")
{
    FakePe pe;
    Config config;
    constexpr u64 p = 1u << 4;
    SECTION("without EL3")
    {
        Trbe trbe{config, pe};
        // E2TB, EL, P
        const u64 e2tb = GENERATE(u64{0}, u64{2}, u64{3});
        pe.regs[Reg::MDCR_EL2] = e2tb << 24;
        pe.current_el = 1;
        CHECK(trbe.read(Reg::TRBIDR_EL1) == (e2tb == 0 ? p : 0));
        pe.current_el = 2;
        CHECK(trbe.read(Reg::TRBIDR_EL1) == 0);
    }
    SECTION("with EL3, which keeps it or gives it away")
    {
        config.has_el3 = true;
        Trbe trbe{config, pe};
        pe.regs[Reg::MDCR_EL2] = 3u << 24;
        const u64 nstb = GENERATE(u64{0}, u64{1}, u64{2}, u64{3});
        pe.regs[Reg::MDCR_EL3] = nstb << 24;
        for (u8 el = 1; el < 3; ++el) {
            pe.current_el = el;
            CHECK(trbe.read(Reg::TRBIDR_EL1) == (nstb < 2 ? p : 0));
        }
        pe.is_secure = true;
        pe.current_el = 1;
        CHECK(trbe.read(Reg::TRBIDR_EL1) == (nstb < 2 ? 0 : p));
        pe.current_el = 3;
        CHECK(trbe.read(Reg::TRBIDR_EL1) == 0);
    }
}

TEST_CASE("Buffer registers keep what is writable, reset disables and lowers the interrupt")
{
    Bench b;
    for (const Reg r : {Reg::TRBLIMITR_EL1, Reg::TRBPTR_EL1, Reg::TRBBASER_EL1, Reg::TRBMAR_EL1,
                        Reg::TRBTRG_EL1, Reg::TRBSR_EL1})
        b.trbe.write(r, ~u64{0});
    CHECK(b.reg(Reg::TRBLIMITR_EL1) == (page_mask | 0x7f));
    CHECK(b.reg(Reg::TRBPTR_EL1) == ~u64{0});
    CHECK(b.reg(Reg::TRBBASER_EL1) == page_mask);
    CHECK(b.reg(Reg::TRBMAR_EL1) == 0x3ff);
    CHECK(b.reg(Reg::TRBTRG_EL1) == 0xffff'ffff);
    CHECK(b.reg(Reg::TRBSR_EL1) == 0x00ff'ffff'fc76'ffff);
    CHECK(b.pe.line);
    b.trbe.reset();
    CHECK_FALSE(b.trbe.enabled());
    CHECK_FALSE(b.pe.line);
}
