// SPDX-License-Identifier: MIT
#include "rules_bench.h"

using namespace sl;
using namespace sl::rules::test;
using sysreg::Reg;

TEST_CASE("TRBE-REGIME-CHANGED: another level changes the tables under an enabled buffer")
{
    Checked b;
    b.enable();
    b.pe.state().pc = 0x4000'0100;
    b.write(Reg::TTBR1_EL1, 0x5000'0000);
    REQUIRE(b.found.texts == Texts{"TRBE-REGIME-CHANGED: MSR TTBR1_EL1 after MSR TRBLIMITR_EL1"});
    CHECK(b.found.all[0].at.pc == 0x4000'0100);
    CHECK(b.found.all[0].at.el == 2);
    CHECK(b.found.all[0].other.pc == Checked::entry);
    b.write(Reg::VTTBR_EL2, u64{7} << 48);
    b.write(Reg::HCR_EL2, sysreg::HCR_EL2::VM::mask | sysreg::HCR_EL2::RW::mask);
    CHECK(b.found.texts.size() == 3);
}

TEST_CASE("TRBE-REGIME-CHANGED: a buffer whose disabling is not synchronized may still translate")
{
    Checked b;
    b.enable();
    b.write(Reg::TRBLIMITR_EL1, 0);
    b.write(Reg::TTBR0_EL1, 0x5000'0000);
    CHECK(b.found.texts == Texts{"TRBE-REGIME-CHANGED: MSR TTBR0_EL1 after MSR TRBLIMITR_EL1"});
}

TEST_CASE("TRBE-REGIME-CHANGED: at the owner's level, when pages of the buffer move")
{
    Checked b;
    b.enable();
    b.go(1);
    b.write(Reg::TTBR0_EL1, Checked::other_l1);
    CHECK(b.found.texts == Texts{"TRBE-REGIME-CHANGED: MSR TTBR0_EL1 after MSR TRBLIMITR_EL1"});
}

TEST_CASE("near TRBE-REGIME-CHANGED: a disabled buffer, the same value, a hypercall, an ASID")
{
    Checked b;
    SECTION("disabled, drained and synchronized")
    {
        b.enable();
        b.tsb();
        b.dsb();
        b.write(Reg::TRBLIMITR_EL1, 0);
        b.isb();
        b.write(Reg::TTBR0_EL1, Checked::other_l1);
    }
    SECTION("the value that is there already")
    {
        b.enable();
        b.write(Reg::TTBR0_EL1, Checked::l1);
    }
    SECTION("entering EL2, and registers of EL2")
    {
        b.enable();
        b.hvc_from_el1();
        b.write(Reg::TTBR0_EL2, Checked::other_l1);
    }
    SECTION("a host's switch of address space that leaves the buffer alone")
    {
        b.enable();
        b.go(1);
        b.write(Reg::TTBR0_EL1, Checked::l1 | u64{5} << 48);
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
    }
    SECTION("a buffer of EL2, and EL1's tables")
    {
        b.set(Reg::MDCR_EL2, 0);
        b.stage1_el2();
        b.enable();
        b.write(Reg::TTBR0_EL1, Checked::other_l1);
        b.write(Reg::VTTBR_EL2, u64{7} << 48);
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TRBE-OWNER-CHANGED: E2TB under an enabled buffer")
{
    Checked b;
    b.enable();
    b.write(Reg::MDCR_EL2, Checked::guest_mdcr);
    CHECK(b.found.texts == Texts{"TRBE-OWNER-CHANGED: MSR MDCR_EL2 after MSR TRBLIMITR_EL1"});
}

TEST_CASE("near TRBE-OWNER-CHANGED: other fields, or the buffer off")
{
    Checked b;
    SECTION("other fields")
    {
        b.enable();
        b.write(Reg::MDCR_EL2, Checked::e2tb_el1 | sysreg::MDCR_EL2::TPM::mask);
    }
    SECTION("off")
    {
        b.write(Reg::MDCR_EL2, Checked::guest_mdcr);
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TRBE-ENABLE-UNSYNC: regime, ownership and buffer registers are not synchronized")
{
    Checked b;
    Reg reg = Reg::Count;
    SECTION("tables")
    {
        reg = Reg::TTBR1_EL1;
        b.write(reg, 0x5000'0000);
    }
    SECTION("ownership")
    {
        reg = Reg::MDCR_EL2;
        b.write(reg, Checked::e2tb_el1 | sysreg::MDCR_EL2::TPM::mask);
    }
    SECTION("the pointer")
    {
        reg = Reg::TRBPTR_EL1;
        b.write(reg, Checked::base + 8);
    }
    b.enable();
    const std::string name = sysreg::describe(reg).name;
    CHECK(b.found.texts == Texts{"TRBE-ENABLE-UNSYNC: MSR TRBLIMITR_EL1 after MSR " + name});
    CHECK(b.found.all[0].detail == "not synchronized: " + name);
}

TEST_CASE("near TRBE-ENABLE-UNSYNC: an ISB, or registers that the buffer does not use")
{
    Checked b;
    SECTION("an ISB between")
    {
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
        b.write(Reg::TRBPTR_EL1, Checked::base + 8);
        b.isb();
    }
    SECTION("an exception between")
    {
        b.go(1);
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
        b.pe.hvc(0);
    }
    SECTION("registers of somebody else's regime")
    {
        b.write(Reg::TTBR0_EL2, 0x5000'0000);
        b.write(Reg::CONTEXTIDR_EL1, 3);
    }
    b.enable();
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TRBE-WRITE-ENABLED: an enabled buffer may ignore it")
{
    Checked b;
    b.enable();
    const Reg reg = GENERATE(Reg::TRBPTR_EL1, Reg::TRBBASER_EL1, Reg::TRBSR_EL1, Reg::TRBMAR_EL1,
                             Reg::TRBTRG_EL1, Reg::TRBLIMITR_EL1);
    b.write(reg, reg == Reg::TRBLIMITR_EL1 ? Checked::limit | Checked::on | 2 : Checked::base);
    const std::string name = sysreg::describe(reg).name;
    CHECK(b.found.texts == Texts{"TRBE-WRITE-ENABLED: MSR " + name + " after MSR TRBLIMITR_EL1"});
}

TEST_CASE("near TRBE-WRITE-ENABLED: disable, synchronize, then write")
{
    Checked b;
    b.enable();
    b.write(Reg::TRBLIMITR_EL1, 0);
    b.isb();
    b.write(Reg::TRBSR_EL1, 0);
    b.write(Reg::TRBPTR_EL1, Checked::base);
    CHECK(b.found.texts == Texts{});
}

namespace {

/// Traces EL1: the unit enabled, its filter open, a few branches executed.
void trace_el1(Checked& b)
{
    b.set(Reg::TRCVICTLR, 0x201); // viewing everything
    b.set(Reg::TRCPRGCTLR, 1);
    b.set(Reg::TRFCR_EL1, 3);
    b.enable();
    b.go(1);
    REQUIRE(b.unit.tracing());
}

} // namespace

TEST_CASE("TRBE-UNDRAINED: trace still waits when the buffer goes off")
{
    Checked b;
    trace_el1(b);
    b.write(Reg::TRFCR_EL1, 0);
    b.write(Reg::TRBLIMITR_EL1, 0);
    CHECK(b.found.texts == Texts{"TRBE-UNDRAINED: MSR TRBLIMITR_EL1 after MSR TRFCR_EL1"});
}

TEST_CASE("TRBE-UNDRAINED: the barrier's writes are not complete without a DSB")
{
    Checked b;
    trace_el1(b);
    b.write(Reg::TRFCR_EL1, 0);
    b.isb();
    b.tsb();
    b.write(Reg::TRBLIMITR_EL1, 0);
    CHECK(b.found.texts == Texts{"TRBE-UNDRAINED: MSR TRBLIMITR_EL1 after TSB CSYNC"});
}

TEST_CASE("near TRBE-UNDRAINED: drained, or reset with the trace unit off and drained afterwards")
{
    Checked b;
    SECTION("filter, ISB, TSB CSYNC, DSB")
    {
        trace_el1(b);
        b.write(Reg::TRFCR_EL1, 0);
        b.isb();
        b.tsb();
        b.dsb();
        b.write(Reg::TRBLIMITR_EL1, 0);
    }
    SECTION("nothing was ever traced")
    {
        b.enable();
        b.write(Reg::TRBLIMITR_EL1, 0);
        b.isb();
        b.tsb();
        b.dsb();
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TRBE-POINTER: out of range at the moment of enabling")
{
    Checked b;
    u64 limit = Checked::limit;
    SECTION("below the base")
    {
        b.write(Reg::TRBPTR_EL1, Checked::base - 8);
    }
    SECTION("at the limit")
    {
        b.write(Reg::TRBPTR_EL1, limit);
    }
    SECTION("a limit with a stray high bit")
    {
        limit |= u64{1} << 60;
        b.write(Reg::TRBPTR_EL1, Checked::base);
    }
    b.isb();
    b.write(Reg::TRBLIMITR_EL1, limit | Checked::on);
    CHECK(b.found.texts == Texts{"TRBE-POINTER: MSR TRBLIMITR_EL1 after MSR TRBPTR_EL1"});
}

TEST_CASE("near TRBE-POINTER: the last byte of the range")
{
    Checked b;
    b.write(Reg::TRBPTR_EL1, Checked::limit - 1);
    b.isb();
    b.enable();
    CHECK(b.found.texts == Texts{});
}
