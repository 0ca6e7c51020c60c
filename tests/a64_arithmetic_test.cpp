// SPDX-License-Identifier: MIT
#include "a64_targets.h"

// Expected values follow from the Operation sections of DDI 0487 by hand; CRCs from the published
// check value of the polynomials.

using namespace sl;
using namespace sl::a64;
using test::Interpreted;
using test::Machine;
using test::Translated;

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
        options.features = Parts::all().without(Part::Crc32);
        Machine without{options};
        without.step(0x1ac3'4000); // crc32b w0, w0, w3
        CHECK(without.took("undefined"));
    }
}
