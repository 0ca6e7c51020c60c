// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Loads and stores of general-purpose registers: DDI 0487, A64 base instructions.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

constexpr u64 data = Machine::data;

/// A machine whose x1 points at bytes 0x80 to 0xff and so on.
struct Loaded : Machine {
    Loaded()
    {
        for (unsigned i = 0; i < 128; ++i)
            write(data + i, 0x80 + i, 1);
        state.x[1] = data;
        state.x[0] = ~u64{0};
    }
};

} // namespace

TEST_CASE("A load takes as many bytes as it names and clears the rest of X", "[a64][load]")
{
    Loaded m;

    SECTION("byte")
    {
        m.step(0x3940'0c20); // ldrb w0, [x1, #3]
        CHECK(m.state.x[0] == 0x83);
    }
    SECTION("halfword")
    {
        m.step(0x7940'0420); // ldrh w0, [x1, #2]
        CHECK(m.state.x[0] == 0x8382);
    }
    SECTION("word")
    {
        m.step(0xb940'0420); // ldr w0, [x1, #4]
        CHECK(m.state.x[0] == 0x8786'8584);
    }
    SECTION("doubleword")
    {
        m.step(0xf940'0420); // ldr x0, [x1, #8]
        CHECK(m.state.x[0] == 0x8f8e'8d8c'8b8a'8988);
    }
}

TEST_CASE("A sign-extending load fills W or X", "[a64][load]")
{
    Loaded m;

    SECTION("byte to W")
    {
        m.step(0x39c0'0020); // ldrsb w0, [x1]
        CHECK(m.state.x[0] == 0xffff'ff80);
    }
    SECTION("byte to X")
    {
        m.step(0x3980'0020); // ldrsb x0, [x1]
        CHECK(m.state.x[0] == 0xffff'ffff'ffff'ff80);
    }
    SECTION("halfword to W")
    {
        m.step(0x79c0'0020); // ldrsh w0, [x1]
        CHECK(m.state.x[0] == 0xffff'8180);
    }
    SECTION("halfword to X")
    {
        m.step(0x7980'0020); // ldrsh x0, [x1]
        CHECK(m.state.x[0] == 0xffff'ffff'ffff'8180);
    }
    SECTION("word to X")
    {
        m.step(0xb980'0020); // ldrsw x0, [x1]
        CHECK(m.state.x[0] == 0xffff'ffff'8382'8180);
    }
    SECTION("a clear sign bit extends with zeros")
    {
        m.write(data, 0x7f, 1);
        m.step(0x3980'0020); // ldrsb x0, [x1]
        CHECK(m.state.x[0] == 0x7f);
    }
}

TEST_CASE("A store writes as many bytes as it names", "[a64][store]")
{
    Machine m;
    m.state.x[1] = data;
    m.state.x[0] = 0x1122'3344'5566'7788;
    m.write(data, ~u64{0}, 8);

    SECTION("byte")
    {
        m.step(0x3900'0020); // strb w0, [x1]
        CHECK(m.read(data, 8) == 0xffff'ffff'ffff'ff88);
    }
    SECTION("halfword")
    {
        m.step(0x7900'0020); // strh w0, [x1]
        CHECK(m.read(data, 8) == 0xffff'ffff'ffff'7788);
    }
    SECTION("word")
    {
        m.step(0xb900'0020); // str w0, [x1]
        CHECK(m.read(data, 8) == 0xffff'ffff'5566'7788);
    }
    SECTION("doubleword")
    {
        m.step(0xf900'0020); // str x0, [x1]
        CHECK(m.read(data, 8) == 0x1122'3344'5566'7788);
    }
    SECTION("register 31 stores zero")
    {
        m.step(0xf900'003f); // str xzr, [x1]
        CHECK(m.read(data, 8) == 0);
    }
}

TEST_CASE("Addressing modes", "[a64][load]")
{
    Loaded m;
    constexpr u64 at8 = 0x8f8e'8d8c'8b8a'8988, at16 = 0x9796'9594'9392'9190;

    SECTION("an unscaled offset may be negative and unaligned")
    {
        m.state.x[1] = data + 17;
        m.step(0xf85f'7020); // ldur x0, [x1, #-9]
        CHECK(m.state.x[0] == at8);
        CHECK(m.state.x[1] == data + 17);
    }
    SECTION("post-index uses the base, then moves it")
    {
        m.step(0xb85f'c420); // ldr w0, [x1], #-4
        CHECK(m.state.x[0] == 0x8382'8180);
        CHECK(m.state.x[1] == data - 4);
    }
    SECTION("pre-index moves the base and uses that")
    {
        m.step(0xf841'0c20); // ldr x0, [x1, #16]!
        CHECK(m.state.x[0] == at16);
        CHECK(m.state.x[1] == data + 16);
    }
    SECTION("a register offset is taken whole, or shifted by the size")
    {
        m.state.x[2] = 8;
        m.step(0xf862'6820); // ldr x0, [x1, x2]
        CHECK(m.state.x[0] == at8);
        m.state.x[2] = 2;
        m.step(0xf862'7820); // ldr x0, [x1, x2, lsl #3]
        CHECK(m.state.x[0] == at16);
    }
    SECTION("a word offset is zero- or sign-extended, and what is above it ignored")
    {
        m.state.x[1] = data + 16;
        m.state.x[2] = 0x1234'5678'ffff'ffff;
        m.step(0xf862'd820); // ldr x0, [x1, w2, sxtw #3]
        CHECK(m.state.x[0] == at8);
        m.state.x[1] = data + 16 - 8 * u64{0xffff'ffff};
        m.step(0xf862'5820); // ldr x0, [x1, w2, uxtw #3]
        CHECK(m.state.x[0] == at16);
    }
    SECTION("base register 31 is SP, offset register 31 is zero")
    {
        m.state.x[slot_sp] = data + 8;
        m.step(0xf87f'6be0); // ldr x0, [sp, xzr]
        CHECK(m.state.x[0] == at8);
    }
    SECTION("a literal lies relative to the instruction")
    {
        m.state.pc = data - 0x40;
        m.step(0x5800'0240); // ldr x0, .+0x48
        CHECK(m.state.x[0] == at8);
        m.state.pc = data + 0x100;
        m.step(0x98ff'f800); // ldrsw x0, .-0x100
        CHECK(m.state.x[0] == 0xffff'ffff'8382'8180);
    }
}

TEST_CASE("Writeback of a base that is transferred too", "[a64][load][unpredictable]")
{
    Loaded m;

    SECTION("a load keeps the moved base")
    {
        m.step(0xf840'8421); // ldr x1, [x1], #8
        CHECK(m.state.x[1] == data + 8);
    }
    SECTION("a store writes the old base")
    {
        m.step(0xf800'8c21); // str x1, [x1, #8]!
        CHECK(m.read(data + 8, 8) == data);
        CHECK(m.state.x[1] == data + 8);
    }
    SECTION("a load pair keeps the moved base")
    {
        m.step(0xa8c1'0821); // ldp x1, x2, [x1], #16
        CHECK(m.state.x[1] == data + 16);
        CHECK(m.state.x[2] == 0x8f8e'8d8c'8b8a'8988);
    }
    SECTION("a load pair into one register keeps the first element")
    {
        m.step(0xa940'0020); // ldp x0, x0, [x1]
        CHECK(m.state.x[0] == 0x8786'8584'8382'8180);
    }
}

TEST_CASE("Pairs lie one after the other", "[a64][pair]")
{
    Loaded m;

    SECTION("words")
    {
        m.step(0x2941'0820); // ldp w0, w2, [x1, #8]
        CHECK(m.state.x[0] == 0x8b8a'8988);
        CHECK(m.state.x[2] == 0x8f8e'8d8c);
    }
    SECTION("sign-extended words")
    {
        m.step(0x69ff'8820); // ldpsw x0, x2, [x1, #-4]!
        CHECK(m.state.x[0] == 0);
        CHECK(m.state.x[2] == 0xffff'ffff'8382'8180);
        CHECK(m.state.x[1] == data - 4);
    }
    SECTION("doublewords, post-index")
    {
        m.step(0xa8e0'0820); // ldp x0, x2, [x1], #-512
        CHECK(m.state.x[0] == 0x8786'8584'8382'8180);
        CHECK(m.state.x[2] == 0x8f8e'8d8c'8b8a'8988);
        CHECK(m.state.x[1] == data - 512);
    }
    SECTION("without allocation")
    {
        m.step(0xa841'0820); // ldnp x0, x2, [x1, #16]
        CHECK(m.state.x[0] == 0x9796'9594'9392'9190);
        CHECK(m.state.x[2] == 0x9f9e'9d9c'9b9a'9998);
    }
    SECTION("stores")
    {
        m.state.x[0] = 0x1122'3344'5566'7788;
        m.step(0xa9bf'7c20); // stp x0, xzr, [x1, #-16]!
        CHECK(m.read(data - 16, 8) == 0x1122'3344'5566'7788);
        CHECK(m.read(data - 8, 8) == 0);
        CHECK(m.state.x[1] == data - 16);
        m.step(0x2800'8020); // stnp w0, w0, [x1, #4]
        CHECK(m.read(data - 12, 8) == 0x5566'7788'5566'7788);
    }
}

TEST_CASE("An access across pages reads and writes both", "[a64][load][store]")
{
    for (const bool fills : {false, true}) {
        Machine m;
        m.fills = fills;
        const u64 edge = data + page_size;
        m.write(edge - 8, 0x0807'0605'0403'0201, 8);
        m.write(edge, 0x100f'0e0d'0c0b'0a09, 8);
        m.state.x[1] = edge - 4;
        m.state.x[2] = ~u64{0};
        m.step(0xf85f'8c23); // ldr x3, [x1, #-8]!: fills the first page
        m.step(0xf841'0c23); // ldr x3, [x1, #16]!: and the second
        m.state.x[1] = edge - 4;
        m.step(0xf940'0020); // ldr x0, [x1]
        CHECK(m.state.x[0] == 0x0c0b'0a09'0807'0605);
        m.step(0xf900'0022); // str x2, [x1]
        CHECK(m.read(edge - 8, 8) == 0xffff'ffff'0403'0201);
        CHECK(m.read(edge, 8) == 0x100f'0e0d'ffff'ffff);
    }
}

TEST_CASE("What faults changes no register", "[a64][load][store]")
{
    Loaded m;
    const u64 edge = data + page_size;
    m.unmapped.insert(edge);

    SECTION("a load with writeback")
    {
        m.state.x[1] = edge;
        m.step(0xf840'8420); // ldr x0, [x1], #8
        CHECK(m.took("data abort"));
        CHECK(m.state.x[0] == ~u64{0});
        CHECK(m.state.x[1] == edge);
    }
    SECTION("a pair whose second element faults")
    {
        m.state.x[1] = edge - 8;
        m.state.x[2] = 7;
        m.step(0xa8c1'0820); // ldp x0, x2, [x1], #16
        CHECK(m.took("data abort"));
        CHECK(m.state.x[0] == ~u64{0});
        CHECK(m.state.x[2] == 7);
        CHECK(m.state.x[1] == edge - 8);
    }
    SECTION("a store with writeback")
    {
        m.state.x[1] = edge;
        m.step(0xf800'8c20); // str x0, [x1, #8]!
        CHECK(m.took("data abort"));
        CHECK(m.state.x[1] == edge);
    }
}

TEST_CASE("Prefetches touch nothing and never fault", "[a64][load]")
{
    Machine m;
    m.state.x[1] = 0; // not mapped
    m.state.x[slot_sp] = 1;
    m.context_word |= Context::SpCheck::mask;
    m.step(0xf980'0420); // prfm pldl1keep, [x1, #8]
    m.step(0xf89f'f033); // prfum pstl2strm, [x1, #-1]
    m.step(0xf8a2'7820); // prfm pldl1keep, [x1, x2, lsl #3]
    m.step(0xd800'020c); // prfm plil3keep, .+64
    m.step(0xf980'03e0); // prfm pldl1keep, [sp]
    CHECK(m.exception.empty());
    CHECK(m.count("load") == 0);
}

TEST_CASE("Alignment is checked where SCTLR_ELx.A asks for it", "[a64][load][alignment]")
{
    Loaded m;
    m.state.x[1] = data + 4;

    SECTION("not without it")
    {
        m.step(0xf940'0020); // ldr x0, [x1]
        CHECK(m.state.x[0] == 0x8b8a'8988'8786'8584);
    }
    SECTION("to the size of the access, on the fast path too")
    {
        m.step(0xf840'8c20); // ldr x0, [x1, #8]!: fills the page
        m.context_word |= Context::AlignCheck::mask;
        m.step(0xb940'0020); // ldr w0, [x1]
        CHECK(m.exception.empty());
        m.step(0xf940'0020); // ldr x0, [x1]
        CHECK(m.took("alignment"));
    }
    SECTION("a pair to the size of an element")
    {
        m.context_word |= Context::AlignCheck::mask;
        m.step(0x2940'0820); // ldp w0, w2, [x1]
        CHECK(m.exception.empty());
        m.step(0xa940'0820); // ldp x0, x2, [x1]
        CHECK(m.took("alignment"));
    }
}

TEST_CASE("A misaligned SP is no base where SCTLR_ELx.SA asks for it", "[a64][load][alignment]")
{
    Loaded m;
    m.state.x[slot_sp] = data + 8;
    m.step(0xf940'03e0); // ldr x0, [sp]
    CHECK(m.exception.empty());
    m.context_word |= Context::SpCheck::mask;
    m.step(0xf900'0020); // str x0, [x1]
    CHECK(m.exception.empty());
    m.step(0xf940'07e0); // ldr x0, [sp, #8]
    CHECK(m.took("sp alignment"));
}

TEST_CASE("An access describes itself for ESR_ELx", "[a64][load][syndrome]")
{
    Loaded m;
    m.fills = false;

    SECTION("LDR of W: valid, 32-bit register")
    {
        m.step(0xb940'0027); // ldr w7, [x1]
        CHECK(m.last.isv);
        CHECK_FALSE(m.last.sf);
        CHECK_FALSE(m.last.sse);
        CHECK(m.last.srt == 7);
        CHECK(m.last.bytes == 4);
        CHECK_FALSE(m.last.write);
    }
    SECTION("STR of XZR: register 31")
    {
        m.step(0xf822'683f); // str xzr, [x1, x2]
        CHECK(m.last.isv);
        CHECK(m.last.sf);
        CHECK(m.last.srt == 31);
        CHECK(m.last.write);
    }
    SECTION("LDR to XZR: register 31 too")
    {
        m.step(0x3980'003f); // ldrsb xzr, [x1]
        CHECK(m.last.isv);
        CHECK(m.last.sse);
        CHECK(m.last.sf);
        CHECK(m.last.srt == 31);
        CHECK(m.last.bytes == 1);
    }
    SECTION("LDRSH to W: sign extension to 32 bits")
    {
        m.step(0x78c0'0023); // ldursh w3, [x1]
        CHECK(m.last.sse);
        CHECK_FALSE(m.last.sf);
    }
    SECTION("a literal is a single register without writeback")
    {
        m.state.pc = data - 0x40;
        m.step(0x5800'0209); // ldr x9, .+0x40
        CHECK(m.last.isv);
        CHECK(m.last.srt == 9);
    }
    SECTION("writeback, pairs and vectors are not valid")
    {
        m.step(0xf840'8420); // ldr x0, [x1], #8
        CHECK_FALSE(m.last.isv);
        m.step(0xf81f'8c20); // str x0, [x1, #-8]!
        CHECK_FALSE(m.last.isv);
        m.step(0xa940'0820); // ldp x0, x2, [x1]
        CHECK_FALSE(m.last.isv);
        m.step(0x2900'0820); // stp w0, w2, [x1]
        CHECK_FALSE(m.last.isv);
        CHECK(m.last.bytes == 4);
        m.step(0x3dc0'0020); // ldr q0, [x1]
        CHECK_FALSE(m.last.isv);
    }
    SECTION("LDTR and STTR are unprivileged, and valid, even when the page is in the software TLB")
    {
        m.fills = true;
        m.step(0xf940'0020); // ldr x0, [x1]
        m.step(0x7880'2825); // ldtrsh x5, [x1, #2]
        CHECK(m.state.x[5] == 0xffff'ffff'ffff'8382);
        CHECK(m.last.unprivileged);
        CHECK(m.last.isv);
        CHECK(m.last.sse);
        CHECK(m.last.srt == 5);
        m.step(0x3800'0825); // sttrb w5, [x1]
        CHECK(m.last.unprivileged);
        CHECK(m.last.write);
        CHECK(m.read(data, 1) == 0x82);
    }
}
