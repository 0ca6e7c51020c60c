// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
constexpr u64 first = TestBus::ram + 0x8000, second = TestBus::ram + 0x9000;

/// Page 0 has been accessed while it mapped `first`, then its descriptor was changed to `second`.
struct Stale : Tables {
    explicit Stale(u64 extra = 0)
    {
        w(first) = 1;
        w(second) = 2;
        map(0, first | af | extra | page);
        map(1, first | af | page);
    }

    /// 1 while the old translation is still held, 2 once it is gone.
    u64 seen() { return *load(va); }

    void remap(u64 extra = 0) { map(0, second | af | extra | page); }

    /// In EL1 with stage 1 on, page 0 accessed and changed.
    void el1(u64 extra = 0)
    {
        stage1_el1();
        go(1);
        REQUIRE(seen() == 1);
        remap(extra);
        REQUIRE(seen() == 1);
    }
};

constexpr u64 page_of(u64 va)
{
    return va >> 12;
}

} // namespace

TEST_CASE("TLBI by VA drops the page, and no other")
{
    Stale b;
    b.el1();
    REQUIRE(b.sys(Reg::TLBI_VAE1, page_of(Tables::va + 0x1000)));
    CHECK(b.seen() == 1);
    REQUIRE(b.sys(Reg::TLBI_VAE1, page_of(Tables::va)));
    CHECK(b.seen() == 2);

    Stale all;
    all.el1();
    REQUIRE(all.sys(Reg::TLBI_VMALLE1, 0));
    CHECK(all.seen() == 2);

    Stale any;
    any.el1();
    REQUIRE(any.sys(Reg::TLBI_VAALE1IS, page_of(Tables::va)));
    CHECK(any.seen() == 2);
}

TEST_CASE("TLBI by VA and by ASID obey the ASID of non-global pages")
{
    Stale b{Tables::ng};
    b.set(Reg::TTBR0_EL1, u64{5} << 48 | Tables::l1);
    b.stage1_el1();
    b.set(Reg::TTBR0_EL1, u64{5} << 48 | Tables::l1);
    b.go(1);
    CHECK(b.seen() == 1);
    b.remap(Tables::ng);
    REQUIRE(b.sys(Reg::TLBI_VAE1, u64{6} << 48 | page_of(Tables::va)));
    CHECK(b.seen() == 1);
    REQUIRE(b.sys(Reg::TLBI_ASIDE1, u64{6} << 48));
    CHECK(b.seen() == 1);
    REQUIRE(b.sys(Reg::TLBI_ASIDE1, u64{5} << 48));
    CHECK(b.seen() == 2);
}

