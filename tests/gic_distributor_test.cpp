// SPDX-License-Identifier: MIT
#include "gic_bench.h"

#include <stdexcept>

using namespace sl;
using namespace sl::gic;

TEST_CASE("GICD identification says GICv3, Arm, no LPIs", "[gic][distributor]")
{
    Bench b;
    CHECK(b.gicd(Distributor::IIDR) == 0x43b);
    CHECK(b.gicd(0xffe8) == 0x3b); // PIDR2: ArchRev = 3, JEDEC, DES_1
    CHECK(b.gicd(0xffe0) == 0x92);
    CHECK(b.gicd(0xffd0) == 0x44);
    CHECK(b.gicd(0xfff0) == 0x0d);
    CHECK(b.gicd(0xfffc) == 0xb1);
    CHECK(b.gicd(Distributor::TYPER2) == 0);
}

TEST_CASE("GICD_TYPER tells the number of SPIs and what is not there", "[gic][distributor]")
{
    for (const auto& [spis, lines] : {std::pair{32u, 1u}, {64u, 2u}, {960u, 30u}, {988u, 31u}}) {
        Config c = Bench::two_pes();
        c.spis = spis;
        Bench b{c};
        const u64 typer = b.gicd(Distributor::TYPER);
        CHECK(bits(typer, 4, 0) == lines);
        CHECK(bits(typer, 7, 5) == 0);   // CPUNumber: affinity routing only
        CHECK_FALSE(bit(typer, 8));      // ESPI
        CHECK_FALSE(bit(typer, 10));     // SecurityExtn
        CHECK(bit(typer, 16));           // MBIS
        CHECK_FALSE(bit(typer, 17));     // LPIS
        CHECK_FALSE(bit(typer, 18));     // DVIS
        CHECK(bits(typer, 23, 19) == 9); // IDbits: 10 bits of INTID
        CHECK(bit(typer, 24));           // A3V
        CHECK_FALSE(bit(typer, 25));     // No1N
        CHECK_FALSE(bit(typer, 26));     // RSS
    }
}

