// SPDX-License-Identifier: MIT
#include "pe_traced.h"
#include "pe_vectored.h"
#include "sysreg/tables.h"

using namespace sl;
using namespace sl::pe;

// ---- Traps

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

TEST_CASE("registers of buffers that firmware keeps are UNDEFINED, but for what tells so",
          "[traps]")
{
    struct Kept : Tables {
        static PeConfig config()
        {
            PeConfig c = TracedTables::config({}, {"FEAT_SPE"});
            c.firmware_keeps_trbe = c.firmware_keeps_spe = true;
            return c;
        }

        Kept()
            : Tables{config(), false},
              unit{{.trbe_kept = true}, pe},
              spe{{.kept = true}, pe}
        {
            pe.attach(unit);
            pe.attach(spe);
            pe.power_on(entry, 2, 0, 0);
        }

        trace::TraceUnit unit;
        trace::Spe spe;
    } b;

    b.set(Reg::VBAR_EL2, vbar2);
    CHECK(b.mrs(Reg::TRBIDR_EL1) == sysreg::TRBIDR_EL1::P::mask);
    CHECK(b.mrs(Reg::PMBIDR_EL1) == (6 | sysreg::PMBIDR_EL1::P::mask));
    CHECK(b.mrs(Reg::TRFCR_EL1)); // the filters are nobody's to keep
    for (const Reg reg :
         {Reg::TRBLIMITR_EL1, Reg::TRBPTR_EL1, Reg::TRBSR_EL1, Reg::PMBLIMITR_EL1, Reg::PMBPTR_EL1,
          Reg::PMBSR_EL1, Reg::PMSCR_EL1, Reg::PMSCR_EL2, Reg::PMSIDR_EL1, Reg::PMSFCR_EL1}) {
        INFO(sysreg::describe(reg).name);
        CHECK(!b.mrs(reg));
        CHECK(b.get(Reg::ESR_EL2) >> 26 == 0); // unknown reason
        b.go(2);
    }
}
