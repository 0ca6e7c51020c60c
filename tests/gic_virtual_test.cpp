// SPDX-License-Identifier: MIT
#include "gic_bench.h"

using namespace sl;
using namespace sl::gic;

namespace {

constexpr u64 invalid = 0, pending = 1, active = 2, both = 3;

struct Lr {
    u64 state = pending;
    u64 vintid = 40;
    u64 priority = 0x80;
    u64 group = 1;
    bool hw = false;
    u64 pintid = 0;
    bool eoi = false;

    u64 word() const
    {
        return state << 62 | u64{hw} << 61 | group << 60 | priority << 48 |
               (hw ? pintid << 32 : u64{eoi} << 41) | vintid;
    }
};

/// A guest on PE 0, all of whose interrupts EL2 provides through list registers.
struct Guest : Bench {
    Guest()
    {
        bring_up();
        set_hyp(Reg::ICH_HCR_EL2, 1);
        set_hyp(Reg::ICH_VMCR_EL2, 0xf8u << 24 | 0x3); // VPMR, VENG1, VENG0
    }

    explicit Guest(const Config& config)
        : Bench{config}
    {
    }

    u64 hyp(Reg reg) { return read(0, reg, at(2)); }

    void set_hyp(Reg reg, u64 value) { write(0, reg, value, at(2)); }

    static Reg lr(unsigned n)
    {
        return static_cast<Reg>(static_cast<unsigned>(Reg::ICH_LR0_EL2) + n);
    }

    void set_lr(unsigned n, const Lr& entry) { set_hyp(lr(n), entry.word()); }

    u64 state(unsigned n) { return hyp(lr(n)) >> 62; }

    u64 icv(Reg reg) { return read(0, reg, guest()); }

    void set_icv(Reg reg, u64 value) { write(0, reg, value, guest()); }

    bool virq() { return gic.cpu(0).lines(1, NS).virq; }

    bool vfiq() { return gic.cpu(0).lines(1, NS).vfiq; }

    /// Level of the maintenance interrupt's wire: PPI 25.
    bool maintenance() { return sgi(0, Redistributor::ISPENDR) >> 25 & 1; }

    u64 misr() { return hyp(Reg::ICH_MISR_EL2); }

    u64 eoi_count() { return hyp(Reg::ICH_HCR_EL2) >> 27; }
};

} // namespace

TEST_CASE("ICH_VTR_EL2 tells what is built in", "[gic][ich]")
{
    Guest b;
    // PRIbits 4, PREbits 4, A3V, nV4, TDS, ListRegs 3.
    CHECK(b.hyp(Reg::ICH_VTR_EL2) == 0x9038'0003);
    Config c;
    c.list_registers = 16;
    c.virtual_priority_bits = 8;
    Guest big{c};
    CHECK(big.hyp(Reg::ICH_VTR_EL2) == 0xf838'000f);
}

TEST_CASE("ICH registers keep their fields and no others", "[gic][ich]")
{
    Guest b;
    b.set_hyp(Reg::ICH_HCR_EL2, ~u64{0});
    CHECK(b.hyp(Reg::ICH_HCR_EL2) == 0xf800'5cff);
    b.set_hyp(Reg::ICH_VMCR_EL2, ~u64{0});
    CHECK(b.hyp(Reg::ICH_VMCR_EL2) == 0xf8fc'021b);
    b.set_hyp(Reg::ICH_VMCR_EL2, 0);
    CHECK(b.hyp(Reg::ICH_VMCR_EL2) ==
          (2u << 21 | 3u << 18 | 1u << 3)); // least binary points, VFIQEn
    b.set_hyp(Reg::ICH_LR2_EL2, ~u64{0});
    CHECK(b.hyp(Reg::ICH_LR2_EL2) == 0xf0f8'1fff'0000'ffff);
    b.set_hyp(Reg::ICH_AP1R0_EL2, ~u64{0});
    CHECK(b.hyp(Reg::ICH_AP1R0_EL2) == 0xffff'ffff);
}

TEST_CASE("a pending list register is signalled, acknowledged and ended", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 27, .priority = 0xa0});
    CHECK(b.virq());
    CHECK_FALSE(b.vfiq());
    CHECK_FALSE(b.irq(0));
    CHECK(b.icv(Reg::ICC_HPPIR1_EL1) == 27);
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 27);
    CHECK(b.state(0) == active);
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xa0);
    CHECK(b.hyp(Reg::ICH_AP1R0_EL2) == 1u << (0xa0 >> 3));
    CHECK(b.icv(Reg::ICC_AP1R0_EL1) == 1u << (0xa0 >> 3));
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1023);
    b.set_icv(Reg::ICC_EOIR1_EL1, 27);
    CHECK(b.state(0) == invalid);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.eoi_count() == 0);
}