TEST_CASE("with one security state GICD_CTLR has two enables, ARE and DS", "[gic][distributor]")
{
    Bench b;
    CHECK(b.gicd(Distributor::CTLR) == 0x50); // DS, ARE: RAO/WI
    b.set_gicd(Distributor::CTLR, 0xffff'ffff);
    CHECK(b.gicd(Distributor::CTLR) == 0x53);
    b.set_gicd(Distributor::CTLR, 0);
    CHECK(b.gicd(Distributor::CTLR) == 0x50);
}

TEST_CASE("set and clear registers change the bits written as one", "[gic][distributor]")
{
    Bench b;

    struct Pair {
        u32 set, clear;
    };

    for (const Pair p : {Pair{Distributor::ISENABLER, Distributor::ICENABLER},
                         {Distributor::ISPENDR, Distributor::ICPENDR},
                         {Distributor::ISACTIVER, Distributor::ICACTIVER}}) {
        INFO("set register at " << p.set);
        b.set_gicd(p.set + 4, 0x00ff'00f0);
        b.set_gicd(p.set + 4, 0x8000'0000);
        CHECK(b.gicd(p.set + 4) == 0x80ff'00f0);
        CHECK(b.gicd(p.clear + 4) == 0x80ff'00f0);
        b.set_gicd(p.clear + 4, 0x800f'0000);
        CHECK(b.gicd(p.set + 4) == 0x00f0'00f0);
        CHECK(b.gicd(p.set + 8) == 0);
    }
}

TEST_CASE("registers of private and of absent interrupts are RAZ/WI in GICD", "[gic][distributor]")
{
    Bench b; // INTIDs 32 to 95
    for (const u32 reg : {Distributor::IGROUPR, Distributor::ISENABLER, Distributor::ISPENDR,
                          Distributor::ISACTIVER, Distributor::IPRIORITYR, Distributor::ICFGR}) {
        b.set_gicd(reg, 0xffff'ffff);
        CHECK(b.gicd(reg) == 0);
    }
    b.set_gicd(Distributor::ISENABLER + 12, 0xffff'ffff); // INTID 96 upwards
    CHECK(b.gicd(Distributor::ISENABLER + 12) == 0);
    b.set_gicd(Distributor::IPRIORITYR + 96, 0xff, 1);
    CHECK(b.gicd(Distributor::IPRIORITYR + 96, 1) == 0);
    b.set_gicd(Distributor::IROUTER + 8 * 96, 1, 8);
    CHECK(b.gicd(Distributor::IROUTER + 8 * 96, 8) == 0);
}

TEST_CASE("INTIDs 1020 to 1023 are no interrupts", "[gic][distributor]")
{
    Config c = Bench::two_pes();
    c.spis = 988;
    Bench b{c};
    b.set_gicd(Distributor::ISENABLER + 4 * 31, 0xffff'ffff);
    CHECK(b.gicd(Distributor::ISENABLER + 4 * 31) == 0x0fff'ffff);
    b.set_gicd(Distributor::IPRIORITYR + 1020, 0xf8f8'f8f8);
    CHECK(b.gicd(Distributor::IPRIORITYR + 1020) == 0);
}

TEST_CASE("priorities are accessed by byte or word, and keep the bits implemented",
          "[gic][distributor]")
{
    Bench b;
    b.set_gicd(Distributor::IPRIORITYR + 40, 0xff12'a7b9);
    CHECK(b.gicd(Distributor::IPRIORITYR + 40) == 0xf810'a0b8);
    b.set_gicd(Distributor::IPRIORITYR + 41, 0x55, 1);
    CHECK(b.gicd(Distributor::IPRIORITYR + 41, 1) == 0x50);
    CHECK(b.gicd(Distributor::IPRIORITYR + 40) == 0xf810'50b8);

    Config c = Bench::two_pes();
    c.priority_bits = 8;
    Bench all{c};
    all.set_gicd(Distributor::IPRIORITYR + 32, 0x01ff'7f81);
    CHECK(all.gicd(Distributor::IPRIORITYR + 32) == 0x01ff'7f81);
}

TEST_CASE("ICFGR keeps the upper bit of each pair", "[gic][distributor]")
{
    Bench b;
    b.set_gicd(Distributor::ICFGR + 8, 0xffff'ffff); // INTIDs 32 to 47
    CHECK(b.gicd(Distributor::ICFGR + 8) == 0xaaaa'aaaa);
    CHECK(b.gicd(Distributor::ICFGR + 12) == 0);
    b.set_gicd(Distributor::ICFGR + 12, 0x0000'0008); // INTID 49
    CHECK(b.gicd(Distributor::ICFGR + 12) == 0x8);
}

TEST_CASE("IROUTER is 64 bits wide, or two halves, and keeps affinity and mode",
          "[gic][distributor]")
{
    Bench b;
    const u32 r = Distributor::IROUTER + 8 * 33;
    b.set_gicd(r, ~u64{0}, 8);
    CHECK(b.gicd(r, 8) == 0xff'80ff'ffff);
    b.set_gicd(r, 0x0001'0203);
    CHECK(b.gicd(r, 8) == 0xff'0001'0203);
    b.set_gicd(r + 4, 0);
    CHECK(b.gicd(r + 4) == 0);
    CHECK(b.gicd(r, 8) == 0x0001'0203);
}

TEST_CASE("GICD_IGRPMODR and GICD_NSACR are RAZ/WI with one security state", "[gic][distributor]")
{
    Bench b;
    for (const u32 reg : {Distributor::IGRPMODR + 4, Distributor::NSACR + 8}) {
        b.set_gicd(reg, 0xffff'ffff, 4, Bench::S);
        CHECK(b.gicd(reg, 4, Bench::S) == 0);
    }
}

TEST_CASE("a level-sensitive SPI is pending while its wire is high", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0);
    b.gic.set_spi(40, true, b.now);
    CHECK(b.pending(40));
    CHECK(b.irq(0));
    b.set_gicd(Distributor::ICPENDR + 4, 1u << 8); // the wire still holds it
    CHECK(b.pending(40));
    b.gic.set_spi(40, false, b.now);
    CHECK_FALSE(b.pending(40));
    CHECK_FALSE(b.irq(0));
}

TEST_CASE("a level-sensitive SPI pended by software stays pending until acknowledged",
          "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0);
    b.pend_spi(40);
    b.gic.set_spi(40, true, b.now);
    b.gic.set_spi(40, false, b.now);
    CHECK(b.pending(40));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    CHECK_FALSE(b.pending(40));
    CHECK(b.active(40));
}

TEST_CASE("an edge-triggered SPI is pending from the rising edge on", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(41, 0xa0, true);
    b.gic.set_spi(41, true, b.now);
    b.gic.set_spi(41, false, b.now);
    CHECK(b.pending(41));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 41);
    CHECK_FALSE(b.pending(41));
    b.gic.set_spi(41, true, b.now); // a further edge while active
    CHECK(b.pending(41));
    CHECK(b.active(41));
    CHECK_FALSE(b.irq(0));
    b.write(0, Reg::ICC_EOIR1_EL1, 41);
    CHECK(b.irq(0));
}

TEST_CASE("GICD_SETSPI pends an edge until activation and a level until GICD_CLRSPI",
          "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(50, 0x80, true);
    b.arm_spi(51, 0x90, false);
    b.set_gicd(Distributor::SETSPI_NSR, 50, 2); // 16-bit accesses are allowed
    b.set_gicd(Distributor::SETSPI_NSR, 51);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 50);
    CHECK_FALSE(b.pending(50));
    b.write(0, Reg::ICC_EOIR1_EL1, 50);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 51);
    CHECK(b.pending(51)); // active and pending
    b.write(0, Reg::ICC_EOIR1_EL1, 51);
    CHECK(b.irq(0));
    b.set_gicd(Distributor::CLRSPI_NSR, 51);
    CHECK_FALSE(b.irq(0));
    b.set_gicd(Distributor::SETSPI_NSR, 50);
    b.set_gicd(Distributor::CLRSPI_NSR, 50);
    CHECK_FALSE(b.pending(50));
    b.set_gicd(Distributor::SETSPI_NSR, 31); // not an SPI
    b.set_gicd(Distributor::SETSPI_NSR, 96);
    CHECK_FALSE(b.irq(0));
}

TEST_CASE("an SPI goes to the PE that IROUTER names, and moves with it", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(60, 0x80, false, 1);
    b.gic.set_spi(60, true, b.now);
    CHECK_FALSE(b.irq(0));
    CHECK(b.irq(1));
    b.set_gicd(Distributor::IROUTER + 8 * 60, 0, 8);
    CHECK(b.irq(0));
    CHECK_FALSE(b.irq(1));
    b.set_gicd(Distributor::IROUTER + 8 * 60, 0x0100, 8); // no such PE
    CHECK_FALSE(b.irq(0));
    CHECK_FALSE(b.irq(1));
    CHECK(b.pending(60));
}

TEST_CASE("Aff3, Aff2 and Aff1 count in routing", "[gic][distributor]")
{
    Config c;
    c.affinities = {0x0000'0000, 0x0000'0100, 0x0001'0000, 0x0100'0000};
    Bench b{c};
    b.bring_up();
    b.arm_spi(32, 0x80);
    b.gic.set_spi(32, true, b.now);
    const u64 routes[4] = {0, 0x100, 0x1'0000, 0x1'0000'0000};
    for (unsigned i = 0; i < 4; ++i) {
        b.set_gicd(Distributor::IROUTER + 8 * 32, routes[i], 8);
        for (unsigned pe = 0; pe < 4; ++pe)
            CHECK(b.irq(pe) == (pe == i));
    }
}

TEST_CASE("a 1-of-N SPI goes to the lowest PE that takes part", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(60, 0x80);
    b.set_gicd(Distributor::IROUTER + 8 * 60, u64{1} << 31, 8);
    b.gic.set_spi(60, true, b.now);
    CHECK(b.irq(0));
    CHECK_FALSE(b.irq(1));

    b.write(0, Reg::ICC_IGRPEN1_EL1, 0); // its group is disabled there
    CHECK(b.irq(1));
    b.write(0, Reg::ICC_IGRPEN1_EL1, 1);
    CHECK(b.irq(0));
    b.set_gicr(0, Redistributor::CTLR, 1u << 25); // DPG1NS
    CHECK_FALSE(b.irq(0));
    CHECK(b.irq(1));
    b.set_gicr(1, Redistributor::WAKER, 2); // ProcessorSleep
    CHECK_FALSE(b.irq(1));
    b.set_gicr(0, Redistributor::CTLR, 0);
    CHECK(b.irq(0));
    // Taken by one, it is nobody else's.
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 60);
    b.set_gicr(1, Redistributor::WAKER, 0);
    CHECK_FALSE(b.irq(1));
}

TEST_CASE("nothing is forwarded while its group is disabled in GICD_CTLR", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0x80);
    b.set_gicd(Distributor::IGROUPR + 8, 0); // INTIDs 64 upwards: Group 0
    b.arm_spi(70, 0x40);
    b.gic.set_spi(40, true, b.now);
    b.gic.set_spi(70, true, b.now);
    CHECK(b.fiq(0));
    b.set_gicd(Distributor::CTLR, 0x2);
    CHECK(b.irq(0));
    CHECK_FALSE(b.fiq(0));
    b.set_gicd(Distributor::CTLR, 0x1);
    CHECK(b.fiq(0));
    b.set_gicd(Distributor::CTLR, 0x0);
    CHECK_FALSE(b.fiq(0));
    CHECK_FALSE(b.irq(0));
    CHECK(b.pending(40));
}

TEST_CASE("disabling an interrupt keeps it pending", "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0x80, true);
    b.pend_spi(40);
    b.set_gicd(Distributor::ICENABLER + 4, 1u << 8);
    CHECK(b.pending(40));
    CHECK_FALSE(b.irq(0));
    b.set_gicd(Distributor::ISENABLER + 4, 1u << 8);
    CHECK(b.irq(0));
}

TEST_CASE("an active interrupt is not delivered again until it is deactivated",
          "[gic][distributor]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0x80);
    b.gic.set_spi(40, true, b.now);
    b.set_gicd(Distributor::ISACTIVER + 4, 1u << 8);
    CHECK_FALSE(b.irq(0));
    b.set_gicd(Distributor::ICACTIVER + 4, 1u << 8);
    CHECK(b.irq(0));
}

TEST_CASE("a GIC that the architecture does not allow is refused", "[gic][distributor]")
{
    const auto with = [](auto change) {
        Config c;
        change(c);
        return c;
    };
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.spis = 40; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.spis = 1024; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.affinities = {}; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.affinities = {1, 1}; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.affinities = {16}; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.priority_bits = 3; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.list_registers = 17; })}, std::invalid_argument);
    CHECK_THROWS_AS(Gic{with([](Config& c) { c.maintenance_intid = 32; })}, std::invalid_argument);
}
