// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("a loop runs until its count is used up", "[a64][engine]")
{
    Machine m;
    m.state.x[0] = 10;
    m.run({
        0xf1000400, // subs x0, x0, #1
        0x54ffffe1, // b.ne .-4
        0xd4200540, // brk #42
    });
    CHECK(m.took("brk"));
    CHECK(m.state.x[0] == 0);
    CHECK(m.engine.instructions() == 21);
    CHECK(m.engine.cycles() == 21);
    CHECK(m.last_call("brk").pc == Machine::code + 8);
    CHECK(m.last_call("brk").value == 42);
}
