// SPDX-License-Identifier: MIT
#include "a64_targets.h"

// Expected values follow from the Operation sections of DDI 0487 by hand; CRCs from the published
// check value of the polynomials.

using namespace sl;
using namespace sl::a64;
using test::Interpreted;
using test::Machine;
using test::Translated;

TEMPLATE_TEST_CASE("ADD and SUB (shifted register)", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x10;
    x[2] = 0x8000'0000'8000'0001;

    SECTION("no shift")
    {
        TestType::step(m, 0x8b02'0020); // add x0, x1, x2
        CHECK(x[0] == 0x8000'0000'8000'0011);
    }
    SECTION("LSL loses the top bits")
    {
        TestType::step(m, 0x8b02'0420); // add x0, x1, x2, lsl #1
        CHECK(x[0] == 0x1'0000'0012);
    }
    SECTION("LSR of W")
    {
        TestType::step(m, 0x0b42'7c20); // add w0, w1, w2, lsr #31
        CHECK(x[0] == 0x11);
    }
    SECTION("ASR of W replicates bit 31")
    {
        TestType::step(m, 0x0b82'7c20); // add w0, w1, w2, asr #31
        CHECK(x[0] == 0xf);
    }
    SECTION("SUB, by more than there is")
    {
        TestType::step(m, 0xcb02'0020); // sub x0, x1, x2
        CHECK(x[0] == 0x7fff'ffff'8000'000f);
    }
    SECTION("31 is the zero register")
    {
        TestType::step(m, 0xcb01'03e0); // neg x0, x1
        CHECK(x[0] == 0xffff'ffff'ffff'fff0);
        TestType::step(m, 0x8b02'003f); // add xzr, x1, x2
        CHECK(x[slot_zr] == 0);
    }
    SECTION("a register may be source and destination")
    {
        TestType::step(m, 0x8b01'0021); // add x1, x1, x1
        CHECK(x[1] == 0x20);
    }
}

TEMPLATE_TEST_CASE("ADDS and SUBS (register) set NZCV", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    m.state.set_nzcv(0);

    SECTION("negative plus negative is positive: C and V")
    {
        x[1] = x[2] = 0x8000'0000'0000'0000;
        TestType::step(m, 0xab02'0020); // adds x0, x1, x2
        CHECK(m.state.nzcv() == 0x7000'0000);
    }
    SECTION("32-bit flags come from bit 31")
    {
        x[1] = 0x7fff'ffff;
        x[2] = 1;
        TestType::step(m, 0x2b02'0020); // adds w0, w1, w2
        CHECK(x[0] == 0x8000'0000);
        CHECK(m.state.nzcv() == 0x9000'0000);
    }
    SECTION("CMP of unsigned higher: C alone")
    {
        x[1] = 3;
        x[2] = 2;
        TestType::step(m, 0xeb02'003f); // cmp x1, x2
        CHECK(m.state.nzcv() == 0x2000'0000);
    }
    SECTION("CMP with zero never borrows")
    {
        x[1] = 0;
        TestType::step(m, 0x6b1f'003f); // cmp w1, wzr
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
}

TEST_CASE("ADD and SUB (extended register)", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x1000;
    x[2] = 0xffff'ffff'ffff'80ff;

    SECTION("UXTB")
    {
        m.step(0x8b22'0020); // add x0, x1, w2, uxtb
        CHECK(x[0] == 0x10ff);
    }
    SECTION("SXTB, shifted")
    {
        m.step(0x8b22'9020); // add x0, x1, w2, sxtb #4
        CHECK(x[0] == 0xff0);
    }
    SECTION("UXTH")
    {
        m.step(0x8b22'2020); // add x0, x1, w2, uxth
        CHECK(x[0] == 0x90ff);
    }
    SECTION("SXTH of W")
    {
        m.step(0x0b22'a020); // add w0, w1, w2, sxth
        CHECK(x[0] == 0xffff'90ff);
    }
    SECTION("UXTW")
    {
        m.step(0x8b22'4820); // add x0, x1, w2, uxtw #2
        CHECK(x[0] == 0x4'0000'1000 - 0x1'fc04);
    }
    SECTION("SXTW")
    {
        m.step(0xcb22'c020); // sub x0, x1, w2, sxtw
        CHECK(x[0] == 0x8f01);
    }
    SECTION("SP as base and destination")
    {
        x[slot_sp] = 0x8000;
        m.step(0xcb21'63ff); // sub sp, sp, x1
        CHECK(x[slot_sp] == 0x7000);
    }
    SECTION("CMP with SP writes nothing")
    {
        x[slot_sp] = 0x1000;
        m.step(0xeb21'63ff); // cmp sp, x1
        CHECK(x[slot_sp] == 0x1000);
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("a shift above 4 is UNDEFINED")
    {
        m.step(0x8b22'1420); // add x0, x1, w2, uxtb #5
        CHECK(m.took("undefined"));
    }
}

TEST_CASE("the shift ROR is reserved for additions", "[a64][alu]")
{
    Machine m;
    m.step(0x8bc2'0020); // add x0, x1, x2, ror #0
    CHECK(m.took("undefined"));
}

TEST_CASE("a shift of a W register by 32 or more is UNDEFINED", "[a64][alu]")
{
    Machine m;
    m.step(GENERATE(0x0b02'8020u,   // add w0, w1, w2, lsl #32
                    0x0a02'8020u)); // and w0, w1, w2, lsl #32
    CHECK(m.took("undefined"));
}

TEST_CASE("ADC, ADCS, SBC, SBCS chain the carry", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = ~u64{0};
    x[2] = 0;

    SECTION("ADC adds C")
    {
        m.state.c = 1;
        m.step(0x9a02'0020); // adc x0, x1, x2
        CHECK(x[0] == 0);
        CHECK(m.state.c == 1);
    }
    SECTION("ADCS: the carry alone overflows")
    {
        m.state.set_nzcv(0x2000'0000);
        m.step(0xba02'0020); // adcs x0, x1, x2
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("SBC without C subtracts one more")
    {
        x[1] = 5;
        x[2] = 3;
        m.state.c = 0;
        m.step(0x5a02'0020); // sbc w0, w1, w2
        CHECK(x[0] == 1);
    }
    SECTION("SBCS borrows: C is cleared")
    {
        x[1] = 3;
        x[2] = 3;
        m.state.set_nzcv(0);
        m.step(0xfa02'0020); // sbcs x0, x1, x2
        CHECK(x[0] == ~u64{0});
        CHECK(m.state.nzcv() == 0x8000'0000);
    }
    SECTION("NGC")
    {
        m.state.c = 1;
        m.step(0x5a01'03e0); // ngc w0, w1
        CHECK(x[0] == 1);
    }
    SECTION("a 128-bit addition")
    {
        x[3] = 1;
        x[4] = 0x10;
        m.run({0xab03'0025,   // adds x5, x1, x3
               0x9a04'0086,   // adc x6, x4, x4
               0xd420'0000}); // brk #0
        CHECK(x[5] == 0);
        CHECK(x[6] == 0x21);
    }
}

TEMPLATE_TEST_CASE("logical operations (shifted register)", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0xff00'ff00'ff00'ff00;
    x[2] = 0x0ff0'0ff0'0ff0'0ff1;
    m.state.set_nzcv(0xf000'0000);

    SECTION("AND")
    {
        TestType::step(m, 0x8a02'0020); // and x0, x1, x2
        CHECK(x[0] == 0x0f00'0f00'0f00'0f00);
    }
    SECTION("BIC")
    {
        TestType::step(m, 0x8a22'0020); // bic x0, x1, x2
        CHECK(x[0] == 0xf000'f000'f000'f000);
    }
    SECTION("ORN of W with a rotation")
    {
        TestType::step(m, 0x2ae2'13e0); // orn w0, wzr, w2, ror #4
        CHECK(x[0] == 0xef00'ff00);
    }
    SECTION("EON")
    {
        TestType::step(m, 0xca21'0020); // eon x0, x1, x1
        CHECK(x[0] == ~u64{0});
    }
    SECTION("EOR with an arithmetic shift")
    {
        TestType::step(m, 0xca81'f3e0); // eor x0, xzr, x1, asr #60
        CHECK(x[0] == ~u64{0});
    }
    SECTION("MOV of W clears bits 63:32")
    {
        TestType::step(m, 0x2a01'03e0); // mov w0, w1
        CHECK(x[0] == 0xff00'ff00);
    }
    SECTION("ANDS clears C and V")
    {
        TestType::step(m, 0xea01'0020); // ands x0, x1, x1
        CHECK(m.state.nzcv() == 0x8000'0000);
    }
    SECTION("BICS to zero")
    {
        TestType::step(m, 0xea21'0020); // bics x0, x1, x1
        CHECK(m.state.nzcv() == 0x4000'0000);
    }
    SECTION("N of ANDS of W is bit 31")
    {
        TestType::step(m, 0x6a41'043f); // tst w1, w1, lsr #1
        CHECK(m.state.nzcv() == 0x0000'0000);
    }
}

TEST_CASE("CCMP and CCMN compare or take the given flags", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 7;
    x[2] = 7;
    m.state.set_nzcv(0x4000'0000);

    SECTION("the condition holds")
    {
        m.step(0xfa42'0020); // ccmp x1, x2, #0, eq
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("it does not")
    {
        m.step(0xfa42'1029); // ccmp x1, x2, #9, ne
        CHECK(m.state.nzcv() == 0x9000'0000);
    }
    SECTION("immediate")
    {
        m.step(0x7a5f'0820); // ccmp w1, #31, #0, eq
        CHECK(m.state.nzcv() == 0x8000'0000);
    }
    SECTION("CCMN adds")
    {
        x[1] = 0xffff'ffff;
        m.step(0x3a41'e820); // ccmn w1, #1, #0, al
        CHECK(m.state.nzcv() == 0x6000'0000);
    }
    SECTION("CCMN in 64 bits does not carry out of bit 31")
    {
        x[1] = 0xffff'ffff;
        x[2] = 1;
        m.step(0xba42'0020); // ccmn x1, x2, #0, eq
        CHECK(m.state.nzcv() == 0);
    }
}

TEST_CASE("every condition holds when the manual says so", "[a64][alu]")
{
    // ConditionHolds(), with NZCV as a number.
    const auto holds = [](unsigned code, unsigned nzcv) {
        const bool n = (nzcv & 8) != 0, z = (nzcv & 4) != 0, c = (nzcv & 2) != 0,
                   v = (nzcv & 1) != 0;
        const bool table[16] = {
            z,    !z,      c,          !c,     n,      !n,           v,
            !v,   c && !z, !(c && !z), n == v, n != v, n == v && !z, !(n == v && !z),
            true, true};
        return table[code];
    };
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 1;
    x[2] = 2;
    for (u32 code = 0; code < 16; ++code)
        for (unsigned nzcv = 0; nzcv < 16; ++nzcv) {
            INFO("condition " << code << ", NZCV " << nzcv);
            m.state.set_nzcv(u64{nzcv} << 28);
            m.state.pc = Machine::code;
            m.step(0x9a82'0020 | code << 12); // csel x0, x1, x2, <code>
            CHECK(x[0] == (holds(code, nzcv) ? 1 : 2));
            m.state.pc = Machine::code;
            m.step(0x5400'0100 | code); // b.<code> .+32
            CHECK(m.state.pc == Machine::code + (holds(code, nzcv) ? 32 : 4));
        }
}

TEST_CASE("CSINC, CSINV, CSNEG change the second register", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x1'0000'0001;
    x[2] = 0xffff'ffff;
    m.state.set_nzcv(0);

    SECTION("CSINC of W wraps")
    {
        m.step(0x1a82'0420); // csinc w0, w1, w2, eq
        CHECK(x[0] == 0);
    }
    SECTION("CSINV")
    {
        m.step(0xda82'0020); // csinv x0, x1, x2, eq
        CHECK(x[0] == 0xffff'ffff'0000'0000);
    }
    SECTION("CSNEG")
    {
        m.step(0xda82'0420); // csneg x0, x1, x2, eq
        CHECK(x[0] == 0xffff'ffff'0000'0001);
    }
    SECTION("the first register is taken as it is, in its width")
    {
        m.step(0x5a82'1420); // csneg w0, w1, w2, ne
        CHECK(x[0] == 1);
    }
    SECTION("CSET")
    {
        m.step(0x9a9f'07e0); // cset x0, ne
        CHECK(x[0] == 1);
    }
    SECTION("CSETM of W")
    {
        m.step(0x5a9f'03e0); // csetm w0, ne
        CHECK(x[0] == 0xffff'ffff);
    }
}

TEMPLATE_TEST_CASE("variable shifts take the amount modulo the width", "[a64][alu]", Interpreted,
                   Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x8000'0000'8000'0001;

    SECTION("LSLV by 64 is by 0")
    {
        x[2] = 64;
        TestType::step(m, 0x9ac2'2020); // lsl x0, x1, x2
        CHECK(x[0] == x[1]);
    }
    SECTION("LSLV of W by 33 is by 1")
    {
        x[2] = 33;
        TestType::step(m, 0x1ac2'2020); // lsl w0, w1, w2
        CHECK(x[0] == 2);
    }
    SECTION("LSRV by 65 is by 1")
    {
        x[2] = 65;
        TestType::step(m, 0x9ac2'2420); // lsr x0, x1, x2
        CHECK(x[0] == 0x4000'0000'4000'0000);
    }
    SECTION("ASRV of W")
    {
        x[2] = 31;
        TestType::step(m, 0x1ac2'2820); // asr w0, w1, w2
        CHECK(x[0] == 0xffff'ffff);
    }
    SECTION("RORV of W")
    {
        x[2] = 1;
        TestType::step(m, 0x1ac2'2c20); // ror w0, w1, w2
        CHECK(x[0] == 0xc000'0000);
    }
    SECTION("only the low bits of the amount count")
    {
        x[2] = 0xffff'ffff'ffff'ff00;
        TestType::step(m, 0x9ac2'2820); // asr x0, x1, x2
        CHECK(x[0] == x[1]);
    }
}

TEMPLATE_TEST_CASE("UDIV", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[0] = 7;
    x[1] = 42;

    SECTION("by zero yields zero")
    {
        x[2] = 0;
        TestType::step(m, 0x9ac2'0820); // udiv x0, x1, x2
        CHECK(x[0] == 0);
    }
    SECTION("rounds down")
    {
        x[2] = 5;
        TestType::step(m, 0x9ac2'0820); // udiv x0, x1, x2
        CHECK(x[0] == 8);
    }
    SECTION("W ignores bits 63:32")
    {
        x[1] = 0xffff'ffff'8000'0000;
        x[2] = 0xffff'ffff'0000'0002;
        TestType::step(m, 0x1ac2'0820); // udiv w0, w1, w2
        CHECK(x[0] == 0x4000'0000);
    }
}

TEST_CASE("SDIV", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();

    SECTION("rounds towards zero")
    {
        x[1] = static_cast<u64>(-7);
        x[2] = 2;
        m.step(0x9ac2'0c20); // sdiv x0, x1, x2
        CHECK(x[0] == static_cast<u64>(-3));
    }
    SECTION("by zero yields zero")
    {
        x[1] = static_cast<u64>(-7);
        x[2] = 0;
        m.step(0x1ac2'0c20); // sdiv w0, w1, w2
        CHECK(x[0] == 0);
    }
    SECTION("the most negative number by -1 is itself")
    {
        x[1] = 0x8000'0000'0000'0000;
        x[2] = ~u64{0};
        m.step(0x9ac2'0c20); // sdiv x0, x1, x2
        CHECK(x[0] == 0x8000'0000'0000'0000);
    }
    SECTION("in 32 bits too")
    {
        x[1] = 0x8000'0000;
        x[2] = 0xffff'ffff;
        m.step(0x1ac2'0c20); // sdiv w0, w1, w2
        CHECK(x[0] == 0x8000'0000);
    }
}

TEMPLATE_TEST_CASE("MADD and MSUB", "[a64][alu]", Interpreted, Translated)
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x1'0000'0003;
    x[2] = 5;
    x[3] = 100;

    SECTION("MADD")
    {
        TestType::step(m, 0x9b02'0c20); // madd x0, x1, x2, x3
        CHECK(x[0] == 0x5'0000'0073);
    }
    SECTION("MADD of W")
    {
        TestType::step(m, 0x1b02'0c20); // madd w0, w1, w2, w3
        CHECK(x[0] == 115);
    }
    SECTION("MSUB subtracts the product")
    {
        TestType::step(m, 0x1b02'8c20); // msub w0, w1, w2, w3
        CHECK(x[0] == 85);
    }
    SECTION("MNEG")
    {
        TestType::step(m, 0x9b02'fc40); // mneg x0, x2, x2
        CHECK(x[0] == static_cast<u64>(-25));
    }
}

TEST_CASE("long and high multiplication", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0xdead'beef'ffff'ffff; // -1 as a word
    x[2] = 2;
    x[3] = 10;

    SECTION("SMADDL")
    {
        m.step(0x9b22'0c20); // smaddl x0, w1, w2, x3
        CHECK(x[0] == 8);
    }
    SECTION("SMSUBL")
    {
        m.step(0x9b22'8c20); // smsubl x0, w1, w2, x3
        CHECK(x[0] == 12);
    }
    SECTION("UMADDL")
    {
        m.step(0x9ba2'0c20); // umaddl x0, w1, w2, x3
        CHECK(x[0] == 0x2'0000'0008);
    }
    SECTION("UMSUBL")
    {
        m.step(0x9ba2'8c40); // umsubl x0, w2, w2, x3
        CHECK(x[0] == 6);
    }
    SECTION("SMULH")
    {
        x[1] = ~u64{0};
        m.step(0x9b42'7c20); // smulh x0, x1, x2
        CHECK(x[0] == ~u64{0});
    }
    SECTION("UMULH")
    {
        x[1] = ~u64{0};
        m.step(0x9bc1'7c20); // umulh x0, x1, x1
        CHECK(x[0] == 0xffff'ffff'ffff'fffe);
    }
}

TEST_CASE("counts and reversals", "[a64][alu]")
{
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0x0123'4567'89ab'cdef;

    SECTION("RBIT")
    {
        m.step(0xdac0'0020); // rbit x0, x1
        CHECK(x[0] == 0xf7b3'd591'e6a2'c480);
    }
    SECTION("RBIT of W")
    {
        m.step(0x5ac0'0020); // rbit w0, w1
        CHECK(x[0] == 0xf7b3'd591);
    }
    SECTION("REV")
    {
        m.step(0xdac0'0c20); // rev x0, x1
        CHECK(x[0] == 0xefcd'ab89'6745'2301);
    }
    SECTION("REV of W")
    {
        m.step(0x5ac0'0820); // rev w0, w1
        CHECK(x[0] == 0xefcd'ab89);
    }
    SECTION("REV32")
    {
        m.step(0xdac0'0820); // rev32 x0, x1
        CHECK(x[0] == 0x6745'2301'efcd'ab89);
    }
    SECTION("REV16")
    {
        m.step(0xdac0'0420); // rev16 x0, x1
        CHECK(x[0] == 0x2301'6745'ab89'efcd);
    }
    SECTION("REV16 of W")
    {
        m.step(0x5ac0'0420); // rev16 w0, w1
        CHECK(x[0] == 0xab89'efcd);
    }
    SECTION("CLZ")
    {
        m.step(0xdac0'1020); // clz x0, x1
        CHECK(x[0] == 7);
        m.step(0xdac0'13e0); // clz x0, xzr
        CHECK(x[0] == 64);
        m.step(0x5ac0'13e0); // clz w0, wzr
        CHECK(x[0] == 32);
    }
    SECTION("CLS counts below the top bit")
    {
        m.step(0xdac0'1420); // cls x0, x1
        CHECK(x[0] == 6);
        m.step(0xdac0'17e0); // cls x0, xzr
        CHECK(x[0] == 63);
        x[2] = 0xffff'0000;
        m.step(0x5ac0'1440); // cls w0, w2
        CHECK(x[0] == 15);
        x[2] = ~u64{0};
        m.step(0x5ac0'1440); // cls w0, w2
        CHECK(x[0] == 31);
    }
}

TEST_CASE("CRC32 and CRC32C give the check values of their polynomials", "[a64][alu]")
{
    // The CRC of "123456789", begun with all ones and inverted at the end.
    Machine m;
    u64* const x = m.state.x.data();
    x[1] = 0xffff'ffff;
    x[2] = 0x3837'3635'3433'3231;
    x[3] = '9';

    SECTION("CRC32")
    {
        m.step(0x9ac2'4c20); // crc32x w0, w1, x2
        m.step(0x1ac3'4000); // crc32b w0, w0, w3
        CHECK((~x[0] & 0xffff'ffff) == 0xcbf4'3926);
    }
    SECTION("CRC32C")
    {
        m.step(0x9ac2'5c20); // crc32cx w0, w1, x2
        m.step(0x1ac3'5000); // crc32cb w0, w0, w3
        CHECK((~x[0] & 0xffff'ffff) == 0xe306'9283);
    }
    SECTION("words and half words are the same bytes in pieces")
    {
        m.step(0x1ac2'4820); // crc32w w0, w1, w2
        x[2] >>= 32;
        m.step(0x1ac2'4400); // crc32h w0, w0, w2
        x[2] >>= 16;
        m.step(0x1ac2'4400); // crc32h w0, w0, w2
        m.step(0x1ac3'4000); // crc32b w0, w0, w3
        CHECK((~x[0] & 0xffff'ffff) == 0xcbf4'3926);
    }
    SECTION("without the feature they are UNDEFINED")
    {
        Engine::Options options;
        options.features.crc32 = false;
        Machine without{options};
        without.step(0x1ac3'4000); // crc32b w0, w0, w3
        CHECK(without.took("undefined"));
    }
}
