// SPDX-License-Identifier: MIT
#include "gic_bench.h"

using namespace sl;
using namespace sl::gic;

TEST_CASE("ICC registers read as built after reset", "[gic][icc]")
{
    Bench b;
    CHECK(b.read(0, Reg::ICC_PMR_EL1) == 0);
    CHECK(b.read(0, Reg::ICC_BPR0_EL1) == 2); // 5 bits of preemption: 7 - 5
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 3);
    CHECK(b.read(0, Reg::ICC_CTLR_EL1) == 0x8400); // A3V, PRIbits = 5 - 1
    CHECK(b.read(0, Reg::ICC_IGRPEN0_EL1) == 0);
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1) == 0);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_AP0R0_EL1) == 0);
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1) == 0);
}

TEST_CASE("ICC_SRE_ELx are RAO/WI: system registers only, no bypass", "[gic][icc]")
{
    Bench b;
    b.write(0, Reg::ICC_SRE_EL1, 0);
    b.write(0, Reg::ICC_SRE_EL2, 0, b.at(2));
    b.write(0, Reg::ICC_SRE_EL3, 0, b.at(3));
    CHECK(b.read(0, Reg::ICC_SRE_EL1) == 0x7);
    CHECK(b.read(0, Reg::ICC_SRE_EL2, b.at(2)) == 0xf);
    CHECK(b.read(0, Reg::ICC_SRE_EL3, b.at(3)) == 0xf);
}

TEST_CASE("registers beyond what the GIC is built with do not exist", "[gic][icc]")
{
    Bench b; // 5 bits, 4 list registers
    const auto& cpu = b.gic.cpu(0);
    CHECK(cpu.implements(Reg::ICC_AP1R0_EL1));
    CHECK_FALSE(cpu.implements(Reg::ICC_AP1R1_EL1));
    CHECK_FALSE(cpu.implements(Reg::ICC_AP0R3_EL1));
    CHECK_FALSE(cpu.implements(Reg::ICH_AP1R1_EL2));
    CHECK(cpu.implements(Reg::ICH_LR3_EL2));
    CHECK_FALSE(cpu.implements(Reg::ICH_LR4_EL2));

    Config c;
    c.priority_bits = 6;
    c.virtual_priority_bits = 7;
    c.list_registers = 16;
    Bench big{c};
    CHECK(big.gic.cpu(0).implements(Reg::ICC_AP1R1_EL1));
    CHECK_FALSE(big.gic.cpu(0).implements(Reg::ICC_AP1R2_EL1));
    CHECK(big.gic.cpu(0).implements(Reg::ICH_AP0R3_EL2));
    CHECK(big.gic.cpu(0).implements(Reg::ICH_LR15_EL2));
}

TEST_CASE("an interrupt is acknowledged, ended, and gone", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0, true);
    b.pend_spi(40);
    CHECK(b.irq(0));
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    CHECK_FALSE(b.irq(0));
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xa0);
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1) == 1u << (0xa0 >> 3));
    CHECK(b.active(40));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 1023);
    b.write(0, Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1) == 0);
    CHECK_FALSE(b.active(40));
}

TEST_CASE("ICC_PMR_EL1 masks its own priority and lower ones", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0x80);
    b.pend_spi(40);
    b.write(0, Reg::ICC_PMR_EL1, 0x80);
    CHECK_FALSE(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 40); // HPPIR does not look at the mask
    b.write(0, Reg::ICC_PMR_EL1, 0x88);
    CHECK(b.irq(0));
    b.write(0, Reg::ICC_PMR_EL1, 0xff);
    CHECK(b.read(0, Reg::ICC_PMR_EL1) == 0xf8); // 5 bits
}

TEST_CASE("an interrupt of the lowest priority can never be signalled", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xff);
    b.pend_spi(40);
    CHECK_FALSE(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 1023);
}

