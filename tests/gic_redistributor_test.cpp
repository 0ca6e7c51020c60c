// SPDX-License-Identifier: MIT
#include "gic_bench.h"

using namespace sl;
using namespace sl::gic;

TEST_CASE("GICR_TYPER names its PE, and the last frame says so", "[gic][redistributor]")
{
    Config c;
    c.affinities = {0x0000'0000, 0x0102'0304};
    Bench b{c};
    CHECK(b.gicr(0, Redistributor::TYPER, 8) == 0x0000'0000'0000'0020);
    CHECK(b.gicr(1, Redistributor::TYPER, 8) == 0x0102'0304'0000'0130);
    CHECK(b.gicr(1, Redistributor::TYPER + 4) == 0x0102'0304); // as two words
    CHECK(b.gicr(1, Redistributor::TYPER) == 0x130);
    CHECK(b.gicr(1, 0xffe8) == 0x3b);
    CHECK(b.gicr(1, Redistributor::IIDR) == 0x43b);
}

TEST_CASE("GICR_CTLR has the DPG bits and no LPIs", "[gic][redistributor]")
{
    Bench b;
    b.set_gicr(0, Redistributor::CTLR, 0xffff'ffff);
    CHECK(b.gicr(0, Redistributor::CTLR) == 0x0300'0000); // one state: DPG0, DPG1NS
}

TEST_CASE("a Redistributor sleeps after reset, and while asleep forwards nothing",
          "[gic][redistributor]")
{
    Bench b;
    CHECK(b.gicr(0, Redistributor::WAKER) == 0x6);
    b.bring_up();
    CHECK(b.gicr(0, Redistributor::WAKER) == 0);
    b.arm_private(0, 27, 0x80);
    b.gic.set_ppi(0, 27, true, b.now);
    CHECK(b.irq(0));
    b.set_gicr(0, Redistributor::WAKER, 0x2);
    CHECK(b.gicr(0, Redistributor::WAKER) == 0x6);
    CHECK_FALSE(b.irq(0));
    b.set_gicr(0, Redistributor::WAKER, 0);
    CHECK(b.irq(0));
}

TEST_CASE("LPI registers are RAZ/WI", "[gic][redistributor]")
{
    Bench b;
    for (const u32 reg : {0x40u, 0x70u, 0x78u, 0xa0u, 0xb0u, 0xc0u}) {
        b.set_gicr(0, reg, 0xffff'ffff);
        CHECK(b.gicr(0, reg) == 0);
    }
}

TEST_CASE("SGIs are edges for ever, PPIs are levels unless configured", "[gic][redistributor]")
{
    Bench b;
    CHECK(b.sgi(0, Redistributor::ICFGR) == 0xaaaa'aaaa);
    b.set_sgi(0, Redistributor::ICFGR, 0);
    CHECK(b.sgi(0, Redistributor::ICFGR) == 0xaaaa'aaaa);
    CHECK(b.sgi(0, Redistributor::ICFGR + 4) == 0);
    b.set_sgi(0, Redistributor::ICFGR + 4, 0xffff'ffff);
    CHECK(b.sgi(0, Redistributor::ICFGR + 4) == 0xaaaa'aaaa);
}

TEST_CASE("private interrupts are each PE's own", "[gic][redistributor]")
{
    Bench b;
    b.bring_up();
    b.arm_private(0, 30, 0x80);
    b.arm_private(1, 30, 0x80);
    b.gic.set_ppi(1, 30, true, b.now);
    CHECK_FALSE(b.irq(0));
    CHECK(b.irq(1));
    CHECK(b.sgi(0, Redistributor::ISPENDR) == 0);
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 1u << 30);
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 30);
    CHECK(b.sgi(1, Redistributor::ISACTIVER) == 1u << 30);
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 1u << 30); // the wire is still high
    b.gic.set_ppi(1, 30, false, b.now);
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 0);
}

TEST_CASE("set and clear registers of the SGI frame change the bits written as one",
          "[gic][redistributor]")
{
    Bench b;

    struct Pair {
        u32 set, clear;
    };

    for (const Pair p : {Pair{Redistributor::ISENABLER, Redistributor::ICENABLER},
                         {Redistributor::ISPENDR, Redistributor::ICPENDR},
                         {Redistributor::ISACTIVER, Redistributor::ICACTIVER}}) {
        b.set_sgi(0, p.set, 0xf00f'0ff0);
        CHECK(b.sgi(0, p.clear) == 0xf00f'0ff0);
        b.set_sgi(0, p.clear, 0xf000'00f0);
        CHECK(b.sgi(0, p.set) == 0x000f'0f00);
        CHECK(b.sgi(1, p.set) == 0);
    }
    b.set_sgi(0, Redistributor::IPRIORITYR + 28, 0x1122'33ff);
    CHECK(b.sgi(0, Redistributor::IPRIORITYR + 28) == 0x1020'30f8);
    b.set_sgi(0, Redistributor::IGROUPR, 0x1234'5678);
    CHECK(b.sgi(0, Redistributor::IGROUPR) == 0x1234'5678);
}

TEST_CASE("an edge-triggered PPI is latched", "[gic][redistributor]")
{
    Bench b;
    b.bring_up();
    b.arm_private(0, 20, 0x80);
    b.set_sgi(0, Redistributor::ICFGR + 4, 0x2u << 2 * 4);
    b.gic.set_ppi(0, 20, true, b.now);
    b.gic.set_ppi(0, 20, false, b.now);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 20);
}

TEST_CASE("wires are shown to an observer once per change", "[gic][redistributor]")
{
    Bench b;

    struct Event {
        int pe;
        unsigned intid;
        bool level;
        u64 at;
    };

    std::vector<Event> seen;
    b.gic.on_wire([&](int pe, unsigned intid, bool level, u64 at) {
        seen.push_back({pe, intid, level, at});
    });
    b.gic.set_ppi(1, 27, true, 5);
    b.gic.set_ppi(1, 27, true, 6);
    b.gic.set_spi(33, true, 7);
    b.gic.set_ppi(1, 27, false, 8);
    REQUIRE(seen.size() == 3);
    CHECK((seen[0].pe == 1 && seen[0].intid == 27 && seen[0].level && seen[0].at == 5));
    CHECK((seen[1].pe == -1 && seen[1].intid == 33 && seen[1].level && seen[1].at == 7));
    CHECK((seen[2].pe == 1 && !seen[2].level && seen[2].at == 8));
}

TEST_CASE("reset forgets configuration and state, but not the wires", "[gic][redistributor]")
{
    Bench b;
    b.bring_up();
    b.arm_private(0, 27, 0x80);
    b.arm_spi(40, 0x70);
    b.gic.set_ppi(0, 27, true, b.now);
    b.gic.set_spi(40, true, b.now);
    b.read(0, Reg::ICC_IAR1_EL1);
    b.gic.reset(b.now);
    CHECK_FALSE(b.irq(0));
    CHECK(b.gicd(Distributor::CTLR) == 0x50);
    CHECK(b.gicr(0, Redistributor::WAKER) == 0x6);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.pending(40));
    CHECK_FALSE(b.active(40));
    CHECK(b.sgi(0, Redistributor::ISPENDR) == 1u << 27);
}