TEST_CASE("Group 0 of the guest is FIQ, through the registers named 0", "[gic][icv]")
{
    Guest b;
    b.set_lr(1, {.vintid = 30, .group = 0});
    CHECK(b.vfiq());
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_HPPIR1_EL1) == 1023);
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1023);
    CHECK(b.icv(Reg::ICC_HPPIR0_EL1) == 30);
    CHECK(b.icv(Reg::ICC_IAR0_EL1) == 30);
    CHECK(b.hyp(Reg::ICH_AP0R0_EL2) == 1u << (0x80 >> 3));
    b.set_icv(Reg::ICC_EOIR0_EL1, 30);
    CHECK(b.state(1) == invalid);
}

TEST_CASE("an active and pending entry is offered again only after its end", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.state = both, .vintid = 33});
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1u << (0x80 >> 3));
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_HPPIR1_EL1) == 1023);
    b.set_icv(Reg::ICC_EOIR1_EL1, 33);
    CHECK(b.state(0) == pending);
    CHECK(b.virq());
}

TEST_CASE("the guest's highest priority goes first, then the lowest list register", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40, .priority = 0xa0});
    b.set_lr(1, {.vintid = 41, .priority = 0x60});
    b.set_lr(2, {.vintid = 42, .priority = 0x60});
    b.set_lr(3, {.vintid = 43, .priority = 0x40, .group = 0});
    CHECK(b.icv(Reg::ICC_IAR0_EL1) == 43);
    b.set_icv(Reg::ICC_EOIR0_EL1, 43);
    for (const u64 vintid : {41u, 42u, 40u}) {
        CHECK(b.icv(Reg::ICC_IAR1_EL1) == vintid);
        b.set_icv(Reg::ICC_EOIR1_EL1, vintid);
    }
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1023);
}

TEST_CASE("a virtual interrupt preempts by group priority", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40, .priority = 0xa0});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_lr(1, {.vintid = 41, .priority = 0xa0});
    CHECK_FALSE(b.virq());
    b.set_lr(2, {.vintid = 42, .priority = 0x98});
    CHECK(b.virq());
    b.set_icv(Reg::ICC_BPR1_EL1, 4);
    CHECK(b.virq()); // 0x98 & ~0xf = 0x90 against 0xa0
    b.set_icv(Reg::ICC_BPR1_EL1, 6);
    CHECK_FALSE(b.virq()); // 0x80 against 0x80
    b.set_icv(Reg::ICC_BPR1_EL1, 0);
    CHECK(b.icv(Reg::ICC_BPR1_EL1) == 3);
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 42);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0x98);
    b.set_icv(Reg::ICC_EOIR1_EL1, 42);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xa0); // back to what was preempted
    b.set_icv(Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 41);
}

