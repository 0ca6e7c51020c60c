// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include "a64/effects.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("MRS and MSR (register) name the register by its encoding", "[a64][system]")
{
    Machine m;
    m.sysregs[SysKey::of(3, 0, 1, 0, 0).value] = 0x30d0'0800; // SCTLR_EL1

    SECTION("MRS")
    {
        m.step(0xd538'1003); // mrs x3, sctlr_el1
        CHECK(m.state.x[3] == 0x30d0'0800);
        CHECK(m.last_rt == 3);
    }
    SECTION("MRS to XZR still reads")
    {
        m.step(0xd538'101f); // mrs xzr, sctlr_el1
        CHECK(m.count("read_sysreg") == 1);
        CHECK(m.last_rt == 31);
        CHECK(m.state.x[slot_zr] == 0);
    }
    SECTION("MSR")
    {
        m.state.x[4] = 0xabcd;
        m.step(0xd518'c004); // msr vbar_el1, x4
        CHECK(m.sysregs[SysKey::of(3, 0, 12, 0, 0).value] == 0xabcd);
        CHECK(m.last_rt == 4);
    }
    SECTION("MSR of XZR writes zero")
    {
        m.step(0xd518'101f); // msr sctlr_el1, xzr
        CHECK(m.sysregs[SysKey::of(3, 0, 1, 0, 0).value] == 0);
        CHECK(m.last_rt == 31);
    }
    SECTION("a debug register: op0 is 2")
    {
        m.step(0xd510'0244); // msr mdscr_el1, x4
        CHECK(m.last_call("write_sysreg").value == SysKey::of(2, 0, 0, 2, 2).value);
    }
    SECTION("a refused access is an exception at its address and writes nothing")
    {
        m.state.x[3] = 5;
        m.run({0xd503'201f, 0xd53c'd043}); // nop; mrs x3, tpidr_el2
        CHECK(m.took("undefined"));
        CHECK(m.last_call("undefined").pc == Machine::code + 4);
        CHECK(m.state.x[3] == 5);
        CHECK(m.engine.instructions() == 1);
    }
}

TEST_CASE("NZCV is read and written without asking", "[a64][system]")
{
    Machine m;
    m.state.x[1] = 0xffff'ffff'a123'4567;
    m.step(0xd51b'4201); // msr nzcv, x1
    CHECK(m.state.nzcv() == 0xa000'0000);
    m.step(0xd53b'4200); // mrs x0, nzcv
    CHECK(m.state.x[0] == 0xa000'0000);
    CHECK(m.count("read_sysreg") + m.count("write_sysreg") == 0);
}

TEST_CASE("MSR (immediate) passes op1, op2 and the immediate", "[a64][system]")
{
    Machine m;
    m.step(0xd503'43df); // msr daifset, #3
    CHECK(m.last_call("write_pstate").value == 0x363);
    m.step(0xd503'4fff); // msr daifclr, #15
    CHECK(m.last_call("write_pstate").value == 0x37f);
    m.step(0xd500'41bf); // msr spsel, #1
    CHECK(m.last_call("write_pstate").value == 0x051);
}

TEST_CASE("SYS and SYSL", "[a64][system]")
{
    Machine m;
    SECTION("TLBI")
    {
        m.step(0xd508'871f); // tlbi vmalle1
        CHECK(m.last_call("sys").value == SysKey::of(1, 0, 8, 7, 0).value);
        CHECK(m.last_rt == 31);
    }
    SECTION("DC CIVAC")
    {
        m.step(0xd50b'7e27); // dc civac, x7
        CHECK(m.last_call("sys").value == SysKey::of(1, 3, 7, 14, 1).value);
        CHECK(m.last_rt == 7);
    }
    SECTION("SYSL")
    {
        m.step(0xd52b'7442); // sysl x2, #3, c7, c4, #2
        CHECK(m.state.x[2] == 0x1234);
    }
    SECTION("DC ZVA zeroes a block")
    {
        m.write(Machine::data + 0x40, ~u64{0}, 8);
        m.state.x[7] = Machine::data + 0x5c;
        m.step(0xd50b'7427); // dc zva, x7
        CHECK(m.count("zero_block") == 1);
        CHECK(m.read(Machine::data + 0x40, 8) == 0);
    }
}

TEST_CASE("barriers and hints", "[a64][system]")
{
    Machine m;
    SECTION("barriers pass CRm")
    {
        m.step(0xd503'3b9f); // dsb ish
        CHECK(m.last_call("dsb").value == 0b1011);
        m.step(0xd503'31bf); // dmb oshld
        CHECK(m.last_call("dmb").value == 0b0001);
        m.step(0xd503'3fdf); // isb
        CHECK(m.last_call("isb").value == 0b1111);
    }
    SECTION("CLREX")
    {
        m.step(0xd503'3f5f); // clrex
        CHECK(m.count("clear_exclusive") == 1);
    }
    SECTION("NOP asks nobody")
    {
        m.step(0xd503'201f); // nop
        CHECK(m.count("hint") == 0);
        CHECK(m.engine.instructions() == 1);
    }
    SECTION("hints pass their number")
    {
        m.step(0xd503'203f); // yield
        CHECK(m.last_call("hint").value == 1);
        m.step(0xd503'225f); // hint #18
        CHECK(m.last_call("hint").value == 18);
        m.step(0xd503'2fff); // hint #127
        CHECK(m.last_call("hint").value == 127);
        m.step(0xd503'24df); // bti jc: a NOP that nobody hears of
        CHECK(m.last_call("hint").value == 127);
    }
    SECTION("WFET and WFIT pass their time and register")
    {
        m.state.x[7] = 0x1234'5678'9abc;
        m.step(0xd503'1007); // wfet x7
        CHECK(m.last_call("wfet").value == 0x1234'5678'9abc);
        CHECK(m.last_rt == 7);
        m.step(0xd503'103f); // wfit xzr
        CHECK(m.last_call("wfit").value == 0);
        CHECK(m.last_rt == 31);
        m.context_word = Machine::context(Context::Traced::mask);
        m.step(0xd503'1007); // wfet x7
        REQUIRE(m.waypoints.size() == 1);
        CHECK(m.waypoints[0].kind == Waypoint::Kind::Wfx);
    }
    SECTION("WFI ends the run after itself")
    {
        m.put(Machine::code, {0xd503'201f, 0xd503'207f, 0xd503'201f}); // nop; wfi; nop
        CHECK(m.run() == Stop::Halted);
        CHECK(m.state.pc == Machine::code + 8);
        CHECK(m.engine.instructions() == 2);
    }
}

TEST_CASE("unallocated system encodings are UNDEFINED", "[a64][system]")
{
    Machine m;
    m.step(GENERATE(0xd500'0000u,              // op0 0, nothing there
                    0xd503'301fu,              // barrier with op2 0
                    0xd503'205fu | 1u << 21)); // HINT with L = 1
    CHECK(m.took("undefined"));
}

TEST_CASE("system registers cost what their group costs", "[a64][system]")
{
    const auto read = [](unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2) {
        return cost_class_of(SysKey::of(op0, op1, crn, crm, op2), false);
    };
    CHECK(read(3, 0, 1, 0, 0) == CostClass::Mrs);       // SCTLR_EL1
    CHECK(read(3, 3, 13, 0, 2) == CostClass::MrsSelf);  // TPIDR_EL0
    CHECK(read(3, 3, 4, 4, 0) == CostClass::MrsSelf);   // FPCR
    CHECK(read(3, 0, 12, 12, 0) == CostClass::MrsGic);  // ICC_IAR1_EL1
    CHECK(read(3, 0, 4, 6, 0) == CostClass::MrsGic);    // ICC_PMR_EL1
    CHECK(read(3, 4, 12, 12, 0) == CostClass::MrsGic);  // ICH_LR0_EL2
    CHECK(read(3, 0, 12, 0, 0) == CostClass::Mrs);      // VBAR_EL1
    CHECK(read(3, 3, 14, 0, 2) == CostClass::MrsTimer); // CNTVCT_EL0
    CHECK(read(3, 4, 14, 1, 0) == CostClass::MrsTimer); // CNTHCTL_EL2
    CHECK(read(3, 0, 1, 2, 1) == CostClass::MrsTrace);  // TRFCR_EL1
    CHECK(read(3, 0, 9, 11, 0) == CostClass::MrsTrace); // TRBLIMITR_EL1
    CHECK(read(3, 0, 9, 9, 0) == CostClass::MrsTrace);  // PMSCR_EL1
    CHECK(read(3, 3, 9, 13, 0) == CostClass::MrsTrace); // PMCCNTR_EL0
    CHECK(read(3, 3, 14, 8, 0) == CostClass::MrsTrace); // PMEVCNTR0_EL0
    CHECK(read(2, 1, 0, 1, 0) == CostClass::MrsTrace);  // TRCPRGCTLR
    CHECK(read(2, 0, 0, 2, 2) == CostClass::Mrs);       // MDSCR_EL1
    CHECK(cost_class_of(SysKey::of(3, 0, 12, 12, 1), true) == CostClass::MsrGic);
    CHECK(cost_class_of(SysKey::of(1, 0, 8, 7, 0), true) == CostClass::Tlbi);
    CHECK(cost_class_of(SysKey::of(1, 0, 7, 8, 0), true) == CostClass::AddressTranslate);
    CHECK(cost_class_of(SysKey::of(1, 3, 7, 5, 1), true) == CostClass::CacheMaintenance);
}
