// SPDX-License-Identifier: MIT
#include "trace/prohibited.h"
#include "trace_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;
using Kind = a64::Waypoint::Kind;

namespace {

constexpr u64 buffer = 0x8000'0000, buffer_size = 1u << 16;
constexpr u64 idle = 1, pmstable = 2;

} // namespace

// DDI 0487, "Prohibited regions", TRFCR_EL1, TRFCR_EL2.
TEST_CASE("Each filter bit governs its own level")
{
    FakePe pe;
    const Config config;

    struct Row {
        u8 el;
        bool tge;
        Reg reg;
        u64 bit;
    };

    const Row rows[] = {{0, false, Reg::TRFCR_EL1, 1},
                        {1, false, Reg::TRFCR_EL1, 2},
                        {0, true, Reg::TRFCR_EL2, 1},
                        {2, false, Reg::TRFCR_EL2, 2},
                        {2, true, Reg::TRFCR_EL2, 2}};
    for (const Row& row : rows) {
        pe.current_el = row.el;
        pe.regs[Reg::HCR_EL2] = row.tge ? u64{1} << 27 : 0;
        pe.regs[Reg::TRFCR_EL1] = row.reg == Reg::TRFCR_EL1 ? row.bit : 0;
        pe.regs[Reg::TRFCR_EL2] = row.reg == Reg::TRFCR_EL2 ? row.bit : 0;
        CHECK_FALSE(trace_prohibited(pe, config, false));
        pe.regs[Reg::TRFCR_EL1] = 3 & ~pe.regs[Reg::TRFCR_EL1];
        pe.regs[Reg::TRFCR_EL2] = 3 & ~pe.regs[Reg::TRFCR_EL2];
        CHECK(trace_prohibited(pe, config, false));
    }
}

TEST_CASE("EL3 is never traced, Secure state only with MDCR_EL3.STE")
{
    FakePe pe;
    Config config;
    config.has_el3 = true;
    pe.regs[Reg::TRFCR_EL1] = pe.regs[Reg::TRFCR_EL2] = 3;
    pe.regs[Reg::MDCR_EL3] = 1u << 18;
    pe.is_secure = true;
    pe.current_el = 3;
    CHECK(trace_prohibited(pe, config, false));
    pe.current_el = 1;
    CHECK_FALSE(trace_prohibited(pe, config, false));
    pe.regs[Reg::MDCR_EL3] = 0;
    CHECK(trace_prohibited(pe, config, false));
    pe.is_secure = false;
    CHECK_FALSE(trace_prohibited(pe, config, false));
}

// R_XWDZV.
TEST_CASE("An enabled buffer of EL1 prohibits EL2 and the host's EL0, one of EL2 does not")
{
    FakePe pe;
    const Config config;
    pe.regs[Reg::TRFCR_EL1] = pe.regs[Reg::TRFCR_EL2] = 3;
    const u64 e2tb = GENERATE(u64{0}, u64{2}, u64{3});
    pe.regs[Reg::MDCR_EL2] = e2tb << 24;
    const bool el1_owner = e2tb != 0;
    pe.current_el = 2;
    CHECK(trace_prohibited(pe, config, true) == el1_owner);
    CHECK_FALSE(trace_prohibited(pe, config, false));
    pe.current_el = 1;
    CHECK_FALSE(trace_prohibited(pe, config, true));
    pe.current_el = 0;
    CHECK_FALSE(trace_prohibited(pe, config, true));
    pe.regs[Reg::HCR_EL2] = u64{1} << 27;
    CHECK(trace_prohibited(pe, config, true) == el1_owner);
}

TEST_CASE("The ETE announces itself as the kernel's driver expects")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    CHECK((unit.read(Reg::TRCDEVARCH) & 0xfff0ffff) == 0x47705a13);
    CHECK(unit.read(Reg::TRCOSLSR) == 0x10);
    pe.regs[Reg::OSLSR_EL1] = 2;
    CHECK(unit.read(Reg::TRCOSLSR) == 0x12);
    CHECK(bits(unit.read(Reg::TRCIDR1), 11, 4) == 0xff);
    CHECK(bits(unit.read(Reg::TRCIDR2), 9, 5) == 4);   // 32-bit context IDs
    CHECK(bits(unit.read(Reg::TRCIDR3), 22, 20) == 7); // EL0, EL1, EL2
    CHECK(bits(unit.read(Reg::TRCIDR3), 19, 16) == 0); // no Secure state
    CHECK(bits(unit.read(Reg::TRCIDR5), 21, 16) == 7);
    CHECK(unit.read(Reg::TRCAUTHSTATUS) == 0x0c);
}

TEST_CASE("Claim tags are set and cleared one by one")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    CHECK(unit.read(Reg::TRCCLAIMCLR) == 0);
    CHECK(unit.read(Reg::TRCCLAIMSET) == 3);
    unit.write(Reg::TRCCLAIMSET, 2);
    CHECK(unit.read(Reg::TRCCLAIMCLR) == 2);
    unit.write(Reg::TRCCLAIMSET, 0xfd);
    CHECK(unit.read(Reg::TRCCLAIMCLR) == 3);
    unit.write(Reg::TRCCLAIMCLR, 2);
    CHECK(unit.read(Reg::TRCCLAIMCLR) == 1);
}