TEST_CASE("TLBI at EL2 reaches EL1's entries of the current VMID, and EL2's own")
{
    Stale b;
    b.stage1_el1();
    b.stage2(7);
    // Stage 1 of the guest puts the page where stage 2 has level 3.
    b.map(0, 0x8000'0000 | Tables::af | Tables::page);
    b.w(Tables::s2_l3) = first | Tables::af | Tables::s2_rw | Tables::s2_wb | Tables::page;
    b.go(1);
    CHECK(b.seen() == 1);
    b.w(Tables::s2_l3) = second | Tables::af | Tables::s2_rw | Tables::s2_wb | Tables::page;
    b.pe.hvc(0);
    b.set(Reg::VTTBR_EL2, u64{8} << 48 | Tables::s2_l1);
    REQUIRE(b.sys(Reg::TLBI_VMALLS12E1, 0));
    b.set(Reg::VTTBR_EL2, u64{7} << 48 | Tables::s2_l1);
    b.go(1);
    CHECK(b.seen() == 1);
    b.pe.hvc(0);
    REQUIRE(b.sys(Reg::TLBI_ALLE2, 0));
    b.go(1);
    CHECK(b.seen() == 1);
    b.pe.hvc(0);
    REQUIRE(b.sys(Reg::TLBI_VMALLS12E1IS, 0));
    b.go(1);
    CHECK(b.seen() == 2);

    Stale el2;
    el2.stage1_el2();
    CHECK(el2.seen() == 1);
    el2.remap();
    REQUIRE(el2.sys(Reg::TLBI_ALLE1, 0));
    CHECK(el2.seen() == 1);
    REQUIRE(el2.sys(Reg::TLBI_VAE2, page_of(Tables::va)));
    CHECK(el2.seen() == 2);
}

TEST_CASE("a VMID's translations are not another's")
{
    Stale b;
    b.stage1_el1();
    b.stage2(7);
    b.map(0, 0x8000'0000 | Tables::af | Tables::page);
    b.w(Tables::s2_l3) = first | Tables::af | Tables::s2_rw | Tables::s2_wb | Tables::page;
    b.go(1);
    CHECK(b.seen() == 1);
    b.pe.hvc(0);
    b.w(Tables::s2_l3) = second | Tables::af | Tables::s2_rw | Tables::s2_wb | Tables::page;
    b.set(Reg::VTTBR_EL2, u64{8} << 48 | Tables::s2_l1);
    b.go(1);
    CHECK(b.seen() == 2);
}

TEST_CASE("TLBI in a host reaches the EL2&0 regime")
{
    Stale b;
    b.set(Reg::HCR_EL2, Hcr::E2H::mask | Hcr::TGE::mask);
    b.stage1_el2();
    b.set(Reg::TCR_EL2, Tables::tcr_el1);
    CHECK(b.seen() == 1);
    b.remap();
    CHECK(b.seen() == 1);
    REQUIRE(b.sys(Reg::TLBI_VAE1, page_of(Tables::va)));
    CHECK(b.seen() == 2);
}

TEST_CASE("turning stage 1 off and on needs no TLBI")
{
    Stale b;
    b.stage1_el1();
    b.go(1);
    CHECK(b.load(first) == 1u);
    CHECK(b.seen() == 1);
    REQUIRE(b.msr(Reg::SCTLR_EL1, Tables::sctlr & ~u64{1}));
    CHECK(b.load(second) == 2u);
    CHECK(!b.load(Tables::va)); // no such physical address
    CHECK(b.ec(Reg::ESR_EL1) == 0x25);
}

TEST_CASE("inline accesses end with the TLB entry behind them")
{
    Stale b;
    b.stage1_el1();
    b.set(Reg::VBAR_EL1, TestBus::ram + 0x1'0000);
    b.code(Bench::entry, {
                             0xf940'0020, // ldr x0, [x1]
                             0xf940'0022, // ldr x2, [x1]   inline
                             0xf900'0064, // str x4, [x3]   the descriptor
                             0xf940'0025, // ldr x5, [x1]   still the old page
                             0xd508'8726, // tlbi vae1, x6
                             0xd503'3f9f, // dsb sy
                             0xf940'0027, // ldr x7, [x1]
                         });
    b.go(1);
    auto& x = b.pe.state().x;
    x[1] = Tables::va;
    x[3] = Tables::l3;
    x[4] = second | Tables::af | Tables::page;
    x[6] = page_of(Tables::va);
    b.run_cycles(20);
    CHECK(x[0] == 1);
    CHECK(x[2] == 1);
    CHECK(x[5] == 1);
    CHECK(x[7] == 2);
}

TEST_CASE("TLBI traps by HCR_EL2.TTLB", "[traps]")
{
    Stale b;
    b.set(Reg::HCR_EL2, Hcr::TTLB::mask);
    b.go(1);
    CHECK(!b.sys(Reg::TLBI_VMALLE1, 0));
    CHECK(b.get(Reg::ESR_EL2) ==
          (0x6200'0000u | 1u << 20 | 0u << 17 | 0u << 14 | 8u << 10 | 5u << 5 | 7u << 1));
}

// ---- AT
// --------------------------------------------------------------------------------------------

TEST_CASE("AT reports the translation, or the fault, in PAR_EL1", "[at]")
{
    Tables b;
    b.stage1_el1();
    b.map(0, first | Tables::af | Tables::user | (u64{3} << 8) | Tables::page);
    b.map(1, first | Tables::af | Tables::ro | Tables::page);
    b.go(1);
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va + 0x123));
    CHECK(b.get(Reg::PAR_EL1) == (u64{0xff} << 56 | first | 1u << 11 | 1u << 9 | 3u << 7));
    REQUIRE(b.sys(Reg::AT_S1E0R, Tables::va + 0x1000));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 0b001111u << 1 | 1u)); // permission, level 3
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va + 0x1000));
    CHECK((b.get(Reg::PAR_EL1) & 1) == 0);
    REQUIRE(b.sys(Reg::AT_S1E1W, Tables::va + 0x1000));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 0b001111u << 1 | 1u));
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va + 0x5000));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 0b000111u << 1 | 1u)); // translation, level 3

    REQUIRE(b.pe.write_pstate(0, 4, 1));
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va));
    CHECK((b.get(Reg::PAR_EL1) & 1) == 0);
    REQUIRE(b.sys(Reg::AT_S1E1RP, Tables::va));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 0b001111u << 1 | 1u));
}

