// SPDX-License-Identifier: MIT
#include "gic_bench.h"

using namespace sl;
using namespace sl::gic;

namespace {

constexpr bool S = true, NS = false;

/// Two security states. INTID 40 is in Group 0, 41 in Secure Group 1, 42 in Non-secure Group 1;
/// likewise SGIs 0, 1, 2 of both PEs.
struct TwoStates : Bench {
    TwoStates()
        : Bench{secure_pes()}
    {
        set_gicd(Distributor::CTLR, 0x7, 4, S);
        set_gicd(Distributor::IGROUPR + 4, ~0x300u, 4, S);
        set_gicd(Distributor::IGRPMODR + 4, 0x200, 4, S);
        for (unsigned pe : {0u, 1u}) {
            set_gicr(pe, Redistributor::WAKER, 0, 4, S);
            set_sgi(pe, Redistributor::IGROUPR, ~0x3u, 4, S);
            set_sgi(pe, Redistributor::IGRPMODR, 0x2, 4, S);
            set_sgi(pe, Redistributor::ISENABLER, 0xffff, 4, S);
            write(pe, Reg::ICC_PMR_EL1, 0xff, at(3, S));
            write(pe, Reg::ICC_IGRPEN0_EL1, 1, at(3, S));
            write(pe, Reg::ICC_IGRPEN1_EL3, 0x3, at(3, S));
        }
        for (unsigned intid : {40u, 41u, 42u})
            set_gicd(Distributor::IPRIORITYR + intid, 0xa0, 1, S);
        set_gicd(Distributor::ISENABLER + 4, 0x700, 4, S);
    }

    void pend(unsigned intid) { set_gicd(Distributor::ISPENDR + 4, 1u << (intid - 32), 4, S); }

    pe::GicPort::Lines lines(u8 el, bool secure) { return gic.cpu(0).lines(el, secure); }
};

} // namespace

TEST_CASE("GICD_CTLR has a Secure and a Non-secure view", "[gic][security]")
{
    Bench b{Bench::secure_pes()};
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x30); // ARE_S, ARE_NS
    CHECK(b.gicd(Distributor::CTLR, 4, NS) == 0x10);
    CHECK(bit(b.gicd(Distributor::TYPER, 4, NS), 10)); // SecurityExtn
    b.set_gicd(Distributor::CTLR, 0x7, 4, S);
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x37);
    CHECK(b.gicd(Distributor::CTLR, 4, NS) == 0x12); // EnableGrp1A
    b.set_gicd(Distributor::CTLR, 0, 4, NS);
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x35);
    b.set_gicd(Distributor::CTLR, 0xff, 4, NS);
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x37);
}

TEST_CASE("security can be disabled, until reset", "[gic][security]")
{
    Bench b{Bench::secure_pes()};
    b.set_gicd(Distributor::CTLR, 0x47, 4, S);
    CHECK(b.gicd(Distributor::CTLR, 4, NS) == 0x53);
    CHECK_FALSE(bit(b.gicd(Distributor::TYPER), 10));
    b.set_gicd(Distributor::CTLR, 0x00, 4, S);
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x50);
    b.set_gicd(Distributor::IGROUPR + 4, 0x55, 4, NS);
    CHECK(b.gicd(Distributor::IGROUPR + 4, 4, NS) == 0x55);
    b.gic.reset(b.now);
    CHECK(b.gicd(Distributor::CTLR, 4, S) == 0x30);
}