TEST_CASE("the highest priority goes first, and among equals the lowest INTID", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(70, 0x40, true);
    b.arm_spi(41, 0x60, true);
    b.arm_spi(40, 0x60, true);
    b.arm_private(0, 29, 0x60);
    b.set_sgi(0, Redistributor::ISPENDR, 1u << 29);
    b.pend_spi(40);
    b.pend_spi(41);
    b.pend_spi(70);
    for (const u64 intid : {70u, 29u, 40u, 41u, 1023u}) {
        CHECK(b.read(0, Reg::ICC_IAR1_EL1) == intid);
        b.write(0, Reg::ICC_EOIR1_EL1, intid);
    }
}

TEST_CASE("changing a priority changes the order", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0x60);
    b.arm_spi(41, 0x80);
    b.pend_spi(40);
    b.pend_spi(41);
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 40);
    b.set_gicd(Distributor::IPRIORITYR + 41, 0x20, 1);
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 41);
}

TEST_CASE("only a higher group priority preempts", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0, true);
    b.arm_spi(41, 0xa0, true);
    b.arm_spi(42, 0x98, true);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    b.pend_spi(41);
    CHECK_FALSE(b.irq(0));
    b.pend_spi(42);
    CHECK(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 42);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0x98);
    b.write(0, Reg::ICC_EOIR1_EL1, 42);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xa0);
    CHECK_FALSE(b.irq(0));
    b.write(0, Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 41);
}

TEST_CASE("the binary point decides which bits preempt", "[gic][icc]")
{
    // ICC_BPR1_EL1 = n: group priority is bits 7:n.
    struct Case {
        u64 bpr;
        u8 running, pending;
        bool preempts;
        u64 rpr;
    };

    for (const Case c : {Case{3, 0x88, 0x80, true, 0x88},
                         {4, 0x88, 0x80, false, 0x80},
                         {4, 0x90, 0x80, true, 0x90},
                         {6, 0xb8, 0x80, false, 0x80},
                         {6, 0xc0, 0xb8, true, 0xc0},
                         {7, 0xf0, 0x80, false, 0x80},
                         {7, 0x80, 0x78, true, 0x80}}) {
        INFO("BPR1 " << c.bpr << " running " << int{c.running} << " pending " << int{c.pending});
        Bench b;
        b.bring_up();
        b.write(0, Reg::ICC_BPR1_EL1, c.bpr);
        b.arm_spi(40, c.running);
        b.arm_spi(41, c.pending);
        b.pend_spi(40);
        CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
        CHECK(b.read(0, Reg::ICC_RPR_EL1) == c.rpr);
        b.pend_spi(41);
        CHECK(b.irq(0) == c.preempts);
    }
}

TEST_CASE("a binary point below the minimum becomes the minimum", "[gic][icc]")
{
    Bench b;
    b.write(0, Reg::ICC_BPR0_EL1, 0);
    b.write(0, Reg::ICC_BPR1_EL1, 0);
    CHECK(b.read(0, Reg::ICC_BPR0_EL1) == 2);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 3);
    b.write(0, Reg::ICC_BPR0_EL1, 7);
    b.write(0, Reg::ICC_BPR1_EL1, 0xf5);
    CHECK(b.read(0, Reg::ICC_BPR0_EL1) == 7);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 5);
}

TEST_CASE("with CBPR, Group 1 uses ICC_BPR0_EL1 and shows it plus one", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.write(0, Reg::ICC_CTLR_EL1, 0x1);
    CHECK(b.read(0, Reg::ICC_CTLR_EL1) == 0x8401);
    b.write(0, Reg::ICC_BPR0_EL1, 4);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 5);
    b.write(0, Reg::ICC_BPR1_EL1, 3);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 5);
    b.arm_spi(40, 0xb8);
    b.arm_spi(41, 0xa0);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xa0); // bits 7:5
    b.pend_spi(41);
    CHECK_FALSE(b.irq(0));
    b.write(0, Reg::ICC_BPR0_EL1, 7);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 7); // saturates
}

TEST_CASE("EOImode 1 splits priority drop from deactivation", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.write(0, Reg::ICC_CTLR_EL1, 0x2);
    b.arm_spi(40, 0xa0);
    b.arm_spi(41, 0xa0);
    b.gic.set_spi(40, true, b.now);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    b.write(0, Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.active(40));
    CHECK_FALSE(b.irq(0)); // the wire is high, but the interrupt is active
    b.pend_spi(41);
    CHECK(b.irq(0)); // others may come
    b.write(0, Reg::ICC_DIR_EL1, 40);
    CHECK_FALSE(b.active(40));
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 40);
}