TEST_CASE("the guest's controls are fields of ICH_VMCR_EL2, both ways", "[gic][icv]")
{
    Guest b;
    const auto vmcr = [&] { return b.hyp(Reg::ICH_VMCR_EL2); };
    b.set_icv(Reg::ICC_PMR_EL1, 0x5f);
    CHECK(bits(vmcr(), 31, 24) == 0x58);
    b.set_icv(Reg::ICC_BPR0_EL1, 4);
    CHECK(bits(vmcr(), 23, 21) == 4);
    b.set_icv(Reg::ICC_BPR1_EL1, 6);
    CHECK(bits(vmcr(), 20, 18) == 6);
    b.set_icv(Reg::ICC_IGRPEN0_EL1, 0);
    CHECK_FALSE(bit(vmcr(), 0));
    b.set_icv(Reg::ICC_IGRPEN1_EL1, 0);
    CHECK_FALSE(bit(vmcr(), 1));
    b.set_icv(Reg::ICC_CTLR_EL1, 0x3);
    CHECK(bit(vmcr(), 4)); // VCBPR
    CHECK(bit(vmcr(), 9)); // VEOIM

    b.set_hyp(Reg::ICH_VMCR_EL2, 0xa0u << 24 | 3u << 21 | 5u << 18 | 1u << 9 | 0x1);
    CHECK(b.icv(Reg::ICC_PMR_EL1) == 0xa0);
    CHECK(b.icv(Reg::ICC_BPR0_EL1) == 3);
    CHECK(b.icv(Reg::ICC_BPR1_EL1) == 5);
    CHECK(b.icv(Reg::ICC_CTLR_EL1) == 0x8402);
    CHECK(b.icv(Reg::ICC_IGRPEN0_EL1) == 1);
    CHECK(b.icv(Reg::ICC_IGRPEN1_EL1) == 0);
    b.set_hyp(Reg::ICH_VMCR_EL2, vmcr() | 1u << 4);
    CHECK(b.icv(Reg::ICC_CTLR_EL1) == 0x8403);
    CHECK(b.icv(Reg::ICC_BPR1_EL1) == 4); // VCBPR: VBPR0 + 1
    b.set_icv(Reg::ICC_BPR1_EL1, 7);
    CHECK(bits(vmcr(), 20, 18) == 5); // ignored
}

TEST_CASE("virtual accesses leave the physical interface alone, and the reverse", "[gic][icv]")
{
    Guest b;
    b.arm_spi(50, 0x60);
    b.pend_spi(50);
    b.set_lr(0, {.vintid = 40, .priority = 0xa0});
    b.set_icv(Reg::ICC_PMR_EL1, 0x10);
    CHECK(b.irq(0));
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1023);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2)) == 50);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.read(0, Reg::ICC_RPR_EL1, b.at(2)) == 0x60);
    CHECK(b.read(0, Reg::ICC_PMR_EL1, b.at(2)) == 0xf8);
}

TEST_CASE("IMO and FMO each redirect their group's names, either the common ones", "[gic][icv]")
{
    Guest b;
    b.set_hyp(Reg::ICH_VMCR_EL2, 0x50u << 24);
    for (const bool imo : {false, true}) {
        for (const bool fmo : {false, true}) {
            auto c = b.guest();
            c.virtual_group1 = imo;
            c.virtual_group0 = fmo;
            CHECK(b.read(0, Reg::ICC_IGRPEN1_EL1, c) == (imo ? 0u : 1u));
            CHECK(b.read(0, Reg::ICC_IGRPEN0_EL1, c) == (fmo ? 0u : 1u));
            CHECK(b.read(0, Reg::ICC_PMR_EL1, c) == (imo || fmo ? 0x50u : 0xf8u));
        }
    }
    auto el2 = b.guest();
    el2.el = 2;
    CHECK(b.read(0, Reg::ICC_PMR_EL1, el2) == 0xf8);
}

TEST_CASE("the priority mask and group enables hold virtual interrupts back", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40, .priority = 0x80});
    b.set_icv(Reg::ICC_PMR_EL1, 0x80);
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_HPPIR1_EL1) == 40);
    b.set_icv(Reg::ICC_PMR_EL1, 0x88);
    CHECK(b.virq());
    b.set_icv(Reg::ICC_IGRPEN1_EL1, 0);
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_HPPIR1_EL1) == 1023);
}

TEST_CASE("nothing is signalled while ICH_HCR_EL2.En is 0", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {});
    b.set_hyp(Reg::ICH_HCR_EL2, 0x2); // UIE, but not En
    CHECK_FALSE(b.virq());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1023);
    CHECK_FALSE(b.maintenance());
    b.set_hyp(Reg::ICH_HCR_EL2, 0x1);
    CHECK(b.virq());
}

