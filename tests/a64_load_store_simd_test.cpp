// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Loads and stores of the SIMD&FP register file.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

constexpr u64 data = Machine::data;

/// x1 points at bytes 0x00, 0x01, ...; V0 to V3 and V31 are all ones.
struct Bytes : Machine {
    Bytes()
    {
        for (unsigned i = 0; i < 128; ++i)
            write(data + i, i, 1);
        state.x[1] = data;
        for (const unsigned v : {0, 1, 2, 3, 31})
            state.vreg[v] = {~u64{0}, ~u64{0}};
    }

    const VReg& v(unsigned n) const { return state.vreg[n]; }

    void clear()
    {
        for (unsigned i = 0; i < 64; ++i)
            write(data + i, 0xee, 1);
    }
};

} // namespace

TEST_CASE("A scalar load clears the rest of the vector", "[a64][simd][load]")
{
    Bytes m;

    SECTION("B")
    {
        m.step(0x3d40'1420); // ldr b0, [x1, #5]
        CHECK(m.v(0).lo == 0x05);
        CHECK(m.v(0).hi == 0);
    }
    SECTION("H")
    {
        m.step(0x7d40'0420); // ldr h0, [x1, #2]
        CHECK(m.v(0).lo == 0x0302);
        CHECK(m.v(0).hi == 0);
    }
    SECTION("S")
    {
        m.step(0xbc40'1020); // ldur s0, [x1, #1]
        CHECK(m.v(0).lo == 0x0403'0201);
        CHECK(m.v(0).hi == 0);
    }
    SECTION("D")
    {
        m.step(0xfc41'0420); // ldr d0, [x1], #16
        CHECK(m.v(0).lo == 0x0706'0504'0302'0100);
        CHECK(m.v(0).hi == 0);
        CHECK(m.state.x[1] == data + 16);
    }
    SECTION("Q")
    {
        m.state.x[2] = 1;
        m.step(0x3ce2'7820); // ldr q0, [x1, x2, lsl #4]
        CHECK(m.v(0).lo == 0x1716'1514'1312'1110);
        CHECK(m.v(0).hi == 0x1f1e'1d1c'1b1a'1918);
    }
    SECTION("literals")
    {
        m.state.pc = data - 0x40;
        m.step(0x9c00'0200); // ldr q0, .+0x40
        CHECK(m.v(0).hi == 0x0f0e'0d0c'0b0a'0908);
        m.state.pc = data - 0x40;
        m.step(0x1c00'0220); // ldr s0, .+0x44
        CHECK(m.v(0).lo == 0x0706'0504);
        CHECK(m.v(0).hi == 0);
    }
}

TEST_CASE("A scalar store writes its size", "[a64][simd][store]")
{
    Bytes m;
    m.clear();
    m.state.vreg[0] = {0x1122'3344'5566'7788, 0x99aa'bbcc'ddee'ff00};

    SECTION("B")
    {
        m.step(0x3d00'0020); // str b0, [x1]
        CHECK(m.read(data, 8) == 0xeeee'eeee'eeee'ee88);
    }
    SECTION("Q, pre-index")
    {
        m.step(0x3c81'0c20); // str q0, [x1, #16]!
        CHECK(m.read(data + 16, 8) == 0x1122'3344'5566'7788);
        CHECK(m.read(data + 24, 8) == 0x99aa'bbcc'ddee'ff00);
        CHECK(m.state.x[1] == data + 16);
    }
    SECTION("S across pages")
    {
        m.state.x[1] = data + page_size - 2;
        m.step(0xbc00'0020); // stur s0, [x1]
        CHECK(m.read(data + page_size - 2, 4) == 0x5566'7788);
    }
}

TEST_CASE("Pairs of vectors", "[a64][simd][pair]")
{
    Bytes m;

    SECTION("loads")
    {
        m.step(0x2d41'0420); // ldp s0, s1, [x1, #8]
        CHECK(m.v(0).lo == 0x0b0a'0908);
        CHECK(m.v(1).lo == 0x0f0e'0d0c);
        CHECK(m.v(1).hi == 0);
        m.step(0xacff'0420); // ldp q0, q1, [x1], #-32
        CHECK(m.v(0).hi == 0x0f0e'0d0c'0b0a'0908);
        CHECK(m.v(1).lo == 0x1716'1514'1312'1110);
        CHECK(m.v(1).hi == 0x1f1e'1d1c'1b1a'1918);
        CHECK(m.state.x[1] == data - 32);
    }
    SECTION("stores")
    {
        m.clear();
        m.state.vreg[0] = {1, 2};
        m.state.vreg[1] = {3, 4};
        m.step(0xad00'0420); // stp q0, q1, [x1]
        CHECK(m.read(data + 8, 8) == 2);
        CHECK(m.read(data + 24, 8) == 4);
        m.step(0x6c01'0021); // stnp d1, d0, [x1, #16]
        CHECK(m.read(data + 16, 8) == 3);
        CHECK(m.read(data + 24, 8) == 1);
    }
    SECTION("one whose second element faults changes nothing")
    {
        m.unmapped.insert(data + page_size);
        m.state.x[1] = data + page_size - 16;
        m.step(0xacc1'0420); // ldp q0, q1, [x1], #32
        CHECK(m.took("data abort"));
        CHECK(m.v(0).lo == ~u64{0});
        CHECK(m.state.x[1] == data + page_size - 16);
    }
}

TEST_CASE("LD1 loads registers one after the other", "[a64][simd][structure]")
{
    Bytes m;

    SECTION("four whole ones, whatever the size of the elements")
    {
        m.step(0x4c40'243e); // ld1 {v30.8h, v31.8h, v0.8h, v1.8h}, [x1]
        CHECK(m.v(30).lo == 0x0706'0504'0302'0100);
        CHECK(m.v(31).hi == 0x1f1e'1d1c'1b1a'1918);
        CHECK(m.v(0).lo == 0x2726'2524'2322'2120);
        CHECK(m.v(1).hi == 0x3f3e'3d3c'3b3a'3938);
    }
    SECTION("halves clear the upper half")
    {
        m.step(0x0cdf'a020); // ld1 {v0.8b, v1.8b}, [x1], #16
        CHECK(m.v(0).lo == 0x0706'0504'0302'0100);
        CHECK(m.v(0).hi == 0);
        CHECK(m.v(1).lo == 0x0f0e'0d0c'0b0a'0908);
        CHECK(m.v(1).hi == 0);
        CHECK(m.state.x[1] == data + 16);
    }
    SECTION("of single doublewords")
    {
        m.state.x[2] = 0x100;
        m.step(0x0cc2'6c20); // ld1 {v0.1d, v1.1d, v2.1d}, [x1], x2
        CHECK(m.v(2).lo == 0x1716'1514'1312'1110);
        CHECK(m.v(2).hi == 0);
        CHECK(m.state.x[1] == data + 0x100);
    }
}

TEST_CASE("LD2 to LD4 take structures apart", "[a64][simd][structure]")
{
    Bytes m;

    SECTION("LD2 of bytes")
    {
        m.step(0x4c40'8020); // ld2 {v0.16b, v1.16b}, [x1]
        CHECK(m.v(0).lo == 0x0e0c'0a08'0604'0200);
        CHECK(m.v(0).hi == 0x1e1c'1a18'1614'1210);
        CHECK(m.v(1).lo == 0x0f0d'0b09'0705'0301);
        CHECK(m.v(1).hi == 0x1f1d'1b19'1715'1311);
    }
    SECTION("LD3 of halfwords, half vectors")
    {
        m.step(0x0cdf'4420); // ld3 {v0.4h-v2.4h}, [x1], #24
        CHECK(m.v(0).lo == 0x1312'0d0c'0706'0100);
        CHECK(m.v(1).lo == 0x1514'0f0e'0908'0302);
        CHECK(m.v(2).lo == 0x1716'1110'0b0a'0504);
        CHECK(m.v(2).hi == 0);
        CHECK(m.state.x[1] == data + 24);
    }
    SECTION("LD4 of words")
    {
        m.step(0x4c40'0820); // ld4 {v0.4s-v3.4s}, [x1]
        CHECK(m.v(0).lo == 0x1312'1110'0302'0100);
        CHECK(m.v(0).hi == 0x3332'3130'2322'2120);
        CHECK(m.v(3).hi == 0x3f3e'3d3c'2f2e'2d2c);
    }
    SECTION("LD2 of doublewords")
    {
        m.step(0x4c40'8c20); // ld2 {v0.2d, v1.2d}, [x1]
        CHECK(m.v(0).hi == 0x1716'1514'1312'1110);
        CHECK(m.v(1).lo == 0x0f0e'0d0c'0b0a'0908);
    }
    SECTION("of one doubleword each are UNDEFINED")
    {
        m.step(0x0c40'8c20); // ld2 {v0.1d, v1.1d}, [x1]
        CHECK(m.took("undefined"));
    }
}

TEST_CASE("ST2 to ST4 put structures together", "[a64][simd][structure]")
{
    Bytes m;
    m.clear();
    m.state.vreg[0] = {0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908};
    m.state.vreg[1] = {0x1716'1514'1312'1110, 0x1f1e'1d1c'1b1a'1918};
    m.state.vreg[2] = {0x2726'2524'2322'2120, 0x2f2e'2d2c'2b2a'2928};
    m.state.vreg[3] = {0x3736'3534'3332'3130, 0x3f3e'3d3c'3b3a'3938};

    SECTION("ST2 of bytes")
    {
        m.step(0x4c00'8020); // st2 {v0.16b, v1.16b}, [x1]
        CHECK(m.read(data, 8) == 0x1303'1202'1101'1000);
        CHECK(m.read(data + 24, 8) == 0x1f0f'1e0e'1d0d'1c0c);
    }
    SECTION("ST3 of words")
    {
        m.step(0x4c9f'4820); // st3 {v0.4s-v2.4s}, [x1], #48
        CHECK(m.read(data, 8) == 0x1312'1110'0302'0100);
        CHECK(m.read(data + 8, 8) == 0x0706'0504'2322'2120);
        CHECK(m.read(data + 40, 8) == 0x2f2e'2d2c'1f1e'1d1c);
        CHECK(m.state.x[1] == data + 48);
    }
    SECTION("ST4 of halfwords, half vectors")
    {
        m.step(0x0c00'0420); // st4 {v0.4h-v3.4h}, [x1]
        CHECK(m.read(data, 8) == 0x3130'2120'1110'0100);
        CHECK(m.read(data + 24, 8) == 0x3736'2726'1716'0706);
        CHECK(m.read(data + 32, 8) == 0xeeee'eeee'eeee'eeee);
    }
    SECTION("ST1 of three")
    {
        m.step(0x4c00'6c20); // st1 {v0.2d-v2.2d}, [x1]
        CHECK(m.read(data + 40, 8) == 0x2f2e'2d2c'2b2a'2928);
    }
}

TEST_CASE("Single structures touch one element of each register", "[a64][simd][structure]")
{
    Bytes m;

    SECTION("LD1 of a byte")
    {
        m.step(0x4ddf'1420); // ld1 {v0.b}[13], [x1], #1
        CHECK(m.v(0).lo == ~u64{0});
        CHECK(m.v(0).hi == 0xffff'00ff'ffff'ffff);
        CHECK(m.state.x[1] == data + 1);
    }
    SECTION("LD3 of halfwords")
    {
        m.step(0x0d40'7020); // ld3 {v0.h-v2.h}[2], [x1]
        CHECK(m.v(0).lo == 0xffff'0100'ffff'ffff);
        CHECK(m.v(1).lo == 0xffff'0302'ffff'ffff);
        CHECK(m.v(2).lo == 0xffff'0504'ffff'ffff);
        CHECK(m.v(2).hi == ~u64{0});
    }
    SECTION("LD4 of doublewords, from V31 on")
    {
        m.step(0x4d60'a43f); // ld4 {v31.d, v0.d, v1.d, v2.d}[1], [x1]
        CHECK(m.v(31).hi == 0x0706'0504'0302'0100);
        CHECK(m.v(2).hi == 0x1f1e'1d1c'1b1a'1918);
        CHECK(m.v(2).lo == ~u64{0});
    }
    SECTION("ST2 of words")
    {
        m.clear();
        m.state.vreg[0] = {0, 0x1111'1111'2222'2222};
        m.state.vreg[1] = {0, 0x3333'3333'4444'4444};
        m.state.x[2] = 0x40;
        m.step(0x4da2'9020); // st2 {v0.s, v1.s}[3], [x1], x2
        CHECK(m.read(data, 8) == 0x3333'3333'1111'1111);
        CHECK(m.read(data + 8, 8) == 0xeeee'eeee'eeee'eeee);
        CHECK(m.state.x[1] == data + 0x40);
    }
    SECTION("ST3 of bytes writes three")
    {
        m.clear();
        m.state.vreg[0] = m.state.vreg[1] = m.state.vreg[2] = {0x5500, 0};
        m.step(0x0d00'2420); // st3 {v0.b-v2.b}[1], [x1]
        CHECK(m.read(data, 8) == 0xeeee'eeee'ee55'5555);
    }
}

TEST_CASE("LD1R to LD4R repeat an element", "[a64][simd][structure]")
{
    Bytes m;
    m.step(0x4d40'c020); // ld1r {v0.16b}, [x1]
    CHECK(m.v(0).hi == 0);
    m.step(0x0dff'c420); // ld2r {v0.4h, v1.4h}, [x1], #4
    CHECK(m.v(0).lo == 0x0100'0100'0100'0100);
    CHECK(m.v(1).lo == 0x0302'0302'0302'0302);
    CHECK(m.v(1).hi == 0);
    m.step(0x4d60'ec20); // ld4r {v0.2d-v3.2d}, [x1]
    CHECK(m.v(3).lo == 0x2322'2120'1f1e'1d1c);
    CHECK(m.v(3).hi == 0x2322'2120'1f1e'1d1c);
    CHECK(m.state.x[1] == data + 4);
}

TEST_CASE("Structures are aligned to their elements", "[a64][simd][alignment]")
{
    for (const bool warm : {false, true}) {
        Bytes m;
        if (warm)
            m.step(0xf940'0020); // ldr x0, [x1]
        m.stop_on_exception = false;
        m.context_word |= Context::AlignCheck::mask;
        m.state.x[1] = data + 4;
        m.step(0x4c40'2820); // ld1 {v0.4s-v3.4s}, [x1]
        CHECK(m.exception.empty());
        CHECK(m.v(0).lo == 0x0b0a'0908'0706'0504);
        m.step(0x3dc0'0020); // ldr q0, [x1]
        CHECK(m.took("alignment"));
        m.exception.clear();
        m.state.pc = Machine::code;
        m.step(0x4c40'7c20); // ld1 {v0.2d}, [x1]
        CHECK(m.took("alignment"));
    }
}

TEST_CASE("A structure whose end faults changes no register", "[a64][simd][structure]")
{
    Bytes m;
    m.unmapped.insert(data + page_size);
    m.state.x[1] = data + page_size - 40;
    m.step(0x4cdf'0020); // ld4 {v0.16b-v3.16b}, [x1], #64
    CHECK(m.took("data abort"));
    CHECK(m.v(0).lo == ~u64{0});
    CHECK(m.state.x[1] == data + page_size - 40);
}