TEST_CASE("ICC_DIR_EL1 does nothing in EOImode 0", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    b.write(0, Reg::ICC_DIR_EL1, 40);
    CHECK(b.active(40));
}

TEST_CASE("one PE may deactivate what another acknowledged", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    for (unsigned pe : {0u, 1u})
        b.write(pe, Reg::ICC_CTLR_EL1, 0x2);
    b.arm_spi(40, 0xa0);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    b.write(0, Reg::ICC_EOIR1_EL1, 40);
    b.write(1, Reg::ICC_DIR_EL1, 40);
    CHECK_FALSE(b.active(40));
}

TEST_CASE("ending a special or absent INTID changes nothing", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    for (const u64 intid : {1020u, 1021u, 1022u, 1023u, 96u, 8192u})
        b.write(0, Reg::ICC_EOIR1_EL1, intid);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xa0);
    CHECK(b.active(40));
}

TEST_CASE("Group 0 comes as FIQ through the registers named 0", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.set_gicd(Distributor::IGROUPR + 4, ~(1u << 8)); // INTID 40
    b.arm_spi(40, 0x60);
    b.arm_spi(41, 0xa0);
    b.pend_spi(40);
    b.pend_spi(41);
    CHECK(b.fiq(0));
    CHECK_FALSE(b.irq(0));
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_HPPIR0_EL1) == 40);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1) == 40);
    CHECK(b.read(0, Reg::ICC_AP0R0_EL1) == 1u << (0x60 >> 3));
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1) == 0);
    b.write(0, Reg::ICC_EOIR1_EL1, 40); // the wrong register
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0x60);
    b.write(0, Reg::ICC_EOIR0_EL1, 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.irq(0));
}

TEST_CASE("an interrupt of a group that the PE has disabled does not hide others", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.set_gicd(Distributor::IGROUPR + 4, ~(1u << 8));
    b.arm_spi(40, 0x20);
    b.arm_spi(41, 0xa0);
    b.pend_spi(40);
    b.pend_spi(41);
    b.write(0, Reg::ICC_IGRPEN0_EL1, 0);
    CHECK(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 41);
    b.write(0, Reg::ICC_IGRPEN0_EL1, 1);
    CHECK(b.fiq(0));
}

TEST_CASE("Active Priorities written back restore the running priority", "[gic][icc]")
{
    Bench b;
    b.bring_up();
    b.arm_spi(40, 0xa0);
    b.pend_spi(40);
    b.write(0, Reg::ICC_AP1R0_EL1, 1u << (0x50 >> 3));
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0x50);
    CHECK_FALSE(b.irq(0));
    b.write(0, Reg::ICC_AP1R0_EL1, 0);
    CHECK(b.irq(0));
}

TEST_CASE("eight bits of priority give seven of preemption", "[gic][icc]")
{
    Config c = Bench::two_pes();
    c.priority_bits = 8;
    Bench b{c};
    b.bring_up();
    CHECK(b.read(0, Reg::ICC_BPR0_EL1) == 0);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1) == 1);
    CHECK(b.read(0, Reg::ICC_PMR_EL1) == 0xff);
    b.arm_spi(40, 0x83);
    b.arm_spi(41, 0x82); // differs in bit 0 only
    b.arm_spi(42, 0x80);
    b.pend_spi(40);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1) == 0x82);
    CHECK(b.read(0, Reg::ICC_AP1R2_EL1) == 1u << (0x82 / 2 - 64));
    b.pend_spi(41);
    CHECK_FALSE(b.irq(0));
    b.pend_spi(42);
    CHECK(b.irq(0));
}

