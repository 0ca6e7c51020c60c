// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Exclusives, load-acquire and store-release, and the atomics of FEAT_LSE.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

constexpr u64 data = Machine::data;

struct Ready : Machine {
    Ready()
    {
        state.x[1] = data;
        write(data, 0x8877'6655'4433'2211, 8);
        write(data + 8, 0x00ff'eedd'ccbb'aa99, 8);
    }
};

} // namespace

TEST_CASE("A store exclusive after its load exclusive succeeds once", "[a64][exclusive]")
{
    Ready m;
    m.state.x[0] = 0x1234'5678'9abc'def0;

    SECTION("bytes")
    {
        m.step(0x085f'7c23); // ldxrb w3, [x1]
        CHECK(m.state.x[3] == 0x11);
        m.step(0x0802'7c20); // stxrb w2, w0, [x1]
        CHECK(m.state.x[2] == 0);
        CHECK(m.read(data, 8) == 0x8877'6655'4433'22f0);
    }
    SECTION("doublewords, with acquire and release")
    {
        m.step(0xc85f'fc23); // ldaxr x3, [x1]
        CHECK(m.last.exclusive);
        CHECK(m.last.ordered);
        CHECK(m.state.x[3] == 0x8877'6655'4433'2211);
        m.step(0xc802'fc20); // stlxr w2, x0, [x1]
        CHECK(m.last.exclusive);
        CHECK(m.last.ordered);
        CHECK(m.last.write);
        CHECK(m.state.x[2] == 0);
        CHECK(m.read(data, 8) == 0x1234'5678'9abc'def0);
        m.step(0xc802'7c21); // stxr w2, x1, [x1]
        CHECK(m.state.x[2] == 1);
        CHECK(m.read(data, 8) == 0x1234'5678'9abc'def0);
    }
    SECTION("the syndrome of an exclusive is not valid")
    {
        m.step(0xc85f'7c23); // ldxr x3, [x1]
        CHECK_FALSE(m.last.isv);
        m.step(0xc802'7c20); // stxr w2, x0, [x1]
        CHECK_FALSE(m.last.isv);
    }
    SECTION("CLREX disarms the monitor")
    {
        m.step(0x885f'7c23); // ldxr w3, [x1]
        m.step(0xd503'3f5f); // clrex
        m.step(0x8802'7c20); // stxr w2, w0, [x1]
        CHECK(m.state.x[2] == 1);
    }
}

TEST_CASE("Exclusive pairs of words are one doubleword", "[a64][exclusive]")
{
    Ready m;
    m.step(0x887f'1023); // ldxp w3, w4, [x1]
    CHECK(m.state.x[3] == 0x4433'2211);
    CHECK(m.state.x[4] == 0x8877'6655);
    m.state.x[5] = 0xffff'ffff'0000'0001;
    m.state.x[6] = 0xffff'ffff'0000'0002;
    m.step(0x8822'1825); // stxp w2, w5, w6, [x1]
    CHECK(m.state.x[2] == 0);
    CHECK(m.read(data, 8) == 0x0000'0002'0000'0001);
    CHECK(m.read(data + 8, 8) == 0x00ff'eedd'ccbb'aa99);
}

TEST_CASE("Exclusive pairs of doublewords must be aligned to both", "[a64][exclusive][alignment]")
{
    Ready m;

    SECTION("aligned")
    {
        m.step(0xc87f'9023); // ldaxp x3, x4, [x1]
        CHECK(m.state.x[3] == 0x8877'6655'4433'2211);
        CHECK(m.state.x[4] == 0x00ff'eedd'ccbb'aa99);
        m.step(0xc822'8c24); // stlxp w2, x4, x3, [x1]
        CHECK(m.state.x[2] == 0);
        CHECK(m.read(data, 8) == 0x00ff'eedd'ccbb'aa99);
        CHECK(m.read(data + 8, 8) == 0x8877'6655'4433'2211);
    }
    SECTION("not aligned")
    {
        m.state.x[1] = data + 8;
        m.step(0xc87f'1023); // ldxp x3, x4, [x1]
        CHECK(m.took("alignment"));
    }
}

TEST_CASE("The status of a store exclusive wins over its operands",
          "[a64][exclusive][unpredictable]")
{
    Ready m;
    m.state.x[0] = 0x55;
    m.step(0xc85f'7c23); // ldxr x3, [x1]

    SECTION("the register stored")
    {
        m.step(0xc800'7c20); // stxr w0, x0, [x1]
        CHECK(m.read(data, 8) == 0x55);
        CHECK(m.state.x[0] == 0);
    }
    SECTION("the base register")
    {
        m.step(0xc801'7c20); // stxr w1, x0, [x1]
        CHECK(m.read(data, 8) == 0x55);
        CHECK(m.state.x[1] == 0);
    }
}

TEST_CASE("Load-acquire and store-release", "[a64][ordered]")
{
    Ready m;

    SECTION("have valid syndromes")
    {
        m.step(0x88df'fc27); // ldar w7, [x1]
        CHECK(m.state.x[7] == 0x4433'2211);
        CHECK(m.last.ordered);
        CHECK(m.last.isv);
        CHECK_FALSE(m.last.sf);
        CHECK(m.last.srt == 7);
        m.fills = false;
        m.step(0x489f'fc27); // stlrh w7, [x1]
        CHECK(m.read(data, 2) == 0x2211);
    }
    SECTION("are aligned without SCTLR_ELx.A, on the fast path too")
    {
        m.stop_on_exception = false;
        m.step(0x08df'fc20); // ldarb w0, [x1]: fills the page
        m.step(0xc89f'fc21); // stlr x1, [x1]
        CHECK(m.read(data, 8) == data);
        m.state.x[1] = data + 2;
        m.step(0x48df'fc20); // ldarh w0, [x1]
        CHECK(m.exception.empty());
        m.step(0x88df'fc20); // ldar w0, [x1]
        CHECK(m.took("alignment"));
        m.exception.clear();
        m.state.pc = Machine::code;
        m.step(0x889f'fc20); // stlr w0, [x1]
        CHECK(m.took("alignment"));
    }
    SECTION("of a limited ordering region are UNDEFINED: FEAT_LOR is not there")
    {
        m.step(0xc8df'7c20); // ldlar x0, [x1]
        CHECK(m.took("undefined"));
    }
}

TEST_CASE("Atomics return what was there and leave the result", "[a64][lse]")
{
    struct Case {
        const char* name;
        u32 word;
        u64 operand, result;
    };

    // Memory holds 0x8000'0000 in 32 bits; w0 is the operand, w2 the destination.
    const Case cases[] = {
        {"ldadd", 0xb820'0022, 0x8000'0001, 1},            // ldadd w0, w2, [x1]
        {"ldclr", 0xb8a0'1022, 0xc000'0000, 0},            // ldclra w0, w2, [x1]
        {"ldeor", 0xb860'2022, 0x8000'00ff, 0xff},         // ldeorl w0, w2, [x1]
        {"ldset", 0xb8e0'3022, 0x1, 0x8000'0001},          // ldsetal w0, w2, [x1]
        {"ldsmax", 0xb820'4022, 0xffff'ffff, 0xffff'ffff}, // ldsmax w0, w2, [x1]
        {"ldsmin", 0xb820'5022, 0xffff'ffff, 0x8000'0000}, // ldsmin w0, w2, [x1]
        {"ldumax", 0xb820'6022, 1, 0x8000'0000},           // ldumax w0, w2, [x1]
        {"ldumin", 0xb820'7022, 1, 1},                     // ldumin w0, w2, [x1]
        {"swp", 0xb8e0'8022, 0x1234'5678, 0x1234'5678},    // swpal w0, w2, [x1]
    };
    for (const Case& c : cases) {
        INFO(c.name);
        Ready m;
        m.write(data, 0xaaaa'aaaa'8000'0000, 8);
        m.state.x[0] = 0xffff'ffff'0000'0000 | c.operand;
        m.step(c.word);
        CHECK(m.state.x[2] == 0x8000'0000);
        CHECK(m.read(data, 8) == (0xaaaa'aaaa'0000'0000 | c.result));
        CHECK(m.last.atomic);
        CHECK(m.last.write);
        CHECK_FALSE(m.last.isv);
        CHECK(m.last_call("wrote").value == data);
    }
}

TEST_CASE("Small atomics compare in their own size", "[a64][lse]")
{
    Ready m;
    m.write(data, 0x1180, 8);
    m.state.x[0] = 0x7f;

    SECTION("signed bytes")
    {
        m.step(0x3820'4022); // ldsmaxb w0, w2, [x1]
        CHECK(m.state.x[2] == 0x80);
        CHECK(m.read(data, 8) == 0x117f);
    }
    SECTION("unsigned bytes")
    {
        m.state.x[0] = 0xff7f;
        m.step(0x3820'7022); // lduminb w0, w2, [x1]
        CHECK(m.read(data, 8) == 0x117f);
    }
    SECTION("an add wraps in its size")
    {
        m.state.x[0] = 0x80;
        m.step(0x3820'0022); // ldaddb w0, w2, [x1]
        CHECK(m.read(data, 8) == 0x1100);
    }
    SECTION("without a destination the result is stored all the same")
    {
        m.step(0xf820'003f); // stadd x0, [x1]
        CHECK(m.read(data, 8) == 0x11ff);
    }
}

TEST_CASE("Atomics must be aligned", "[a64][lse][alignment]")
{
    Ready m;
    m.state.x[1] = data + 4;
    m.state.x[2] = 7;
    m.step(0xf820'0022); // ldadd x0, x2, [x1]
    CHECK(m.took("alignment"));
    CHECK(m.state.x[2] == 7);
}

TEST_CASE("Compare and swap", "[a64][lse]")
{
    Ready m;
    m.state.x[3] = 0x77;

    SECTION("stores when equal")
    {
        m.state.x[2] = 0x8877'6655'4433'2211;
        m.step(0xc8e2'fc23); // casal x2, x3, [x1]
        CHECK(m.state.x[2] == 0x8877'6655'4433'2211);
        CHECK(m.read(data, 8) == 0x77);
    }
    SECTION("loads in any case")
    {
        m.state.x[2] = 1;
        m.step(0xc8a2'7c23); // cas x2, x3, [x1]
        CHECK(m.state.x[2] == 0x8877'6655'4433'2211);
        CHECK(m.read(data, 8) == 0x8877'6655'4433'2211);
    }
    SECTION("compares no more than its size")
    {
        m.state.x[2] = 0xffff'ffff'ffff'ff11;
        m.step(0x08a2'7c23); // casb w2, w3, [x1]
        CHECK(m.state.x[2] == 0x11);
        CHECK(m.read(data, 8) == 0x8877'6655'4433'2277);
    }
}

TEST_CASE("Compare and swap of a pair", "[a64][lse]")
{
    Ready m;
    m.state.x[6] = 1;
    m.state.x[7] = 2;

    SECTION("doublewords")
    {
        m.state.x[4] = 0x8877'6655'4433'2211;
        m.state.x[5] = 0x00ff'eedd'ccbb'aa99;
        m.step(0x4824'7c26); // casp x4, x5, x6, x7, [x1]
        CHECK(m.state.x[4] == 0x8877'6655'4433'2211);
        CHECK(m.state.x[5] == 0x00ff'eedd'ccbb'aa99);
        CHECK(m.read(data, 8) == 1);
        CHECK(m.read(data + 8, 8) == 2);
    }
    SECTION("words, of which one differs")
    {
        m.state.x[4] = 0x4433'2211;
        m.state.x[5] = 0;
        m.step(0x0864'fc26); // caspal w4, w5, w6, w7, [x1]
        CHECK(m.state.x[4] == 0x4433'2211);
        CHECK(m.state.x[5] == 0x8877'6655);
        CHECK(m.read(data, 8) == 0x8877'6655'4433'2211);
    }
    SECTION("words that are equal")
    {
        m.state.x[4] = 0x4433'2211;
        m.state.x[5] = 0x8877'6655;
        m.step(0x0824'7c26); // casp w4, w5, w6, w7, [x1]
        CHECK(m.read(data, 8) == 0x0000'0002'0000'0001);
    }
    SECTION("register 31 as the second reads as zero and is not written")
    {
        m.state.x[30] = 0x4433'2211;
        m.write(data, 0x4433'2211, 8);
        m.step(0x083e'7c26); // casp w30, wzr, w6, w7, [x1]
        CHECK(m.read(data, 8) == 0x0000'0002'0000'0001);
        CHECK(m.state.x[slot_zr] == 0);
    }
    SECTION("odd registers are UNDEFINED")
    {
        m.step(0x4823'7c26); // casp x3, x4, x6, x7, [x1]
        CHECK(m.took("undefined"));
    }
}

TEST_CASE("Without FEAT_LSE its atomics are UNDEFINED", "[a64][lse]")
{
    Engine::Options options;
    options.features = Parts::all().without(Part::Lse);
    Machine m{options};
    m.state.x[1] = data;
    m.step(0xf820'8022); // swp x0, x2, [x1]
    CHECK(m.took("undefined"));
}
