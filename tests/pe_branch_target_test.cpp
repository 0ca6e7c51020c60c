// SPDX-License-Identifier: MIT
#include "pe_tables.h"
#include "pe_vectored.h"

// FEAT_BTI as a PE has it: guarded pages of all regimes, SPSR_ELx.BTYPE, the exception, the
// controls.

using namespace sl;
using namespace sl::pe;

namespace {

constexpr u64 gp = u64{1} << 50;
constexpr u64 bt0 = u64{1} << 35, bt1 = u64{1} << 36;
constexpr u32 br_x1 = 0xd61f'0020, nop = 0xd503'201f, bti_j = 0xd503'249f, paciasp = 0xd503'233f;

PeConfig bti_config(bool el3 = false)
{
    PeConfig config = test_config(el3);
    config.features.add(sysreg::Feature::FEAT_BTI);
    return config;
}

/// Code in two pages at 0x8000'0000: a BR in the first, where it leads to in the second.
struct Guarded : Tables {
    static constexpr u64 second = va + 0x1000, code_pa = ram + 0x20'0000;

    explicit Guarded(u64 bits, PeConfig config = bti_config())
        : Tables{std::move(config)}
    {
        for (unsigned n = 0; n < 2; ++n)
            map(n, (code_pa + n * 0x1000) | af | page | bits);
        stage1_el1();
        set(Reg::CPTR_EL2, 0);
        code(code_pa, {br_x1});
        for (const u64 vectors : {ram + 0x1'0000, ram + 0x2'0000})
            for (const u64 offset : {0x200, 0x280, 0x400})
                code(vectors + offset, {});
    }

    /// From `el`, the BR to `landing`: whether that was executed.
    bool lands(u8 el, u32 landing)
    {
        code(code_pa + 0x1000, {landing});
        go(el);
        pe.state().pc = va;
        pe.state().x[1] = second;
        run_cycles(20);
        return pe.state().pc == second + 4;
    }
};

} // namespace

TEST_CASE("The GP bit of a stage 1 descriptor guards the page", "[bti]")
{
    Guarded b{gp};
    CHECK_FALSE(b.lands(1, nop));
    CHECK(b.ec(Reg::ESR_EL1) == 0x0d);
    CHECK(b.iss(Reg::ESR_EL1) == 3);
    CHECK(b.get(Reg::ELR_EL1) == Guarded::second);
    CHECK(bits(b.get(Reg::SPSR_EL1), 11, 10) == 3);
    CHECK(b.pe.state().btype == 0);
}

TEST_CASE("Without GP, or without the feature, nothing is guarded", "[bti]")
{
    Guarded open{0};
    CHECK(open.lands(1, nop));
    CHECK(open.pe.state().btype == 0);
    Guarded without{gp, test_config()};
    CHECK(without.lands(1, nop));
    CHECK(without.get(Reg::ID_AA64PFR1_EL1) == 0);
    CHECK(open.get(Reg::ID_AA64PFR1_EL1) == 1);
}

TEST_CASE("The exception goes to the EL that takes EL0's, and its return goes on there", "[bti]")
{
    Guarded b{gp | Tables::user};
    CHECK_FALSE(b.lands(0, nop));
    CHECK(b.pe.state().el == 1);
    CHECK(b.ec(Reg::ESR_EL1) == 0x0d);
    CHECK(bits(b.get(Reg::SPSR_EL1), 11, 10) == 3);
    // As it is, the return takes the exception again; with BTYPE cleared it goes on.
    b.pe.eret();
    CHECK(b.pe.state().btype == 3);
    b.set(Reg::ELR_EL1, Guarded::second);
    b.run_cycles(2);
    CHECK(b.pe.state().el == 1);
    b.set(Reg::SPSR_EL1, 0x3c0);
    b.pe.eret();
    b.run_cycles(4);
    CHECK(b.pe.state().pc == Guarded::second + 4);

    Guarded routed{gp | Tables::user};
    routed.set(Reg::HCR_EL2, sysreg::HCR_EL2::TGE::mask | sysreg::HCR_EL2::RW::mask);
    routed.go(0); // stage 1 of EL1&0 is off under TGE: no page is guarded
    routed.pe.state().pc = Guarded::code_pa;
    routed.pe.state().x[1] = Guarded::code_pa + 0x1000;
    routed.code(Guarded::code_pa + 0x1000, {nop});
    routed.run_cycles(20);
    CHECK(routed.pe.state().pc == Guarded::code_pa + 0x1004);
}

TEST_CASE("EL2's own regime has guarded pages too", "[bti]")
{
    Guarded b{gp};
    b.stage1_el2();
    CHECK_FALSE(b.lands(2, nop));
    CHECK(b.ec(Reg::ESR_EL2) == 0x0d);
    CHECK(b.iss(Reg::ESR_EL2) == 3);
}

TEST_CASE("SCTLR_EL1.BT0 is EL0's, BT1 EL1's, SCTLR_EL2.BT EL2's", "[bti]")
{
    struct Row {
        u8 el;
        Reg sctlr;
        u64 bit;
        bool lands;
    };

    const Row row = GENERATE(Row{0, Reg::SCTLR_EL1, bt0, false}, Row{0, Reg::SCTLR_EL1, bt1, true},
                             Row{1, Reg::SCTLR_EL1, bt0, true}, Row{1, Reg::SCTLR_EL1, bt1, false},
                             Row{2, Reg::SCTLR_EL2, bt1, false}, Row{2, Reg::SCTLR_EL1, bt1, true});
    Guarded b{gp | (row.el == 0 ? Tables::user : 0)};
    b.stage1_el2();
    b.set(row.sctlr, b.get(row.sctlr) | row.bit);
    CHECK(b.lands(row.el, paciasp) == row.lands);
}

TEST_CASE("The bits of SCTLR_ELx are RES0 without the feature", "[bti]")
{
    Bench b;
    b.set(Reg::SCTLR_EL1, bt0 | bt1);
    b.set(Reg::SCTLR_EL2, bt0 | bt1);
    CHECK(b.get(Reg::SCTLR_EL1) == 0);
    CHECK(b.get(Reg::SCTLR_EL2) == 0);
    Bench with{bti_config()};
    with.set(Reg::SCTLR_EL1, bt0 | bt1);
    CHECK(with.get(Reg::SCTLR_EL1) == (bt0 | bt1));
}

TEST_CASE("An interrupt between a branch and its landing saves BTYPE", "[bti]")
{
    Guarded b{gp};
    b.code(Guarded::code_pa + 0x1000, {bti_j});
    b.go(1, 0); // interrupts on
    b.pe.state().pc = Guarded::second;
    b.pe.state().btype = 3;
    b.gic.now.irq = true;
    b.run_cycles(1);
    CHECK(b.get(Reg::ELR_EL1) == Guarded::second);
    CHECK(bits(b.get(Reg::SPSR_EL1), 11, 10) == 3);
    b.gic.now.irq = false;
    b.pe.eret();
    CHECK(b.pe.state().btype == 3);
    b.run_cycles(3);
    CHECK(b.pe.state().pc == Guarded::second + 4);
}

TEST_CASE("Without the feature SPSR_ELx.BTYPE is nothing to ERET", "[bti]")
{
    Bench b;
    b.set(Reg::SPSR_EL2, 0xc00 | 0x3c5);
    b.pe.eret();
    CHECK(b.pe.state().btype == 0);
}
