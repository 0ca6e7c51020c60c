// SPDX-License-Identifier: MIT
#include "pe_bench.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;

constexpr u64 vbar1 = 0x4001'0000, vbar2 = 0x4002'0000, vbar3 = 0x4003'0000;

struct Vectored : Bench {
    explicit Vectored(bool el3 = false)
        : Bench{test_config(el3)}
    {
        vectors();
    }

    void vectors()
    {
        set(Reg::VBAR_EL1, vbar1);
        set(Reg::VBAR_EL2, vbar2);
        set(Reg::VBAR_EL3, vbar3);
        set(Reg::SCTLR_EL1, 0x30d0'0980 | 1 << 16 | 1 << 18); // nTWI, nTWE
    }

    u64 pc() { return pe.state().pc; }
};

} // namespace

// ---- Entry
// ---------------------------------------------------------------------------------------

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
// ------------------------------------------------------------------------------------

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
// ----------------------------------------------------------------------------------------

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

// ---- Traps
// -------------------------------------------------------------------------------------------

TEST_CASE("SIMD&FP is trapped by CPACR_EL1, CPTR_EL2 in both layouts, and CPTR_EL3", "[traps]")
{
    // The EL that takes the trap, 0 when there is none; EC in `ec`.
    const auto trap = [](u8 el, u64 cpacr, u64 hcr, u64 cptr2, u64 cptr3, bool el3, u8& ec) {
        Vectored b{el3};
        if (el3)
            b.set(Reg::SCR_EL3, Scr::NS::mask);
        b.set(Reg::CPACR_EL1, cpacr << 20);
        b.set(Reg::HCR_EL2, hcr);
        b.set(Reg::CPTR_EL2, cptr2);
        b.set(Reg::CPTR_EL3, cptr3);
        b.go(el);
        ec = 0;
        if (b.mrs(Reg::FPCR)) // trapped as SIMD&FP instructions are
            return 0;
        const u8 to = b.pe.state().el;
        const Reg esr = to == 3 ? Reg::ESR_EL3 : to == 2 ? Reg::ESR_EL2 : Reg::ESR_EL1;
        ec = b.ec(esr);
        if (ec == 0x07)
            CHECK(b.get(esr) == 0x1fe0'0000);
        return int{to};
    };
    u8 ec = 0;
    constexpr u64 tfp = 1 << 10, e2h = Hcr::E2H::mask, tge = Hcr::TGE::mask, open = 3 << 20;
    CHECK(trap(0, 0, 0, 0, 0, false, ec) == 1);
    CHECK(ec == 0x07);
    CHECK(trap(1, 0, 0, 0, 0, false, ec) == 1);
    CHECK(trap(0, 1, 0, 0, 0, false, ec) == 1);
    CHECK(trap(1, 1, 0, 0, 0, false, ec) == 0);
    CHECK(trap(1, 2, 0, 0, 0, false, ec) == 1);
    CHECK(trap(0, 3, 0, 0, 0, false, ec) == 0);
    CHECK(trap(2, 0, 0, 0, 0, false, ec) == 0);
    CHECK(trap(1, 3, 0, tfp, 0, false, ec) == 2);
    CHECK(ec == 0x07);
    CHECK(trap(2, 3, 0, tfp, 0, false, ec) == 2);
    CHECK(trap(1, 0, 0, tfp, 0, false, ec) == 1); // CPACR_EL1 comes first
    CHECK(trap(0, 0, tge, 0, 0, false, ec) == 2);
    CHECK(ec == 0x00);
    CHECK(trap(1, 3, e2h, 0, 0, false, ec) == 2);
    CHECK(trap(1, 3, e2h, open, 0, false, ec) == 0);
    CHECK(trap(1, 3, e2h, 1 << 20, 0, false, ec) == 0);
    CHECK(trap(2, 0, e2h, 1 << 20, 0, false, ec) == 0);
    CHECK(trap(2, 0, e2h, 2 << 20, 0, false, ec) == 2);
    CHECK(trap(0, 0, e2h | tge, 1 << 20, 0, false, ec) == 2);
    CHECK(trap(0, 0, e2h | tge, open, 0, false, ec) == 0); // CPACR_EL1 is not the host's
    CHECK(trap(1, 3, 0, 0, tfp, true, ec) == 3);
    CHECK(ec == 0x07);
}

TEST_CASE("WFI and WFE are trapped only when they would wait", "[traps]")
{
    const auto wfx = [](bool wfe, u8 el, u64 sctlr1, u64 hcr, u64 scr, bool ready, u64 sctlr2 = 0) {
        Vectored b{scr != 0};
        if (scr)
            b.set(Reg::SCR_EL3, Scr::NS::mask | scr);
        b.set(Reg::SCTLR_EL1, sctlr1);
        b.set(Reg::SCTLR_EL2, sctlr2);
        b.set(Reg::HCR_EL2, hcr);
        b.go(el);
        u64 event = 0;
        b.pe.hint(2); // consumes the event of the exception return
        b.pe.state().pc = Bench::entry;
        if (b.pe.state().el != el)
            b.go(el), event = 1;
        if (event)
            return -1; // the first WFE was trapped: cannot tell
        if (ready && wfe)
            b.pe.hint(5);
        if (ready)
            b.gic.now.irq = true;
        if (b.pe.hint(wfe ? 2 : 3))
            return 0;
        const u8 to = b.pe.state().el;
        const Reg esr = to == 3 ? Reg::ESR_EL3 : to == 2 ? Reg::ESR_EL2 : Reg::ESR_EL1;
        CHECK(b.get(esr) == (0x07e0'0000u | unsigned{wfe}));
        CHECK(b.get(to == 3   ? Reg::ELR_EL3
                    : to == 2 ? Reg::ELR_EL2
                              : Reg::ELR_EL1) == Bench::entry);
        return int{to};
    };
    constexpr u64 both = 1 << 16 | 1 << 18;
    CHECK(wfx(false, 0, 1 << 18, 0, 0, false) == 1);
    CHECK(wfx(false, 0, both, 0, 0, false) == 0);
    CHECK(wfx(false, 1, 0, 0, 0, false) == 0);
    CHECK(wfx(false, 0, 1 << 18, 0, 0, true) == 0);
    CHECK(wfx(true, 0, 1 << 16, 0, 0, true) == 0);
    CHECK(wfx(true, 0, 1 << 16, 0, 0, false) == 1);
    CHECK(wfx(false, 1, both, Hcr::TWI::mask, 0, false) == 2);
    CHECK(wfx(false, 1, both, Hcr::TWI::mask, 0, true) == 0);
    CHECK(wfx(true, 1, both, Hcr::TWE::mask, 0, false) == 2);
    CHECK(wfx(true, 1, both, Hcr::TWE::mask, 0, true) == 0);
    CHECK(wfx(false, 2, both, Hcr::TWI::mask, 0, false) == 0);
    CHECK(wfx(false, 1, both, 0, Scr::TWI::mask, false) == 3);
    CHECK(wfx(false, 2, both, 0, Scr::TWI::mask, false) == 3);
    CHECK(wfx(true, 1, both, 0, Scr::TWE::mask, false) == 3);
    CHECK(wfx(false, 0, 0, Hcr::TGE::mask, 0, true) == 0);
    constexpr u64 host = Hcr::TGE::mask | Hcr::E2H::mask;
    CHECK(wfx(false, 0, both, host | Hcr::TWI::mask, 0, false, both) == 0);
    CHECK(wfx(false, 0, both, host, 0, false, 1 << 18) == 2);
}

TEST_CASE("BRK goes to EL1, or to EL2 by MDCR_EL2.TDE or HCR_EL2.TGE", "[routing]")
{
    Vectored b;
    b.go(0);
    b.pe.brk(0x1234);
    CHECK(b.get(Reg::ESR_EL1) == 0xf200'1234);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry);

    Vectored tde;
    tde.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TDE::mask);
    tde.go(1);
    tde.pe.brk(1);
    CHECK(tde.get(Reg::ESR_EL2) == 0xf200'0001);

    Vectored tge;
    tge.set(Reg::HCR_EL2, Hcr::TGE::mask);
    tge.go(0);
    tge.pe.brk(1);
    CHECK(tge.pe.state().el == 2);

    Vectored el2;
    el2.pe.brk(2);
    CHECK(el2.get(Reg::ESR_EL2) == 0xf200'0002);
    CHECK(el2.pc() == vbar2 + 0x200);
}

TEST_CASE("misaligned SP and PC, and HLT, raise their exceptions")
{
    Vectored b;
    b.go(1);
    b.set(Reg::SCTLR_EL1, 0x30d0'0980 | 1 << 3);
    b.pe.sp_alignment_fault();
    CHECK(b.get(Reg::ESR_EL1) == 0x9a00'0000); // EC 0x26

    b.pe.state().pc = 0x4000'0002;
    a64::FetchPage page;
    CHECK(!b.pe.fetch(0x4000'0002, page));
    CHECK(b.get(Reg::ESR_EL1) == 0x8a00'0000); // EC 0x22
    CHECK(b.get(Reg::FAR_EL1) == 0x4000'0002);
    CHECK(b.get(Reg::ELR_EL1) == 0x4000'0002);

    b.pe.hlt(0);
    CHECK(b.get(Reg::ESR_EL1) == 0x0200'0000);
}

TEST_CASE("UNDEFINED goes to the current EL, EL1 from EL0, EL2 under TGE", "[routing]")
{
    Vectored b;
    b.go(0);
    b.pe.undefined(0);
    CHECK(b.pe.state().el == 1);
    CHECK(b.get(Reg::ESR_EL1) == 0x0200'0000);
    Vectored tge;
    tge.set(Reg::HCR_EL2, Hcr::TGE::mask);
    tge.go(0);
    tge.pe.undefined(0);
    CHECK(tge.pe.state().el == 2);
    Vectored el2;
    el2.pe.undefined(0);
    CHECK(el2.pc() == vbar2 + 0x200);
    CHECK(el2.observer.of("undefined instruction").size() == 1);
}

// ---- Software step
// -----------------------------------------------------------------------------------

TEST_CASE("software step executes one instruction and reports it with ISV")
{
    Vectored b;
    b.set(Reg::OSLAR_EL1, 0);
    b.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TDE::mask);
    b.set(Reg::MDSCR_EL1, 1);
    b.code(Bench::entry, {0x9100'0400, 0x9100'0400}); // add x0, x0, #1 twice
    b.code(vbar2 + 0x400, {});
    b.set(Reg::SPSR_EL2, 0b0101 | 1u << 21 | 0xf << 6);
    b.set(Reg::ELR_EL2, Bench::entry);
    b.pe.eret();
    CHECK(b.pe.state().ss);
    b.run_cycles(3);
    CHECK(b.pe.state().x[0] == 1);
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::ESR_EL2) == 0xcb00'0022); // EC 0x32, ISV, IFSC 0x22
    CHECK(b.get(Reg::ELR_EL2) == Bench::entry + 4);
    CHECK((b.get(Reg::SPSR_EL2) & 1u << 21) == 0);

    // Returning with SPSR.SS = 0: the step exception is pending already.
    b.pe.eret();
    b.run_cycles(3);
    CHECK(b.pe.state().x[0] == 1);
    CHECK(b.get(Reg::ESR_EL2) == 0xca00'0022); // nothing was stepped: no ISV
}

TEST_CASE("an ERET among other instructions begins the step with the one that it returns to")
{
    Vectored b;
    b.set(Reg::OSLAR_EL1, 0);
    b.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TDE::mask);
    b.set(Reg::MDSCR_EL1, 1);
    b.code(Bench::entry, {0xd69f'03e0}); // eret
    b.code(0x4000'4000, {0x9100'0400, 0x9100'0400});
    b.code(vbar2 + 0x400, {});
    b.set(Reg::ELR_EL2, 0x4000'4000);
    b.set(Reg::SPSR_EL2, 0b0101 | 1u << 21 | 0xf << 6);
    b.run_cycles(3);
    CHECK(b.pe.state().x[0] == 1);
    CHECK(b.get(Reg::ELR_EL2) == 0x4000'4004);

    b.set(Reg::ELR_EL2, 0x4000'4000);
    b.set(Reg::SPSR_EL2, 0b0101 | 0xf << 6);
    b.pe.state().pc = Bench::entry;
    b.run_cycles(3);
    CHECK(b.pe.state().x[0] == 1);
    CHECK(b.get(Reg::ELR_EL2) == 0x4000'4000);
}

TEST_CASE("a step exception after an exception that the stepped instruction took has no ISV")
{
    Vectored b;
    b.set(Reg::OSLAR_EL1, 0);
    b.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TDE::mask);
    b.set(Reg::MDSCR_EL1, 1);
    b.code(Bench::entry, {0xd400'0001}); // svc #0
    b.code(vbar2 + 0x400, {});
    b.set(Reg::ELR_EL2, Bench::entry);
    b.set(Reg::SPSR_EL2, 0b0101 | 1u << 21 | 0xf << 6);
    b.pe.eret();
    b.run_cycles(3);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry + 4);
    CHECK((b.get(Reg::SPSR_EL1) & 1u << 21) == 0);
    CHECK(b.get(Reg::ELR_EL2) == vbar1 + 0x200);
    CHECK(b.get(Reg::ESR_EL2) == 0xca00'0022);
}

TEST_CASE("the OS lock and PSTATE.D keep software step away")
{
    Vectored b;
    b.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TDE::mask);
    b.set(Reg::MDSCR_EL1, 1);
    b.code(Bench::entry, {0x9100'0400, 0x9100'0400});
    b.go(1);
    b.run_cycles(4); // locked since reset
    CHECK(b.pe.state().x[0] == 2);
    CHECK(b.pe.state().el == 1);
}
