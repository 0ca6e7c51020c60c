// SPDX-License-Identifier: MIT
#include "a64/fp/status.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Floating point of Advanced SIMD, and how scalar instructions reach the library.

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("FADD of vectors adds lanes and gathers their exceptions", "[a64][fp]")
{
    Machine m;
    m.state.vreg[1] = {0x7f80'0001'3f80'0000, 0x7f80'0000'3f80'0000};
    m.state.vreg[2] = {0x3f80'0000'3f80'0000, 0xff80'0000'3380'0000};
    m.step(0x4e22'd420); // fadd v0.4s, v1.4s, v2.4s
    CHECK(m.state.vreg[0].lo == 0x7fc0'0001'4000'0000);
    CHECK(m.state.vreg[0].hi == 0x7fc0'0000'3f80'0000);
    CHECK(m.state.fpsr == (fp::fpsr_ioc | fp::fpsr_ixc));
}

TEST_CASE("FADDP takes pairs of both registers", "[a64][fp]")
{
    Machine m;
    m.state.vreg[1] = {0x4000'0000'3f80'0000, 0};
    m.state.vreg[2] = {0x4080'0000'4040'0000, 0};
    m.step(0x2e22'd420); // faddp v0.2s, v1.2s, v2.2s
    CHECK(m.state.vreg[0].lo == 0x40e0'0000'4040'0000);
    CHECK(m.state.vreg[0].hi == 0);
}

TEST_CASE("FCMEQ with a quiet NaN is false and raises nothing, FCMGE is invalid", "[a64][fp]")
{
    Machine m;
    m.state.vreg[1] = {0x7fc0'0000'3f80'0000, 0};
    m.state.vreg[2] = {0x7fc0'0000'3f80'0000, 0};
    m.step(0x0e22'e420); // fcmeq v0.2s, v1.2s, v2.2s
    CHECK(m.state.vreg[0].lo == 0xffff'ffff);
    CHECK(m.state.fpsr == 0);
    m.step(0x2e22'e420); // fcmge v0.2s, v1.2s, v2.2s
    CHECK(m.state.vreg[0].lo == 0xffff'ffff);
    CHECK(m.state.fpsr == fp::fpsr_ioc);
}

TEST_CASE("FCCMP without its condition compares nothing", "[a64][fp]")
{
    Machine m;
    m.state.z = 0;
    m.state.vreg[1] = {0x7f80'0001, 0};
    m.step(0x1e21'0425); // fccmp s1, s1, #5, eq
    CHECK(m.state.nzcv() == 0x5000'0000);
    CHECK(m.state.fpsr == 0);
    m.state.z = 1;
    m.step(0x1e21'0425);
    CHECK(m.state.nzcv() == 0x3000'0000);
    CHECK(m.state.fpsr == fp::fpsr_ioc);
}

TEST_CASE("FCVTXN rounds to odd", "[a64][fp]")
{
    Machine m;
    m.state.vreg[1] = {0x3ff0'0000'0000'0001, 0};
    m.step(0x7e61'6820); // fcvtxn s0, d1
    CHECK(m.state.vreg[0].lo == 0x3f80'0001);
    CHECK(m.state.fpsr == fp::fpsr_ixc);
}

TEST_CASE("FRECPE and FRSQRTE give the manual's estimates of 1", "[a64][fp]")
{
    Machine m;
    m.state.vreg[1] = {0x3f80'0000, 0};
    m.step(0x5ea1'd820); // frecpe s0, s1
    CHECK(m.state.vreg[0].lo == 0x3f7f'8000);
    m.step(0x7ea1'd820); // frsqrte s0, s1
    CHECK(m.state.vreg[0].lo == 0x3f7f'8000);
    CHECK(m.state.fpsr == 0);
}
