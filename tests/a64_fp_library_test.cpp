// SPDX-License-Identifier: MIT
#include "a64/fp/operations.h"

#include <catch2/catch.hpp>

// The arithmetic alone. Expected values follow from IEEE 754 and the manual's pseudocode.

using namespace sl;
using namespace sl::a64::fp;

namespace {

constexpr u64 one = 0x3f80'0000, two = 0x4000'0000, infinite = 0x7f80'0000, tiny = 1,
              largest = 0x7f7f'ffff, negative = 0x8000'0000, signaling = 0x7f80'0001,
              quiet = 0x7fc1'2345, default_nan = 0x7fc0'0000, smallest_normal = 0x0080'0000;

Status with(Rounding rounding)
{
    return {static_cast<u32>(rounding) << 22, 0};
}

constexpr u32 fz = 1u << 24, dn = 1u << 25, ahp = 1u << 26;

} // namespace

TEST_CASE("A sum rounds as the mode says and is inexact", "[a64][fp]")
{
    const u64 half_ulp = 0x3380'0000; // 2^-24
    const std::pair<Rounding, u64> expected[] = {{Rounding::TieEven, one},
                                                 {Rounding::PosInf, one + 1},
                                                 {Rounding::NegInf, one},
                                                 {Rounding::Zero, one}};
    for (const auto& [rounding, result] : expected) {
        Status status = with(rounding);
        CHECK(add<32>(status, one, half_ulp) == result);
        CHECK(status.fpsr == fpsr_ixc);
    }
}

TEST_CASE("x - x is +0, and -0 when rounding down", "[a64][fp]")
{
    Status status;
    CHECK(sub<32>(status, one, one) == 0);
    status = with(Rounding::NegInf);
    CHECK(sub<32>(status, one, one) == negative);
    CHECK(add<32>(status, 0, 0) == 0);
    CHECK(status.fpsr == 0);
}

TEST_CASE("Overflow is infinite or the largest number, by the mode and the sign", "[a64][fp]")
{
    Status status = with(Rounding::Zero);
    CHECK(mul<32>(status, largest, two) == largest);
    CHECK(status.fpsr == (fpsr_ofc | fpsr_ixc));
    status = with(Rounding::NegInf);
    CHECK(mul<32>(status, largest | negative, two) == (infinite | negative));
    CHECK(mul<32>(status, largest, two) == largest);
}

