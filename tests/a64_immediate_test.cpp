// SPDX-License-Identifier: MIT
#include "a64_targets.h"

// Expected values follow from the Operation sections of DDI 0487 by hand.

using namespace sl;
using namespace sl::a64;
using test::Interpreted;
using test::Machine;
using test::Translated;

TEMPLATE_TEST_CASE("ADD and SUB (immediate)", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[0] = ~u64{0};
    x[1] = 0xffff'ffff;

    SECTION("64-bit carries into bit 32")
    {
        TestType::step(m, 0x9100'0420); // add x0, x1, #1
        CHECK(x[0] == 0x1'0000'0000);
    }
    SECTION("32-bit wraps and clears bits 63:32")
    {
        TestType::step(m, 0x1100'0420); // add w0, w1, #1
        CHECK(x[0] == 0);
    }
    SECTION("32-bit ignores bits 63:32 of the source")
    {
        x[1] = 0xdead'beef'0000'0001;
        TestType::step(m, 0x113f'fc20); // add w0, w1, #0xfff
        CHECK(x[0] == 0x1000);
    }
    SECTION("register 31 is SP, as source and destination")
    {
        x[slot_sp] = 0x8000;
        TestType::step(m, 0x9140'07ff); // add sp, sp, #1, lsl #12
        CHECK(x[slot_sp] == 0x9000);
    }
    SECTION("subtraction borrows across all bits")
    {
        x[1] = 0;
        TestType::step(m, 0xd100'0420); // sub x0, x1, #1
        CHECK(x[0] == ~u64{0});
    }
    SECTION("32-bit subtraction clears bits 63:32")
    {
        x[1] = 0;
        TestType::step(m, 0x5100'0420); // sub w0, w1, #1
        CHECK(x[0] == 0xffff'ffff);
    }
    SECTION("the largest shifted immediate")
    {
        x[1] = 0;
        TestType::step(m, 0x917f'fc20); // add x0, x1, #0xfff, lsl #12
        CHECK(x[0] == 0xff'f000);
    }
    SECTION("flags are left alone")
    {
        m.state.set_nzcv(0xf000'0000);
        TestType::step(m, 0x1100'0420); // add w0, w1, #1
        CHECK(m.state.nzcv() == 0xf000'0000);
    }
}

TEMPLATE_TEST_CASE("ADDS and SUBS (immediate) set NZCV", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    m.state.set_nzcv(0);

    SECTION("unsigned overflow of 32 bits: Z and C")
    {
        x[1] = 0xffff'ffff;
        TestType::step(m, 0x3100'0420); // adds w0, w1, #1
        CHECK(x[0] == 0);
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("the same sum in 64 bits: none")
    {
        x[1] = 0xffff'ffff;
        TestType::step(m, 0xb100'0420); // adds x0, x1, #1
        CHECK(x[0] == 0x1'0000'0000);
        CHECK(m.state.nzcv() == 0);
    }
    SECTION("signed overflow: N and V")
    {
        x[1] = 0x7fff'ffff'ffff'ffff;
        TestType::step(m, 0xb100'0420); // adds x0, x1, #1
        CHECK(x[0] == 0x8000'0000'0000'0000);
        CHECK(m.state.nzcv() == 0x9000'0000);
    }
    SECTION("equal: Z, and C for no borrow")
    {
        x[1] = 5;
        TestType::step(m, 0xf100'143f); // cmp x1, #5
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("lower: N, and no C for the borrow")
    {
        x[1] = 4;
        TestType::step(m, 0x7100'143f); // cmp w1, #5
        CHECK(m.state.nzcv() == 0x8000'0000);
    }
    SECTION("most negative minus one: C and V")
    {
        x[1] = 0x8000'0000;
        TestType::step(m, 0x7100'0420); // subs w0, w1, #1
        CHECK(x[0] == 0x7fff'ffff);
        CHECK(m.state.nzcv() == 0x3000'0000);
    }
    SECTION("the destination 31 is the zero register, the source 31 is SP")
    {
        x[slot_sp] = 0x1000;
        TestType::step(m, 0xf140'07ff); // cmp sp, #1, lsl #12
        CHECK(x[slot_sp] == 0x1000);
        CHECK(x[slot_zr] == 0);
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
}

TEMPLATE_TEST_CASE("logical immediates", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x0123'4567'89ab'cdef;

    SECTION("a run of ones")
    {
        TestType::step(m, 0x9278'1c20); // and x0, x1, #0xff00
        CHECK(x[0] == 0xcd00);
    }
    SECTION("repeated elements of two bits")
    {
        TestType::step(m, 0xb200'f3e0); // orr x0, xzr, #0x5555555555555555
        CHECK(x[0] == 0x5555'5555'5555'5555);
    }
    SECTION("a run that wraps around its element")
    {
        TestType::step(m, 0xd204'1c20); // eor x0, x1, #0xf000000ff000000f
        CHECK(x[0] == 0xf123'4568'79ab'cde0);
    }
    SECTION("W clears bits 63:32")
    {
        TestType::step(m, 0x5200'3c20); // eor w0, w1, #0xffff
        CHECK(x[0] == 0x89ab'3210);
    }
    SECTION("AND, ORR and EOR write SP")
    {
        TestType::step(m, 0x927c'ec3f); // and sp, x1, #0xfffffffffffffff0
        CHECK(x[slot_sp] == 0x0123'4567'89ab'cde0);
    }
    SECTION("ANDS sets N and Z, and clears C and V")
    {
        m.state.set_nzcv(0xf000'0000);
        TestType::step(m, 0x7201'0020); // ands w0, w1, #0x80000000
        CHECK(x[0] == 0x8000'0000);
        CHECK(m.state.nzcv() == 0x8000'0000);
        TestType::step(m, 0xf27c'003f); // tst x1, #0x10
        CHECK(m.state.nzcv() == 0x4000'0000);
        CHECK(x[slot_zr] == 0);
    }
}

TEST_CASE("reserved immediates are UNDEFINED", "[a64][alu]")
{
    Machine m;
    const u32 word = GENERATE(0x1240'0020u, // and w0, w1 with N = 1
                              0x9200'fc20u, // and x0, x1: element of one bit, imms 0b111111
                              0x9240'fc20u, // and x0, x1: all ones
                              0x1200'7c20u, // and w0, w1: all ones
                              0x52c0'0020u, // movz w0, lsl #32
                              0x1340'0020u, // sbfm w0 with N = 1
                              0x9300'0020u, // sbfm x0 with N = 0
                              0x1320'0020u, // sbfm w0 with immr 32
                              0x1300'8020u, // sbfm w0 with imms 32
                              0x1382'8020u, // extr w0 with lsb 32
                              0x1382'0420u | 1u << 22); // extr w0 with N = 1
    m.step(word);
    INFO(std::hex << word);
    CHECK(m.took("undefined"));
    CHECK(m.last_call("undefined").value == word);
    CHECK(m.engine.instructions() == 0);
}

TEMPLATE_TEST_CASE("wide moves", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[0] = 0x1111'2222'3333'4444;

    SECTION("MOVZ clears the rest")
    {
        TestType::step(m, 0xd2f5'79a0); // movz x0, #0xabcd, lsl #48
        CHECK(x[0] == 0xabcd'0000'0000'0000);
    }
    SECTION("MOVN inverts")
    {
        TestType::step(m, 0x92b5'79a0); // movn x0, #0xabcd, lsl #16
        CHECK(x[0] == 0xffff'ffff'5432'ffff);
    }
    SECTION("MOVN of W clears bits 63:32")
    {
        TestType::step(m, 0x1280'0000); // movn w0, #0
        CHECK(x[0] == 0xffff'ffff);
    }
    SECTION("MOVK keeps the rest")
    {
        TestType::step(m, 0xf2d5'79a0); // movk x0, #0xabcd, lsl #32
        CHECK(x[0] == 0x1111'abcd'3333'4444);
    }
    SECTION("MOVK of W keeps its other half and clears bits 63:32")
    {
        TestType::step(m, 0x72b5'79a0); // movk w0, #0xabcd, lsl #16
        CHECK(x[0] == 0xabcd'4444);
    }
    SECTION("MOVK to XZR goes nowhere")
    {
        TestType::step(m, 0xf280'003f); // movk xzr, #1
        CHECK(x[slot_zr] == 0);
    }
}

TEMPLATE_TEST_CASE("bit-field moves and their aliases", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[0] = ~u64{0};
    x[1] = 0x8123'4567'89ab'cdef;

    SECTION("LSL")
    {
        TestType::step(m, 0xd37c'ec20); // lsl x0, x1, #4
        CHECK(x[0] == 0x1234'5678'9abc'def0);
    }
    SECTION("LSR of W")
    {
        TestType::step(m, 0x531f'7c20); // lsr w0, w1, #31
        CHECK(x[0] == 1);
    }
    SECTION("ASR replicates the sign")
    {
        TestType::step(m, 0x937c'fc20); // asr x0, x1, #60
        CHECK(x[0] == 0xffff'ffff'ffff'fff8);
    }
    SECTION("ASR of W takes the sign from bit 31")
    {
        TestType::step(m, 0x1304'7c20); // asr w0, w1, #4
        CHECK(x[0] == 0xf89a'bcde);
    }
    SECTION("UBFX")
    {
        TestType::step(m, 0xd348'4c20); // ubfx x0, x1, #8, #12
        CHECK(x[0] == 0xbcd);
    }
    SECTION("UBFIZ")
    {
        TestType::step(m, 0xd344'0c20); // ubfiz x0, x1, #60, #4
        CHECK(x[0] == 0xf000'0000'0000'0000);
    }
    SECTION("SBFX of a negative field")
    {
        TestType::step(m, 0x9344'2c20); // sbfx x0, x1, #4, #8
        CHECK(x[0] == 0xffff'ffff'ffff'ffde);
    }
    SECTION("SBFIZ")
    {
        TestType::step(m, 0x1318'0c20); // sbfiz w0, w1, #8, #4
        CHECK(x[0] == 0xffff'ff00);
    }
    SECTION("SXTW")
    {
        TestType::step(m, 0x9340'7c20); // sxtw x0, w1
        CHECK(x[0] == 0xffff'ffff'89ab'cdef);
    }
    SECTION("UXTB")
    {
        TestType::step(m, 0x5300'1c20); // uxtb w0, w1
        CHECK(x[0] == 0xef);
    }
    SECTION("BFI keeps what is outside the field")
    {
        x[0] = 0x1111'1111'1111'1111;
        TestType::step(m, 0xb370'1c20); // bfi x0, x1, #16, #8
        CHECK(x[0] == 0x1111'1111'11ef'1111);
    }
    SECTION("BFXIL of W clears bits 63:32")
    {
        TestType::step(m, 0x331c'7c20); // bfxil w0, w1, #28, #4
        CHECK(x[0] == 0xffff'fff8);
    }
}

TEST_CASE("EXTR takes the low register from lsb up, and what is missing from the high one",
          "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x0123'4567'89ab'cdef;
    x[2] = 0xfedc'ba98'7654'3210;

    SECTION("64-bit")
    {
        m.step(0x93c2'2020); // extr x0, x1, x2, #8
        CHECK(x[0] == 0xeffe'dcba'9876'5432);
    }
    SECTION("lsb 0 is the low register")
    {
        m.step(0x93c2'0020); // extr x0, x1, x2, #0
        CHECK(x[0] == x[2]);
    }
    SECTION("32-bit")
    {
        m.step(0x1382'7020); // extr w0, w1, w2, #28
        CHECK(x[0] == 0x9abc'def7);
    }
    SECTION("ROR (immediate)")
    {
        m.step(0x93c1'1020); // ror x0, x1, #4
        CHECK(x[0] == 0xf012'3456'789a'bcde);
    }
}

TEST_CASE("ADR and ADRP", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    m.state.pc = Machine::code + 0x124;

    SECTION("ADR counts bytes from its own address")
    {
        m.step(0x7000'0000 | 1u << 29); // adr x0, .+3
        CHECK(x[0] == Machine::code + 0x127);
    }
    SECTION("ADR reaches back")
    {
        m.step(0x10ff'ffe0); // adr x0, .-4
        CHECK(x[0] == Machine::code + 0x120);
    }
    SECTION("ADRP counts pages from its own page")
    {
        m.step(0xd000'0000); // adrp x0, .+0x2000 (immlo 2)
        CHECK(x[0] == Machine::code + 0x2000);
    }
    SECTION("ADRP reaches back")
    {
        m.step(0xf0ff'ffe0); // adrp x0, .-0x1000
        CHECK(x[0] == Machine::code - 0x1000);
    }
    SECTION("in the middle of a block too")
    {
        m.run({0xd503'201f,   // nop
               0xd503'201f,   // nop
               0x1000'0000,   // adr x0, .
               0xd420'0000}); // brk #0
        CHECK(x[0] == Machine::code + 8);
    }
}
