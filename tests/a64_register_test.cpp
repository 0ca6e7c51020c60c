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