namespace {

/// Two clusters of two.
Config four_pes()
{
    Config c;
    c.affinities = {0x0000, 0x0001, 0x0100, 0x0101};
    return c;
}

void listen(Bench& b)
{
    b.bring_up();
    for (unsigned pe = 0; pe < 4; ++pe)
        b.set_sgi(pe, Redistributor::ISENABLER, 0xffff);
}

u64 sgi(unsigned intid, u64 aff1, u64 list)
{
    return u64{intid} << 24 | aff1 << 16 | list;
}

} // namespace

TEST_CASE("an SGI reaches the PEs of its target list in its cluster", "[gic][sgi]")
{
    Bench b{four_pes()};
    listen(b);
    b.write(0, Reg::ICC_SGI1R_EL1, sgi(5, 1, 0b10));
    for (unsigned pe = 0; pe < 4; ++pe)
        CHECK(b.irq(pe) == (pe == 3));
    CHECK(b.read(3, Reg::ICC_IAR1_EL1) == 5);
    b.write(3, Reg::ICC_EOIR1_EL1, 5);
    CHECK_FALSE(b.irq(3));

    b.write(3, Reg::ICC_SGI1R_EL1, sgi(15, 0, 0b11));
    CHECK(b.irq(0));
    CHECK(b.irq(1));
    CHECK_FALSE(b.irq(2));
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 15);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1) == 15);
}

TEST_CASE("an SGI may go to its sender", "[gic][sgi]")
{
    Bench b{four_pes()};
    listen(b);
    b.write(2, Reg::ICC_SGI1R_EL1, sgi(0, 1, 0b01));
    CHECK(b.irq(2));
    CHECK(b.read(2, Reg::ICC_IAR1_EL1) == 0);
}

TEST_CASE("an SGI with IRM goes to all PEs but its sender", "[gic][sgi]")
{
    Bench b{four_pes()};
    listen(b);
    b.write(1, Reg::ICC_SGI1R_EL1, u64{1} << 40 | sgi(7, 0, 0));
    for (unsigned pe = 0; pe < 4; ++pe)
        CHECK(b.irq(pe) == (pe != 1));
}

TEST_CASE("Aff3 and Aff2 of an SGI's target count", "[gic][sgi]")
{
    Config c;
    c.affinities = {0x0000'0000, 0x0305'0700};
    Bench b{c};
    b.bring_up();
    for (unsigned pe : {0u, 1u})
        b.set_sgi(pe, Redistributor::ISENABLER, 0xffff);
    b.write(0, Reg::ICC_SGI1R_EL1, u64{3} << 48 | u64{5} << 32 | sgi(1, 7, 1));
    CHECK(b.irq(1));
    CHECK_FALSE(b.irq(0));
}

TEST_CASE("a pending SGI sent again is still one, an active one pends again", "[gic][sgi]")
{
    Bench b{four_pes()};
    listen(b);
    b.write(0, Reg::ICC_SGI1R_EL1, sgi(3, 0, 0b10));
    b.write(0, Reg::ICC_SGI1R_EL1, sgi(3, 0, 0b10));
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 3);
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 0);
    b.write(0, Reg::ICC_SGI1R_EL1, sgi(3, 0, 0b10));
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 1u << 3);
    CHECK_FALSE(b.irq(1));
    b.write(1, Reg::ICC_EOIR1_EL1, 3);
    CHECK(b.irq(1));
}

TEST_CASE("with one security state SGI0R and ASGI1R generate Group 0, SGI1R either", "[gic][sgi]")
{
    for (const bool group1 : {false, true}) {
        for (const Reg reg : {Reg::ICC_SGI0R_EL1, Reg::ICC_SGI1R_EL1, Reg::ICC_ASGI1R_EL1}) {
            Bench b{four_pes()};
            listen(b);
            b.set_sgi(1, Redistributor::IGROUPR, group1 ? 0xffff'ffff : 0);
            b.write(0, reg, sgi(4, 0, 0b10));
            const bool expected = !group1 || reg == Reg::ICC_SGI1R_EL1;
            CHECK((b.sgi(1, Redistributor::ISPENDR) == 1u << 4) == expected);
            CHECK(b.fiq(1) == (expected && !group1));
            CHECK(b.irq(1) == (expected && group1));
        }
    }
}