TEST_CASE("with virtual EOImode 1 the end drops priority and ICV_DIR deactivates", "[gic][icv]")
{
    Guest b;
    b.set_icv(Reg::ICC_CTLR_EL1, 0x2);
    b.set_lr(0, {.vintid = 40});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_icv(Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
    CHECK(b.state(0) == active);
    b.set_icv(Reg::ICC_DIR_EL1, 40);
    CHECK(b.state(0) == invalid);
    CHECK(b.eoi_count() == 0);
}

TEST_CASE("ICV_DIR does nothing in virtual EOImode 0", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_icv(Reg::ICC_DIR_EL1, 40);
    CHECK(b.state(0) == active);
    CHECK(b.eoi_count() == 0);
}

TEST_CASE("ending an interrupt with HW set deactivates the physical one", "[gic][icv]")
{
    for (const bool split : {false, true}) {
        Guest b;
        b.set_icv(Reg::ICC_CTLR_EL1, split ? 0x2 : 0x0);
        b.write(0, Reg::ICC_CTLR_EL1, 0x2, b.at(2)); // the host drops priority only
        // The virtual timer's PPI, taken by the host and handed to the guest as INTID 31.
        b.arm_private(0, 27, 0x80);
        b.gic.set_ppi(0, 27, true, b.now);
        CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2)) == 27);
        b.write(0, Reg::ICC_EOIR1_EL1, 27, b.at(2));
        b.set_lr(0, {.vintid = 31, .hw = true, .pintid = 27});
        b.gic.set_ppi(0, 27, false, b.now);
        CHECK(b.icv(Reg::ICC_IAR1_EL1) == 31);
        b.set_icv(Reg::ICC_EOIR1_EL1, 31);
        if (split) {
            CHECK(b.sgi(0, Redistributor::ISACTIVER) == 1u << 27);
            b.set_icv(Reg::ICC_DIR_EL1, 31);
        }
        CHECK(b.state(0) == invalid);
        CHECK(b.sgi(0, Redistributor::ISACTIVER) == 0);
        CHECK_FALSE(b.irq(0));
    }
}

TEST_CASE("a deactivated physical level that is still high comes again", "[gic][icv]")
{
    Guest b;
    b.write(0, Reg::ICC_CTLR_EL1, 0x2, b.at(2));
    b.arm_spi(50, 0x80);
    b.gic.set_spi(50, true, b.now);
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2)) == 50);
    b.write(0, Reg::ICC_EOIR1_EL1, 50, b.at(2));
    b.set_lr(0, {.vintid = 50, .hw = true, .pintid = 50});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 50);
    CHECK_FALSE(b.irq(0));
    b.set_icv(Reg::ICC_EOIR1_EL1, 50);
    CHECK(b.irq(0));
}

TEST_CASE("an end that finds no list register is counted", "[gic][icv]")
{
    Guest b;
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1u << (0x80 >> 3)); // active beyond the list registers
    b.set_icv(Reg::ICC_EOIR1_EL1, 99);
    CHECK(b.eoi_count() == 1);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
    b.set_icv(Reg::ICC_EOIR1_EL1, 99); // clears no active priority: not counted
    CHECK(b.eoi_count() == 1);
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1);
    b.set_icv(Reg::ICC_EOIR1_EL1, 1023); // special
    CHECK(b.eoi_count() == 1);
    b.set_icv(Reg::ICC_EOIR1_EL1, 8192); // LPIs are never counted
    CHECK(b.eoi_count() == 1);
}

TEST_CASE("in virtual EOImode 1 it is ICV_DIR that is counted", "[gic][icv]")
{
    Guest b;
    b.set_icv(Reg::ICC_CTLR_EL1, 0x2);
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1u << (0x80 >> 3));
    b.set_icv(Reg::ICC_EOIR1_EL1, 99); // would not have deactivated
    CHECK(b.eoi_count() == 0);
    b.set_icv(Reg::ICC_DIR_EL1, 99);
    CHECK(b.eoi_count() == 1);
    b.set_icv(Reg::ICC_DIR_EL1, 8192);
    CHECK(b.eoi_count() == 1);
}

