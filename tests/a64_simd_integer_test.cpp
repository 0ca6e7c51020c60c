// SPDX-License-Identifier: MIT
#include "a64/fp/status.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Integer data processing of Advanced SIMD. Expected values are the manual's pseudocode by hand;
// the comparison with QEMU of docs/differential.md has the breadth.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

struct Vectors : Machine {
    Vectors() { state.vreg[0] = {~u64{0}, ~u64{0}}; }

    u64 lo() const { return state.vreg[0].lo; }

    u64 hi() const { return state.vreg[0].hi; }

    bool saturated() const { return (state.fpsr & fp::fpsr_qc) != 0; }
};

} // namespace

TEST_CASE("SQADD and UQADD saturate and set QC, which stays", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[1] = {0x7f80'01ff'7f80'01ff, 0};
    m.state.vreg[2] = {0x01ff'01ff'0000'0000, 0};

    SECTION("signed")
    {
        m.step(0x0e22'0c20); // sqadd v0.8b, v1.8b, v2.8b
        CHECK(m.lo() == 0x7f80'02fe'7f80'01ff);
        CHECK(m.hi() == 0);
        CHECK(m.saturated());
        m.step(0x0e22'8420); // add v0.8b, v1.8b, v2.8b
        CHECK(m.saturated());
    }
    SECTION("unsigned")
    {
        m.step(0x2e22'0c20); // uqadd v0.8b, v1.8b, v2.8b
        CHECK(m.lo() == 0x80ff'02ff'7f80'01ff);
        CHECK(m.saturated());
    }
    SECTION("nothing saturates")
    {
        m.state.vreg[2] = {0, 0};
        m.step(0x0e22'0c20);
        CHECK_FALSE(m.saturated());
    }
}

TEST_CASE("UQSHL (register) by more than the width saturates all but zero", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[1] = {~u64{0}, 0};
    m.state.vreg[2] = {78, 200}; // the shift is the signed low byte: 78, and -56
    m.step(0x6ee2'4c20);         // uqshl v0.2d, v1.2d, v2.2d
    CHECK(m.lo() == ~u64{0});
    CHECK(m.hi() == 0);
    CHECK(m.saturated());
}

TEST_CASE("SQDMULH saturates the square of the most negative number", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[1] = {0x8000'8000'4000'0001, 0};
    m.state.vreg[2] = {0x8000'7fff'4000'7fff, 0};
    m.step(0x0e62'b420); // sqdmulh v0.4h, v1.4h, v2.4h
    CHECK(m.lo() == 0x7fff'8001'2000'0000);
    CHECK(m.saturated());
    m.step(0x2e62'b420); // sqrdmulh v0.4h, v1.4h, v2.4h
    CHECK(m.lo() == 0x7fff'8001'2000'0001);
}

TEST_CASE("PMULL multiplies polynomials", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[1] = {0xff03, 0};
    m.state.vreg[2] = {0xff03, 0};
    m.step(0x0e22'e020); // pmull v0.8h, v1.8b, v2.8b
    CHECK(m.lo() == 0x5555'0005);
}

TEST_CASE("Narrowing to the upper half keeps the lower", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[0] = {0x0123'4567'89ab'cdef, 0};
    m.state.vreg[1] = {0x0000'8000'7fff'0100, 0xffff'0001'0080'ff7f};
    m.step(0x4e21'4820); // sqxtn2 v0.16b, v1.8h
    CHECK(m.lo() == 0x0123'4567'89ab'cdef);
    CHECK(m.hi() == 0xff01'7f80'0080'7f7f);
    CHECK(m.saturated());
}

TEST_CASE("TBL gives 0 and TBX the old byte beyond the table, which wraps to V0", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[31] = {0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908};
    m.state.vreg[0] = {0x1716'1514'1312'1110, 0x1f1e'1d1c'1b1a'1918};
    m.state.vreg[2] = {0x20ff'1f10'0f08'0100, 0};

    m.step(0x0e02'23e3); // tbl v3.8b, {v31.16b, v0.16b}, v2.8b
    CHECK(m.state.vreg[3].lo == 0x0000'1f10'0f08'0100);
    m.state.vreg[3] = {~u64{0}, 1};
    m.step(0x0e02'33e3); // tbx v3.8b, {v31.16b, v0.16b}, v2.8b
    CHECK(m.state.vreg[3].lo == 0xffff'1f10'0f08'0100);
    CHECK(m.state.vreg[3].hi == 0);
}

TEST_CASE("A shift right by the whole width leaves the sign, rounded or not", "[a64][simd]")
{
    Vectors m;
    m.state.vreg[1] = {u64{1} << 63, ~u64{0} >> 1};
    m.step(0x4f40'0420); // sshr v0.2d, v1.2d, #64
    CHECK(m.lo() == ~u64{0});
    CHECK(m.hi() == 0);
    m.step(0x6f40'2420); // urshr v0.2d, v1.2d, #64
    CHECK(m.lo() == 1);
    CHECK(m.hi() == 0);
}

TEST_CASE("Arrangements without a size are UNDEFINED", "[a64][simd]")
{
    for (const u32 word : {0x0ee2'8420u,                  // add of 1D
                           0x4ee2'0420u,                  // shadd of 2D
                           0x0e22'b420u,                  // sqdmulh of 8B
                           0x2e22'4020u | (u32{3} << 22), // raddhn of size 3
                           0x0e02'4020u | (u32{1} << 22), // the hole beside ext
                           0x0eb1'b820u,                  // addv of 2S
                           0x2e02'4020u}) {               // ext of 8B from byte 8
        CAPTURE(word);
        Vectors m;
        m.step(word);
        CHECK(m.took("undefined"));
    }
}