TEST_CASE("AT S1 stops before stage 2, AT S12 goes through it", "[at]")
{
    Tables b;
    b.stage1_el1();
    b.stage2();
    b.map(0, 0x8000'0000 | Tables::af | Tables::page);
    b.map(1, 0x8000'1000 | Tables::af | Tables::page);
    b.w(Tables::s2_l3) = first | Tables::af | Tables::s2_ro | Tables::s2_wb | Tables::page;
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va));
    CHECK((b.get(Reg::PAR_EL1) & 0xffff'ffff'f000) == 0x8000'0000);
    REQUIRE(b.sys(Reg::AT_S12E1R, Tables::va));
    CHECK((b.get(Reg::PAR_EL1) & 0xffff'ffff'f000) == first);
    REQUIRE(b.sys(Reg::AT_S12E1W, Tables::va));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 1u << 9 | 0b001111u << 1 | 1u)); // S
    REQUIRE(b.sys(Reg::AT_S12E1R, Tables::va + 0x1000));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 1u << 9 | 0b000111u << 1 | 1u));
    b.set(Reg::TTBR0_EL1, 0x8000'3000);
    REQUIRE(b.sys(Reg::AT_S12E1R, Tables::va));
    CHECK(b.get(Reg::PAR_EL1) == (1u << 11 | 1u << 9 | 1u << 8 | 0b000111u << 1 | 1u)); // PTW

    // From EL1 what stage 2 has to say about the walk is EL2's: an abort.
    b.go(1);
    CHECK(!b.sys(Reg::AT_S1E1R, Tables::va));
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::ESR_EL2) == 0x9200'01c7); // CM, S1PTW, WnR, translation level 3
    CHECK(b.get(Reg::HPFAR_EL2) == 0x8000'3000 >> 8);
}

TEST_CASE("AT S1E2 uses EL2's regime, and AT traps by HCR_EL2.AT", "[at][traps]")
{
    Tables b;
    b.stage1_el2();
    b.map(0, first | Tables::af | Tables::page);
    REQUIRE(b.sys(Reg::AT_S1E2R, Tables::va + 0x10));
    CHECK((b.get(Reg::PAR_EL1) & 0xffff'ffff'f001) == first);
    b.set(Reg::HCR_EL2, Hcr::AT::mask);
    b.go(1);
    CHECK(!b.sys(Reg::AT_S1E1R, 0));
    CHECK(b.ec(Reg::ESR_EL2) == 0x18);
}

// ---- Caches
// ----------------------------------------------------------------------------------------

TEST_CASE("cache maintenance by VA faults as the address does, with CM and WnR")
{
    Tables b;
    b.stage1_el1();
    b.map(0, first | Tables::af | Tables::ro | Tables::page);
    b.go(1);
    CHECK(b.sys(Reg::DC_CVAC, Tables::va));
    CHECK(b.sys(Reg::DC_CIVAC, Tables::va));
    CHECK(b.sys(Reg::IC_IVAU, Tables::va));
    CHECK(b.sys(Reg::IC_IALLU, 0));
    CHECK(b.sys(Reg::DC_CISW, 0));
    CHECK(!b.sys(Reg::DC_IVAC, Tables::va)); // would need write permission
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'014f);
    CHECK(!b.sys(Reg::DC_CVAU, Tables::va + 0x1000));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0147);
    CHECK(b.get(Reg::FAR_EL1) == Tables::va + 0x1000);
}

TEST_CASE("code written by the PE itself executes after the maintenance that makes it visible")
{
    Bench b;
    b.code(Bench::entry, {
                             0x9400'0008, // bl entry + 0x20
                             0xb900'0023, // str w3, [x1]    movz x0, #2
                             0xd50b'7b21, // dc cvau, x1
                             0xd503'3b9f, // dsb ish
                             0xd50b'7521, // ic ivau, x1
                             0xd503'3b9f, // dsb ish
                             0xd503'3fdf, // isb
                             0x9400'0001, // bl entry + 0x20
                         });
    b.bus.at<u32>(Bench::entry + 0x20) = 0xd280'0020; // movz x0, #1
    b.bus.at<u32>(Bench::entry + 0x24) = 0x8b00'0042; // add x2, x2, x0
    b.bus.at<u32>(Bench::entry + 0x28) = 0xd65f'03c0; // ret
    auto& x = b.pe.state().x;
    x[1] = Bench::entry + 0x20;
    x[3] = 0xd280'0040;
    // The second call returns behind itself, into the routine: once more, and then forever.
    b.run_cycles(13);
    CHECK(x[0] == 2);
    CHECK(x[2] == 3);
}
