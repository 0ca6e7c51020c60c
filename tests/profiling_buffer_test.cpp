// SPDX-License-Identifier: MIT
#include "trace/profiling_buffer.h"
#include "trace_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr u64 base = 0xffff'8000'0010'0000, limit = base + page_size;
constexpr u64 e = 1, s = 1u << 17, ea = 1u << 18;
constexpr u64 owned_by_el1 = 3u << 12;

struct Bench {
    explicit Bench(const SpeConfig& config = {})
        : buffer{config, pe}
    {
        pe.regs[Reg::MDCR_EL2] = owned_by_el1;
        buffer.write(Reg::PMBPTR_EL1, base);
        buffer.write(Reg::PMBLIMITR_EL1, limit | e);
    }

    u64 reg(Reg r) const { return buffer.read(r); }

    FakePe pe;
    ProfilingBuffer buffer;
    SpeRecord record = [] {
        SpeRecord r;
        r.fill(0x5a);
        return r;
    }();
};

} // namespace

TEST_CASE("A record goes to the pointer, through the regime of the owner", "[spe]")
{
    Bench b;
    b.pe.offset = 0x4000'0000;
    pe::Regime regime = pe::Regime::El10;
    SECTION("EL1") {}
    SECTION("EL2")
    {
        b.pe.regs[Reg::MDCR_EL2] = 0;
        regime = pe::Regime::El2;
    }
    SECTION("EL2&0")
    {
        b.pe.regs[Reg::MDCR_EL2] = 0;
        b.pe.regs[Reg::HCR_EL2] = u64{1} << 34;
        regime = pe::Regime::El20;
    }
    REQUIRE(b.buffer.running());
    CHECK(b.buffer.store(b.record));
    CHECK(b.pe.translations.front().regime == regime);
    CHECK(b.pe.translations.front().va == base);
    CHECK(b.reg(Reg::PMBPTR_EL1) == base + 64);
    CHECK(b.pe.memory.bytes((base & ones(40)) + b.pe.offset, 64) == std::vector<u8>(64, 0x5a));
    CHECK(b.reg(Reg::PMBSR_EL1) == 0);
    CHECK(b.buffer.landed_ps() == 100'000);
}

TEST_CASE("A fault stops the profiling buffer with its syndrome", "[spe]")
{
    Bench b;
    u64 syndrome = 0;
    SECTION("stage 1")
    {
        b.pe.faults[base] = {.fsc = 0x07};
        syndrome = u64{0x24} << 26 | 0x07;
    }
    SECTION("stage 2")
    {
        b.pe.faults[base] = {.fsc = 0x0f, .stage2 = true};
        syndrome = u64{0x25} << 26 | 0x0f;
    }
    SECTION("external abort")
    {
        b.pe.memory.holes.insert(base & ones(40));
        syndrome = ea;
    }
    CHECK(!b.buffer.store(b.record));
    CHECK(b.reg(Reg::PMBSR_EL1) == (s | syndrome));
    CHECK(b.reg(Reg::PMBPTR_EL1) == base);
    CHECK(!b.buffer.running());
    CHECK(b.buffer.enabled());
    CHECK(b.pe.interrupt == 21);
    CHECK(b.pe.line);
    b.buffer.write(Reg::PMBSR_EL1, 0);
    CHECK(!b.pe.line);
    CHECK(b.buffer.statistics().faults == 1);
}

TEST_CASE("The profiling buffer is full when no other record fits", "[spe]")
{
    Bench b;
    SECTION("after the last one")
    {
        b.buffer.write(Reg::PMBPTR_EL1, limit - 128);
        CHECK(b.buffer.store(b.record));
        CHECK(b.buffer.running());
        CHECK(b.buffer.store(b.record));
        CHECK(b.reg(Reg::PMBPTR_EL1) == limit);
    }
    SECTION("before the first one: it is lost, nothing is written")
    {
        b.buffer.write(Reg::PMBPTR_EL1, limit);
        CHECK(!b.buffer.store(b.record));
        CHECK(b.reg(Reg::PMBPTR_EL1) == limit);
        CHECK(b.pe.translations.empty());
    }
    CHECK(b.reg(Reg::PMBSR_EL1) == (s | 1));
    CHECK(b.buffer.statistics().full == 1);
}

TEST_CASE("Reserved bits of PMB* stay clear", "[spe]")
{
    Bench b;
    for (const Reg reg : {Reg::PMBLIMITR_EL1, Reg::PMBPTR_EL1, Reg::PMBSR_EL1})
        b.buffer.write(reg, ~u64{0});
    CHECK(b.reg(Reg::PMBLIMITR_EL1) == (page_mask | e));
    CHECK(b.reg(Reg::PMBPTR_EL1) == ~u64{63}); // PMBIDR_EL1.Align
    CHECK(b.reg(Reg::PMBSR_EL1) == 0xfc0f'ffff);
    b.buffer.reset();
    CHECK(!b.buffer.enabled());
    CHECK(!b.pe.line);
}

TEST_CASE("EL3 keeps the profiling buffer until MDCR_EL3.NSPB gives it away", "[spe]")
{
    constexpr u64 p = 1u << 4;
    Bench b{{.has_el3 = true}};
    for (const u8 el : {u8{1}, u8{2}}) {
        b.pe.current_el = el;
        b.pe.regs[Reg::MDCR_EL3] = 0;
        CHECK(b.reg(Reg::PMBIDR_EL1) == (6 | p));
        b.pe.regs[Reg::MDCR_EL3] = 3u << 12;
        CHECK(b.reg(Reg::PMBIDR_EL1) == 6);
    }
    b.pe.is_secure = true;
    CHECK(b.reg(Reg::PMBIDR_EL1) == (6 | p));
}

TEST_CASE("built-in firmware that keeps the profiling buffer shows in PMBIDR_EL1.P", "[spe]")
{
    Bench b{{.kept = true}};
    for (const u8 el : {u8{1}, u8{2}}) {
        b.pe.current_el = el;
        CHECK(b.reg(Reg::PMBIDR_EL1) == (6 | 1u << 4));
    }
}