TEST_CASE("Non-secure accesses see Non-secure Group 1 interrupts only", "[gic][security]")
{
    TwoStates b;
    CHECK(b.gicd(Distributor::IGROUPR + 4, 4, NS) == 0);
    b.set_gicd(Distributor::IGROUPR + 4, 0xffff'ffff, 4, NS);
    CHECK(b.gicd(Distributor::IGROUPR + 4, 4, S) == ~0x300u);
    CHECK(b.gicd(Distributor::IGRPMODR + 4, 4, NS) == 0);
    CHECK(b.gicd(Distributor::IGRPMODR + 4, 4, S) == 0x200);

    CHECK(b.gicd(Distributor::ISENABLER + 4, 4, NS) == 0x400);
    b.set_gicd(Distributor::ICENABLER + 4, 0xffff'ffff, 4, NS);
    CHECK(b.gicd(Distributor::ISENABLER + 4, 4, S) == 0x300);
    b.set_gicd(Distributor::ISPENDR + 4, 0x700, 4, NS);
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, S) == 0x400);
    b.set_gicd(Distributor::ISACTIVER + 4, 0x700, 4, NS);
    CHECK(b.gicd(Distributor::ISACTIVER + 4, 4, S) == 0x400);
    b.set_gicd(Distributor::ICFGR + 8, 0xffff'ffff, 4, NS);
    CHECK(b.gicd(Distributor::ICFGR + 8, 4, S) == (0xaaaa'aaaa & ~(0xfu << 16)));
    b.set_gicd(Distributor::IROUTER + 8 * 41, 1, 8, NS);
    b.set_gicd(Distributor::IROUTER + 8 * 42, 1, 8, NS);
    CHECK(b.gicd(Distributor::IROUTER + 8 * 41, 8, S) == 0);
    CHECK(b.gicd(Distributor::IROUTER + 8 * 42, 8, S) == 1);
}

TEST_CASE("Non-secure software has the lower half of the priorities, scaled", "[gic][security]")
{
    TwoStates b;
    CHECK(b.gicd(Distributor::IPRIORITYR + 42, 1, NS) == 0x40); // 0xa0
    b.set_gicd(Distributor::IPRIORITYR + 42, 0x00, 1, NS);
    CHECK(b.gicd(Distributor::IPRIORITYR + 42, 1, S) == 0x80);
    b.set_gicd(Distributor::IPRIORITYR + 42, 0xf0, 1, NS);
    CHECK(b.gicd(Distributor::IPRIORITYR + 42, 1, S) == 0xf8);
    CHECK(b.gicd(Distributor::IPRIORITYR + 42, 1, NS) == 0xf0);
    b.set_gicd(Distributor::IPRIORITYR + 40, 0x11, 1, NS);
    CHECK(b.gicd(Distributor::IPRIORITYR + 40, 1, NS) == 0);
    CHECK(b.gicd(Distributor::IPRIORITYR + 40, 1, S) == 0xa0);

    b.set_sgi(0, Redistributor::IPRIORITYR, 0x4040'4040, 4, NS);
    CHECK(b.sgi(0, Redistributor::IPRIORITYR, 4, S) == 0xa0a0'0000); // SGIs 0 and 1 are Secure
    CHECK(b.sgi(0, Redistributor::IPRIORITYR, 4, NS) == 0x4040'0000);
}

TEST_CASE("NS_access opens Secure interrupts step by step", "[gic][security]")
{
    TwoStates b;
    const auto grant = [&](u64 level) { b.set_gicd(Distributor::NSACR + 8, level << 16, 4, S); };
    const auto pending = [&] { return b.gicd(Distributor::ISPENDR + 4, 4, S) & 0x100; };

    CHECK(b.gicd(Distributor::NSACR + 8, 4, NS) == 0);
    b.set_gicd(Distributor::ISPENDR + 4, 0x100, 4, NS);
    CHECK_FALSE(pending());
    b.set_gicd(Distributor::SETSPI_NSR, 40, 4, NS);
    CHECK_FALSE(pending());

    grant(1); // set pending
    b.set_gicd(Distributor::ISPENDR + 4, 0x100, 4, NS);
    CHECK(pending());
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, NS) == 0x100);
    b.set_gicd(Distributor::ICPENDR + 4, 0x100, 4, NS);
    CHECK(pending());

    grant(2); // clear pending, see active
    b.set_gicd(Distributor::ICPENDR + 4, 0x100, 4, NS);
    CHECK_FALSE(pending());
    b.set_gicd(Distributor::ISACTIVER + 4, 0x100, 4, S);
    CHECK(b.gicd(Distributor::ISACTIVER + 4, 4, NS) == 0x100);
    b.set_gicd(Distributor::ICACTIVER + 4, 0x100, 4, NS);
    CHECK(b.gicd(Distributor::ISACTIVER + 4, 4, S) == 0x100);
    b.set_gicd(Distributor::IROUTER + 8 * 40, 1, 8, NS);
    CHECK(b.gicd(Distributor::IROUTER + 8 * 40, 8, S) == 0);

    grant(3); // route
    b.set_gicd(Distributor::IROUTER + 8 * 40, 1, 8, NS);
    CHECK(b.gicd(Distributor::IROUTER + 8 * 40, 8, NS) == 1);
}

TEST_CASE("GICD_SETSPI_SR is for Secure accesses", "[gic][security]")
{
    TwoStates b;
    b.set_gicd(Distributor::SETSPI_SR, 40, 4, NS);
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, S) == 0);
    b.set_gicd(Distributor::SETSPI_SR, 40, 4, S);
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, S) == 0x100);
    b.set_gicd(Distributor::CLRSPI_SR, 40, 4, S);
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, S) == 0);
    b.set_gicd(Distributor::SETSPI_NSR, 42, 2, NS);
    CHECK(b.gicd(Distributor::ISPENDR + 4, 4, S) == 0x400);
}

