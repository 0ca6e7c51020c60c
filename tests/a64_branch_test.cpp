// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("direct branches", "[a64][branch]")
{
    Machine m;
    m.state.pc = Machine::code + 0x1000;

    SECTION("B forwards and backwards")
    {
        m.step(0x1400'0040); // b .+0x100
        CHECK(m.state.pc == Machine::code + 0x1100);
        m.step(0x17ff'fbc0); // b .-0x1100
        CHECK(m.state.pc == Machine::code);
    }
    SECTION("BL leaves the address of the next instruction in X30")
    {
        m.step(0x97ff'ffff); // bl .-4
        CHECK(m.state.pc == Machine::code + 0xffc);
        CHECK(m.state.x[30] == Machine::code + 0x1004);
    }
}

TEST_CASE("CBZ and CBNZ test a register of their width", "[a64][branch]")
{
    Machine m;
    m.state.x[1] = 0x1'0000'0000;

    SECTION("CBZ W sees zero")
    {
        m.step(0x3400'0041); // cbz w1, .+8
        CHECK(m.state.pc == Machine::code + 8);
    }
    SECTION("CBZ X does not")
    {
        m.step(0xb400'0041); // cbz x1, .+8
        CHECK(m.state.pc == Machine::code + 4);
    }
    SECTION("CBNZ X")
    {
        m.step(0xb5ff'ffc1); // cbnz x1, .-8
        CHECK(m.state.pc == Machine::code - 8);
    }
    SECTION("CBNZ of the zero register never branches")
    {
        m.step(0xb500'005f); // cbnz xzr, .+8
        CHECK(m.state.pc == Machine::code + 4);
    }
}

TEST_CASE("TBZ and TBNZ test one bit", "[a64][branch]")
{
    Machine m;
    m.state.x[1] = u64{1} << 63 | 1;

    SECTION("bit 63")
    {
        m.step(0xb7f8'0041); // tbnz x1, #63, .+8
        CHECK(m.state.pc == Machine::code + 8);
    }
    SECTION("bit 31")
    {
        m.step(0x36f8'0041); // tbz w1, #31, .+8
        CHECK(m.state.pc == Machine::code + 8);
    }
    SECTION("bit 0")
    {
        m.step(0x3600'0041); // tbz x1, #0, .+8
        CHECK(m.state.pc == Machine::code + 4);
    }
}

TEST_CASE("indirect branches", "[a64][branch]")
{
    Machine m;
    m.state.x[5] = Machine::code + 0x2000;

    SECTION("BR")
    {
        m.step(0xd61f'00a0); // br x5
        CHECK(m.state.pc == Machine::code + 0x2000);
    }
    SECTION("BLR reads its register before it writes X30")
    {
        m.state.x[30] = Machine::code + 0x3000;
        m.step(0xd63f'03c0); // blr x30
        CHECK(m.state.pc == Machine::code + 0x3000);
        CHECK(m.state.x[30] == Machine::code + 4);
    }
    SECTION("RET by X30 or another register")
    {
        m.state.x[30] = Machine::code + 0x3000;
        m.step(0xd65f'03c0); // ret
        CHECK(m.state.pc == Machine::code + 0x3000);
        m.step(0xd65f'00a0); // ret x5
        CHECK(m.state.pc == Machine::code + 0x2000);
    }
    SECTION("a misaligned target faults when it is fetched, with the PC there")
    {
        m.state.x[5] += 2;
        m.run({0xd61f'00a0}); // br x5
        CHECK(m.took("pc alignment"));
        CHECK(m.last_call("pc alignment").pc == Machine::code + 0x2002);
        CHECK(m.engine.instructions() == 1);
    }
}

TEST_CASE("exception-generating instructions", "[a64][branch]")
{
    Machine m;

    struct Case {
        u32 word;
        const char* what;
    };

    const Case c = GENERATE(Case{0xd402'4681, "svc"},  // svc #0x1234
                            Case{0xd402'4682, "hvc"},  // hvc #0x1234
                            Case{0xd402'4683, "smc"},  // smc #0x1234
                            Case{0xd422'4680, "brk"},  // brk #0x1234
                            Case{0xd442'4680, "hlt"}); // hlt #0x1234
    m.run({0xd503'201f, c.word});                      // nop
    CHECK(m.took(c.what));
    const Machine::Call& call = m.last_call(c.what);
    CHECK(call.value == 0x1234);
    CHECK(call.pc == Machine::code + 4);
    // It counts as executed, and its address is its own.
    CHECK(call.instructions == 2);
    CHECK(call.cycles == 2);
}

TEST_CASE("HVC, SMC and ERET are UNDEFINED at EL0", "[a64][branch]")
{
    Machine m;
    m.context_word = Context::El::make(0);
    m.step(GENERATE(as<u32>{}, 0xd400'0002, // hvc #0
                    0xd400'0003,            // smc #0
                    0xd69f'03e0));          // eret
    CHECK(m.took("undefined"));
    CHECK(m.engine.instructions() == 0);
}

TEST_CASE("DCPS1 to DCPS3 and DRPS are UNDEFINED outside debug state", "[a64][branch]")
{
    Machine m;
    m.step(GENERATE(as<u32>{}, 0xd4a0'0001, // dcps1
                    0xd4a0'0002,            // dcps2
                    0xd4a0'0003,            // dcps3
                    0xd6bf'03e0));          // drps
    CHECK(m.took("undefined"));
}

TEST_CASE("ERET counts itself and goes where the PE says", "[a64][branch]")
{
    Machine m;
    m.state.x[30] = Machine::code + 0x100;
    m.put(Machine::code + 0x100, {0xd420'0000}); // brk #0
    m.run({0xd503'201f, 0xd69f'03e0});           // nop; eret
    CHECK(m.last_call("eret").instructions == 2);
    CHECK(m.last_call("eret").pc == Machine::code + 4);
    CHECK(m.last_call("brk").pc == Machine::code + 0x100);
}
