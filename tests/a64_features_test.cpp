// SPDX-License-Identifier: MIT
#include "a64/fp/operations.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Instructions that came after Armv8.0. What QEMU has too is compared in breadth by
// docs/differential.md; here are the manual's edge cases by hand.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

/// NZCV, N in bit 3.
u64 flags(const Machine& m)
{
    return m.state.nzcv() >> 28;
}

void set_flags(Machine& m, u64 nzcv)
{
    m.state.set_nzcv(nzcv << 28);
}

} // namespace

TEST_CASE("RMIF puts rotated bits into the flags of its mask", "[a64][flagm]")
{
    Machine m;
    m.state.x[1] = u64{0b1010} << 60;
    set_flags(m, 0b0101);
    m.step(0xba1e'042f); // rmif x1, #60, #15
    CHECK(flags(m) == 0b1010);
    set_flags(m, 0b0101);
    m.step(0xba1e'0428); // rmif x1, #60, #8
    CHECK(flags(m) == 0b1101);
}

TEST_CASE("SETF8 and SETF16 keep C, and V is where the sign does not fit", "[a64][flagm]")
{
    Machine m;
    set_flags(m, 0b0010);
    m.state.x[1] = 0x80;
    m.step(0x3a00'082d); // setf8 w1
    CHECK(flags(m) == 0b1011);
    m.state.x[1] = 0x100;
    m.step(0x3a00'082d);
    CHECK(flags(m) == 0b0111);
    m.state.x[1] = 0x1'8000;
    m.step(0x3a00'482d); // setf16 w1
    CHECK(flags(m) == 0b1010);
}

TEST_CASE("AXFLAG and XAFLAG convert what FCMP makes, and back", "[a64][flagm]")
{
    struct Case {
        u64 here, external;
    };

    const Case c = GENERATE(Case{0b0110, 0b0110},  // equal
                            Case{0b1000, 0b0000},  // less
                            Case{0b0010, 0b0010},  // greater
                            Case{0b0011, 0b0100}); // unordered
    Machine m;
    set_flags(m, c.here);
    m.step(0xd500'405f); // axflag
    CHECK(flags(m) == c.external);
    set_flags(m, c.external);
    m.step(0xd500'403f); // xaflag
    CHECK(flags(m) == c.here);
    m.step(0xd500'401f); // cfinv
    CHECK(flags(m) == (c.here ^ 2));
}

TEST_CASE("FJCVTZS keeps the low 32 bits, Z says that they are the number", "[a64][jscvt]")
{
    struct Case {
        u64 number;
        u32 result;
        bool same;
        u32 exceptions;
    };

    const Case c = GENERATE(Case{0, 0, true, 0}, Case{u64{1} << 63, 0, false, 0},
                            Case{0xc1e0'0000'0000'0000, 0x8000'0000, true, 0},             // -2^31
                            Case{0x41e0'0000'0000'0000, 0x8000'0000, false, fp::fpsr_ioc}, // 2^31
                            Case{0x4340'0000'0000'0001, 2, false, fp::fpsr_ioc}, // 2^53 + 2
                            Case{0x3fe0'0000'0000'0000, 0, false, fp::fpsr_ixc}, // 0.5
                            Case{0x7ff0'0000'0000'0000, 0, false, fp::fpsr_ioc},
                            Case{0x7ff8'0000'0000'0000, 0, false, fp::fpsr_ioc},
                            Case{0x4530'0000'0000'0000, 0, false, fp::fpsr_ioc}); // 2^84
    Machine m;
    set_flags(m, 0b1011);
    m.state.vreg[1] = {c.number, 0};
    m.state.x[0] = ~u64{0};
    m.step(0x1e7e'0020); // fjcvtzs w0, d1
    INFO(std::hex << c.number);
    CHECK(m.state.x[0] == c.result);
    CHECK(flags(m) == (c.same ? 0b0100u : 0u));
    CHECK(m.state.fpsr == c.exceptions);
}

TEST_CASE("FRINT32Z makes the lowest integer of what does not fit", "[a64][frintts]")
{
    fp::Status status;
    CHECK(fp::round_to_sized_integer<32>(status, 0x4f00'0000, fp::Rounding::Zero, 32) ==
          0xcf00'0000); // 2^31 becomes -2^31
    CHECK(status.fpsr == fp::fpsr_ioc);
    status = {};
    CHECK(fp::round_to_sized_integer<32>(status, 0xcf00'0000, fp::Rounding::Zero, 32) ==
          0xcf00'0000);
    CHECK(status.fpsr == 0);
    CHECK(fp::round_to_sized_integer<64>(status, 0x7ff0'0000'0000'0000, fp::Rounding::Zero, 64) ==
          0xc3e0'0000'0000'0000); // infinity becomes -2^63
    CHECK(status.fpsr == fp::fpsr_ioc);
}

TEST_CASE("FZ16 flushes half precision without IDC, FCVT does not heed it", "[a64][fp16]")
{
    constexpr u32 fz16 = 1u << 19;
    fp::Status status{fz16, 0};
    CHECK(fp::add<16>(status, 1, 0x3c00) == 0x3c00);
    CHECK(status.fpsr == 0);
    CHECK(fp::mul<16>(status, 0x0400, 0x3800) == 0);
    CHECK(status.fpsr == fp::fpsr_ufc);
    status = {fz16, 0};
    CHECK(fp::convert<16, 32>(status, 1, fp::Rounding::TieEven) == 0x3380'0000);
    CHECK(status.fpsr == 0);
}

TEST_CASE("AHP is for conversions: arithmetic has infinities", "[a64][fp16]")
{
    constexpr u32 ahp = 1u << 26;
    fp::Status status{ahp, 0};
    CHECK(fp::add<16>(status, 0x7c00, 0x3c00) == 0x7c00);
    CHECK(fp::add<16>(status, 0x7bff, 0x7bff) == 0x7c00);
    CHECK(status.fpsr == (fp::fpsr_ofc | fp::fpsr_ixc));
}

TEST_CASE("FMLAL rounds once, and a half precision NaN becomes a single precision one",
          "[a64][fhm]")
{
    fp::Status status;
    CHECK(fp::mul_add_long(status, 0x3f80'0000, 0x3c00, 0x3c00) == 0x4000'0000);
    CHECK(fp::mul_add_long(status, 0, 0x7c01, 0x3c00) == 0x7fc0'2000); // signaling
    CHECK(status.fpsr == fp::fpsr_ioc);
}

TEST_CASE("SQRDMLAH saturates the sum, not the product", "[a64][rdm]")
{
    Machine m;
    m.state.vreg[0] = {0x8000, 0}; // -1, as a fraction
    m.state.vreg[1] = {0x8000, 0};
    m.state.vreg[2] = {0x8000, 0};
    m.step(0x7e42'8420); // sqrdmlah h0, h1, h2
    CHECK(m.state.vreg[0].lo == 0);
    CHECK(m.state.fpsr == 0);
    m.state.vreg[0] = {0, 0};
    m.step(0x7e42'8420);
    CHECK(m.state.vreg[0].lo == 0x7fff);
    CHECK(m.state.fpsr == fp::fpsr_qc);
}

TEST_CASE("LDAPR must be aligned", "[a64][lrcpc]")
{
    Machine m;
    m.state.x[1] = Machine::data + 8;
    m.write(Machine::data + 8, 0x1122'3344'5566'7788, 8);
    m.step(0xf8bf'c020); // ldapr x0, [x1]
    CHECK(m.state.x[0] == 0x1122'3344'5566'7788);
    m.write(Machine::data + 4, 0x8000'0000, 4);
    m.step(0x999f'c020); // ldapursw x0, [x1, #-4]
    CHECK(m.state.x[0] == 0xffff'ffff'8000'0000);
    m.step(0x1940'3020); // ldapurb w0, [x1, #3]
    CHECK(m.state.x[0] == 0x55);
    m.state.x[1] += 4;
    m.step(0xf8bf'c020);
    CHECK(m.took("alignment"));
}

TEST_CASE("CSSC: minima, maxima, counts of general registers", "[a64][cssc]")
{
    Machine m;
    m.state.x[1] = 0xffff'ffff'8000'0000;
    m.state.x[2] = 7;

    SECTION("ABS of the lowest number is itself")
    {
        m.step(0x5ac0'2020); // abs w0, w1
        CHECK(m.state.x[0] == 0x8000'0000);
        m.step(0xdac0'2020); // abs x0, x1
        CHECK(m.state.x[0] == 0x8000'0000);
    }
    SECTION("CNT and CTZ, which of zero is the width")
    {
        m.step(0xdac0'1c20); // cnt x0, x1
        CHECK(m.state.x[0] == 33);
        m.step(0x5ac0'1c20); // cnt w0, w1
        CHECK(m.state.x[0] == 1);
        m.step(0xdac0'1820); // ctz x0, x1
        CHECK(m.state.x[0] == 31);
        m.step(0x5ac0'1be0); // ctz w0, wzr
        CHECK(m.state.x[0] == 32);
    }
    SECTION("signed and unsigned, registers")
    {
        m.step(0x9ac2'6020); // smax x0, x1, x2
        CHECK(m.state.x[0] == 7);
        m.step(0x9ac2'6420); // umax x0, x1, x2
        CHECK(m.state.x[0] == 0xffff'ffff'8000'0000);
        m.step(0x1ac2'6820); // smin w0, w1, w2
        CHECK(m.state.x[0] == 0x8000'0000);
        m.step(0x1ac2'6c20); // umin w0, w1, w2
        CHECK(m.state.x[0] == 7);
    }
    SECTION("immediates are signed where the comparison is")
    {
        m.step(0x91c3'fc20); // smax x0, x1, #-1
        CHECK(m.state.x[0] == ~u64{0});
        m.step(0x91cb'fc40); // smin x0, x2, #-1
        CHECK(m.state.x[0] == ~u64{0});
        m.step(0x91c7'fc40); // umax x0, x2, #255
        CHECK(m.state.x[0] == 255);
        m.step(0x11cf'fc40); // umin w0, w2, #255
        CHECK(m.state.x[0] == 7);
    }
}

TEST_CASE("Later instructions are UNDEFINED without their feature", "[a64][features]")
{
    struct Case {
        u32 word;
        Part part;
    };

    const Case c = GENERATE(Case{0xba1e'042f, Part::FlagM},   // rmif x1, #60, #15
                            Case{0xd500'405f, Part::FlagM2},  // axflag
                            Case{0x1e7e'0020, Part::JsCvt},   // fjcvtzs w0, d1
                            Case{0x1e28'4020, Part::FrintTs}, // frint32z s0, s1
                            Case{0xd503'30ff, Part::Sb},      // sb
                            Case{0xf8bf'c020, Part::Lrcpc},   // ldapr x0, [x1]
                            Case{0xd940'0020, Part::Lrcpc2},  // ldapur x0, [x1]
                            Case{0x7e42'8420, Part::Rdm},     // sqrdmlah h0, h1, h2
                            Case{0x0e82'9420, Part::DotProd}, // sdot v0.2s, v1.8b, v2.8b
                            Case{0x6e82'c420, Part::Fcma},    // fcmla v0.4s, v1.4s, v2.4s, #0
                            Case{0x6e42'c420, Part::Fcma},    // fcmla v0.8h, v1.8h, v2.8h, #0
                            Case{0x6e42'c420, Part::Fp16},    // the same
                            Case{0x1ee2'2820, Part::Fp16},    // fadd h0, h1, h2
                            Case{0x0e22'ec20, Part::Fhm},     // fmlal v0.2s, v1.2h, v2.2h
                            Case{0x2e42'fc20, Part::Bf16},    // bfdot v0.2s, v1.4h, v2.4h
                            Case{0x4e82'a420, Part::I8mm},    // smmla v0.4s, v1.16b, v2.16b
                            Case{0xdac0'1820, Part::Cssc});   // ctz x0, x1
    INFO(std::hex << c.word);
    Machine with;
    with.state.x[1] = Machine::data;
    with.step(c.word);
    CHECK_FALSE(with.took("undefined"));
    Engine::Options options;
    options.features = Parts::all().without(c.part);
    Machine without{options};
    without.state.x[1] = Machine::data;
    without.step(c.word);
    CHECK(without.took("undefined"));
}