TEST_CASE("GICR_WAKER is RAZ/WI to Non-secure accesses", "[gic][security]")
{
    Bench b{Bench::secure_pes()};
    CHECK(b.gicr(0, Redistributor::WAKER, 4, NS) == 0);
    b.set_gicr(0, Redistributor::WAKER, 0, 4, NS);
    CHECK(b.gicr(0, Redistributor::WAKER, 4, S) == 0x6);
    b.set_gicr(0, Redistributor::CTLR, 0x0700'0000, 4, NS);
    CHECK(b.gicr(0, Redistributor::CTLR, 4, S) == 0x0200'0000);
    b.set_gicr(0, Redistributor::CTLR, 0x0700'0000, 4, S);
    CHECK(b.gicr(0, Redistributor::CTLR, 4, S) == 0x0700'0000);
    CHECK(b.gicr(0, Redistributor::CTLR, 4, NS) == 0x0200'0000);
}

TEST_CASE("group and state decide between IRQ and FIQ", "[gic][security]")
{
    struct Case {
        unsigned intid;
        u8 el;
        bool secure, fiq;
    };

    for (const Case c : {Case{40, 1, NS, true},
                         {40, 1, S, true},
                         {40, 3, S, true},
                         {41, 1, NS, true},
                         {41, 1, S, false},
                         {41, 3, S, true},
                         {42, 1, NS, false},
                         {42, 2, NS, false},
                         {42, 1, S, true},
                         {42, 3, S, true}}) {
        INFO("INTID " << c.intid << " at EL" << int{c.el} << (c.secure ? " S" : " NS"));
        TwoStates b;
        b.pend(c.intid);
        CHECK(b.lines(c.el, c.secure).fiq == c.fiq);
        CHECK(b.lines(c.el, c.secure).irq == !c.fiq);
    }
}

TEST_CASE("EL3 learns by a special INTID in which state an interrupt waits", "[gic][security]")
{
    TwoStates b;
    b.pend(41);
    CHECK(b.read(0, Reg::ICC_HPPIR0_EL1, b.at(3, S)) == 1020);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(3, S)) == 1020);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(1, S)) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(1, NS)) == 1023); // a Secure interrupt
    CHECK(b.read(0, Reg::ICC_HPPIR1_EL1, b.at(1, NS)) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(1, S)) == 41);
    b.write(0, Reg::ICC_EOIR1_EL1, 41, b.at(1, NS)); // not Non-secure's to end
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(1, S)) == 0xa0);
    b.write(0, Reg::ICC_EOIR1_EL1, 41, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(1, S)) == 0xff);

    b.pend(42);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(3, S)) == 1021);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(1, S)) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(3, S)) == 42);
    b.write(0, Reg::ICC_EOIR1_EL1, 42, b.at(3, S));

    b.pend(40);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(1, NS)) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(3, S)) == 40);
    b.write(0, Reg::ICC_EOIR0_EL1, 40, b.at(1, NS));
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(1, S)) == 0xa0);
    b.write(0, Reg::ICC_EOIR0_EL1, 40, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(1, S)) == 0xff);
}

