// SPDX-License-Identifier: MIT
#include "rules_bench.h"

using namespace sl;
using namespace sl::rules::test;
using sysreg::Reg;

TEST_CASE("TRF-TSB-UNSYNC: the barrier may come before the change of the filter")
{
    Checked b;
    const Reg reg = GENERATE(Reg::TRFCR_EL1, Reg::TRFCR_EL2);
    b.write(reg, 3);
    b.tsb();
    b.isb();
    const std::string name = sysreg::describe(reg).name;
    CHECK(b.found.texts == Texts{"TRF-TSB-UNSYNC: TSB CSYNC after MSR " + name});
}

TEST_CASE("near TRF-TSB-UNSYNC: filter, ISB, barrier, or no change")
{
    Checked b;
    b.write(Reg::TRFCR_EL1, 3);
    b.isb();
    b.tsb();
    b.dsb();
    b.write(Reg::TTBR0_EL2, 0x5000'0000);
    b.tsb();
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TSB-RESULT-UNSYNC: a DSB does not synchronize the outcome's registers")
{
    Checked b;
    b.tsb();
    b.dsb();
    const Reg reg = GENERATE(Reg::TRBPTR_EL1, Reg::TRBSR_EL1);
    REQUIRE(b.mrs(reg));
    const std::string name = sysreg::describe(reg).name;
    CHECK(b.found.texts == Texts{"TSB-RESULT-UNSYNC: MRS " + name + " after TSB CSYNC"});
}

TEST_CASE("near TSB-RESULT-UNSYNC: an ISB, or no barrier at all")
{
    Checked b;
    REQUIRE(b.mrs(Reg::TRBSR_EL1));
    b.tsb();
    b.dsb();
    REQUIRE(b.mrs(Reg::TRBLIMITR_EL1));
    b.isb();
    REQUIRE(b.mrs(Reg::TRBPTR_EL1));
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TRC-NOT-IDLE: programmed while enabled, or before it is idle")
{
    Checked b;
    b.write(Reg::TRCPRGCTLR, 1);
    b.isb();
    SECTION("enabled")
    {
        b.write(Reg::TRCCONFIGR, 0);
    }
    SECTION("disabled, and programmed at once")
    {
        b.write(Reg::TRCPRGCTLR, 0);
        b.write(Reg::TRCCONFIGR, 0);
    }
    CHECK(b.found.texts == Texts{"TRC-NOT-IDLE: MSR TRCCONFIGR after MSR TRCPRGCTLR"});
}

TEST_CASE("TRC-NOT-IDLE: a status that may be of before")
{
    Checked b;
    b.write(Reg::TRCPRGCTLR, 1);
    REQUIRE(b.mrs(Reg::TRCSTATR));
    CHECK(b.found.texts == Texts{"TRC-NOT-IDLE: MRS TRCSTATR after MSR TRCPRGCTLR"});
}

TEST_CASE("near TRC-NOT-IDLE: disable, ISB, wait, program, enable, ISB, read")
{
    Checked b;
    b.write(Reg::TRCCONFIGR, 0);
    b.write(Reg::TRCPRGCTLR, 1);
    b.isb();
    REQUIRE(b.mrs(Reg::TRCSTATR));
    b.write(Reg::TRCPRGCTLR, 0);
    b.isb();
    while (!(*b.mrs(Reg::TRCSTATR) & 1))
        b.pe.stall(1000);
    b.write(Reg::TRCCONFIGR, 0);
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("WALK-IN-FLIGHT: EL1's regime changes at EL2 without a DSB since the exception")
{
    Checked b;
    b.hvc_from_el1();
    const Reg reg = GENERATE(Reg::TTBR0_EL1, Reg::TTBR1_EL1, Reg::TCR_EL1, Reg::MAIR_EL1,
                             Reg::SCTLR_EL1, Reg::VTTBR_EL2, Reg::VTCR_EL2, Reg::HCR_EL2);
    b.write(reg, b.get(reg) ^ sysreg::HCR_EL2::VM::mask ^ 0x1000);
    const std::string name = sysreg::describe(reg).name;
    CHECK(b.found.texts == Texts{"WALK-IN-FLIGHT: MSR " + name + " after exception"});
    CHECK(b.found.all[0].other.el == 1);
}

TEST_CASE("near WALK-IN-FLIGHT: a DSB first, or a hypercall that changes nothing of EL1's")
{
    Checked b;
    b.hvc_from_el1();
    SECTION("a DSB")
    {
        b.dsb();
        b.write(Reg::TTBR0_EL1, 0x5000'0000);
    }
    SECTION("EL2's own registers")
    {
        b.write(Reg::TTBR0_EL2, 0x5000'0000);
        b.write(Reg::HCR_EL2, b.get(Reg::HCR_EL2) | sysreg::HCR_EL2::TWI::mask);
    }
    SECTION("an exception from EL2 itself")
    {
        b.dsb();
        b.pe.undefined(0);
        b.write(Reg::TTBR0_EL1, 0x5000'0000);
    }
    CHECK(b.found.texts == Texts{});
}

namespace {

/// ERET to a guest.
void enter_guest(Checked& b, u64 mdcr, u64 cptr)
{
    b.write(Reg::MDCR_EL2, mdcr);
    b.write(Reg::CPTR_EL2, cptr);
    b.write(Reg::HCR_EL2, sysreg::HCR_EL2::VM::mask | sysreg::HCR_EL2::RW::mask);
    b.go(1);
}

constexpr u64 tta = sysreg::CPTR_EL2::TTA::mask;

} // namespace

TEST_CASE("GUEST-TRAPS-OPEN: a guest that reaches trace registers")
{
    Checked b;
    u64 mdcr = Checked::guest_mdcr, cptr = tta;
    std::string control = "MDCR_EL2";
    SECTION("the filter's trap is open")
    {
        mdcr = 0;
    }
    SECTION("the buffer is given away")
    {
        mdcr |= Checked::e2tb_el1;
    }
    SECTION("the trace unit's trap is open")
    {
        cptr = 0;
        control = "CPTR_EL2";
    }
    enter_guest(b, mdcr, cptr);
    CHECK(b.found.texts == Texts{"GUEST-TRAPS-OPEN: ERET after MSR " + control});
}

TEST_CASE("near GUEST-TRAPS-OPEN: closed traps, or a host")
{
    Checked b;
    SECTION("closed")
    {
        enter_guest(b, Checked::guest_mdcr, tta);
    }
    SECTION("a host that owns the buffer, without stage 2")
    {
        b.go(1);
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("ABSENT-OR-ALIASED: a buffer that is not there, an EL1 name that E2H leads elsewhere")
{
    SECTION("absent")
    {
        struct : pe::Tables {
            rules::PeSubject subject{pe, nullptr};
            Found found;
            rules::Translations translations{found, watch};
            rules::Checker checker{subject, found, translations};
        } b;

        b.stage1_el2();
        b.set(Reg::SCTLR_EL2, 0);
        b.pe.attach(&b.checker);
        CHECK(!b.mrs(Reg::TRBLIMITR_EL1));
        REQUIRE(b.found.texts.size() == 1);
        CHECK(b.found.texts[0] == "ABSENT-OR-ALIASED: MSR TRBLIMITR_EL1 after reset");
    }
    SECTION("aliased")
    {
        Checked b;
        b.write(Reg::HCR_EL2, sysreg::HCR_EL2::E2H::mask | sysreg::HCR_EL2::RW::mask);
        b.isb();
        REQUIRE(b.mrs(Reg::TRFCR_EL1));
        REQUIRE(b.found.all.size() == 1);
        CHECK(b.found.all[0].rule == rules::RuleId::AbsentOrAliased);
        CHECK(b.found.all[0].detail == "it reaches TRFCR_EL2");
    }
}

TEST_CASE("near ABSENT-OR-ALIASED: the name that says what it means, a host with TGE")
{
    Checked b;
    b.write(Reg::HCR_EL2, sysreg::HCR_EL2::E2H::mask | sysreg::HCR_EL2::RW::mask);
    b.isb();
    REQUIRE(b.mrs(Reg::TRFCR_EL1, 5)); // TRFCR_EL12
    REQUIRE(b.mrs(Reg::TRFCR_EL2));
    REQUIRE(b.mrs(Reg::TRBLIMITR_EL1));
    b.write(Reg::HCR_EL2,
            sysreg::HCR_EL2::E2H::mask | sysreg::HCR_EL2::TGE::mask | sysreg::HCR_EL2::RW::mask);
    b.isb();
    REQUIRE(b.mrs(Reg::TRFCR_EL1));
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("without a trace unit a barrier is no finding, and a witness changes nothing")
{
    Checked b;
    const u64 cycle = b.pe.cycle();
    b.write(Reg::TTBR0_EL1, Checked::other_l1);
    b.isb();
    Checked plain;
    plain.pe.attach(nullptr);
    plain.write(Reg::TTBR0_EL1, Checked::other_l1);
    plain.isb();
    CHECK(b.pe.cycle() - cycle == plain.pe.cycle() - cycle);
}
