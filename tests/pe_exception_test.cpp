// SPDX-License-Identifier: MIT
#include "pe_vectored.h"

using namespace sl;
using namespace sl::pe;

// ---- Entry

TEST_CASE("an exception saves PSTATE and the return address, masks all and selects SP_ELx")
{
    Vectored b;
    b.go(1, 0b0000, false);
    b.pe.state().set_nzcv(0xa000'0000);
    b.pe.state().pc = 0x4000'0100;
    b.pe.state().x[a64::slot_sp] = 0x1234; // SP_EL0
    b.pe.svc(0x77);

    CHECK(b.get(Reg::SPSR_EL1) == 0xa000'0004); // EL1t, NZCV, nothing masked
    CHECK(b.get(Reg::ELR_EL1) == 0x4000'0104);
    CHECK(b.get(Reg::ESR_EL1) == 0x5600'0077); // EC 0x15, IL
    CHECK(b.pe.state().el == 1);
    CHECK(b.pe.state().sp_sel);
    CHECK(b.pe.state().daif == 0xf);
    CHECK(b.pc() == vbar1); // current EL with SP_EL0, synchronous
    CHECK(b.mrs(Reg::SP_EL0) == 0x1234);
}

TEST_CASE("the vector tells current EL with SP_EL0, with SP_ELx, or a lower EL")
{
    Vectored b;
    b.go(1);
    b.pe.svc(0);
    CHECK(b.pc() == vbar1 + 0x200);

    Vectored user;
    user.go(0);
    user.pe.svc(0);
    CHECK(user.pc() == vbar1 + 0x400);

    Vectored irq;
    irq.go(0, 0);
    irq.code(vbar1 + 0x480, {});
    irq.gic.now.irq = true;
    irq.run_cycles(1);
    CHECK(irq.pc() == vbar1 + 0x480);
    CHECK(irq.get(Reg::ELR_EL1) == Bench::entry);
    CHECK(irq.get(Reg::SPSR_EL1) == 0);
    CHECK(irq.pe.state().el == 1);

    Vectored fiq;
    fiq.go(1, 0);
    fiq.code(vbar1 + 0x300, {});
    fiq.gic.now.fiq = true;
    fiq.run_cycles(1);
    CHECK(fiq.pc() == vbar1 + 0x300); // 0x200 + FIQ 0x100
}

TEST_CASE("SVC is taken to the EL that the architecture says", "[routing]")
{
    Vectored b;
    b.pe.svc(1);
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::ESR_EL2) == 0x5600'0001);

    Vectored tge;
    tge.set(Reg::HCR_EL2, Hcr::TGE::mask);
    tge.go(0);
    tge.pe.svc(2);
    CHECK(tge.pe.state().el == 2);
    CHECK(tge.pc() == vbar2 + 0x400);
}

TEST_CASE("HVC goes to EL2, unless HCD, SCR_EL3.HCE or EL0 make it undefined", "[routing]")
{
    Vectored b;
    b.go(1);
    b.pe.state().pc = 0x4000'0000;
    b.pe.hvc(0xbeef);
    CHECK(b.get(Reg::ESR_EL2) == 0x5a00'beef);
    CHECK(b.get(Reg::ELR_EL2) == 0x4000'0004);

    Vectored hcd;
    hcd.set(Reg::HCR_EL2, Hcr::HCD::mask);
    hcd.go(1);
    hcd.pe.hvc(0);
    CHECK(hcd.pe.state().el == 1);
    CHECK(hcd.get(Reg::ESR_EL1) == 0x0200'0000);
    CHECK(hcd.get(Reg::ELR_EL1) == Bench::entry);

    Vectored user;
    user.go(0);
    user.pe.hvc(0);
    CHECK(user.get(Reg::ESR_EL1) == 0x0200'0000);

    Vectored hce{true};
    hce.set(Reg::SCR_EL3, Scr::NS::mask | Scr::RW::mask);
    hce.go(1);
    hce.pe.hvc(0);
    CHECK(hce.get(Reg::ESR_EL1) == 0x0200'0000);
    hce.pe.power_on(Bench::entry, 3, 0, 0);
    hce.vectors();
    hce.set(Reg::SCR_EL3, Scr::NS::mask | Scr::HCE::mask);
    hce.go(1);
    hce.pe.hvc(3);
    CHECK(hce.get(Reg::ESR_EL2) == 0x5a00'0003);
}

TEST_CASE("SMC traps to EL2 by HCR_EL2.TSC with its own address as return address", "[routing]")
{
    Vectored b{true};
    b.set(Reg::SCR_EL3, Scr::NS::mask);
    b.set(Reg::HCR_EL2, Hcr::TSC::mask);
    b.go(1);
    b.pe.smc(9);
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::ESR_EL2) == 0x5e00'0009);
    CHECK(b.get(Reg::ELR_EL2) == Bench::entry);
    // From EL2 itself it is not trapped.
    b.pe.state().pc = 0x4000'0000;
    b.pe.smc(1);
    CHECK(b.pe.state().el == 3);
    CHECK(b.get(Reg::ESR_EL3) == 0x5e00'0001);
    CHECK(b.get(Reg::ELR_EL3) == 0x4000'0004);
}

TEST_CASE("SCR_EL3.SMD makes SMC undefined", "[routing]")
{
    Vectored b{true};
    b.set(Reg::SCR_EL3, Scr::NS::mask | Scr::SMD::mask);
    b.go(1);
    b.pe.smc(0);
    CHECK(b.pe.state().el == 1);
    CHECK(b.get(Reg::ESR_EL1) == 0x0200'0000);
}

TEST_CASE("SCTLR_ELx.SPAN = 0 sets PSTATE.PAN on entry to EL1 and to a host's EL2 only")
{
    Vectored b;
    b.set(Reg::SCTLR_EL1, 0x30d0'0980 & ~(1u << 23));
    b.go(0);
    b.pe.svc(0);
    CHECK(b.pe.state().pan);

    Vectored keep;
    keep.go(0);
    keep.pe.svc(0);
    CHECK(!keep.pe.state().pan);

    Vectored el2;
    el2.set(Reg::SCTLR_EL2, 0x30c5'0830 & ~(1u << 23));
    el2.go(1);
    el2.pe.hvc(0);
    CHECK(!el2.pe.state().pan);

    Vectored host;
    host.set(Reg::SCTLR_EL2, 0x30c5'0830 & ~(1u << 23));
    host.set(Reg::HCR_EL2, Hcr::E2H::mask | Hcr::TGE::mask);
    host.go(0);
    host.pe.svc(0);
    CHECK(host.pe.state().pan);
}

// ---- Interrupts

namespace {

/// Where an IRQ is taken from `el` with PSTATE.I = `masked`; 0: it stays pending.
unsigned irq_target(bool el3, u64 scr, u64 hcr, u8 el, bool masked)
{
    Bench b{test_config(el3)};
    if (el3)
        b.set(Reg::SCR_EL3, Scr::NS::mask | scr);
    b.set(Reg::HCR_EL2, hcr);
    b.go(el, masked ? 0b0010 : 0);
    // Vectors at 0: not memory. The exception itself is what the observer sees.
    b.code(Bench::entry, {});
    b.gic.now.irq = true;
    b.run_cycles(1);
    for (const auto& e : b.observer.events)
        if (e.what.ends_with("kind 1"))
            return static_cast<unsigned>(e.what[e.what.find("to ") + 3] - '0');
    return 0;
}

} // namespace

TEST_CASE("physical IRQs are routed and masked as the manual's table says", "[routing]")
{
    // DDI 0487, "Routing when both EL3 and EL2 are implemented" and "Physical interrupt masking".
    constexpr u64 imo = Hcr::IMO::mask, tge = Hcr::TGE::mask, e2h = Hcr::E2H::mask;
    constexpr u64 scr_irq = Scr::IRQ::mask;

    struct Row {
        u64 scr, hcr;
        unsigned el0, el0_masked, el1, el1_masked, el2, el2_masked, el3, el3_masked;
    };

    // 0: left pending. EL1 does not exist under TGE.
    constexpr unsigned none = 9;
    const Row rows[] = {
        {0, 0, 1, 0, 1, 0, 0, 0, 0, 0},
        {0, imo, 2, 2, 2, 2, 2, 0, 0, 0},
        {0, tge, 2, 2, none, none, 2, 0, 0, 0},
        {0, imo | e2h, 2, 2, 2, 2, 2, 0, 0, 0},
        {0, tge | e2h, 2, 0, none, none, 2, 0, 0, 0},
        {scr_irq, 0, 3, 3, 3, 3, 3, 3, 3, 0},
        {scr_irq, imo, 3, 3, 3, 3, 3, 3, 3, 0},
    };
    for (const Row& r : rows) {
        CAPTURE(r.scr, r.hcr);
        CHECK(irq_target(true, r.scr, r.hcr, 0, false) == r.el0);
        CHECK(irq_target(true, r.scr, r.hcr, 0, true) == r.el0_masked);
        if (r.el1 != none) {
            CHECK(irq_target(true, r.scr, r.hcr, 1, false) == r.el1);
            CHECK(irq_target(true, r.scr, r.hcr, 1, true) == r.el1_masked);
        }
        CHECK(irq_target(true, r.scr, r.hcr, 2, false) == r.el2);
        CHECK(irq_target(true, r.scr, r.hcr, 2, true) == r.el2_masked);
        if (r.scr == 0) {
            CHECK(irq_target(false, 0, r.hcr, 0, false) == r.el0);
            CHECK(irq_target(false, 0, r.hcr, 2, false) == r.el2);
            CHECK(irq_target(false, 0, r.hcr, 2, true) == r.el2_masked);
        }
    }
    // EL3 is entered by SCR_EL3.IRQ only, and then obeys its own mask.
    Bench b{test_config(true)};
    b.set(Reg::SCR_EL3, scr_irq);
    b.pe.state().daif = 0;
    b.gic.now.irq = true;
    b.run_cycles(1);
    CHECK(b.observer.of("exception 3 to 3 kind 1").size() == 1);
}

TEST_CASE("virtual interrupts reach EL1 by HCR_EL2.{IMO,FMO,AMO}, and their masks hold",
          "[routing]")
{
    const auto taken = [](u64 hcr, u64 daif, GicPort::Lines lines, const char* what, u8 el = 1) {
        Bench b;
        b.set(Reg::HCR_EL2, hcr);
        b.go(el, daif);
        b.code(Bench::entry, {});
        b.gic.now = lines;
        b.run_cycles(1);
        return !b.observer.of(what).empty();
    };
    constexpr u64 imo = Hcr::IMO::mask, fmo = Hcr::FMO::mask, amo = Hcr::AMO::mask;
    const char* irq = "exception 1 to 1 kind 1";
    const char* fiq = "exception 1 to 1 kind 2";
    const char* serror = "exception 1 to 1 kind 3";
    CHECK(taken(imo | Hcr::VI::mask, 0, {}, irq));
    CHECK(taken(imo, 0, {.virq = true}, irq));
    CHECK(!taken(imo, 0b0010, {.virq = true}, irq));
    CHECK(!taken(Hcr::VI::mask, 0, {.virq = true}, irq));
    CHECK(taken(fmo | Hcr::VF::mask, 0, {}, fiq));
    CHECK(taken(fmo, 0, {.vfiq = true}, fiq));
    CHECK(!taken(fmo, 0b0001, {.vfiq = true}, fiq));
    CHECK(!taken(Hcr::VF::mask, 0, {.vfiq = true}, fiq));
    CHECK(taken(amo | Hcr::VSE::mask, 0, {}, serror));
    CHECK(!taken(amo | Hcr::VSE::mask, 0b0100, {}, serror));
    CHECK(!taken(Hcr::VSE::mask, 0, {}, serror));
    CHECK(!taken(imo | Hcr::TGE::mask, 0, {.virq = true}, "exception 0 to 1 kind 1", 0));
    CHECK(!taken(imo, 0, {.virq = true}, "exception 2 to 2 kind 1", 2));
}

TEST_CASE("a virtual SError is taken once, with EC 0x2f")
{
    Vectored b;
    b.set(Reg::HCR_EL2, Hcr::AMO::mask | Hcr::VSE::mask);
    b.go(1, 0);
    b.code(Bench::entry, {});
    b.code(vbar1 + 0x380, {});
    b.run_cycles(1);
    CHECK(b.pc() == vbar1 + 0x380);
    CHECK(b.get(Reg::ESR_EL1) == 0xbe00'0000);
    CHECK((b.get(Reg::HCR_EL2) & Hcr::VSE::mask) == 0);
}

TEST_CASE("an interrupt is taken before the instruction after the one that unmasks it")
{
    Vectored b;
    b.go(1, 0b0010);
    b.gic.now.irq = true;
    b.code(Bench::entry, {
                             0xd503'201f, // nop
                             0xd503'42ff, // msr daifclr, #2
                             0xd503'201f, // nop
                         });
    b.code(vbar1 + 0x280, {});
    b.run_cycles(20);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry + 8);
    CHECK(b.observer.of("exception 1 to 1 kind 1").at(0).cycle == 2);
}

TEST_CASE("ISR_EL1 at EL1 shows virtual interrupts, at EL2 physical ones whatever HCR_EL2.IMO")
{
    Bench b;
    b.gic.now = {.irq = true, .virq = false};
    b.set(Reg::HCR_EL2, 0);
    CHECK(b.mrs(Reg::ISR_EL1) == 1u << 7);
    b.set(Reg::HCR_EL2, Hcr::IMO::mask | Hcr::FMO::mask);
    CHECK(b.mrs(Reg::ISR_EL1) == 1u << 7);
    b.gic.now = {.irq = false, .fiq = true, .virq = true};
    CHECK(b.mrs(Reg::ISR_EL1) == 1u << 6);
    b.go(1);
    CHECK(b.mrs(Reg::ISR_EL1) == 1u << 7);
    b.gic.now = {.irq = true, .fiq = true};
    CHECK(b.mrs(Reg::ISR_EL1) == 0);
}

// ---- Return

TEST_CASE("ERET restores PSTATE and sends execution to ELR")
{
    Vectored b;
    b.set(Reg::SPSR_EL2, 0x6000'0000 | 1u << 22 | 0b0101 << 6 | 0b0100);
    b.set(Reg::ELR_EL2, 0x4000'4000);
    b.pe.eret();
    const a64::State& s = b.pe.state();
    CHECK(s.el == 1);
    CHECK(!s.sp_sel);
    CHECK(s.daif == 0b0101);
    CHECK(s.nzcv() == 0x6000'0000);
    CHECK(s.pan);
    CHECK(s.pc == 0x4000'4000);
}

TEST_CASE("an illegal exception return keeps the EL and sets PSTATE.IL")
{
    const auto il = [](bool el3, u64 scr, u64 hcr, u64 spsr) {
        Bench b{test_config(el3)};
        if (el3) {
            b.set(Reg::SCR_EL3, scr);
            b.set(Reg::SPSR_EL3, spsr);
            b.set(Reg::HCR_EL2, hcr);
        } else {
            b.set(Reg::HCR_EL2, hcr);
            b.set(Reg::SPSR_EL2, spsr);
        }
        const u8 el = b.pe.state().el;
        b.pe.eret();
        CHECK((!b.pe.state().il || b.pe.state().el == el));
        return b.pe.state().il;
    };
    CHECK(!il(false, 0, 0, 0b01001));
    CHECK(!il(false, 0, 0, 0b00101));
    CHECK(!il(false, 0, 0, 0b00000));
    CHECK(il(false, 0, 0, 0b00001));              // EL0 with SP_EL0's bit set
    CHECK(il(false, 0, 0, 0b10000));              // AArch32
    CHECK(il(false, 0, 0, 0b01101));              // to a higher EL
    CHECK(il(false, 0, 0, 0b00111));              // reserved bit 1
    CHECK(il(false, 0, Hcr::TGE::mask, 0b00101)); // EL1 under TGE
    CHECK(!il(false, 0, Hcr::TGE::mask, 0b00000));
    CHECK(il(true, 0, 0, 0b01001)); // Secure EL2
    CHECK(!il(true, Scr::NS::mask, 0, 0b01001));
    CHECK(!il(true, 0, Hcr::TGE::mask, 0b00101)); // HCR_EL2 has no say in Secure state

    Vectored b;
    b.set(Reg::SPSR_EL2, 0b10000 | 0b0011 << 6 | 0x9000'0000);
    b.set(Reg::ELR_EL2, 0x4000'0040);
    b.pe.eret();
    CHECK(b.pe.state().daif == 0b0011);
    CHECK(b.pe.state().nzcv() == 0x9000'0000);
    CHECK(b.pc() == 0x4000'0040);
    b.code(0x4000'0040, {0xd503'201f});
    b.code(vbar2 + 0x200, {});
    b.run_cycles(3);
    CHECK(b.get(Reg::ESR_EL2) == 0x3a00'0000); // EC 0x0e
    CHECK(b.get(Reg::ELR_EL2) == 0x4000'0040);
    CHECK((b.get(Reg::SPSR_EL2) & 1u << 20) != 0);
    CHECK(!b.pe.state().il);
}