TEST_CASE("with SCR_EL3.FIQ the mask and running priority have a Non-secure view",
          "[gic][security]")
{
    TwoStates b;
    auto ns = b.at(1, NS);
    ns.scr_fiq = true;
    b.write(0, Reg::ICC_PMR_EL1, 0x80, b.at(3, S));
    CHECK(b.read(0, Reg::ICC_PMR_EL1, ns) == 0x00);
    b.write(0, Reg::ICC_PMR_EL1, 0xff, ns);
    CHECK(b.read(0, Reg::ICC_PMR_EL1, ns) == 0xf0);
    CHECK(b.read(0, Reg::ICC_PMR_EL1, b.at(3, S)) == 0xf8);
    b.write(0, Reg::ICC_PMR_EL1, 0x80, ns);
    CHECK(b.read(0, Reg::ICC_PMR_EL1, b.at(3, S)) == 0xc0);
    // Masked in the Secure half, Non-secure software sees 0 and changes nothing.
    b.write(0, Reg::ICC_PMR_EL1, 0x70, b.at(3, S));
    CHECK(b.read(0, Reg::ICC_PMR_EL1, ns) == 0);
    b.write(0, Reg::ICC_PMR_EL1, 0xff, ns);
    CHECK(b.read(0, Reg::ICC_PMR_EL1, b.at(3, S)) == 0x70);

    b.write(0, Reg::ICC_PMR_EL1, 0xff, b.at(3, S));
    CHECK(b.read(0, Reg::ICC_RPR_EL1, ns) == 0xff);
    b.pend(42);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, ns) == 42);
    CHECK(b.read(0, Reg::ICC_RPR_EL1, ns) == 0x40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(3, S)) == 0xa0);
    b.set_gicd(Distributor::IPRIORITYR + 40, 0x20, 1, S);
    b.pend(40);
    CHECK(b.read(0, Reg::ICC_IAR0_EL1, b.at(3, S)) == 40);
    CHECK(b.read(0, Reg::ICC_RPR_EL1, ns) == 0);
}

