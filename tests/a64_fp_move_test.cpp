// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Moves into, out of and inside the SIMD&FP register file.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

/// V1 holds bytes 0x80 to 0x8f, V0 is all ones.
struct Vectors : Machine {
    Vectors()
    {
        state.vreg[1] = {0x8786'8584'8382'8180, 0x8f8e'8d8c'8b8a'8988};
        state.vreg[0] = {~u64{0}, ~u64{0}};
    }

    u64 lo() const { return state.vreg[0].lo; }

    u64 hi() const { return state.vreg[0].hi; }
};

} // namespace

TEST_CASE("FMOV between registers clears what it does not write", "[a64][fp]")
{
    Vectors m;
    m.state.x[2] = 0x1122'3344'5566'7788;

    SECTION("S to S")
    {
        m.step(0x1e20'4020); // fmov s0, s1
        CHECK(m.lo() == 0x8382'8180);
        CHECK(m.hi() == 0);
    }
    SECTION("D to D")
    {
        m.step(0x1e60'4020); // fmov d0, d1
        CHECK(m.lo() == 0x8786'8584'8382'8180);
        CHECK(m.hi() == 0);
    }
    SECTION("W to S")
    {
        m.step(0x1e27'0040); // fmov s0, w2
        CHECK(m.lo() == 0x5566'7788);
        CHECK(m.hi() == 0);
    }
    SECTION("X to D")
    {
        m.step(0x9e67'0040); // fmov d0, x2
        CHECK(m.lo() == 0x1122'3344'5566'7788);
        CHECK(m.hi() == 0);
    }
    SECTION("S to W")
    {
        m.step(0x1e26'0022); // fmov w2, s1
        CHECK(m.state.x[2] == 0x8382'8180);
    }
    SECTION("D to X")
    {
        m.step(0x9e66'0022); // fmov x2, d1
        CHECK(m.state.x[2] == 0x8786'8584'8382'8180);
    }
    SECTION("to and from the upper half, which alone changes")
    {
        m.step(0x9eaf'0040); // fmov v0.d[1], x2
        CHECK(m.lo() == ~u64{0});
        CHECK(m.hi() == 0x1122'3344'5566'7788);
        m.step(0x9eae'0023); // fmov x3, v1.d[1]
        CHECK(m.state.x[3] == 0x8f8e'8d8c'8b8a'8988);
    }
}

TEST_CASE("FMOV (immediate) expands to IEEE numbers", "[a64][fp]")
{
    Vectors m;

    SECTION("single")
    {
        m.step(0x1e2e'1000); // fmov s0, #1.0
        CHECK(m.lo() == 0x3f80'0000);
        CHECK(m.hi() == 0);
        m.step(0x1e38'3000); // fmov s0, #-0.1328125
        CHECK(m.lo() == 0xbe08'0000);
    }
    SECTION("double")
    {
        m.step(0x1e67'f000); // fmov d0, #31.0
        CHECK(m.lo() == 0x403f'0000'0000'0000);
        CHECK(m.hi() == 0);
    }
    SECTION("vectors")
    {
        m.step(0x0f04'f400); // fmov v0.2s, #-2.0
        CHECK(m.lo() == 0xc000'0000'c000'0000);
        CHECK(m.hi() == 0);
        m.step(0x6f02'f400); // fmov v0.2d, #0.125
        CHECK(m.lo() == 0x3fc0'0000'0000'0000);
        CHECK(m.hi() == 0x3fc0'0000'0000'0000);
    }
    SECTION("half precision")
    {
        m.step(0x1eee'1000); // fmov h0, #1.0
        CHECK(m.lo() == 0x3c00);
        CHECK(m.hi() == 0);
    }
}

TEST_CASE("DUP repeats an element or a register", "[a64][fp]")
{
    Vectors m;
    m.state.x[2] = 0x1122'3344'5566'7788;

    SECTION("bytes")
    {
        m.step(0x4e13'0420); // dup v0.16b, v1.b[9]
        CHECK(m.lo() == 0x8989'8989'8989'8989);
        CHECK(m.hi() == 0x8989'8989'8989'8989);
    }
    SECTION("half a vector clears the other half")
    {
        m.step(0x0e1e'0420); // dup v0.4h, v1.h[7]
        CHECK(m.lo() == 0x8f8e'8f8e'8f8e'8f8e);
        CHECK(m.hi() == 0);
    }
    SECTION("words and doublewords")
    {
        m.step(0x4e0c'0420); // dup v0.4s, v1.s[1]
        CHECK(m.lo() == 0x8786'8584'8786'8584);
        m.step(0x4e18'0420); // dup v0.2d, v1.d[1]
        CHECK(m.lo() == 0x8f8e'8d8c'8b8a'8988);
        CHECK(m.hi() == 0x8f8e'8d8c'8b8a'8988);
    }
    SECTION("a scalar")
    {
        m.step(0x5e0a'0420); // mov h0, v1.h[2]
        CHECK(m.lo() == 0x8584);
        CHECK(m.hi() == 0);
    }
    SECTION("from a general register")
    {
        m.step(0x0e01'0c40); // dup v0.8b, w2
        CHECK(m.lo() == 0x8888'8888'8888'8888);
        CHECK(m.hi() == 0);
        m.step(0x4e08'0c40); // dup v0.2d, x2
        CHECK(m.hi() == 0x1122'3344'5566'7788);
    }
}

TEST_CASE("INS changes one element", "[a64][fp]")
{
    Vectors m;
    m.state.x[2] = 0x1122'3344'5566'7788;

    SECTION("from a general register")
    {
        m.step(0x4e01'1c40); // mov v0.b[0], w2
        CHECK(m.lo() == 0xffff'ffff'ffff'ff88);
        m.step(0x4e16'1c40); // mov v0.h[5], w2
        CHECK(m.hi() == 0xffff'ffff'7788'ffff);
        m.step(0x4e18'1c40); // mov v0.d[1], x2
        CHECK(m.hi() == 0x1122'3344'5566'7788);
        CHECK(m.lo() == 0xffff'ffff'ffff'ff88);
    }
    SECTION("from an element, also of the same register")
    {
        m.step(0x6e1c'0420); // mov v0.s[3], v1.s[0]
        CHECK(m.hi() == 0x8382'8180'ffff'ffff);
        m.step(0x6e01'7c21); // mov v1.b[0], v1.b[15]
        CHECK(m.state.vreg[1].lo == 0x8786'8584'8382'818f);
    }
}

TEST_CASE("UMOV and SMOV extend an element", "[a64][fp]")
{
    Vectors m;
    m.step(0x0e1f'3c22); // umov w2, v1.b[15]
    CHECK(m.state.x[2] == 0x8f);
    m.step(0x0e02'3c22); // umov w2, v1.h[0]
    CHECK(m.state.x[2] == 0x8180);
    m.step(0x0e1c'3c22); // mov w2, v1.s[3]
    CHECK(m.state.x[2] == 0x8f8e'8d8c);
    m.step(0x4e08'3c22); // mov x2, v1.d[0]
    CHECK(m.state.x[2] == 0x8786'8584'8382'8180);
    m.step(0x0e03'2c22); // smov w2, v1.b[1]
    CHECK(m.state.x[2] == 0xffff'ff81);
    m.step(0x4e1a'2c22); // smov x2, v1.h[6]
    CHECK(m.state.x[2] == 0xffff'ffff'ffff'8d8c);
    m.step(0x4e14'2c22); // smov x2, v1.s[2]
    CHECK(m.state.x[2] == 0xffff'ffff'8b8a'8988);
}

TEST_CASE("Modified immediates", "[a64][fp]")
{
    Vectors m;

    SECTION("words, shifted")
    {
        m.step(0x4f05'4560); // movi v0.4s, #0xab, lsl #16
        CHECK(m.lo() == 0x00ab'0000'00ab'0000);
        CHECK(m.hi() == 0x00ab'0000'00ab'0000);
        m.step(0x2f05'0560); // mvni v0.2s, #0xab
        CHECK(m.lo() == 0xffff'ff54'ffff'ff54);
        CHECK(m.hi() == 0);
    }
    SECTION("halfwords, shifted")
    {
        m.step(0x4f05'a560); // movi v0.8h, #0xab, lsl #8
        CHECK(m.hi() == 0xab00'ab00'ab00'ab00);
        m.step(0x2f05'8560); // mvni v0.4h, #0xab
        CHECK(m.lo() == 0xff54'ff54'ff54'ff54);
    }
    SECTION("words, shifting ones in")
    {
        m.step(0x4f05'c560); // movi v0.4s, #0xab, msl #8
        CHECK(m.lo() == 0x0000'abff'0000'abff);
        m.step(0x6f05'd560); // mvni v0.4s, #0xab, msl #16
        CHECK(m.lo() == 0xff54'0000'ff54'0000);
    }
    SECTION("bytes")
    {
        m.step(0x4f05'e560); // movi v0.16b, #0xab
        CHECK(m.hi() == 0xabab'abab'abab'abab);
    }
    SECTION("a mask of bytes")
    {
        m.step(0x2f05'e4c0); // movi d0, #0xff00ff0000ffff00
        CHECK(m.lo() == 0xff00'ff00'00ff'ff00);
        CHECK(m.hi() == 0);
        m.step(0x6f04'e420); // movi v0.2d, #0xff000000000000ff
        CHECK(m.hi() == 0xff00'0000'0000'00ff);
    }
    SECTION("ORR and BIC combine with what is there")
    {
        m.state.vreg[0] = {0x1234'5678'1234'5678, 0x1234'5678'1234'5678};
        m.step(0x4f07'77e0); // orr v0.4s, #0xff, lsl #24
        CHECK(m.hi() == 0xff34'5678'ff34'5678);
        m.step(0x6f00'95e0); // bic v0.8h, #0x0f
        CHECK(m.lo() == 0xff30'5670'ff30'5670);
        m.step(0x0f00'9420); // orr v0.4h, #0x01
        CHECK(m.lo() == 0xff31'5671'ff31'5671);
        CHECK(m.hi() == 0);
        m.step(0x2f07'37e0); // bic v0.2s, #0xff, lsl #8
        CHECK(m.lo() == 0xff31'0071'ff31'0071);
    }
}

TEST_CASE("ORR (vector, register) is the move between vectors", "[a64][fp]")
{
    Vectors m;
    m.state.vreg[2] = {1, 0x10};

    SECTION("whole")
    {
        m.step(0x4ea1'1c20); // mov v0.16b, v1.16b
        CHECK(m.lo() == 0x8786'8584'8382'8180);
        CHECK(m.hi() == 0x8f8e'8d8c'8b8a'8988);
    }
    SECTION("of two registers, half")
    {
        m.step(0x0ea2'1c20); // orr v0.8b, v1.8b, v2.8b
        CHECK(m.lo() == 0x8786'8584'8382'8181);
        CHECK(m.hi() == 0);
    }
}

TEST_CASE("SIMD&FP instructions trap where CPACR_EL1 or CPTR_ELx says so", "[a64][fp]")
{
    Vectors m;
    m.stop_on_exception = false;
    m.context_word |= Context::FpTrapped::mask;
    m.state.x[1] = Machine::data;
    const u32 words[] = {
        0x1e27'0040, // fmov s0, w2
        0x1e26'0002, // fmov w2, s0
        0x4e13'0420, // dup v0.16b, v1.b[9]
        0x4f00'e420, // movi v0.16b, #1
        0x3dc0'0020, // ldr q0, [x1]
        0x3d00'0020, // str b0, [x1]
        0x2d40'0420, // ldp s0, s1, [x1]
        0x4c40'7020, // ld1 {v0.16b}, [x1]
        0x0d20'2c20, // st4 {v0.b-v3.b}[3], [x1]
        0x5c00'0040, // ldr d0, .+8
    };
    for (const u32 word : words) {
        INFO(std::hex << word);
        m.exception.clear();
        m.state.pc = Machine::code;
        m.step(word);
        CHECK(m.took("fp trapped"));
    }
    CHECK(m.count("load") == 0);
    CHECK(m.count("store") == 0);
}