TEST_CASE("TRCSTATR follows the unit through enabling and disabling")
{
    FakePe pe;
    Config config;
    config.link_bytes = 1;
    TraceUnit unit{config, pe};
    pe.regs[Reg::MDCR_EL2] = 3u << 24;
    CHECK(unit.read(Reg::TRCSTATR) == (idle | pmstable));
    begin_session(pe, unit, buffer, buffer_size);
    CHECK(unit.read(Reg::TRCSTATR) == 0);
    unit.waypoint({Kind::Isb, true, 0, 4});
    unit.write(Reg::TRCPRGCTLR, 0);
    CHECK(unit.read(Reg::TRCSTATR) == 0);
    unit.synchronized();
    // Its bytes, one per nanosecond, have yet to leave the unit.
    CHECK(unit.read(Reg::TRCSTATR) == pmstable);
    pe.cycles += unit.statistics().ete.bytes;
    CHECK(unit.read(Reg::TRCSTATR) == (idle | pmstable));
    CHECK_FALSE(unit.tracing());
}

TEST_CASE("A driver that polls for idle without synchronizing gets there at its next branch")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    begin_session(pe, unit, buffer, buffer_size);
    unit.write(Reg::TRCPRGCTLR, 0);
    unit.waypoint({Kind::Direct, true, 0x10, 0x8});
    CHECK_FALSE(unit.tracing());
    CHECK((unit.read(Reg::TRCSTATR) & pmstable));
}

TEST_CASE("Registers keep their values while the unit is enabled")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    for (const Reg r : {Reg::TRCCONFIGR, Reg::TRCTRACEIDR, Reg::TRCSYNCPR, Reg::TRCSTALLCTLR})
        unit.write(r, ~u64{0});
    const u64 configr = unit.read(Reg::TRCCONFIGR);
    CHECK(unit.read(Reg::TRCTRACEIDR) == 0x7f);
    CHECK(unit.read(Reg::TRCSYNCPR) == 0x1f);
    CHECK(unit.read(Reg::TRCSTALLCTLR) == 0x210f);
    begin_session(pe, unit, buffer, buffer_size);
    unit.write(Reg::TRCCONFIGR, 0);
    unit.write(Reg::TRCTRACEIDR, 0);
    CHECK(unit.read(Reg::TRCCONFIGR) == configr);
    CHECK(unit.read(Reg::TRCTRACEIDR) == 0x7f);
}

TEST_CASE("The OS Lock keeps the trace unit off")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    pe.regs[Reg::OSLSR_EL1] = 2;
    begin_session(pe, unit, buffer, buffer_size);
    CHECK_FALSE(unit.tracing());
    pe.regs[Reg::OSLSR_EL1] = 0;
    unit.synchronized();
    CHECK(unit.tracing());
    pe.regs[Reg::OSLSR_EL1] = 2;
    unit.synchronized();
    CHECK_FALSE(unit.tracing());
}

TEST_CASE("TRCVICTLR excludes Exception levels")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    const u8 excluded = GENERATE(u8{0}, u8{1}, u8{2});
    unit.write(Reg::TRCVICTLR, u64{1} << (20 + excluded) | 1u << 9 | 1);
    unit.write(Reg::TRCPRGCTLR, 1);
    pe.regs[Reg::TRFCR_EL1] = pe.regs[Reg::TRFCR_EL2] = 3;
    for (u8 el = 0; el < 3; ++el) {
        pe.current_el = el;
        unit.synchronized();
        CHECK(unit.tracing() == (el != excluded));
    }
}

TEST_CASE("TSB CSYNC waits for the link and for memory, and the pointer is then exact")
{
    FakePe pe;
    Config config;
    config.link_bytes = 4;
    config.link_hz = 100'000'000; // 10 ns a transfer
    config.memory_latency_ps = 70'000;
    TraceUnit unit{config, pe};
    pe.regs[Reg::MDCR_EL2] = 3u << 24;
    begin_session(pe, unit, buffer, buffer_size);
    pe.cycles = 100; // 100 ns
    unit.waypoint({Kind::Indirect, true, 0, 0x1000});
    // A-Sync 12, Trace Info 3, Trace On 1, address with context 10; the atom waits in the unit.
    CHECK(unit.statistics().ete.bytes == 26);
    CHECK(unit.read(Reg::TRBPTR_EL1) == buffer + 4);
    CHECK(unit.trace_sync() == 7 * 10'000 + 70'000);
    CHECK(unit.read(Reg::TRBPTR_EL1) == buffer + 27);
    CHECK(unit.statistics().drain_ps == 140'000);
    // Nothing more to do: no wait, once that has passed.
    pe.cycles += 140;
    CHECK(unit.trace_sync() == 0);
    CHECK(unit.statistics().drains == 2);
}

TEST_CASE("What a disabled buffer was sent is lost, what had left before is not")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    pe.regs[Reg::MDCR_EL2] = 3u << 24;
    begin_session(pe, unit, buffer, buffer_size);
    pe.cycles = 100;
    unit.waypoint({Kind::Indirect, true, 0, 0x1000});
    pe.cycles += 2; // 2 ns: the transfers at 100, 101 and 102 ns
    unit.write(Reg::TRBLIMITR_EL1, buffer + buffer_size);
    CHECK(unit.read(Reg::TRBPTR_EL1) == buffer + 24);
    unit.trace_sync();
    CHECK(unit.read(Reg::TRBPTR_EL1) == buffer + 24);
    CHECK(unit.statistics().trbe.discarded == 3);
}

TEST_CASE("Reset disables all and loses what was held")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    begin_session(pe, unit, buffer, buffer_size);
    unit.waypoint({Kind::Indirect, true, 0, 0x1000});
    unit.reset();
    CHECK_FALSE(unit.tracing());
    CHECK(unit.read(Reg::TRCSTATR) == (idle | pmstable));
    CHECK(unit.read(Reg::TRBLIMITR_EL1) == 0);
    CHECK(unit.statistics().ete.bytes ==
          unit.statistics().trbe.written + unit.statistics().trbe.discarded);
}