TEST_CASE("Underflow is raised before rounding, only where inexact", "[a64][fp]")
{
    Status status;
    CHECK(mul<32>(status, smallest_normal, 0x3f00'0000) == 0x0040'0000); // exact
    CHECK(status.fpsr == 0);
    CHECK(mul<32>(status, 0x00ff'ffff, 0x3f00'0000) == smallest_normal); // rounds up to normal
    CHECK(status.fpsr == (fpsr_ufc | fpsr_ixc));
}

TEST_CASE("FZ flushes denormal operands and results, each with its own exception", "[a64][fp]")
{
    Status status{fz, 0};
    CHECK(add<32>(status, tiny, one) == one);
    CHECK(status.fpsr == fpsr_idc);
    status = {fz, 0};
    CHECK(mul<32>(status, smallest_normal | negative, 0x3f00'0000) == negative);
    CHECK(status.fpsr == fpsr_ufc);
}

TEST_CASE("Signaling NaNs come before quiet ones, and DN replaces both", "[a64][fp]")
{
    Status status;
    CHECK(add<32>(status, quiet, signaling) == 0x7fc0'0001);
    CHECK(status.fpsr == fpsr_ioc);
    status = {};
    CHECK(add<32>(status, quiet, one) == quiet);
    CHECK(status.fpsr == 0);
    status = {dn, 0};
    CHECK(add<32>(status, quiet | negative, one) == default_nan);
}

TEST_CASE("Infinity times zero plus a quiet NaN is the default NaN and invalid", "[a64][fp]")
{
    Status status;
    CHECK(mul_add<32>(status, quiet, infinite, 0) == default_nan);
    CHECK(status.fpsr == fpsr_ioc);
}

TEST_CASE("A fused product is rounded once", "[a64][fp]")
{
    Status status;
    // (1 + 2^-23)^2 - (1 + 2^-22) = 2^-46
    CHECK(mul_add<32>(status, 0xbf80'0002, one + 1, one + 1) == 0x2880'0000);
    CHECK(status.fpsr == 0);
}

TEST_CASE("Division by zero, zero by zero", "[a64][fp]")
{
    Status status;
    CHECK(div<64>(status, 0xbff0'0000'0000'0000, 0) == 0xfff0'0000'0000'0000);
    CHECK(status.fpsr == fpsr_dzc);
    CHECK(div<64>(status, 0, 0) == 0x7ff8'0000'0000'0000);
    CHECK(status.fpsr == (fpsr_dzc | fpsr_ioc));
}

TEST_CASE("The root of 2, up and down, and of -0", "[a64][fp]")
{
    Status status;
    CHECK(sqrt<64>(status, 0x4000'0000'0000'0000) == 0x3ff6'a09e'667f'3bcd);
    CHECK(status.fpsr == fpsr_ixc);
    status = with(Rounding::Zero);
    CHECK(sqrt<64>(status, 0x4000'0000'0000'0000) == 0x3ff6'a09e'667f'3bcc);
    status = {};
    CHECK(sqrt<32>(status, negative) == negative);
    CHECK(sqrt<32>(status, 0x4080'0000) == two);
    CHECK(status.fpsr == 0);
    CHECK(sqrt<32>(status, one | negative) == default_nan);
    CHECK(status.fpsr == fpsr_ioc);
}

TEST_CASE("FMAXNM takes the number beside a quiet NaN, +0 is more than -0", "[a64][fp]")
{
    Status status;
    CHECK(max_number<32>(status, quiet, one) == one);
    CHECK(max<32>(status, quiet, one) == quiet);
    CHECK(max<32>(status, negative, 0) == 0);
    CHECK(min<32>(status, 0, negative) == negative);
    CHECK(status.fpsr == 0);
}

TEST_CASE("Conversions to half precision, alternative or not", "[a64][fp]")
{
    Status status;
    CHECK((convert<32, 16>(status, 0x477f'f000, Rounding::TieEven)) == 0x7c00); // 65520
    CHECK(status.fpsr == (fpsr_ofc | fpsr_ixc));
    status = {ahp, 0};
    CHECK((convert<32, 16>(status, 0x477f'f000, Rounding::TieEven)) == 0x7c00); // 65536
    CHECK(status.fpsr == fpsr_ixc);
    status = {ahp, 0};
    CHECK((convert<32, 16>(status, infinite | negative, Rounding::TieEven)) == 0xffff);
    CHECK(status.fpsr == fpsr_ioc);
    CHECK((convert<16, 32>(status, 0x7c00, Rounding::TieEven)) == 0x4780'0000);
}

TEST_CASE("Conversions to integers saturate as invalid", "[a64][fp]")
{
    Status status;
    CHECK(to_fixed<32>(status, 0x4f00'0000, 0, false, Rounding::Zero, 32) == 0x7fff'ffff);
    CHECK(status.fpsr == fpsr_ioc);
    status = {};
    CHECK(to_fixed<32>(status, 0xbf00'0000, 0, true, Rounding::Zero, 32) == 0); // -0.5
    CHECK(status.fpsr == fpsr_ixc);
    status = {};
    CHECK(to_fixed<32>(status, 0x4020'0000, 0, false, Rounding::TieEven, 64) == 2); // 2.5
    CHECK(to_fixed<32>(status, 0x4020'0000, 0, false, Rounding::TieAway, 64) == 3);
    CHECK(to_fixed<32>(status, quiet, 0, false, Rounding::Zero, 64) == 0);
    CHECK(status.fpsr == (fpsr_ixc | fpsr_ioc));
}

TEST_CASE("Comparisons set C and V where unordered", "[a64][fp]")
{
    Status status;
    CHECK(compare<32>(status, one, two, false) == 8);
    CHECK(compare<32>(status, one | negative, two | negative, false) == 2);
    CHECK(compare<32>(status, 0, negative, false) == 6);
    CHECK(compare<32>(status, quiet, one, false) == 3);
    CHECK(status.fpsr == 0);
    CHECK(compare<32>(status, quiet, one, true) == 3);
    CHECK(status.fpsr == fpsr_ioc);
}