TEST_CASE("Group 1 registers are banked by security state", "[gic][security]")
{
    Bench b{Bench::secure_pes()};
    b.write(0, Reg::ICC_IGRPEN1_EL1, 1, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, b.at(1, NS)) == 0);
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL3, b.at(3, S)) == 2);
    b.write(0, Reg::ICC_IGRPEN1_EL3, 1, b.at(3, S));
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, b.at(1, NS)) == 1);
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, b.at(1, S)) == 0);
    // EL3 sees the bank that SCR_EL3.NS names.
    auto el3 = b.at(3, S);
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, el3) == 1);
    el3.scr_ns = false;
    CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, el3) == 0);

    CHECK(b.read(0, Reg::ICC_BPR1_EL1, b.at(1, S)) == 2);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1, b.at(1, NS)) == 3);
    b.write(0, Reg::ICC_BPR1_EL1, 5, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_BPR1_EL1, b.at(1, NS)) == 3);
    b.write(0, Reg::ICC_AP1R0_EL1, 1, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1, b.at(1, NS)) == 0);
    // Non-secure active priorities lie in the lower half.
    b.write(0, Reg::ICC_AP1R0_EL1, 0xffff'ffff, b.at(1, NS));
    CHECK(b.read(0, Reg::ICC_AP1R0_EL1, b.at(1, NS)) == 0xffff'0000);
}

TEST_CASE("ICC_CTLR_EL3 holds the controls of every state", "[gic][security]")
{
    Bench b{Bench::secure_pes()};
    const auto el3 = b.at(3, S);
    CHECK(b.read(0, Reg::ICC_CTLR_EL3, el3) == 0x8400);
    b.write(0, Reg::ICC_CTLR_EL3, 0b01010, el3); // EOImode_EL1S, CBPR_EL1NS
    CHECK(b.read(0, Reg::ICC_CTLR_EL1, b.at(1, S)) == 0x8402);
    CHECK(b.read(0, Reg::ICC_CTLR_EL1, b.at(1, NS)) == 0x8401);
    // CBPR is not EL1's to set while there are two states.
    b.write(0, Reg::ICC_CTLR_EL1, 0b10, b.at(1, NS));
    CHECK(b.read(0, Reg::ICC_CTLR_EL3, el3) == (0x8400 | 0b11010));
    // With CBPR_EL1S, BPR1 of Secure EL1 is BPR0.
    b.write(0, Reg::ICC_CTLR_EL3, 0b00001, el3);
    b.write(0, Reg::ICC_BPR1_EL1, 6, b.at(1, S));
    CHECK(b.read(0, Reg::ICC_BPR0_EL1, b.at(1, S)) == 6);
    CHECK(b.read(0, Reg::ICC_BPR1_EL1, b.at(1, S)) == 6);
}

TEST_CASE("EOImode is chosen per state, and ICC_DIR_EL1 by what the state may end",
          "[gic][security]")
{
    TwoStates b;
    b.write(0, Reg::ICC_CTLR_EL3, 0b11100, b.at(3, S)); // all split
    b.pend(41);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(1, S)) == 41);
    b.write(0, Reg::ICC_EOIR1_EL1, 41, b.at(1, S));
    const auto active = [&](unsigned intid) {
        return bit(b.gicd(Distributor::ISACTIVER + 4, 4, S), intid - 32);
    };
    CHECK(active(41));
    b.write(0, Reg::ICC_DIR_EL1, 41, b.at(1, NS));
    CHECK(active(41));
    auto routed = b.at(1, S);
    routed.scr_irq = true;
    b.write(0, Reg::ICC_DIR_EL1, 41, routed);
    CHECK(active(41));
    b.write(0, Reg::ICC_DIR_EL1, 41, b.at(1, S));
    CHECK_FALSE(active(41));

    b.pend(42);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2, NS)) == 42);
    b.write(0, Reg::ICC_EOIR1_EL1, 42, b.at(2, NS));
    b.write(0, Reg::ICC_DIR_EL1, 42, b.at(2, NS));
    CHECK_FALSE(active(42));
}

TEST_CASE("SGIs are forwarded as group, state and GICR_NSACR allow", "[gic][security]")
{
    // SGI 0: Group 0; 1: Secure Group 1; 2: Non-secure Group 1.
    struct Case {
        Reg reg;
        bool secure;
        unsigned nsacr;
        u32 arrives; ///< of SGIs 0, 1, 2
    };

    for (const Case c : {Case{Reg::ICC_SGI0R_EL1, S, 0, 0b001},
                         {Reg::ICC_SGI1R_EL1, S, 0, 0b011},
                         {Reg::ICC_ASGI1R_EL1, S, 0, 0b100},
                         {Reg::ICC_SGI0R_EL1, NS, 0, 0b000},
                         {Reg::ICC_SGI1R_EL1, NS, 0, 0b100},
                         {Reg::ICC_ASGI1R_EL1, NS, 0, 0b000},
                         {Reg::ICC_SGI0R_EL1, NS, 1, 0b001},
                         {Reg::ICC_ASGI1R_EL1, NS, 1, 0b001},
                         {Reg::ICC_ASGI1R_EL1, NS, 2, 0b011},
                         {Reg::ICC_SGI1R_EL1, NS, 2, 0b100}}) {
        INFO("register " << static_cast<int>(c.reg) << (c.secure ? " S" : " NS") << " NS_access "
                         << c.nsacr);
        TwoStates b;
        b.set_sgi(1, Redistributor::NSACR, c.nsacr * 0x5555'5555u, 4, S);
        for (u64 intid : {0u, 1u, 2u})
            b.write(0, c.reg, intid << 24 | 0b10, b.at(1, c.secure));
        CHECK(b.sgi(1, Redistributor::ISPENDR, 4, S) == c.arrives);
    }
}