TEST_CASE("EOIcount wraps from 31 to 0", "[gic][icv]")
{
    Guest b;
    b.set_hyp(Reg::ICH_HCR_EL2, 31u << 27 | 1);
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1);
    b.set_icv(Reg::ICC_EOIR1_EL1, 99);
    CHECK(b.eoi_count() == 0);
    CHECK(b.hyp(Reg::ICH_HCR_EL2) == 1);
}

TEST_CASE("an end whose group or priority does not fit drops, but does not deactivate",
          "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40, .priority = 0x80});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_icv(Reg::ICC_EOIR0_EL1, 40); // Group 1
    CHECK(b.state(0) == active);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1u << (0x40 >> 3));
    b.set_icv(Reg::ICC_EOIR1_EL1, 40); // another priority was active
    CHECK(b.state(0) == active);
}

TEST_CASE("maintenance: EOI of an entry that asks for it", "[gic][maintenance]")
{
    Guest b;
    b.set_lr(2, {.vintid = 40, .eoi = true});
    CHECK(b.hyp(Reg::ICH_EISR_EL2) == 0);
    CHECK_FALSE(b.maintenance());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_icv(Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.hyp(Reg::ICH_EISR_EL2) == 0x4);
    CHECK(b.misr() == 0x1);
    CHECK(b.maintenance());
    CHECK(b.hyp(Reg::ICH_ELRSR_EL2) == 0xb); // not yet free
    b.set_hyp(Reg::ICH_LR2_EL2, 0);
    CHECK(b.hyp(Reg::ICH_EISR_EL2) == 0);
    CHECK(b.hyp(Reg::ICH_ELRSR_EL2) == 0xf);
    CHECK_FALSE(b.maintenance());
}

TEST_CASE("an ended entry with HW set is free, whatever its bit 41", "[gic][maintenance]")
{
    Guest b;
    b.set_lr(1, {.state = invalid, .hw = true, .pintid = 1u << 9});
    CHECK(b.hyp(Reg::ICH_EISR_EL2) == 0);
    CHECK(b.hyp(Reg::ICH_ELRSR_EL2) == 0xf);
}

TEST_CASE("maintenance: underflow while fewer than two entries are valid", "[gic][maintenance]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40});
    b.set_lr(1, {.state = active, .vintid = 41});
    b.set_hyp(Reg::ICH_HCR_EL2, 0x3);
    CHECK(b.misr() == 0);
    CHECK_FALSE(b.maintenance());
    b.set_hyp(Reg::ICH_LR1_EL2, 0);
    CHECK(b.misr() == 0x2);
    CHECK(b.maintenance());
    b.set_lr(3, {.state = both, .vintid = 43});
    CHECK_FALSE(b.maintenance());
}

TEST_CASE("maintenance: an end that found no list register", "[gic][maintenance]")
{
    Guest b;
    b.set_hyp(Reg::ICH_HCR_EL2, 0x5); // LRENPIE
    b.set_hyp(Reg::ICH_AP1R0_EL2, 1);
    CHECK_FALSE(b.maintenance());
    b.set_icv(Reg::ICC_EOIR1_EL1, 99);
    CHECK(b.misr() == 0x4);
    CHECK(b.maintenance());
    b.set_hyp(Reg::ICH_HCR_EL2, 0x5); // EOIcount 0
    CHECK_FALSE(b.maintenance());
}

TEST_CASE("maintenance: no entry pending", "[gic][maintenance]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40});
    b.set_hyp(Reg::ICH_HCR_EL2, 0x9);
    CHECK_FALSE(b.maintenance());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40); // now active
    CHECK(b.misr() == 0x8);
    CHECK(b.maintenance());
}

TEST_CASE("maintenance: the guest enables or disables a group", "[gic][maintenance]")
{
    struct Case {
        unsigned bit;
        Reg enable;
        bool when_enabled;
    };

    for (const Case c : {Case{4, Reg::ICC_IGRPEN0_EL1, true},
                         {5, Reg::ICC_IGRPEN0_EL1, false},
                         {6, Reg::ICC_IGRPEN1_EL1, true},
                         {7, Reg::ICC_IGRPEN1_EL1, false}}) {
        INFO("ICH_HCR_EL2 bit " << c.bit);
        Guest b;
        b.set_hyp(Reg::ICH_HCR_EL2, 1u << c.bit | 1);
        for (const u64 enabled : {0u, 1u, 0u}) {
            b.set_icv(c.enable, enabled);
            // The other group has no say.
            b.set_icv(c.enable == Reg::ICC_IGRPEN0_EL1 ? Reg::ICC_IGRPEN1_EL1
                                                       : Reg::ICC_IGRPEN0_EL1,
                      1 - enabled);
            const bool asserted = (enabled != 0) == c.when_enabled;
            CHECK(b.maintenance() == asserted);
            CHECK(b.misr() == (asserted ? 1u << c.bit : 0u));
        }
    }
}

