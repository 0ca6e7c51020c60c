// SPDX-License-Identifier: MIT
#include "a64_targets.h"

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("what has no emitter is translated to a call of the interpreter", "[a64][translator]")
{
    Machine m;
    Hot hot;
    hot.environment = &m;
    m.state.x[1] = static_cast<u64>(-9);
    m.state.x[2] = 2;
    const std::array<u32, 4> words{0x8b02'0023,  // add x3, x1, x2
                                   0x9ac2'0c64,  // sdiv x4, x3, x2
                                   0xdac0'0085,  // rbit x5, x4
                                   0xcb04'00a6}; // sub x6, x5, x4
    const Translation code{words, Parts::all()};
    CHECK(code.emitted() == 2);
    code.run(m.state, hot);
    CHECK(m.state.x[3] == static_cast<u64>(-7));
    CHECK(m.state.x[4] == static_cast<u64>(-3));
    CHECK(m.state.x[5] == 0xbfff'ffff'ffff'ffff);
    CHECK(m.state.x[6] == 0xc000'0000'0000'0002);
}

TEST_CASE("an UNDEFINED word is translated too", "[a64][translator]")
{
    Machine m;
    Hot hot;
    hot.environment = &m;
    const std::array<u32, 1> words{0x0000'0000};
    const Translation code{words, Parts::all()};
    CHECK(code.emitted() == 0);
    code.run(m.state, hot);
    CHECK(m.took("undefined"));
}