TEST_CASE("the maintenance interrupt is a level PPI that the host takes", "[gic][maintenance]")
{
    Guest b;
    b.arm_private(0, 25, 0x80);
    b.set_hyp(Reg::ICH_HCR_EL2, 0x3);
    CHECK(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2)) == 25);
    b.set_hyp(Reg::ICH_HCR_EL2, 0);
    CHECK_FALSE(b.maintenance());
    b.write(0, Reg::ICC_EOIR1_EL1, 25, b.at(2));
    CHECK_FALSE(b.irq(0));
}

TEST_CASE("a special INTID in a list register is handed out, not activated", "[gic][icv]")
{
    Guest b;
    b.set_lr(0, {.vintid = 1021});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 1021);
    CHECK(b.state(0) == invalid);
    CHECK(b.icv(Reg::ICC_RPR_EL1) == 0xff);
}

TEST_CASE("an SGI that a hypervisor injects reaches the guest as its own", "[gic][icv]")
{
    // The sender's hypervisor traps ICC_SGI1R_EL1, and kicks the target's PE by a physical SGI; the
    // target's hypervisor puts the virtual SGI into a list register.
    Guest b;
    b.set_sgi(0, Redistributor::ISENABLER, 0xffff);
    b.write(1, Reg::ICC_SGI1R_EL1, u64{8} << 24 | 0b01, b.at(2));
    CHECK(b.irq(0));
    CHECK(b.read(0, Reg::ICC_IAR1_EL1, b.at(2)) == 8);
    b.set_lr(0, {.vintid = 3, .priority = 0x90});
    b.write(0, Reg::ICC_EOIR1_EL1, 8, b.at(2));
    CHECK(b.virq());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 3);
    b.set_icv(Reg::ICC_EOIR1_EL1, 3);
    CHECK(b.hyp(Reg::ICH_ELRSR_EL2) == 0xf);
}

TEST_CASE("the state of a guest can be taken away and brought back", "[gic][ich]")
{
    Guest b;
    b.set_lr(0, {.vintid = 40, .priority = 0x60});
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 40);
    b.set_lr(1, {.vintid = 41, .priority = 0x40});
    const u64 saved[] = {b.hyp(Reg::ICH_LR0_EL2), b.hyp(Reg::ICH_LR1_EL2),
                         b.hyp(Reg::ICH_AP1R0_EL2), b.hyp(Reg::ICH_VMCR_EL2),
                         b.hyp(Reg::ICH_HCR_EL2)};
    for (const Reg reg : {Reg::ICH_LR0_EL2, Reg::ICH_LR1_EL2, Reg::ICH_AP1R0_EL2, Reg::ICH_VMCR_EL2,
                          Reg::ICH_HCR_EL2})
        b.set_hyp(reg, 0);
    CHECK_FALSE(b.virq());
    unsigned i = 0;
    for (const Reg reg : {Reg::ICH_LR0_EL2, Reg::ICH_LR1_EL2, Reg::ICH_AP1R0_EL2, Reg::ICH_VMCR_EL2,
                          Reg::ICH_HCR_EL2})
        b.set_hyp(reg, saved[i++]);
    CHECK(b.virq());
    CHECK(b.icv(Reg::ICC_IAR1_EL1) == 41);
    b.set_icv(Reg::ICC_EOIR1_EL1, 41);
    b.set_icv(Reg::ICC_EOIR1_EL1, 40);
    CHECK(b.hyp(Reg::ICH_ELRSR_EL2) == 0xf);
    CHECK(b.eoi_count() == 0);
}
